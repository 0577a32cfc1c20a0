"""What the schedule asks of accounts."""

from celery import shared_task

from accounts import limits
from audit import clock


@shared_task(name="accounts.purge_tries")
def purge_tries() -> None:
    """Forget the tries of spans that are over (accounts/limits.py)."""
    limits.purge(at=clock.now())
