"""Marks of lessons: read in a run, with the digest of what the lesson said."""

from datetime import datetime

from django.db import transaction

from audit import clock
from courses import completions, progress
from courses.models import Attempt, Enrollment, LessonMark, LessonPage


class Refused(Exception):
    """A lesson that cannot be marked; `reason` is a sentence for the person."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@transaction.atomic
def mark(run: Enrollment, lesson: LessonPage, *, at: datetime) -> LessonMark:
    """Mark a lesson as read as it stands now; read again, it notes what it says now. Raises Refused for a closed run, a foreign lesson."""
    if run.closed_at is not None:
        raise Refused("This run through the course is closed.")
    if not lesson.path.startswith(run.course.path):
        raise Refused("This lesson belongs to another course.")
    made, _ = LessonMark.objects.update_or_create(enrollment=run, lesson=lesson, defaults={"read_at": at, "digest": lesson.digest})
    if progress.is_complete_without_final(run, on=clock.day_of(at)):
        last = Attempt.objects.filter(enrollment=run, outcome=Attempt.Outcome.PASSED).order_by("submitted_at").last()
        if last is not None:
            completions.record(run, attempt=last, at=at)
    return made
