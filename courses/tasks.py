"""What the clock starts in courses."""

from celery import shared_task

from audit import clock
from courses import attempts


@shared_task(name="courses.close_stale_attempts")
def close_stale_attempts() -> None:
    """Hand in attempts that have been open for too long, as they stand."""
    attempts.close_stale(at=clock.now())
