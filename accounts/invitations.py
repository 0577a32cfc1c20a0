"""Inviting a person whose account the office made."""

from django.db import transaction

from accounts import actions
from accounts.models import User
from audit import log
from outbox import queue as outbox


class CannotInvite(ValueError):
    """The person has a password already, or may not log in."""

    def __init__(self, reasons: list[str]) -> None:
        self.reasons = reasons
        super().__init__("; ".join(reasons))


@transaction.atomic
def invite(user: User, *, by: User | None) -> None:
    """Send a link to set the first password; again sends another one. Raises CannotInvite."""
    user = User.objects.select_for_update().get(pk=user.pk)
    if reasons := _against(user):
        raise CannotInvite(reasons)
    entry = log.record(actions.INVITED, user, by=by)
    outbox.put("accounts.invitation", user.pk, key=f"invitation:{entry.uid}")


def _against(user: User) -> list[str]:
    reasons = []
    if user.has_usable_password():
        reasons.append("The person has a password already")
    if not user.is_active:
        reasons.append("The account may not log in")
    return reasons
