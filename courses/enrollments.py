"""Runs through a course: starting, assigning, opening more attempts."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Max, QuerySet

from accounts.models import User
from accounts.rules import SOMEBODY_ELSE, has_conflict
from audit import clock, log
from courses import actions
from courses.models import Accommodation, CoursePage, Enrollment


class CannotEnroll(Exception):
    """The course cannot be started; `reasons` says why, each in a sentence."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


COMPLETED = "You completed this course. To go through it once more, choose “Take the course again” on its page."


class ReasonMissing(Exception):
    """Staff have to say why, because it stays on the record."""


def open_runs(person: User, course: CoursePage) -> QuerySet[Enrollment]:
    """The open runs of a person through a course, the one in use first: an assigned one before one of their own."""
    return Enrollment.objects.filter(person=person, course=course, closed_at=None).order_by("purpose", "pk")


def current(person: User, course: CoursePage) -> Enrollment | None:
    """The open run that a person is in."""
    return open_runs(person, course).first()


def start(person: User, course: CoursePage, *, at: datetime, again: bool = False) -> Enrollment:
    """The person's open run, begun now if there is none. Whoever completed the course begins another run only by saying so: `again`.

    Raises CannotEnroll for a course that is no longer offered, and for a completed one that was not asked for again.
    """
    if run := current(person, course):
        return run
    if not again and Enrollment.objects.filter(person=person, course=course, closed_at__isnull=False).exists():
        raise CannotEnroll([COMPLETED])
    return _open(person, course, Enrollment.Purpose.OWN, by=person, at=at)


def is_through(person: User, course_path: str) -> bool:
    """Whether a person completed the course at this place in the page tree and is in no run through it now."""
    closed = Enrollment.objects.filter(person=person, course__path=course_path).values_list("closed_at", flat=True)
    return bool(closed) and None not in closed


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
def extend(
    run: Enrollment, *, attempts: int, reason: str, by: User, at: datetime, until: date | None = None, key: str = ""
) -> Accommodation:
    """Open more attempts at the final quiz of somebody else's run, for good or up to and with a day.

    A second call with the key of a form finds what the first one opened.
    Raises ReasonMissing, and CannotEnroll for a closed run, for a day that is over and for one's own run.
    """
    if not reason.strip():
        raise ReasonMissing
    run = Enrollment.objects.select_for_update(of=("self",)).select_related("person").get(pk=run.pk)
    if key and (there := run.accommodations.filter(key=key).first()):
        return there
    reasons = {
        "This run is closed. The person can start the course again.": run.closed_at is not None,
        "The last day has to be today or later.": until is not None and until < clock.day_of(at),
        SOMEBODY_ELSE: has_conflict(by=by.pk, about=run.person_id),
    }
    if against := [sentence for sentence, holds in reasons.items() if holds]:
        raise CannotEnroll(against)
    grant = run.accommodations.create(
        kind=Accommodation.Kind.ATTEMPTS, attempts=attempts, reason=reason.strip(), by=by, recorded_at=at, ends_on=until, key=key
    )
    log.record(actions.ATTEMPTS_GRANTED, run, by=by, about=run.person, attempts=attempts, until=until, reason=reason.strip())
    return grant


@transaction.atomic
def take_back(grant: Accommodation, *, reason: str, by: User, at: datetime) -> None:
    """Close what is left of attempts that were opened for somebody else; taken back already, nothing happens. What was begun stays.

    Raises ReasonMissing, and CannotEnroll for a run of one's own.
    """
    if not reason.strip():
        raise ReasonMissing
    if has_conflict(by=by.pk, about=grant.enrollment.person_id):
        raise CannotEnroll([SOMEBODY_ELSE])
    still_open = Accommodation.objects.filter(pk=grant.pk, kind=Accommodation.Kind.ATTEMPTS, taken_back_at=None)
    if still_open.update(taken_back_at=at):
        run = grant.enrollment
        log.record(actions.ATTEMPTS_TAKEN_BACK, run, by=by, about=run.person, attempts=grant.attempts, reason=reason.strip())
