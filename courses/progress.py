"""How far somebody has come: what is left, what stands before the quiz, where to go on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from accounts.models import User
from audit import clock
from courses import makeups, outline, rules
from courses.models import Accommodation, Attempt, Completion, CoursePage, Enrollment, LessonMark, LessonPage, ModulePage


class State(StrEnum):
    """Where a person stands in a course, in words for a page."""

    NOT_STARTED = "Not started yet"
    LEARNING = "Under way"
    READY = "The final quiz is open to you"
    SITTING = "Quiz under way, your answers are kept"
    WAITING = "Not yet; a pause before the next attempt"
    WITH_THE_OFFICE = "Not yet; the office opens the next attempt with you"
    TO_PUT_RIGHT = "Passed; something is left to put right"
    COMPLETED = "Completed"


@dataclass(frozen=True, slots=True)
class Left:
    """What is left before the final quiz; `granted` are attempts that staff opened beyond the rule."""

    lessons: int
    checks: int
    granted: int = 0

    @property
    def anything(self) -> bool:
        return bool(self.lessons or self.checks)


@dataclass(slots=True)
class Summary:
    """A person's way through one course at an instant. `url` is where to go on; `completed_at` is the latest completion, of any run."""

    course: CoursePage
    outline: outline.Outline
    run: Enrollment | None
    state: State
    url: str
    next_step: str
    lessons_done: int
    lessons_total: int
    checks_passed: int
    checks_total: int
    attempts_used: int
    attempts_allowed: int
    opens_at: datetime | None
    completed_at: datetime | None
    bars: list[rules.Bar]
    attempts: list[Attempt]

    @property
    def steps_done(self) -> int:
        return self.lessons_done + self.checks_passed + (self.state is State.COMPLETED and self.outline.final is not None)

    @property
    def steps_total(self) -> int:
        return self.lessons_total + self.checks_total + (self.outline.final is not None)


def left(run: Enrollment, *, on: date) -> Left:
    """What this run still lacks, and the attempts granted to it that are in force on a day: counted in the database, in one statement."""
    here = {"path__startswith": run.course.path, "live": True, "retired_at": None}
    passed = Attempt.objects.filter(enrollment=run, outcome=Attempt.Outcome.PASSED, module=OuterRef("pk"))
    lessons = LessonPage.objects.filter(**here).exclude(Exists(LessonMark.objects.filter(enrollment=run, lesson=OuterRef("pk"))))
    checks = ModulePage.objects.filter(**here, quiz=ModulePage.Quiz.CHECK, draw__gt=0).exclude(Exists(passed))
    counted = Enrollment.objects.filter(pk=run.pk).annotate(lessons=_number_of(lessons), checks=_number_of(checks), granted=granted(on))
    return Left(*counted.values_list("lessons", "checks", "granted").get())


def _number_of(rows: QuerySet[Any]) -> Coalesce:
    """How many rows these are, as a part of another statement."""
    return Coalesce(Subquery(rows.order_by().annotate(all=Value(1)).values("all").annotate(n=Count("*")).values("n")), 0)


def granted(on: date) -> Coalesce:
    """The attempts granted to a run beyond the rule, as a part of a statement on runs."""
    grants = Accommodation.objects.filter(in_force(on), enrollment=OuterRef("pk")).order_by().values("enrollment")
    return Coalesce(Subquery(grants.annotate(n=Sum("attempts")).values("n")), 0)


def has_no_final(course: CoursePage) -> bool:
    """Such a course is complete when everything is read and checked."""
    return not ModulePage.objects.filter(path__startswith=course.path, quiz=ModulePage.Quiz.FINAL, live=True, retired_at=None).exists()


def bars(run: Enrollment, module: ModulePage, attempts: Sequence[Attempt], *, at: datetime) -> list[rules.Bar]:
    """Everything that stands before a further attempt at this quiz. A check stands open, as often as one likes."""
    if not module.is_final:
        return [rules.Bar.CLOSED] if run.closed_at else []
    remaining = left(run, on=clock.day_of(at))
    return rules.bars(facts(run, attempts, remaining.lessons, remaining.checks, remaining.granted), at=at)


def in_force(day: date) -> Q:
    """Accommodations that have no end, or end on a later day or today."""
    return Q(ends_on=None) | Q(ends_on__gte=day)


def facts(run: Enrollment, attempts: Sequence[Attempt], lessons_left: int, checks_left: int, granted: int) -> rules.Run:
    """What the rules need to know about the final quiz of a run; `attempts` are those at the final quiz."""
    counted = [attempt for attempt in attempts if attempt.outcome in (Attempt.Outcome.PASSED, Attempt.Outcome.NOT_YET)]
    return rules.Run(
        closed=run.closed_at is not None,
        passed=any(attempt.outcome == Attempt.Outcome.PASSED for attempt in counted),
        lessons_left=lessons_left,
        checks_left=checks_left,
        used=len(counted),
        allowed=run.course.attempts_allowed,
        granted=granted,
        last_submitted=max((attempt.submitted_at for attempt in counted if attempt.submitted_at), default=None),
        wait_hours=run.course.wait_hours,
    )


def runs(person: User, course: CoursePage, *, on: date) -> QuerySet[Enrollment]:
    """A person's runs through a course, the one in use first, each with its completion and the attempts granted."""
    return (
        Enrollment.objects.filter(person=person, course=course)
        .select_related("completion", "course")
        .annotate(granted=granted(on))
        .order_by("closed_at", "purpose", "-pk")
    )


def summary(person: User, course: CoursePage, *, at: datetime) -> Summary:
    """Everything about a person's way through a course, in five queries; seven when a critical clause waits."""
    found = list(runs(person, course, on=clock.day_of(at)))
    run = next((one for one in found if one.closed_at is None), None)
    completed = max((one.completion.completed_at for one in found if _completion(one)), default=None)
    plan = outline.of(course.path)
    shown = run or (max(found, key=lambda one: one.number) if found else None)
    attempts = []
    if shown:
        outline.mark(plan, list(LessonMark.objects.filter(enrollment=shown)))
        attempts = list(Attempt.objects.filter(enrollment=shown).order_by("started_at"))
        outline.note_attempts(plan, attempts)
    finals = [attempt for attempt in attempts if plan.final and attempt.module_id == plan.final.id]
    known = facts(shown, finals, plan.lessons_left, plan.checks_left, shown.granted) if shown else None  # type: ignore[attr-defined]
    barred = rules.bars(known, at=at) if known and plan.final else []
    state = _state(run, known, finals, barred, plan, done=completed is not None)
    url, step = _next(plan, state)
    return Summary(
        course=course,
        outline=plan,
        run=run,
        state=state,
        url=url,
        next_step=step,
        lessons_done=len(plan.lessons) - plan.lessons_left,
        lessons_total=len(plan.lessons),
        checks_passed=len(plan.checks) - plan.checks_left,
        checks_total=len(plan.checks),
        attempts_used=known.used if known else 0,
        attempts_allowed=(known.allowed + known.granted) if known else course.attempts_allowed,
        opens_at=rules.opens_at(known) if known and state is State.WAITING else None,
        completed_at=completed,
        bars=barred,
        attempts=attempts,
    )


def _completion(run: Enrollment) -> Completion | None:
    return getattr(run, "completion", None)


def _state(
    run: Enrollment | None, known: rules.Run | None, finals: list[Attempt], barred: list[rules.Bar], plan: outline.Outline, *, done: bool
) -> State:
    if run is None or known is None:
        return State.COMPLETED if done else State.NOT_STARTED
    if known.passed:
        return State.TO_PUT_RIGHT
    if any(attempt.is_open for attempt in finals):
        return State.SITTING
    if plan.final is None or plan.lessons_left or plan.checks_left:
        return State.LEARNING
    if rules.Bar.NO_ATTEMPT_LEFT in barred:
        return State.WITH_THE_OFFICE
    return State.WAITING if rules.Bar.WAIT in barred else State.READY


def _next(plan: outline.Outline, state: State) -> tuple[str, str]:
    """Where to go on, and what that is called."""
    if state is State.COMPLETED:
        return plan.url, plan.title
    for url, title, done in plan.steps():
        if not done:
            return url, title
    return (plan.final.quiz_url, plan.final.title) if plan.final else (plan.url, plan.title)


def outstanding(summary: Summary) -> list[str]:
    """The critical clauses that wait to be put right, where the final quiz is passed."""
    passed = [attempt for attempt in summary.attempts if attempt.outcome == Attempt.Outcome.PASSED]
    final = summary.outline.final
    return [clause for attempt in passed if final and attempt.module_id == final.id for clause in makeups.outstanding(attempt)]
