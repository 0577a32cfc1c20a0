"""What the schedule starts (config/celery.py)."""

from celery import shared_task

from audit import clock
from complaints import daily


@shared_task(name="complaints.tick")
def tick() -> int:
    """Take the steps of the calendar that are due, and say whose turn it is."""
    return daily.tick(at=clock.now())
