"""The end of the ledger, once a day: to every auditor by mail, and into a second place."""

from datetime import date, datetime

from django.db import transaction

from accounts.models import User
from audit import actions, anchors, log
from audit.models import DailyAnchor, Verification
from outbox import queue as outbox


@transaction.atomic
def make(*, at: datetime) -> list[date]:
    """Make the anchor of today, once, and those of days that were missed; answers the days of the new ones.

    Each goes into the second place. The letters carry that of today alone, which holds all that was sealed before it.
    """
    made = anchors.make(at=at)
    for row in made:
        log.record(actions.ANCHORED, row, by=None, last_seal=row.number, code=row.mac)
        outbox.put("accounts.anchor_kept", row.day, key=f"anchor:{row.day}:kept")
    if made:
        tell(made[-1])
    return [row.day for row in made]


def tell(anchor: DailyAnchor) -> None:
    """A letter to every auditor, once a day and person."""
    for auditor in User.objects.auditors():
        outbox.put("accounts.anchor_made", f"{anchor.day}:{auditor.pk}", key=f"anchor:{anchor.day}:mail:{auditor.pk}")


@transaction.atomic
def warn() -> None:
    """A letter to every auditor where the last verification found something, once a verification and person."""
    last = Verification.objects.exclude(ended_at=None).order_by("-pk").first()
    if last and last.count:
        for auditor in User.objects.auditors():
            outbox.put("accounts.ledger_broken", f"{last.pk}:{auditor.pk}", key=f"verification:{last.pk}:mail:{auditor.pk}")
