"""Attempts at a quiz: a paper frozen at the start, answers saved one by one, graded once."""

from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from audit import clock, log
from courses import actions, completions, enrollments, makeups, papers, progress, rules
from courses.models import Answer, Attempt, CoursePage, Enrollment, ModulePage
from courses.rules import Bar

AS_IT_STOOD = "It was handed in as it stood then; what was saved by that day counts."


class NotYet(Exception):
    """The quiz cannot begin; `bars` are all the reasons."""

    def __init__(self, bars: Sequence[Bar]) -> None:
        super().__init__(" ".join(bars))
        self.bars = list(bars)


class Refused(Exception):
    """An answer or a submission that is not accepted; `reason` is a sentence for the person."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def start(run: Enrollment, module: ModulePage, *, at: datetime) -> Attempt:
    """The open attempt, or a new one on a fresh paper. Raises NotYet with everything that stands before it, and rules.PoolTooSmall."""
    return _begun(_start(Enrollment.objects.filter(pk=run.pk), module, at=at))


def begin(person: User, course: CoursePage, module: ModulePage, *, at: datetime) -> Attempt:
    """As `start`, in the run that a person is in, begun now if there is none. Raises enrollments.CannotEnroll as well."""
    begun = _start(enrollments.open_runs(person, course), module, at=at)
    return start(enrollments.start(person, course, at=at), module, at=at) if begun is None else _begun(begun)


def _begun(begun: Attempt | list[Bar] | None) -> Attempt:
    if isinstance(begun, Attempt):
        return begun
    raise NotYet(begun or [])


@transaction.atomic
def _start(runs: QuerySet[Enrollment], module: ModulePage, *, at: datetime) -> Attempt | list[Bar] | None:
    """The attempt, or what stands before it: told, not raised, so that an attempt whose days are over stays handed in. None: no run."""
    # One tab at a time: whoever waited here finds the attempt that the other has begun.
    run = runs.select_for_update(of=("self",)).select_related("course", "person").first()
    if run is None:
        return None
    history = papers.history(run)
    earlier = progress.at_this_quiz(history, run, module)
    there = next((attempt for attempt in earlier if attempt.is_open), None)
    if there:
        there.enrollment = run
    if there and not settle(there, at=at):
        return there
    if there:
        run.refresh_from_db(fields=["closed_at"])
    if barred := progress.bars(run, module, earlier, at=at):
        return barred
    number = max((attempt.number for attempt in earlier if attempt.module_id == module.pk), default=0) + 1
    paper = {**papers.freeze(module, papers.seen(run, history), seed=run.pk * 1000 + number), "open_days": run.course.open_days}
    attempt = Attempt.objects.create(enrollment=run, module=module, number=number, paper=paper, started_at=at)
    attempt.choices = {}
    log.record(actions.ATTEMPT_STARTED, attempt, by=run.person, quiz=module.key, number=number)
    return attempt


def answer(attempt: Attempt, position: int, choice: Sequence[str], *, at: datetime) -> None:
    """Save one answer, counted from 1. Raises Refused for a closed attempt, a question not on the paper, or a choice that is no answer."""
    save(attempt, {position: list(choice)}, at=at)


def save(attempt: Attempt, choices: dict[int, list[str]], *, at: datetime) -> None:
    """Save several answers at once, all or none. In a check an answer stays as given, because its reasons are shown."""
    if settle(attempt, at=at):
        raise Refused(f"The days of this attempt are over. {AS_IT_STOOD}")
    _save(attempt, choices, at=at)


@transaction.atomic
def _save(attempt: Attempt, choices: dict[int, list[str]], *, at: datetime) -> None:
    in_hand, attempt = attempt, Attempt.objects.select_for_update(of=("self",)).select_related("module").get(pk=attempt.pk)
    if not attempt.is_open:
        raise Refused("These answers were handed in already and cannot be changed.")
    if any(not 1 <= position <= len(attempt.items) for position in choices):
        raise Refused("This question is not part of your paper.")
    if not attempt.module.is_final and attempt.answers.filter(position__in=choices).exists():
        raise Refused("You answered this question already.")
    for position, data in in_hand.questions(*choices).items():
        if reason := rules.misfit(data["type"], attempt.items[position - 1]["order"], choices[position]):
            raise Refused(reason)
    Answer.objects.bulk_create(
        [Answer(attempt=attempt, position=position, choice=choice, saved_at=at) for position, choice in choices.items()],
        update_conflicts=True,
        update_fields=["choice", "saved_at"],
        unique_fields=["attempt", "position"],
    )
    in_hand.forget_choices()


@transaction.atomic
def submit(attempt: Attempt, *, by: User | None, at: datetime) -> Attempt:
    """Grade the paper as it stands, and complete the run if nothing else is missing. Handing in twice is handing in once.

    After its days it counts as handed in when they were over, and one without any answer is put aside and does not count.
    Raises Refused when nothing was answered before that.
    """
    attempt = (
        Attempt.objects.select_for_update(of=("self",))
        .select_related("module", "enrollment__course", "enrollment__person")
        .get(pk=attempt.pk)
    )
    if not attempt.is_open:
        return attempt
    is_over = attempt.is_over(at=at)
    at, by = (attempt.closes_at, None) if is_over else (at, by)
    marked = papers.marked(attempt)
    if not any(shown.answered for shown in marked):
        if is_over:
            return _put_aside(attempt, at=at)
        raise Refused("Nothing is answered yet. Answer at least one question first.")
    _close(attempt, total(marked), at=at)
    handed_in = log.note(actions.ATTEMPT_SUBMITTED, attempt, by=by, points=str(attempt.points), outcome=attempt.outcome)
    _conclude(attempt, marked, at=at, after=handed_in)
    return attempt


def total(marked: Sequence[papers.Shown]) -> Fraction:
    """Points of a whole paper, exactly. What is void counts as right."""
    return sum((shown.points for shown in marked), start=Fraction(0))


def _close(attempt: Attempt, points: Fraction, *, at: datetime) -> None:
    passed = points >= attempt.paper["pass_points"]
    attempt.points, attempt.submitted_at = points, attempt.submitted_at or at
    attempt.outcome = Attempt.Outcome.PASSED if passed else Attempt.Outcome.NOT_YET
    attempt.save(update_fields=["points", "submitted_at", "outcome"])


def _conclude(attempt: Attempt, marked: Sequence[papers.Shown], *, at: datetime, after: log.Note) -> None:
    """Tell the ledger of an attempt, and complete the run if this passed attempt was the last thing missing."""
    if _completes(attempt, marked, at=at):
        completions.record(attempt.enrollment, attempt=attempt, at=at, after=[after])
    else:
        log.write(after)


def _completes(attempt: Attempt, marked: Sequence[papers.Shown], *, at: datetime) -> bool:
    if attempt.outcome != Attempt.Outcome.PASSED or attempt.enrollment.closed_at is not None:
        return False
    if attempt.module.is_final:
        return not makeups.outstanding(attempt, marked)
    return progress.is_complete_without_final(attempt.enrollment, on=clock.day_of(at))


def _put_aside(attempt: Attempt, *, at: datetime) -> Attempt:
    attempt.outcome, attempt.submitted_at, attempt.points = Attempt.Outcome.UNUSED, at, Fraction(0)
    attempt.save(update_fields=["outcome", "submitted_at", "points"])
    return attempt


def settle(attempt: Attempt, *, at: datetime) -> bool:
    """Write down that an attempt is handed in, where its days are over; answers whether that was so now. The date decides, not the call."""
    if not attempt.is_over(at=at):
        return False
    closed = submit(attempt, by=None, at=at)
    attempt.outcome, attempt.submitted_at, attempt.points = closed.outcome, closed.submitted_at, closed.points
    return True


def close_stale(*, at: datetime) -> int:
    """Write down of every attempt whose days are over that it is handed in; answers how many."""
    still_open = Attempt.objects.filter(submitted_at=None).select_related("enrollment__course")
    return sum(settle(attempt, at=at) for attempt in still_open)


@transaction.atomic
def regrade(attempt: Attempt, *, by: User, at: datetime) -> None:
    """Grade a closed attempt again after a question was void. A pass never becomes less."""
    attempt = (
        Attempt.objects.select_for_update(of=("self",))
        .select_related("module", "enrollment__course", "enrollment__person")
        .get(pk=attempt.pk)
    )
    before = attempt.outcome
    if attempt.is_open or before == Attempt.Outcome.UNUSED:
        return
    marked = papers.marked(attempt)
    _close(attempt, max(total(marked), attempt.points or Fraction(0)), at=at)
    graded = log.note(actions.ATTEMPT_REGRADED, attempt, by=by, points=str(attempt.points), before=before, outcome=attempt.outcome)
    _conclude(attempt, marked, at=at, after=graded)
