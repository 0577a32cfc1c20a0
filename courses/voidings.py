"""Declaring a version of a question bad: everybody who had it gets the point, and it is asked no more."""

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from django.db import transaction

from accounts.models import User
from accounts.rules import has_conflict
from audit import log
from courses import actions, attempts, makeups, papers
from courses.models import Attempt, MakeUp, QuestionVersion, Voiding

ANOTHER_AUTHOR = "This is about yourself, and nobody decides about themselves. Ask another author, or an administrator, to do it."


class CannotVoid(Exception):
    """The version stays as it is; `reasons` lists why."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


@dataclass(frozen=True, slots=True)
class Effect:
    """What declaring a version void would do; `lacking` is what its quiz would then lack to be taken, in words for an author."""

    had_it: list[Attempt]
    gain: list[Attempt]
    newly_passed: list[Attempt]
    put_right: list[MakeUp]
    lacking: list[str]

    def is_about(self, person: User) -> bool:
        """Whether something would change for this person: a point gained, or one that is sure in an attempt still open."""
        changing = [attempt for attempt in self.had_it if attempt.is_open or attempt in self.gain]
        changing += [makeup.attempt for makeup in self.put_right]
        return any(has_conflict(by=person.pk, about=attempt.enrollment.person_id) for attempt in changing)


def having(version: QuestionVersion) -> list[Attempt]:
    """The attempts whose paper asks this version."""
    found = (
        Attempt.objects.filter(module_id=version.data["module"])
        .exclude(outcome=Attempt.Outcome.UNUSED)
        .select_related("enrollment__person")
        .with_choices()
    )
    return [attempt for attempt in found if any(item["version"] == version.pk for item in attempt.items)]


def preview(version: QuestionVersion) -> Effect:
    """A dry run: who had the question, who would gain, who would pass. Changes nothing."""
    had_it = having(version)
    gain, newly_passed = [], []
    is_void = Voiding.objects.filter(version=version).exists()
    for attempt in (attempt for attempt in had_it if not attempt.is_open):
        place, item = next((n, item) for n, item in enumerate(attempt.items, 1) if item["version"] == version.pk)
        lost = 1 - papers.reveal(version.data, item["order"], attempt.choices.get(place, []), void=is_void).points
        if lost > 0:
            gain.append(attempt)
            if attempt.outcome == Attempt.Outcome.NOT_YET and (attempt.points or Fraction(0)) + lost >= attempt.paper["pass_points"]:
                newly_passed.append(attempt)
    return Effect(had_it, gain, newly_passed, makeups.waiting(version), _lacking(version))


def _lacking(version: QuestionVersion) -> list[str]:
    """A version that a newer one replaced is asked no more already."""
    question = version.question
    return question.module.shortage(without=question) if question.versions.last() == version else []


@transaction.atomic
def void(version: QuestionVersion, *, reason: str, by: User, at: datetime) -> Effect:
    """Give everybody who had this version the point, once. Completions may be added, never removed.

    Raises CannotVoid without a reason, and where something would change for who does it.
    """
    effect = preview(version)
    reasons = {"Say why: it stays on the record.": not reason.strip(), ANOTHER_AUTHOR: effect.is_about(by)}
    if against := [sentence for sentence, holds in reasons.items() if holds]:
        raise CannotVoid(against)
    _, new = Voiding.objects.get_or_create(version=version, defaults={"reason": reason.strip(), "by": by, "recorded_at": at})
    if not new:
        return effect
    log.record(actions.QUESTION_VOIDED, version, by=by, had_it=len(effect.had_it), newly_passed=len(effect.newly_passed))
    for attempt in effect.had_it:
        attempts.regrade(attempt, by=by, at=at)
    for makeup in effect.put_right:
        makeups.count_as_right(makeup, by=by, at=at)
    return effect
