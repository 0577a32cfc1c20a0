"""Holds: for a time no new certificate is issued to a person. They carry no reason, and change nothing about what the person holds."""

from datetime import date

from django.db import transaction

from accounts.models import User
from accounts.rules import SOMEBODY_ELSE, has_conflict
from audit import log
from certification import actions
from certification.facts import ONE_DAY, Span
from certification.models import AlreadyVoided, Hold


class CannotHold(Exception):
    """The hold cannot be placed or lifted; `reasons` lists why."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


@transaction.atomic
def place(holder: User, *, first_day: date, last_day: date | None, by: User | None) -> Hold:
    """Block new certificates for a person from a day on; `last_day` None is until it is lifted. Raises CannotHold."""
    holder = User.objects.select_for_update().get(pk=holder.pk)
    span = Span(first_day, last_day)
    reasons = {
        "The last day is before the first day. Choose the same day or a later one.": last_day is not None and last_day < first_day,
        "A block covers some of these days already. End that one first.": any(
            span.meets(other.span) for other in Hold.objects.current().filter(holder=holder)
        ),
        SOMEBODY_ELSE: has_conflict(by=by.pk if by else None, about=holder.pk),
    }
    _refuse(reasons)
    hold = Hold.objects.create(holder=holder, first_day=first_day, last_day=last_day)
    log.record(actions.HOLD_PLACED, holder, by=by, hold=hold.pk, first_day=first_day, last_day=last_day)
    return hold


@transaction.atomic
def lift(hold: Hold, *, by: User | None, on: date) -> Hold | None:
    """End a hold: its last day is the day before `on`; one that has not begun by then is voided and leaves None.

    Raises CannotHold, and AlreadyVoided when somebody lifted it a moment ago.
    """
    holder = User.objects.select_for_update().get(pk=hold.holder_id)
    hold = Hold.objects.get(pk=hold.pk)
    if hold.voided_at:
        raise AlreadyVoided("This block was ended a moment ago")
    reasons = {
        "This block has ended already.": not hold.span.reaches(on),
        SOMEBODY_ELSE: has_conflict(by=by.pk if by else None, about=holder.pk),
    }
    _refuse(reasons)
    Hold.objects.void(hold)
    yesterday = on - ONE_DAY
    left = None
    if hold.first_day <= yesterday:
        left = Hold.objects.create(holder=holder, first_day=hold.first_day, last_day=yesterday, replaces=hold)
    log.record(actions.HOLD_LIFTED, holder, by=by, hold=hold.pk, last_day=left and left.last_day)
    return left


def _refuse(reasons: dict[str, bool]) -> None:
    if against := [sentence for sentence, holds in reasons.items() if holds]:
        raise CannotHold(against)
