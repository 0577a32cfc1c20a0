"""What the steps of intake and investigation do beside moving the case: who gets a seat, what becomes of allegations, how it closes."""

from datetime import date

from certification.models import Certificate
from complaints import running, seats
from complaints.facts import CaseClass, ClockName, Closure, ConflictKind, DismissalReason, Seat
from complaints.machine import Move, StepRefused, effect
from complaints.models import Allegation, Case
from complaints.rules import periods


def draw(move: Move, seat: Seat) -> None:
    """Draw whom a seat lacks. Where nobody is left the case goes on, and finding somebody is a task with a day."""
    try:
        seats.draw(move.case, seat, by=None, at=move.at, chance=move.chance)
    except seats.NotSeated:
        running.start(move.case, ClockName.REDRAW, at=move.at)


def close(case: Case, closure: Closure, *, on: date, dismissed_for: DismissalReason | None = None) -> None:
    """Say why and when a case is closed, and from which day on it may be erased."""
    case.closure, case.closed_on = closure.value, on
    case.keep_until = periods.keep_until(closure, closed_on=on, dismissed_for=dismissed_for)


@effect("take")
def _take(move: Move) -> None:
    if move.by is None:
        raise StepRefused(["Nobody is named who takes it."])
    try:
        seats.assign(move.case, move.by, Seat.TAKER, by=move.by, at=move.at)
        seats.attest(move.case, move.by, conflicts=[], at=move.at)
    except seats.NotSeated as refusal:
        raise StepRefused(refusal.reasons) from refusal


@effect("decline_conflict")
def _decline(move: Move) -> None:
    if move.by is None:
        raise StepRefused(["Nobody is named who has a part in it."])
    seats.attest(move.case, move.by, conflicts=[ConflictKind(move.values["reason"])], at=move.at)


@effect("info_timeout")
def _info_timeout(move: Move) -> None:
    move.case.no_answer = True


@effect("dismiss")
def _dismiss(move: Move) -> None:
    close(move.case, Closure.DISMISSED, on=move.on, dismissed_for=DismissalReason(move.values["reason"]))


@effect("admit")
def _admit(move: Move) -> None:
    case = move.case
    case.respondent = Certificate.objects.select_related("holder").get(number=move.values["entry"]).holder
    case.klass = CaseClass(move.values["klass"]).value
    charge(case, move.values["clauses"])
    draw(move, Seat.INVESTIGATOR)
    draw(move, Seat.REGISTRAR)


def charge(case: Case, clauses: tuple[str, ...]) -> None:
    """Make these clauses the charges: those alleged already are charged, others are added; what was ticked beside them stays as told."""
    there = {row.clause_id: row for row in case.allegations.all()}
    Allegation.objects.filter(pk__in=[row.pk for clause, row in there.items() if clause in clauses]).update(charged=True)
    Allegation.objects.bulk_create(Allegation(case=case, clause_id=clause, charged=True) for clause in clauses if clause not in there)
