"""What the schedule starts (config/celery.py)."""

from celery import shared_task

from audit import clock
from certification import reminders


@shared_task(name="certification.remind")
def remind() -> int:
    """Put the reminders that are due into the outbox."""
    return reminders.remind(on=clock.today())
