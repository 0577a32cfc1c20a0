"""What the schedule starts (config/celery.py)."""

from celery import shared_task

from audit import clock
from complaints import appointments


@shared_task(name="complaints.settle_appointments")
def settle_appointments() -> int:
    """Note whose last appointment is over by its date."""
    return appointments.settle(on=clock.today())
