"""Closing an account, such as a stolen one, and opening it again: each with a reason and a letter to its person.

One site administrator does it, because a stolen account cannot wait for a second. Where its person holds an office that is withdrawn by
two signatures, everybody who could have signed and every auditor is told.
"""

from datetime import datetime

from django.db import transaction

from accounts import actions, changes, roles, rules, sessions
from accounts.facts import TAKES_TWO
from accounts.models import Roles, User
from audit import log
from audit.registered import Action
from outbox import queue as outbox

LONGEST_REASON = 300
SAY_WHY = f"Please say why, in {LONGEST_REASON} characters at most."


class NotBlocked(ValueError):
    """The account stays as it is; `reasons` lists every sentence that says why."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


@transaction.atomic
def place(person: User, *, reason: str, by: User, at: datetime) -> None:
    """Close an account: every log-in ends, none begins, and a change of its address that waits comes to nothing. Raises NotBlocked."""
    person = User.objects.select_for_update().get(pk=person.pk)
    if reasons := _against(person, reason, by=by, wanted=False):
        raise NotBlocked(reasons)
    changes.take_back(person, by=by, at=at)
    _set(person, actions.BLOCKED, is_active=False, reason=reason, by=by)
    sessions.end_all(person, by=by)


@transaction.atomic
def lift(person: User, *, reason: str, by: User) -> None:
    """Open an account again. Raises NotBlocked."""
    person = User.objects.select_for_update().get(pk=person.pk)
    if reasons := _against(person, reason, by=by, wanted=True):
        raise NotBlocked(reasons)
    _set(person, actions.UNBLOCKED, is_active=True, reason=reason, by=by)


def _against(person: User, reason: str, *, by: User, wanted: bool) -> list[str]:
    is_own = rules.has_conflict(by=by.pk, about=person.pk)
    reasons = rules.against_blocking(is_administrator=roles.is_administrator(by), is_own=is_own)
    if person.erased_at is not None:
        reasons.append("This account was erased and names nobody.")
    elif person.is_active is wanted:
        reasons.append("The account is open already." if wanted else "The account is closed already.")
    if not 0 < len(reason.strip()) <= LONGEST_REASON:
        reasons.append(SAY_WHY)
    return reasons


def _set(person: User, action: Action, *, is_active: bool, reason: str, by: User) -> None:
    person.is_active = is_active
    person.save(update_fields=["is_active"])
    entry = log.record(action, person, by=by, reason=reason.strip())
    outbox.put("accounts.account_opened" if is_active else "accounts.account_closed", person.pk, key=f"account:{entry.uid}")
    if roles.offices_of(person).roles & TAKES_TWO:
        for reader in Roles.objects.watching().exclude(person__in=[person, by]).values_list("person_id", flat=True):
            outbox.put("accounts.office_closed", f"{entry.pk}:{reader}", key=f"office_closed:{entry.uid}:{reader}")
