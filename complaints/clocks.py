"""How long everything may take. Calendar days in the association's zone: no database, no reading of the time.

A due day ends at 23:59:59 there. Questions to the person who complains stop a clock; it goes on with the days that were left. A deadline
that is missed raises a task for somebody; it never moves a case.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from complaints.facts import CaseClass, ClockName


@dataclass(frozen=True, slots=True)
class Deadline:
    """`days`: calendar days after the day it starts; `hours`: exact hours instead. `grave_…`: for class A, and for danger now.

    `hard`: the day on which it is more than late. `longer`: days it can be extended by, `times` times. `grace`: days after the due day
    before anything follows. `warn`: days before the due day on which its owner is told.
    """

    why: str
    days: int | None = None
    hours: int | None = None
    grave_days: int | None = None
    grave_hours: int | None = None
    hard: int | None = None
    longer: int | None = None
    times: int = 0
    grace: int | None = None
    warn: tuple[int, ...] = (3, 0)

    @property
    def figures(self) -> set[int]:
        """Every figure of it, as a paper would print them."""
        given = (self.days, self.hours, self.grave_days, self.grave_hours, self.hard, self.longer, self.grace)
        return {figure for figure in given if figure is not None}


DEADLINES = {
    ClockName.ACKNOWLEDGE: Deadline("Silence hurts: the first human answer comes within 5 days, at the very latest 7.", days=5, hard=7),
    ClockName.TAKE: Deadline("Long enough for one absence; where somebody is in danger, one day.", days=3, grave_hours=24, warn=(1, 0)),
    ClockName.TRIAGE: Deadline("Reading, matching and mapping take days, not weeks; class A cannot wait.", days=10, grave_days=2),
    ClockName.DISMISSAL: Deadline("Whoever is turned away learns it soon; in class A two people look first.", days=10, grave_days=5),
    ClockName.INFO: Deadline("Two weeks to look for dates and messages; a reminder comes at half time.", days=14, warn=(7, 0)),
    ClockName.DISMISSAL_WINDOW: Deadline("A month to think about whether to ask for a review of the closing.", days=30, warn=()),
    ClockName.DISMISSAL_REVIEW: Deadline("One fresh reader, three weeks.", days=21),
    ClockName.NOTICE: Deadline("The coach learns of it a week after it was taken on.", days=7),
    ClockName.RESPONSE: Deadline("A month to answer in writing, two weeks more when asked for.", days=30, longer=14, times=1, warn=(7, 0)),
    ClockName.INVESTIGATION: Deadline("Two months for both sides and the evidence.", days=60, longer=30, times=2, warn=(14, 7, 0)),
    ClockName.REWORK: Deadline("A month for the questions of the reviewers.", days=30, warn=(7, 0)),
    ClockName.CASE_REVIEW: Deadline("Two readers, two weeks.", days=14),
    ClockName.PANEL: Deadline("Drawing, asking for conflicts, naming.", days=14),
    ClockName.CHALLENGE: Deadline("Both sides can say within a week that a member should not sit.", days=7, warn=()),
    ClockName.RULING: Deadline("A challenge holds everything up.", days=5, warn=(1, 0)),
    ClockName.HEARING: Deadline("Notice of three weeks fits into two months.", days=60, warn=(14, 7, 0)),
    ClockName.REPLACE: Deadline("A vacant seat holds everything up.", days=7),
    ClockName.VOTES: Deadline("Nobody votes on the day of the hearing, nobody forgets it either.", days=14),
    ClockName.DECISION: Deadline("Four weeks after the evidence closed the reasons are written.", days=28, warn=(7, 0)),
    ClockName.COUNTERSIGN: Deadline("The registrar checks the procedure, not the outcome.", days=7),
    ClockName.APPEAL_WINDOW: Deadline("A month after the decision counts as served.", days=30, warn=()),
    ClockName.APPEAL: Deadline("Three fresh people, two months.", days=60, warn=(14, 7, 0)),
    ClockName.OBLIGATION: Deadline("Two weeks of grace, because life happens.", grace=14, warn=(14, 3, 0)),
    ClockName.DISCHARGE: Deadline("Whoever has done everything does not wait for the office.", days=7),
    ClockName.BREACH: Deadline("Two readers, two weeks.", days=14),
    ClockName.WITHDRAWAL: Deadline("Nobody who wants out is left hanging.", days=10),
    ClockName.REDRAW: Deadline("A vacant seat holds everything up.", days=5, warn=(1, 0)),
    ClockName.UNMASK: Deadline("A name is asked for because something waits for it.", days=5, warn=(1, 0)),
    ClockName.EXTERNAL_REPORT: Deadline("A child, an elder or a life: yes or no within a day.", hours=24),
    ClockName.HOLD_REVIEW: Deadline("Nothing is held for ever by forgetting it.", days=180, warn=(30, 7, 0)),
    ClockName.ERASURE: Deadline("A month to look for a reason against it.", days=30, warn=(30, 7)),
    ClockName.INTERIM_QUESTION: Deadline("In class A yes or no within a day.", days=5, grave_hours=24, warn=(1, 0)),
    ClockName.INTERIM_DECISION: Deadline("The coach is heard first, with 48 hours' notice.", days=7, warn=(2, 0)),
    ClockName.INTERIM_HEARING: Deadline("An order without a hearing ends by itself after ten days.", days=10, warn=(7, 1)),
    ClockName.INTERIM_REVIEW: Deadline("After two weeks, then every 30 days.", days=14, longer=30, warn=(7, 1)),
    ClockName.REFERRAL: Deadline("Three fresh people within a month.", days=30),
    ClockName.REINSTATEMENT: Deadline("Three fresh people, two months.", days=60, warn=(14, 7, 0)),
}


# When a case closes or is joined with another, every clock of it ends but these.
OUTLIVE_THE_CASE = frozenset(
    {
        ClockName.DISMISSAL_WINDOW,
        ClockName.EXTERNAL_REPORT,
        ClockName.HOLD_REVIEW,
        ClockName.ERASURE,
        ClockName.REFERRAL,
        ClockName.REINSTATEMENT,
    }
)


@dataclass(frozen=True, slots=True)
class Stop:
    """The clock stood still from one instant to another; None: it still does."""

    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Clock:
    """A deadline that runs. Instants are aware; `days` or `hours` are those that hold for this case, extensions included."""

    name: ClockName
    started: datetime
    days: int | None = None
    hours: int | None = None
    stops: tuple[Stop, ...] = ()
    ended: datetime | None = None

    @property
    def is_stopped(self) -> bool:
        return any(stop.until is None for stop in self.stops)


def start(name: ClockName, *, at: datetime, klass: CaseClass | None = None, danger: bool = False, days: int | None = None) -> Clock:
    """The clock as it begins: shorter in class A and where somebody is in danger. `days` for what a decision itself sets."""
    deadline = DEADLINES[name]
    if days is not None:
        return Clock(name, at, days=days)
    grave = klass is CaseClass.A or danger
    hours = deadline.grave_hours if grave and deadline.grave_hours is not None else deadline.hours
    if hours is not None:
        return Clock(name, at, hours=hours)
    return Clock(name, at, days=deadline.grave_days if grave and deadline.grave_days is not None else deadline.days)


def stop(clock: Clock, *, at: datetime) -> Clock:
    """The clock stands still from now on; one that stands still or has ended stays as it is."""
    return clock if clock.is_stopped or clock.ended else replace(clock, stops=(*clock.stops, Stop(at)))


def resume(clock: Clock, *, at: datetime) -> Clock:
    """The clock goes on with the days that were left."""
    return replace(clock, stops=tuple(Stop(stop.since, stop.until or at) for stop in clock.stops))


def end(clock: Clock, *, at: datetime) -> Clock:
    """What it waited for has come; the first end stays."""
    return clock if clock.ended else replace(resume(clock, at=at), ended=at)


def extend(clock: Clock, days: int) -> Clock:
    """More days for a clock that counts days. Raises ValueError for one that counts hours."""
    if clock.days is None:
        raise ValueError(f"{clock.name.label} counts hours, which nobody extends")
    return replace(clock, days=clock.days + days)


def day_of(instant: datetime, zone: tzinfo) -> date:
    """The calendar day of an aware instant in a zone."""
    return instant.astimezone(zone).date()


def end_of(day: date, zone: tzinfo) -> datetime:
    """The last second of a day in a zone; where 23:59:59 comes twice, the later one."""
    return datetime.combine(day, time(23, 59, 59, fold=1), tzinfo=zone)


def due_day(clock: Clock, zone: tzinfo) -> date | None:
    """The last day that is in time; None while the clock stands still."""
    due = due_at(clock, zone)
    return day_of(due, zone) if due else None


def due_at(clock: Clock, zone: tzinfo) -> datetime | None:
    """The last instant that is in time; None while the clock stands still."""
    if clock.is_stopped:
        return None
    ended = [(stop.since, stop.until) for stop in clock.stops if stop.until]
    if clock.hours is not None:
        still = sum((until.astimezone(UTC) - since.astimezone(UTC) for since, until in ended), timedelta(0))
        return (clock.started.astimezone(UTC) + timedelta(hours=clock.hours) + still).astimezone(zone)
    still_days = sum((day_of(until, zone) - day_of(since, zone)).days for since, until in ended)
    return end_of(day_of(clock.started, zone) + timedelta(days=(clock.days or 0) + still_days), zone)


def is_overdue(clock: Clock, zone: tzinfo, *, at: datetime) -> bool:
    """Whether it waits longer than it may; never while it stands still, never after its end."""
    due = due_at(clock, zone)
    return due is not None and clock.ended is None and at.astimezone(UTC) >= due.astimezone(UTC) + timedelta(seconds=1)


def was_in_time(clock: Clock, zone: tzinfo) -> bool | None:
    """Whether what it waited for came in time; None while it has not come."""
    return None if clock.ended is None else not is_overdue(replace(clock, ended=None), zone, at=clock.ended)


def days_left(clock: Clock, zone: tzinfo, *, on: date) -> int | None:
    """Whole days to the due day, 0 on it, negative after it; None while the clock stands still or has ended."""
    due = due_day(clock, zone)
    return None if due is None or clock.ended else (due - on).days


def warning(clock: Clock, zone: tzinfo, *, on: date, warned: Collection[int] = (), steps: Sequence[int] | None = None) -> int | None:
    """The warning that is due, as days before the due day: the one reached last, once each. After an outage only the last one counts."""
    left = days_left(clock, zone, on=on)
    steps = DEADLINES[clock.name].warn if steps is None else steps
    reached = [step for step in steps if left is not None and 0 <= left <= step]
    return min(reached) if reached and not any(step <= min(reached) for step in warned) else None
