"""Putting right what was missed: another question on each critical clause, until one is right."""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.models import User
from audit import log
from courses import actions, completions, papers, rules
from courses.models import Attempt, MakeUp, QuestionVersion


class Refused(Exception):
    """An answer that is not accepted; `reason` is a sentence for the person."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def outstanding(attempt: Attempt, marked: Sequence[papers.Shown] | None = None) -> list[str]:
    """The critical clauses of a passed final quiz that wait to be put right; `marked` saves grading it again."""
    shown = papers.marked(attempt) if marked is None else marked
    missed = dict.fromkeys(one.clauses[0] for one in shown if one.critical and not one.full)
    settled = set(attempt.makeups.filter(right=True).values_list("clause", flat=True)) if missed else set()
    return [clause for clause in missed if clause not in settled]


@transaction.atomic
def ask(attempt: Attempt, clause: str, *, at: datetime) -> MakeUp:
    """The open question on a missed clause, or a new one: unseen ones first, then those seen longest ago. Raises Refused."""
    attempt = Attempt.objects.select_for_update(of=("self",)).select_related("enrollment__course").get(pk=attempt.pk)
    if attempt.outcome != Attempt.Outcome.PASSED or clause not in outstanding(attempt):
        raise Refused("There is nothing to put right here.")
    asked = attempt.makeups.filter(clause=clause)
    if there := asked.filter(answered_at=None).select_related("version").first():
        return there
    number = asked.count() + 1
    version = _next(attempt, clause, seed=attempt.pk * 100 + number)
    order = papers.order(version.data, attempt.pk * 100 + number)
    try:
        with transaction.atomic():
            return MakeUp.objects.create(attempt=attempt, clause=clause, number=number, version=version, order=order, asked_at=at)
    except IntegrityError:  # another tab was a moment earlier
        return asked.select_related("version").get(answered_at=None)


def _next(attempt: Attempt, clause: str, *, seed: int) -> QuestionVersion:
    """Another question on the clause, from either pool; the missed ones themselves only when there is no other."""
    had = QuestionVersion.objects.in_bulk([item["version"] for item in attempt.items])
    on_paper = {version.question_id for version in had.values()}
    pool = papers.on(attempt.enrollment.course, clause)
    others = [version for version in pool if version.question_id not in on_paper] or pool
    if not others:
        missed = QuestionVersion.objects.filter(pk__in=had, voiding=None)
        return next(version for version in missed if version.data["clauses"][0] == clause)
    had_when = papers.seen(attempt.enrollment, papers.history(attempt.enrollment))
    (chosen,) = rules.draw(papers.as_items(others, had_when), rules.Blueprint(size=1, sections={}), seed=seed)
    return next(version for version in others if version.pk == chosen.version)


@transaction.atomic
def answer(makeup: MakeUp, choice: Sequence[str], *, by: User, at: datetime) -> MakeUp:
    """Answer the open question; the run is completed once every missed clause is right. Raises Refused."""
    attempt = (
        Attempt.objects.select_for_update(of=("self",)).select_related("enrollment__course", "enrollment__person").get(pk=makeup.attempt_id)
    )
    makeup = MakeUp.objects.select_related("version__voiding").get(pk=makeup.pk)
    data = makeup.version.data
    if makeup.answered_at is not None:
        raise Refused("You answered this question already.")
    if reason := rules.misfit(data["type"], makeup.order, choice):
        raise Refused(reason)
    makeup.choice, makeup.answered_at = list(choice), at
    makeup.right = makeup.is_void or rules.grade(data["type"], papers.right(data), choice) == 1
    makeup.save(update_fields=["choice", "answered_at", "right"])
    if makeup.right:
        _put_right(makeup, attempt, by=by, at=at)
    return makeup


def waiting(version: QuestionVersion) -> list[MakeUp]:
    """The questions to put right that ask this version, answered wrong or still open, where the clause still waits."""
    asked = MakeUp.objects.filter(version=version).exclude(right=True).select_related("attempt__enrollment").order_by("pk")
    return [makeup for makeup in asked if makeup.clause in outstanding(makeup.attempt)]


@transaction.atomic
def count_as_right(makeup: MakeUp, *, by: User, at: datetime) -> None:
    """Put a clause right because its question was withdrawn; put right meanwhile, nothing happens. The run is completed as by an answer."""
    attempt = (
        Attempt.objects.select_for_update(of=("self",)).select_related("enrollment__course", "enrollment__person").get(pk=makeup.attempt_id)
    )
    makeup = MakeUp.objects.get(pk=makeup.pk)
    if makeup.clause not in outstanding(attempt):
        return
    makeup.right, makeup.answered_at = True, makeup.answered_at or at
    makeup.save(update_fields=["right", "answered_at"])
    _put_right(makeup, attempt, by=by, at=at)


def _put_right(makeup: MakeUp, attempt: Attempt, *, by: User, at: datetime) -> None:
    put_right = log.note(actions.CLAUSE_PUT_RIGHT, attempt, by=by, clause=makeup.clause, tries=makeup.number)
    if not outstanding(attempt) and attempt.enrollment.closed_at is None:
        completions.record(attempt.enrollment, attempt=attempt, at=at, after=[put_right])
    else:
        log.write(put_right)
