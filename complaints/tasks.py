"""What the scheduler asks complaints to do."""

from celery import shared_task

from audit import clock
from complaints import appointments, daily


@shared_task(name="complaints.settle_appointments")
def settle_appointments() -> int:
    """Note whose last appointment is over by its date."""
    return appointments.settle(on=clock.today())


@shared_task(name="complaints.tick")
def tick() -> int:
    """Take the steps of the calendar that are due, and say whose turn it is."""
    return daily.tick(at=clock.now())
