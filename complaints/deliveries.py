"""Letters on paper beside the portal: sent on a day, delivered or returned on another. Addresses are written by hand, kept nowhere."""

from datetime import date, datetime

from django.conf import settings
from django.db import transaction

from accounts.models import User
from audit import clock, log
from complaints import actions, gathering, papers, running
from complaints.facts import Channel, ClockName, LetterCode, Party, Purpose, Seat
from complaints.machine import StepRefused
from complaints.models import Case, Delivery, Letter
from complaints.rules.people import among

NOT_YOURS = "Only somebody with a seat in the case that writes its letters notes how one was sent."
NOT_OURS = "This is no letter of the office."
AHEAD = "This day has not come yet."
BEFORE_IT_WAS_WRITTEN = "This day is before the letter was written."
BEFORE_IT_WAS_SENT = "This day is before the letter was sent."
NOTED = "How it arrived was noted already."
WRITERS = {Seat.TAKER, Seat.SECOND_INTAKE, Seat.INVESTIGATOR, Seat.REGISTRAR, Seat.DEPUTY_REGISTRAR}
TO = "To: ________________________________"

# The time to answer runs from the day on which the paper came, where that is later. Days that two signatures fixed stay as they are.
STARTS = {LetterCode.NOTICE: ClockName.RESPONSE, LetterCode.QUESTIONS: ClockName.INFO}


def sheet(letter: Letter, *, by: User, at: datetime) -> str:
    """A letter as one plain text for the printer, with an empty line for the address; that it was read is in the ledger.

    Without a word of what it is about above the fold, where an envelope has a window. Raises StepRefused and papers.Erased.
    """
    if reasons := _against(letter, by=by, on=clock.day_of(at)):
        raise StepRefused(reasons)
    words = papers.read(letter.case.papers.get(of=letter.uid), by=by, why=Purpose.LETTER)
    return "\n\n".join(
        [settings.ASSOCIATION_NAME, f"{TO}\n\n    ________________________________\n\n    ________________________________", words]
    )


@transaction.atomic
def posted(letter: Letter, *, channel: Channel, sent_on: date, by: User, at: datetime) -> Delivery:
    """Note that a letter went out on paper, or was read out by telephone, on a day. Raises StepRefused."""
    on = clock.day_of(at)
    reasons = _against(letter, by=by, on=on)
    reasons += [AHEAD] if sent_on > on else []
    reasons += [BEFORE_IT_WAS_WRITTEN] if sent_on < letter.posted_on else []
    if reasons:
        raise StepRefused(reasons)
    made = Delivery.objects.create(letter=letter, channel=channel.value, sent_on=sent_on, noted_by=by)
    log.record(actions.LETTER_SENT, letter.case, by=by, letter=letter.uid, channel=channel.value)
    return made


@transaction.atomic
def delivered(delivery: Delivery, *, delivered_on: date, by: User, at: datetime) -> Delivery:
    """Note the day on which it arrived; where that is later than in the portal, the time to answer runs from it. Raises StepRefused."""
    row = _open(delivery, day=delivered_on, by=by, on=clock.day_of(at))
    row.delivered_on = delivered_on
    row.save(update_fields=["delivered_on"])
    log.record(actions.LETTER_DELIVERED, row.letter.case, by=by, letter=row.letter.uid)
    name = STARTS.get(LetterCode(row.letter.code)) if row.letter.code else None
    waits = row.letter.case.clocks.filter(name=name.value, ended=None).first() if name else None
    if name and waits is not None and (later := (delivered_on - clock.day_of(waits.started)).days) > 0 and _is_first(row):
        running.extend(row.letter.case, name, later)
    return row


@transaction.atomic
def returned(delivery: Delivery, *, returned_on: date, by: User, at: datetime) -> Delivery:
    """Note the day on which it came back. The clock goes on as the portal started it. Raises StepRefused."""
    row = _open(delivery, day=returned_on, by=by, on=clock.day_of(at))
    row.returned_on = returned_on
    row.save(update_fields=["returned_on"])
    log.record(actions.LETTER_RETURNED, row.letter.case, by=by, letter=row.letter.uid)
    return row


def _is_first(row: Delivery) -> bool:
    """Whether no earlier copy has arrived: a second one gives no days."""
    return not row.letter.deliveries.exclude(pk=row.pk).exclude(delivered_on=None).exists()


def _open(delivery: Delivery, *, day: date, by: User, on: date) -> Delivery:
    """The row, the case locked. Raises StepRefused where it has its end, or the day cannot be."""
    Case.objects.select_for_update(of=("self",)).get(pk=delivery.letter.case_id)
    row = Delivery.objects.select_related("letter__case").get(pk=delivery.pk)
    reasons = _against(row.letter, by=by, on=on)
    reasons += [NOTED] if row.delivered_on or row.returned_on else []
    reasons += [AHEAD] if day > on else []
    reasons += [BEFORE_IT_WAS_SENT] if day < row.sent_on else []
    if reasons:
        raise StepRefused(reasons)
    return row


def _against(letter: Letter, *, by: User, on: date) -> list[str]:
    reasons = [] if among(gathering.hands_of(by, letter.case, on=on, attested=True), WRITERS) else [NOT_YOURS]
    return reasons + ([] if letter.written_by == Party.OFFICE.value else [NOT_OURS])
