"""The clocks of a case as rows: started, stopped and ended by the table of steps, and looked at by the queue."""

from collections.abc import Callable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.dateparse import parse_datetime

from complaints import clocks
from complaints.clocks import Stop
from complaints.facts import CaseClass, ClockName, InterimState, State
from complaints.models import Case, Clock
from complaints.rules.gathered import CaseFacts
from complaints.rules.gravity import is_grave
from complaints.states import AnyState, Only, Transition


def zone() -> ZoneInfo:
    """The association's zone, in which days are counted."""
    return ZoneInfo(settings.TIME_ZONE)


def fact(row: Clock) -> clocks.Clock:
    """A row as the rules have it."""
    stops = tuple(Stop(_instant(since), _instant(until) if until else None) for since, until in row.stops)
    return clocks.Clock(ClockName(row.name), row.started, row.days, row.hours, stops, row.ended)


def start(case: Case, name: ClockName, *, at: datetime, days: int | None = None) -> Clock:
    """Start a clock of a case; one of that name that runs goes on as it is. `days`: what a decision itself sets."""
    running = case.clocks.filter(name=name.value, ended=None).first()
    if running is not None:
        return running
    klass = CaseClass(case.klass) if case.klass else None
    made = clocks.start(name, at=at, klass=klass, danger=case.danger, days=days)
    return Clock.objects.create(
        case=case,
        name=name.value,
        round=case.round,
        started=at,
        days=made.days,
        hours=made.hours,
        due_at=clocks.due_at(made, zone()),
    )


def moved(case: Case, transition: Transition, facts: CaseFacts, *, after: AnyState, at: datetime) -> None:
    """What a step does to the clocks of its case, as its row says."""
    _each(case, transition.ends, lambda one: clocks.end(one, at=at))
    _each(case, transition.stops, lambda one: clocks.stop(one, at=at))
    _each(case, transition.resumes, lambda one: clocks.resume(one, at=at))
    for started in transition.starts:
        if WHEN[started.only](case, facts, after):
            start(case, started.clock, at=at)


def asked(case: Case, transition: Transition, *, at: datetime) -> None:
    """Somebody asks for a step: from now on an answer is due."""
    if transition.within is not None:
        start(case, transition.within, at=at)


def extend(case: Case, name: ClockName, days: int) -> None:
    """More days for a clock that runs."""
    _each(case, (name,), lambda one: clocks.extend(one, days))


def end(case: Case, *names: ClockName, at: datetime) -> None:
    """What these clocks waited for has come, or is waited for no longer."""
    _each(case, names, lambda one: clocks.end(one, at=at))


def _each(case: Case, names: Sequence[ClockName], change: Callable[[clocks.Clock], clocks.Clock]) -> None:
    for row in case.clocks.filter(name__in=[name.value for name in names], ended=None):
        _keep(row, change(fact(row)))


def _keep(row: Clock, changed: clocks.Clock) -> None:
    row.days, row.hours, row.ended = changed.days, changed.hours, changed.ended
    row.stops = [[stop.since.isoformat(), stop.until.isoformat() if stop.until else None] for stop in changed.stops]
    row.due_at = clocks.due_at(changed, zone())
    row.save(update_fields=["days", "hours", "ended", "stops", "due_at"])


def _instant(text: str) -> datetime:
    found = parse_datetime(text)
    if found is None:
        raise ValueError(f"{text} is no instant")
    return found


When = Callable[[Case, CaseFacts, AnyState], bool]
WHEN: dict[Only, When] = {
    Only.ALWAYS: lambda case, facts, after: True,
    Only.GRAVE: lambda case, facts, after: is_grave(facts) or case.klass == CaseClass.A,
    Only.EXTERNAL: lambda case, facts, after: case.danger or case.abuse,
    Only.OBLIGATIONS: lambda case, facts, after: case.obligations.filter(met_on=None, due_on__isnull=False).exists(),
    Only.TO_TRIAGE: lambda case, facts, after: after is State.TRIAGE,
    Only.TO_REVIEW: lambda case, facts, after: after is State.CASE_REVIEW,
    Only.GOES_ON: lambda case, facts, after: after is not InterimState.LIFTED,
}
