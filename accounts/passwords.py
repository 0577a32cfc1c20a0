"""Setting, changing and asking for a password."""

from datetime import datetime

from django.db import transaction

from accounts import actions, sessions
from accounts.models import User
from audit import log
from outbox import queue as outbox


def send_link(email: str, *, at: datetime) -> None:
    """Send a link to whoever logs in with `email`, at most one in ten minutes; an address that nobody has changes nothing."""
    user = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    if user is not None:
        outbox.put("accounts.password_link", user.pk, key=f"password_link:{user.pk}:{int(at.timestamp()) // 600}")


@transaction.atomic
def set_by_link(user: User, password: str) -> None:
    """Set the password of whoever followed a link. Every other open session of the account ends."""
    told = user.has_usable_password()
    _store(user, password)
    sessions.end_all(user, by=user)
    entry = log.record(actions.PASSWORD_SET, user, by=user)
    if told:
        outbox.put("accounts.password_changed", user.pk, key=f"password_changed:{entry.uid}")


@transaction.atomic
def change(user: User, password: str, *, session: str | None = None) -> None:
    """Change the password of a person who just gave the old one. Every session ends, but for that with the key `session`."""
    _store(user, password)
    sessions.end_all(user, by=user, but=session)
    entry = log.record(actions.PASSWORD_CHANGED, user, by=user)
    outbox.put("accounts.password_changed", user.pk, key=f"password_changed:{entry.uid}")


def _store(user: User, password: str) -> None:
    user.set_password(password)
    user.save(update_fields=["password"])
