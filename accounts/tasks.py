"""What the schedule asks of accounts."""

from celery import shared_task

from accounts import addresses, anchors, changes, limits, sessions
from audit import clock


@shared_task(name="accounts.clear")
def clear() -> None:
    """Log-ins that have ended, codes by mail that no longer count, and addresses of old changes leave the database."""
    sessions.SessionStore.clear_expired()
    addresses.clear(at=clock.real())
    changes.clear(at=clock.now())


@shared_task(name="accounts.purge_tries")
def purge_tries() -> None:
    """Forget the tries of spans that are over (accounts/limits.py)."""
    limits.purge(at=clock.now())


@shared_task(name="accounts.anchor")
def anchor() -> None:
    """The end of the ledger of today, once, and a warning where the last verification found something; asked for every hour."""
    anchors.make(at=clock.now())
    anchors.warn()
