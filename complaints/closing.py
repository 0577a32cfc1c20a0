"""How a case closes: why and when, from which day on it may be erased, until when its code opens, and what does not outlast it."""

from datetime import date

from audit import clock
from certification import holds
from certification.models import Hold
from complaints import interim, machine, receipts
from complaints.facts import Bar, CaseClass, Closure, DismissalReason, Seat, State
from complaints.machine import Move
from complaints.models import Case
from complaints.rules import periods
from complaints.rules.interim import WITHOUT_A_FINDING


def close(
    move: Move,
    closure: Closure,
    *,
    dismissed_for: DismissalReason | None = None,
    ended_on: date | None = None,
    bar: Bar | None = None,
) -> None:
    """Say why and when a case is closed. `ended_on`: the last day of what was decided. Raises StepRefused.

    An interim order is lifted the same day where nothing was found, and who keeps the case later has a seat in it.
    """
    case = move.case
    case.closure, case.closed_on = closure.value, move.on
    case.keep_until = periods.keep_until(
        closure, closed_on=move.on, dismissed_for=dismissed_for, ended_on=ended_on, bar=bar, written_on=move.facts.written_on
    )
    receipts.end(case, closed_on=move.on)
    for joined in case.merged.filter(state=State.MERGED.value):
        joined.keep_until = case.keep_until
        joined.save(update_fields=["keep_until"])
        receipts.end(joined, closed_on=move.on)
    if closure in WITHOUT_A_FINDING:
        interim.end_all(move, closure)
    free(move)
    machine.fill(move, Seat.REGISTRAR)


def open_again(move: Move) -> None:
    """Take back that a case is closed."""
    case = move.case
    case.closure, case.closed_on, case.keep_until = "", None, None
    receipts.end(case, closed_on=None)


def hold(move: Move) -> None:
    """A new certificate waits until the case is over. Where one waits for another reason already, that is enough."""
    if move.case.respondent is None:
        return
    try:
        holds.place(move.case.respondent, first_day=move.on, last_day=None, by=None)
    except holds.CannotHold:
        return


def free(move: Move) -> None:
    """A new certificate waits for this case no longer."""
    if not move.case.left_under_complaint:
        return
    others = Case.objects.filter(respondent=move.case.respondent, left_under_complaint=True, closed_on=None).exclude(pk=move.case.pk)
    for step in move.case.steps.filter(name="standing_changed").exclude(taken_at=None):
        since = clock.day_of(step.taken_at) if step.taken_at else move.on
        held = Hold.objects.current().filter(holder=move.case.respondent, last_day=None, first_day=since)
        for row in held if not others.exists() else []:
            holds.lift(row, by=None, on=move.on)


def grave(case: Case) -> bool:
    """Whether the case is of class A, or somebody is in danger."""
    return case.danger or case.klass == CaseClass.A
