"""What follows from days alone: steps of the calendar, reminders, and lines to whoever's turn it is.

Nothing here imposes or ends anything in the registry, which follows from its own dates. Run late, or twice, it comes to the same.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from audit import clock, log
from certification.models import Term
from complaints import actions, clocks, decisions, gathering, letters, machine, pool, retention, running
from complaints.facts import Actor, ClockName, InterimState, LetterCode, Party, Seat, State
from complaints.models import Assignment, Case, Clock, InterimOrder
from complaints.papers import Erased
from complaints.rules.ending import REMINDERS
from complaints.rules.guards import against
from complaints.rules.periods import GRACE_OF_OBLIGATION, REMINDER_OF_QUESTIONS
from complaints.states import TRANSITIONS
from complaints.states.parts import OPEN
from outbox import queue as outbox

OVERDUE = -1  # among the warnings of a clock: it was said that it is over
NO_TURN = frozenset({ClockName.CHALLENGE, ClockName.APPEAL_WINDOW, ClockName.DISMISSAL_WINDOW})


def tick(*, at: datetime) -> int:
    """Take the steps of the calendar that are due, remind, and say whose turn it is; answers how many things were done."""
    return sum(1 for _ in _everything(at=at))


def _everything(*, at: datetime) -> Iterator[str]:
    on = clock.day_of(at)
    for order in InterimOrder.objects.filter(state=InterimState.IN_FORCE.value).select_related("case"):
        for name, reason in (("supersede", "final"), ("expire", "term")):
            if take(name, order.case, values={"reason": reason}, order=order, at=at):
                yield name
                break
    for case in _cases(State.DECIDED):
        if take("appeal_window_closes", case, values={}, at=at):
            yield "appeal_window_closes"
    for case in _cases(State.SANCTION_ACTIVE):
        yield from _obligations(case, at=at)
    for row in _over(ClockName.INFO, ClockName.RESPONSE, at=at):
        name = "info_timeout" if row.name == ClockName.INFO else "response_timeout"
        if take(name, row.case, values={}, at=at):
            yield name
    for case in Case.objects.filter(state__in=[state.value for state in OPEN], left_under_complaint=False).exclude(respondent=None):
        if (reason := _ended(case, on=on)) and take("standing_changed", case, values={"reason": reason}, at=at):
            yield "standing_changed"
    for case in Case.objects.filter(state__in=[State.CLOSED.value, State.MERGED.value], keep_until__lte=on):
        if retention.ask_to_erase(case, at=at):
            yield "erase"
    for row in Clock.objects.filter(ended=None).exclude(due_at=None).select_related("case").order_by("pk"):
        if _warn(row, at=at):
            yield "warning"


def take(name: str, case: Case, *, values: dict[str, Any], at: datetime, order: InterimOrder | None = None) -> bool:
    """Take a step of the calendar if nothing speaks against it; what is not due leaves no refusal on the record."""
    on = clock.day_of(at)
    case = Case.objects.get(pk=case.pk)
    facts = replace(gathering.facts(case, on=on, values=values, wants=name, order=order), hand=Actor.SYSTEM)
    if against(name, facts, values, on=on):
        return False
    try:
        machine.apply(name, case, values=values, version=None, acting=Actor.SYSTEM, at=at, order=order)
    except (machine.StepRefused, Erased):
        return False
    return True


def _cases(state: State) -> Iterator[Case]:
    yield from Case.objects.filter(state=state.value).order_by("pk")


def _over(*names: ClockName, at: datetime) -> Iterator[Clock]:
    for row in Clock.objects.filter(name__in=[name.value for name in names], ended=None, due_at__lt=at).select_related("case"):
        if clocks.is_overdue(running.fact(row), running.zone(), at=at):
            yield row


def _ended(case: Case, *, on: date) -> str:
    """How the certificate of the coach ended while the case was open; empty while one runs, or where it had ended before."""
    terms = list(Term.objects.current().filter(certificate__holder=case.respondent).order_by("last_day"))
    last = terms[-1] if terms else None
    if last is None or last.last_day is None or not case.received_on <= last.last_day < on:
        return ""
    return "given_back" if last.given_back else "lapsed"


# What the coach has to do


def _obligations(case: Case, *, at: datetime) -> Iterator[str]:
    on, late = clock.day_of(at), False
    for row in case.obligations.filter(decision__voided_at=None, met_on=None).order_by("pk"):
        if decisions.look(row, at=at):
            yield "done"
            continue
        if row.due_on is None:
            continue
        left = (row.due_on - on).days
        due = [step for step in REMINDERS if left <= step and step not in row.reminded]
        if due:
            facts = gathering.facts(case, on=on, values={}, wants="")
            letters.post(case, LetterCode.PROGRESS, Party.RESPONDENT, row=None, values={"about": "reminder"}, facts=facts, at=at)
            row.reminded = sorted({*row.reminded, *due}, reverse=True)
            row.save(update_fields=["reminded"])
            late = late or left < 0  # said late: it is judged another day
            yield "reminder"
    grace = timedelta(days=GRACE_OF_OBLIGATION)
    told_late = case.letters.filter(code=LetterCode.PROGRESS.value, to=Party.RESPONDENT.value, posted_on__gt=on - grace).exists()
    if not late and not told_late and take("obligation_overdue", case, values={}, at=at):
        yield "obligation_overdue"


# Whose turn it is


def _warn(row: Clock, *, at: datetime) -> bool:
    """Say once that a deadline comes near, and once that it is over. It moves nothing: a missed day is a task for somebody."""
    on, fact, zone = clock.day_of(at), running.fact(row), running.zone()
    name = ClockName(row.name)
    if name is ClockName.INFO:
        return _remind_of_questions(row, at=at)
    step = clocks.warning(fact, zone, on=on, warned=row.warned)
    if step is None and clocks.is_overdue(fact, zone, at=at) and OVERDUE not in row.warned:
        step = OVERDUE
    if step is None or name in NO_TURN:
        return False
    row.warned = [*row.warned, step]
    row.save(update_fields=["warned"])
    for person in turn(row.case, name, on=on):
        outbox.put("complaints.case_waits", f"{row.case.uid}:{person}", key=f"case_waits:clock{row.pk}:{step}:{person}")
    log.record(actions.CLOCK_WARNED, row.case, by=None, clock=row.name, step=step)
    return True


def _remind_of_questions(row: Clock, *, at: datetime) -> bool:
    """Seven days before the answer is due; where that comes late, seven days are left from it on."""
    on = clock.day_of(at)
    left = clocks.days_left(running.fact(row), running.zone(), on=on)
    if left is None or left > REMINDER_OF_QUESTIONS or REMINDER_OF_QUESTIONS in row.warned:
        return False
    row.warned = [*row.warned, REMINDER_OF_QUESTIONS]
    row.save(update_fields=["warned"])
    if left < REMINDER_OF_QUESTIONS:
        running.extend(row.case, ClockName.INFO, REMINDER_OF_QUESTIONS - left)
    asked = row.case.steps.filter(name="ask_info").exclude(taken_at=None).order_by("pk").last()
    values = gathering.values_of(asked) if asked else {}
    facts = gathering.facts(row.case, on=on, values={}, wants="")
    letters.post(row.case, LetterCode.QUESTIONS, Party.COMPLAINANT, row=asked, values=values, facts=facts, at=at)
    return True


def turn(case: Case, name: ClockName, *, on: date) -> list[int]:
    """Whose turn it is while a clock runs: those in the case who take the step it is for; where nobody has that seat, who could take it."""
    hands = {hand for row in TRANSITIONS if row.within is name for hands in (*row.signers, row.by) for hand in hands}
    wanted = [hand.value for hand in hands if isinstance(hand, Seat)]
    found = list(Assignment.objects.open().filter(case=case, seat__in=wanted).order_by("pk").values_list("person", flat=True))
    if found or hands & {Actor.COMPLAINANT, Actor.RESPONDENT, Actor.FORMER_COACH}:
        return list(dict.fromkeys(found))
    registrars = Assignment.objects.open().filter(case=case, seat__in=[Seat.REGISTRAR.value, Seat.TAKER.value])
    found = list(registrars.order_by("pk").values_list("person", flat=True))
    return found or [one.key for one in pool.free_for(case, Seat.TAKER, on=on)]
