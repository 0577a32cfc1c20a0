"""Completions: made once a run, never removed."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from accounts.rules import SOMEBODY_ELSE, has_conflict
from audit import clock, log
from cms import code
from courses import actions
from courses.enrollments import CannotEnroll, ReasonMissing
from courses.models import Accommodation, Attempt, Completion, Enrollment


def of(person: User, course_key: str | None = None) -> QuerySet[Completion]:
    """A person's completions, earliest first; of one course if its key is given."""
    found = Completion.objects.filter(person=person).select_related("course", "edition").order_by("completed_at", "pk")
    return found if course_key is None else found.filter(course__key=course_key)


@transaction.atomic(savepoint=False)
def record(run: Enrollment, *, attempt: Attempt, at: datetime, after: Sequence[log.Note] = ()) -> Completion:
    """Complete a run by its final quiz, or by its last check where an author decided so in words, and close it. Twice is once.

    `after` is what led to it and is not in the ledger yet: it is written here, before the completion.
    """
    if not _close(run, at):
        log.write(*after)
        return Completion.objects.get(enrollment=run)
    made = Completion.objects.create(**_facts(run, at), attempt=attempt, **_by(attempt, run))
    log.write(*after, log.note(actions.COURSE_COMPLETED, run, by=run.person, attempt=attempt.number))
    return made


@transaction.atomic
def record_otherwise(run: Enrollment, *, reason: str, by: User, at: datetime) -> Completion:
    """Complete a run by another route that staff vouch for, such as a live session. Raises ReasonMissing, CannotEnroll for one's own."""
    if not reason.strip():
        raise ReasonMissing
    if has_conflict(by=by.pk, about=run.person_id):
        raise CannotEnroll([SOMEBODY_ELSE])
    if not _close(run, at):
        return Completion.objects.get(enrollment=run)
    made = Completion.objects.create(**_facts(run, at), route=Completion.Route.OTHER)
    Accommodation.objects.create(
        enrollment=run, kind=Accommodation.Kind.OTHER_ROUTE, reason=reason.strip(), by=by, recorded_at=at, ends_on=clock.day_of(at)
    )
    log.record(actions.COMPLETED_OTHERWISE, run, by=by, about=run.person, reason=reason.strip())
    return made


def _facts(run: Enrollment, at: datetime) -> dict[str, object]:
    edition = run.course.reviewed_edition or code.edition_in_force(on=clock.day_of(at))
    return {"enrollment": run, "person": run.person, "course": run.course, "completed_at": at, "edition": edition}


def _by(attempt: Attempt, run: Enrollment) -> dict[str, object]:
    if attempt.module.is_final:
        return {"route": Completion.Route.QUIZ}
    return {"route": Completion.Route.READ, "without_final": run.course.without_final.strip()}


def _close(run: Enrollment, at: datetime) -> bool:
    """Close a run; answers whether this call did, which one call alone can, and that one writes the completion."""
    closed = Enrollment.objects.filter(pk=run.pk, closed_at=None).update(closed_at=at)
    run.closed_at = run.closed_at or at
    return closed == 1
