"""What the schedule asks of accounts."""

from celery import shared_task

from accounts import addresses, anchors, changes, exports, limits, sessions
from audit import clock


@shared_task(name="accounts.clear")
def clear() -> None:
    """What waited for its day is done; what has ended goes: log-ins, codes by mail, addresses of changes, copies of data."""
    sessions.SessionStore.clear_expired()
    addresses.clear(at=clock.real())
    changes.carry_out(at=clock.now())
    changes.clear(at=clock.now())
    exports.clear(at=clock.now())


@shared_task(name="accounts.purge_tries")
def purge_tries() -> None:
    """Forget the tries of spans that are over (accounts/limits.py)."""
    limits.purge(at=clock.now())


@shared_task(name="accounts.anchor")
def anchor() -> None:
    """The end of the ledger of today, once, and a warning where the last verification found something; asked for every hour."""
    anchors.make(at=clock.now())
    anchors.warn()
