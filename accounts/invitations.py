"""Inviting a person whose account the office made."""

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, Q
from django.db.models.functions import Cast

from accounts import actions
from accounts.models import User
from audit import log
from audit.models import Entry
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
    if user.erased_at is not None:
        return ["This account was erased"]
    if user.has_usable_password():
        reasons.append("The person has a password already")
    if not user.is_active:
        reasons.append("The account may not log in")
    return reasons


def reachable(path: str = "") -> Q:
    """A condition for people, or for rows that lead to one by `path`, such as "holder": may log in, and has a password or was invited.

    Whoever was brought in by an import and not invited yet gets no letter.
    """
    of = f"{path}__" if path else ""
    kind = User._meta.label_lower
    invited = Entry.objects.filter(action=actions.INVITED.name, subject_kind=kind, subject_id=Cast(OuterRef(path or "pk"), CharField()))
    waits = Q(**{f"{of}password__startswith": UNUSABLE_PASSWORD_PREFIX})
    return Q(**{f"{of}is_active": True}) & (~waits | Q(Exists(invited)))


def is_reachable(person: User) -> bool:
    """The same of one person."""
    return person.is_active and (person.has_usable_password() or log.history(person).filter(action=actions.INVITED.name).exists())
