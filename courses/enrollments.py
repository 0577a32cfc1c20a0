"""Runs through a course: starting, assigning, opening more attempts."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Max

from accounts.models import User
from accounts.rules import SOMEBODY_ELSE, has_conflict
from audit import log
from courses import actions
from courses.models import Accommodation, CoursePage, Enrollment


class CannotEnroll(Exception):
    """The course cannot be started; `reasons` says why, each in a sentence."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


class ReasonMissing(Exception):
    """Staff have to say why, because it stays on the record."""


def current(person: User, course: CoursePage) -> Enrollment | None:
    """The open run that a person is in; an assigned one before one of their own."""
    return Enrollment.objects.filter(person=person, course=course, closed_at=None).order_by("purpose", "pk").first()


def start(person: User, course: CoursePage, *, at: datetime) -> Enrollment:
    """The person's open run, begun now if there is none. Raises CannotEnroll for a course that is no longer offered."""
    return current(person, course) or _open(person, course, Enrollment.Purpose.OWN, by=person, at=at)


def assign(person: User, course: CoursePage, *, by: User, at: datetime) -> Enrollment:
    """A run that a decision asks for, beside the person's own; the open one if it was assigned before."""
    return _open(person, course, Enrollment.Purpose.ASSIGNED, by=by, at=at)


@transaction.atomic
def _open(person: User, course: CoursePage, purpose: Enrollment.Purpose, *, by: User, at: datetime) -> Enrollment:
    if course.retired_at is not None:
        raise CannotEnroll(["This course is no longer offered."])
    runs = Enrollment.objects.filter(person=person, course=course)
    if there := runs.filter(purpose=purpose, closed_at=None).first():
        return there
    number = (runs.aggregate(last=Max("number"))["last"] or 0) + 1
    try:
        with transaction.atomic():
            run = Enrollment.objects.create(person=person, course=course, number=number, purpose=purpose, opened_at=at)
    except IntegrityError:  # the same person, in another tab, a moment earlier
        return runs.get(purpose=purpose, closed_at=None)
    action = actions.RUN_ASSIGNED if purpose == Enrollment.Purpose.ASSIGNED else actions.RUN_STARTED
    log.record(action, run, by=by, course=course.key)
    return run


@transaction.atomic
def extend(run: Enrollment, *, attempts: int, reason: str, by: User, at: datetime, until: date | None = None) -> Accommodation:
    """Open more attempts at the final quiz of somebody else's run, for good or until a day.

    Raises ReasonMissing, and CannotEnroll for a closed run and for one's own.
    """
    if not reason.strip():
        raise ReasonMissing
    reasons = {
        "This run is closed. The person can start the course again.": run.closed_at is not None,
        SOMEBODY_ELSE: has_conflict(by=by.pk, about=run.person_id),
    }
    if against := [sentence for sentence, holds in reasons.items() if holds]:
        raise CannotEnroll(against)
    grant = Accommodation.objects.create(
        enrollment=run, kind=Accommodation.Kind.ATTEMPTS, attempts=attempts, reason=reason.strip(), by=by, recorded_at=at, ends_on=until
    )
    log.record(actions.ATTEMPTS_GRANTED, run, by=by, about=run.person, attempts=attempts, reason=reason.strip())
    return grant
