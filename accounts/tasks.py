"""What the schedule asks of accounts."""

from celery import shared_task

from accounts import addresses, limits, sessions
from audit import clock


@shared_task(name="accounts.clear")
def clear() -> None:
    """Log-ins that have ended, and codes by mail that no longer count, leave the database."""
    sessions.SessionStore.clear_expired()
    addresses.clear(at=clock.real())


@shared_task(name="accounts.purge_tries")
def purge_tries() -> None:
    """Forget the tries of spans that are over (accounts/limits.py)."""
    limits.purge(at=clock.now())
