"""Sealing: each entry is linked to the one before under a keyed code, in the order of commit, apart from the verbs that wrote them."""

import hmac
import json
from datetime import UTC, datetime

from django.conf import settings
from django.db import connection, transaction

from audit import clock
from audit.models import Entry, Seal, Unsealed

BEGINNING = "0" * 64
BATCH = 500  # entries sealed in one transaction: about 50 ms, so that SQLite's one writer is soon free again
LOCK = 0x5EA1  # the advisory lock of the sealing step on PostgreSQL


def seal() -> int:
    """Seal every entry that waits; answers how many. Entries of transactions still open are sealed next time."""
    at = clock.now()
    sealed = 0
    while Unsealed.objects.exists() and (batch := _seal_batch(at)):
        sealed += batch
    return sealed


@transaction.atomic
def _seal_batch(at: datetime) -> int:
    take_turns()
    last = Seal.objects.order_by("-number").first()
    number, previous = (last.number, last.mac) if last else (0, BEGINNING)
    seals, key = [], keys()[0]
    for entry in Entry.objects.filter(unsealed__isnull=False, seal=None).order_by("pk")[:BATCH]:
        number += 1
        link = Seal(number=number, entry=entry, previous=previous, sealed_at=at)
        previous = link.mac = mac(link, entry, key)
        seals.append(link)
    Seal.objects.bulk_create(seals)
    Unsealed.objects.filter(pk__in=[link.entry_id for link in seals]).delete()
    return len(seals)


def take_turns() -> None:
    """One sealing at a time. SQLite has one writer anyway; verbs never ask for this lock."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def keys() -> list[str]:
    """The keys in LEDGER_KEY, separated by commas: the newest, which seals, then those that sealed before it."""
    return [key.strip() for key in settings.LEDGER_KEY.split(",") if key.strip()]


def mac(link: Seal, entry: Entry, key: str) -> str:
    """HMAC-SHA256 under `key` over every column of the entry and of its seal, hexadecimal."""
    said = [
        *(link.number, link.previous, _instant(link.sealed_at)),
        *(entry.pk, str(entry.uid), _instant(entry.at), entry.action, entry.subject_kind, entry.subject_id),
        *(entry.actor_id, entry.about_id, entry.detail_digest),
    ]
    return hmac.new(key.encode(), json.dumps(said).encode(), "sha256").hexdigest()


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
