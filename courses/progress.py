"""How far somebody has come: what is left, what stands before the quiz, where to go on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.db.models import Count, Exists, FilteredRelation, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from accounts.models import User
from audit import clock
from cms.models import Clause
from courses import makeups, outline, papers, rules
from courses.models import Accommodation, Attempt, Completion, CoursePage, Enrollment, LessonMark, LessonPage, ModulePage


class State(StrEnum):
    """Where a person stands in a course, in words for a page."""

    NOT_STARTED = "Not started yet"
    LEARNING = "Under way"
    READY = "The final quiz is open to you"
    SITTING = "Quiz under way, your answers are kept"
    WAITING = "Not yet; a pause before the next attempt"
    WITH_THE_OFFICE = "All attempts are used; the office opens the next one with you"
    TO_PUT_RIGHT = "Almost done; another question is to be answered"
    NOT_OPEN = "Everything is read and checked; the final quiz is not open at the moment"
    COMPLETED = "Completed"


AT_THE_FINAL = {
    State.READY: "Go on to the final quiz",
    State.SITTING: "Go on with the final quiz",
    State.WAITING: "Look at your attempts",
    State.WITH_THE_OFFICE: "Look at your attempts",
}


@dataclass(frozen=True, slots=True)
class Left:
    """What is left before the final quiz; `granted` are attempts that staff opened beyond the rule."""

    lessons: int
    checks: int
    granted: int = 0

    @property
    def anything(self) -> bool:
        return bool(self.lessons or self.checks)


@dataclass(frozen=True, slots=True)
class Duty:
    """A critical clause that waits to be put right, and where that is done."""

    clause: str
    title: str
    url: str


@dataclass(slots=True)
class Summary:
    """A person's way through one course at an instant. `url` is where to go on, `next_step` what the link there says.

    `completed_at` is the latest completion, of any run.
    """

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
    to_put_right: list[Duty]

    @property
    def is_blocked(self) -> bool:
        """Whether nothing can be done in the course today but look at it: a wait runs, or the office has the next step."""
        return self.state in (State.WAITING, State.WITH_THE_OFFICE, State.NOT_OPEN)

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


def is_complete_without_final(run: Enrollment, *, on: date) -> bool:
    """Whether everything is read and checked in a course of which an author said in words that this completes it."""
    return bool(run.course.without_final.strip()) and not run.course.finals().exists() and not left(run, on=on).anything


_AT_FINAL = Q(module__quiz=ModulePage.Quiz.FINAL)


def at_this_quiz(history: Sequence[Attempt], run: Enrollment, module: ModulePage) -> list[Attempt]:
    """Of a person's attempts, those of a run at a quiz. All final quizzes of a run are counted together, whichever was in use."""
    mine = [attempt for attempt in history if attempt.enrollment_id == run.pk]
    if module.is_final:
        return [attempt for attempt in mine if attempt.quiz == ModulePage.Quiz.FINAL]  # type: ignore[attr-defined]
    return [attempt for attempt in mine if attempt.module_id == module.pk]


def bars(run: Enrollment, module: ModulePage, attempts: Sequence[Attempt], *, at: datetime) -> list[rules.Bar]:
    """Everything that stands before a further attempt at this quiz. A check stands open, as often as one likes."""
    if not module.is_final:
        return [rules.Bar.CLOSED] if run.closed_at else []
    remaining = left(run, on=clock.day_of(at))
    return rules.bars(facts(run, attempts, remaining, at=at), at=at)


def in_force(day: date) -> Q:
    """Accommodations that were not taken back and have no end, or end on a later day or today."""
    return Q(taken_back_at=None) & (Q(ends_on=None) | Q(ends_on__gte=day))


def facts(run: Enrollment, attempts: Sequence[Attempt], left: Left, *, at: datetime) -> rules.Run:
    """What the rules need to know about the final quiz of a run; `attempts` are those at the final quiz."""
    counted = [attempt for attempt in attempts if attempt.outcome in (Attempt.Outcome.PASSED, Attempt.Outcome.NOT_YET)]
    granted = left.granted
    extra = sorted(attempt.started_at for attempt in counted)[run.course.attempts_allowed :]
    if extra:
        grants = [one.as_grant for one in run.accommodations.filter(kind=Accommodation.Kind.ATTEMPTS)]
        granted = rules.granted(grants, extra=extra, at=at)
    return rules.Run(
        closed=run.closed_at is not None,
        passed=any(attempt.outcome == Attempt.Outcome.PASSED for attempt in counted),
        lessons_left=left.lessons,
        checks_left=left.checks,
        used=len(counted),
        allowed=run.course.attempts_allowed,
        granted=granted,
        last_submitted=max((attempt.submitted_at for attempt in counted if attempt.submitted_at), default=None),
        wait_hours=rules.waits(run.course.wait_hours),
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
    """Everything about a person's way through a course, in five queries; some more while a critical clause waits."""
    found = list(runs(person, course, on=clock.day_of(at)))
    run = next((one for one in found if one.closed_at is None), None)
    completed = max((one.completion.completed_at for one in found if _completion(one)), default=None)
    plan = outline.of(course.path)
    shown = run or (max(found, key=lambda one: one.number) if found else None)
    attempts: list[Attempt] = []
    if shown:
        outline.mark(plan, list(LessonMark.objects.filter(enrollment=shown)))
        attempts = [*Attempt.objects.filter(enrollment=shown).annotate(at_final=_AT_FINAL).order_by("started_at")]
        outline.note_attempts(plan, attempts)
        for attempt in attempts:
            attempt.enrollment = shown
    sat = [attempt for attempt in attempts if attempt.at_final]  # type: ignore[attr-defined]
    lacking = Left(plan.lessons_left, plan.checks_left, shown.granted if shown else 0)  # type: ignore[attr-defined]
    known = facts(shown, sat, lacking, at=at) if shown else None
    barred = rules.bars(known, at=at) if known and plan.final else []
    state = _state(run, known, sat, barred, plan, done=completed is not None)
    waiting = duties(next(one for one in sat if one.outcome == Attempt.Outcome.PASSED)) if state is State.TO_PUT_RIGHT else []
    url, step = (waiting[0].url, f"Answer one more question on “{waiting[0].title}”") if waiting else _next(plan, state, sat)
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
        to_put_right=waiting,
    )


def at_lesson(person: User, course: int, lesson: LessonPage) -> tuple[list[LessonMark], bool]:
    """The marks of a lesson in a person's open runs through the course with this id; whether it is completed and no run is open."""
    marked = FilteredRelation("marks", condition=Q(marks__lesson=lesson))
    runs = Enrollment.objects.filter(person=person, course=course).annotate(mark=marked)
    found = list(runs.values_list("closed_at", "mark__read_at", "mark__digest"))
    still_open = [mark for closed_at, *mark in found if closed_at is None]
    marks = [LessonMark(lesson=lesson, read_at=read_at, digest=digest) for read_at, digest in still_open if read_at]
    return marks, bool(found) and not still_open


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
    if plan.lessons_left or plan.checks_left:
        return State.LEARNING
    if plan.final is None:
        return State.LEARNING if run.course.without_final.strip() else State.NOT_OPEN
    if rules.Bar.NO_ATTEMPT_LEFT in barred:
        return State.WITH_THE_OFFICE
    return State.WAITING if rules.Bar.WAIT in barred else State.READY


def _next(plan: outline.Outline, state: State, sat: list[Attempt]) -> tuple[str, str]:
    """Where to go on, and what the link there says: never a title alone, which may read as an order."""
    replaced = [attempt for attempt in sat if attempt.is_open and not (plan.final and plan.final.id == attempt.module_id)]
    if replaced and state is not State.COMPLETED:
        return replaced[0].address("review"), "Go on with your quiz"
    left = next((step for step in plan.steps() if not step.done), None)
    if left and state is not State.COMPLETED:
        return left.url, f"{'Begin' if state is State.NOT_STARTED else 'Go on'} with {left.words}"
    if plan.final and state in AT_THE_FINAL:
        return plan.final.quiz_url, AT_THE_FINAL[state]
    return plan.url, "Look at the course"


def duties(attempt: Attempt, marked: Sequence[papers.Shown] | None = None) -> list[Duty]:
    """What a passed final quiz leaves to put right; `marked` saves grading it again."""
    waiting = makeups.outstanding(attempt, marked)
    titles = dict(Clause.objects.filter(pk__in=waiting).values_list("pk", "title")) if waiting else {}
    return [Duty(clause, titles.get(clause, clause), attempt.address("again", clause)) for clause in waiting]
