"""The ledger as its auditor reads it: its state, its entries in words, and what was entered between two readings of a certificate."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import User
from audit import actions as of_the_ledger
from audit import anchors
from audit.facts import Anchor
from audit.models import DailyAnchor, Entry, Seal, Unsealed, Verification
from audit.registered import ACTIONS, Action, Forget
from certification import actions
from certification.models import Certificate
from registry.lookup import holder_at

ANCHORS = 31  # of the latest days
UNDER = Certificate._meta.label_lower
PERSON = User._meta.label_lower


@dataclass(frozen=True, slots=True)
class State:
    """How the ledger stands: the last seal, what waits for one, the last verification and the one that is asked for, the anchors."""

    last: Seal | None
    unsealed: int
    verified: Verification | None
    asked: Verification | None
    anchors: Sequence[Anchor]


def state() -> State:
    """Six statements."""
    return State(
        last=Seal.objects.order_by("-number").first(),
        unsealed=Unsealed.objects.count(),
        verified=Verification.objects.exclude(ended_at=None).order_by("-pk").first(),
        asked=Verification.objects.filter(ended_at=None).order_by("pk").first(),
        anchors=[anchors.of(row) for row in DailyAnchor.objects.order_by("-day")[:ANCHORS]],
    )


def entries(
    *,
    person: User | None = None,
    certificate: Certificate | None = None,
    action: str = "",
    number: int | None = None,
    since: datetime | None = None,
    before: datetime | None = None,
) -> QuerySet[Entry]:
    """Entries that fit all that is given, the latest first: by or about a person, on a certificate, of an action, in a time."""
    found = Entry.objects.order_by("-pk")
    if person:
        pk = str(person.pk)
        found = found.filter(Q(actor_id=pk) | Q(about_id=pk) | Q(subject_kind=PERSON, subject_id=pk))
    if certificate:
        found = found.filter(subject_kind=UNDER, subject_id=str(certificate.pk))
    if action:
        found = found.filter(action=action)
    if number is not None:
        found = found.filter(seal__number=number)
    if since:
        found = found.filter(at__gte=since)
    if before:
        found = found.filter(at__lt=before)
    return found


def between(certificate: Certificate, *, known: datetime, until: datetime) -> QuerySet[Entry]:
    """What was entered after one instant and up to another and may have changed what is read of a certificate, in its order."""
    holders = [str(pk) for pk in {certificate.holder_id, holder_at(certificate, known)} if pk]
    named = Q(action=actions.NAME_CORRECTED.name, subject_kind=PERSON, subject_id__in=holders)
    on_it = Q(subject_kind=UNDER, subject_id=str(certificate.pk)) & ~Q(action=of_the_ledger.READ.name)
    return Entry.objects.filter(named | on_it, at__gt=known, at__lte=until).order_by("pk")


@dataclass(frozen=True, slots=True)
class Line:
    """An entry in words."""

    entry: Entry
    number: int | None
    what: str
    by: str
    on: str
    about: str
    facts: tuple[tuple[str, str], ...]
    forgotten_at: datetime | None

    @property
    def is_confidential(self) -> bool:
        """Whether its details tell about a person, so that showing them is an entry."""
        action = ACTIONS.get(self.entry.action)
        return bool(self.facts) and (action is None or action.forget is Forget.EMPTY)


def lines(found: Iterable[Entry]) -> list[Line]:
    """The entries in words; three statements for any number of them, if `found` joins seal and detail."""
    rows = list(found)
    people, certificates = _people(rows), _certificates(rows)
    return [
        Line(
            entry=row,
            number=row.seal.number if hasattr(row, "seal") else None,
            what=ACTIONS[row.action].sentence if row.action in ACTIONS else row.action,
            by=people.get(row.actor_id, f"account {row.actor_id}") if row.actor_id else "",
            on=_subject(row, people, certificates),
            about=people.get(row.about_id, f"account {row.about_id}") if row.about_id else "",
            facts=tuple((name.replace("_", " "), _text(value)) for name, value in row.detail.facts.items()),
            forgotten_at=row.detail.forgotten_at,
        )
        for row in rows
    ]


def _text(value: Any) -> str:
    return ", ".join(map(_text, value)) if isinstance(value, list) else "" if value is None else str(value)


def _people(rows: Sequence[Entry]) -> dict[str, str]:
    ids = {
        pk for row in rows for pk in (row.actor_id, row.about_id, row.subject_id if row.subject_kind == PERSON else "") if pk.isdecimal()
    }
    return {
        str(pk): person.get_full_name() for pk, person in User.objects.prefetch_related("names").in_bulk([int(pk) for pk in ids]).items()
    }


def _certificates(rows: Sequence[Entry]) -> dict[str, str]:
    ids = {int(row.subject_id) for row in rows if row.subject_kind == UNDER}
    return {str(pk): number for pk, number in Certificate.objects.filter(pk__in=ids).values_list("pk", "number")}


def _subject(row: Entry, people: dict[str, str], certificates: dict[str, str]) -> str:
    known = {PERSON: people, UNDER: certificates}.get(row.subject_kind, {})
    return known.get(row.subject_id) or f"{row.subject_kind.partition('.')[2]} {row.subject_id}"


def closed_list() -> list[Action]:
    """Every action, by what it says."""
    return sorted(ACTIONS.values(), key=lambda action: (action.name.partition(".")[0], action.sentence))
