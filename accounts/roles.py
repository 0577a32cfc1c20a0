"""Granting and withdrawing site roles. Wagtail's groups and flags are kept in step in the same transaction."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.models import AnonymousUser, Group
from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction

from accounts import actions, proposals, rules, sessions
from accounts.facts import FEWEST_ADMINISTRATORS, TAKES_TWO, Offices, SiteRole
from accounts.models import Proposal, Roles, User
from audit import log
from audit.registered import Action
from outbox import queue as outbox

SHUT_OUT = "This account may not log in."
ONE_IS_ENOUGH = "One site administrator is enough for this role."
ALONE = (
    "It takes two site administrators, and there is no other one to sign. Whoever runs the server appoints the second: "
    "manage.py appoint_first ADDRESS."
)
GRANTING, WITHDRAWING = "accounts.grant_role", "accounts.withdraw_role"


class CannotChangeRole(ValueError):
    """The role stays as it is; `reasons` lists every sentence that says why."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


def offices_of(person: User) -> Offices:
    """What a person holds. Asks the database once for each instance of the person."""
    try:
        return person.roles.offices
    except ObjectDoesNotExist:
        return Offices()


def holds(person: User | AnonymousUser, *roles: SiteRole) -> bool:
    """Whether somebody who may log in holds one of these roles."""
    return isinstance(person, User) and person.is_active and not offices_of(person).roles.isdisjoint(roles)


def is_administrator(person: User) -> bool:
    """Whether somebody may decide on roles."""
    return holds(person, SiteRole.SITE_ADMINISTRATOR)


def is_auditor(person: User) -> bool:
    """Whether somebody reads what others decide and sign."""
    return holds(person, SiteRole.AUDITOR)


def against_alone(person: User, *, by: User) -> list[str]:
    """What to do where a site administrator proposes something about a person and nobody else could sign it; empty otherwise."""
    return [ALONE] if is_administrator(by) and not _other_administrators(by, person) else []


@transaction.atomic
def grant(person: User, role: SiteRole, *, by: User | None, reason: str) -> None:
    """Grant a role that takes one signature. `by=None` is a command on the server, which may grant every role.

    Raises CannotChangeRole.
    """
    locked = _lock(person)
    reasons = _against_deciding(locked, role, by=by) + _against_granting(locked, role)
    if reasons:
        raise CannotChangeRole(reasons)
    _give(locked, role, by=by, reason=reason)
    _forget_cached(person)


@transaction.atomic
def withdraw(person: User, role: SiteRole, *, by: User | None, reason: str) -> None:
    """Withdraw a role that takes one signature. `by=None` is a command on the server. Raises CannotChangeRole."""
    locked = _lock(person)
    _let_administrators_stay(role)
    reasons = _against_deciding(locked, role, by=by) + _against_withdrawing(locked, role)
    if reasons:
        raise CannotChangeRole(reasons)
    _take(locked, role, by=by, reason=reason)
    _forget_cached(person)


@transaction.atomic
def appoint_first(people: Sequence[User]) -> None:
    """Make the first site administrators of an installation, until there are two; afterwards it takes two of them.

    Raises CannotChangeRole.
    """
    locked = list(User.objects.select_for_update().filter(pk__in=[person.pk for person in people]).order_by("pk"))
    there = Roles.objects.administrators().count()
    if there >= FEWEST_ADMINISTRATORS:
        raise CannotChangeRole(["There are two site administrators, or more: they appoint others in the office, by two signatures."])
    reasons = [f"{person.email}: {reason}" for person in locked for reason in _against_granting(person, SiteRole.SITE_ADMINISTRATOR)]
    if there + len(locked) != FEWEST_ADMINISTRATORS:
        needed = FEWEST_ADMINISTRATORS - there
        reasons.append(
            f"Name {'one person' if needed == 1 else 'two people'}: with them there are two, and each act of two has its signers."
        )
    if reasons:
        raise CannotChangeRole(reasons)
    for person in locked:
        _give(person, SiteRole.SITE_ADMINISTRATOR, by=None, reason="One of the first two, appointed on the server.")
    for person in people:
        _forget_cached(person)


@transaction.atomic
def propose(person: User, role: SiteRole, *, grants: bool, by: User, reason: str, at: datetime) -> Proposal:
    """Propose to grant or to withdraw a role that takes two signatures, and sign it first.

    Raises CannotChangeRole, and proposals.CannotSign where `by` may not sign.
    """
    person = User.objects.get(pk=person.pk)
    against = _against_granting if grants else _against_withdrawing
    if role not in TAKES_TWO:
        raise CannotChangeRole([ONE_IS_ENOUGH])
    if reasons := against_alone(person, by=by) + against(person, role):
        raise CannotChangeRole(reasons)
    payload = {"person": person.pk, "role": role.value, "reason": reason}
    return proposals.make(GRANTING if grants else WITHDRAWING, payload, about=person, by=by, at=at)


def _carry_out_grant(payload: proposals.Payload, *, by: User, at: datetime, proposal: Proposal) -> None:
    person, role = User.objects.select_for_update().get(pk=payload["person"]), SiteRole(payload["role"])
    if reasons := _against_granting(person, role):
        raise CannotChangeRole(reasons)
    _give(person, role, by=by, reason=payload["reason"], proposal=str(proposal.uid))


def _carry_out_withdrawal(payload: proposals.Payload, *, by: User, at: datetime, proposal: Proposal) -> None:
    person, role = User.objects.select_for_update().get(pk=payload["person"]), SiteRole(payload["role"])
    _let_administrators_stay(role)
    if reasons := _against_withdrawing(person, role):
        raise CannotChangeRole(reasons)
    _take(person, role, by=by, reason=payload["reason"], proposal=str(proposal.uid))


TWO_ADMINISTRATORS = (is_administrator, is_administrator)
REFUSALS = (CannotChangeRole,)


@proposals.kind(
    GRANTING,
    title="Grant a role that takes two signatures",
    signers=TWO_ADMINISTRATORS,
    act=_carry_out_grant,
    refusals=REFUSALS,
    readers=[is_auditor],
)
def _granting(payload: proposals.Payload) -> str:
    person, role = User.objects.get(pk=payload["person"]), SiteRole(payload["role"])
    return (
        f"{person.get_full_name()} ({person.email}) gets the role “{role.label}”.\n\n"
        f"What the role is: {role.sentence}\n\nReason: {payload['reason']}"
    )


@proposals.kind(
    WITHDRAWING,
    title="Withdraw a role that takes two signatures",
    signers=TWO_ADMINISTRATORS,
    act=_carry_out_withdrawal,
    refusals=REFUSALS,
    readers=[is_auditor],
)
def _withdrawing(payload: proposals.Payload) -> str:
    person, role = User.objects.get(pk=payload["person"]), SiteRole(payload["role"])
    return f"{person.get_full_name()} ({person.email}) no longer has the role “{role.label}”.\n\nReason: {payload['reason']}"


@transaction.atomic
def note_case_role(person: User, holds: bool) -> None:
    """Note whether a person is appointed to any case. For whoever appoints, in the transaction of the appointment, which has its own
    entry in the ledger. Raises CannotChangeRole for an auditor and for a site administrator.
    """
    locked = _lock(person)
    offices = Offices(offices_of(locked).roles, holds)
    if reasons := rules.conflicts(offices):
        raise CannotChangeRole(reasons)
    _write(locked, offices)
    _forget_cached(person)


def _lock(person: User) -> User:
    return User.objects.select_for_update().get(pk=person.pk)


def _against_deciding(person: User, role: SiteRole, *, by: User | None) -> list[str]:
    if by is None:
        return []
    return rules.against_deciding(role, is_administrator=is_administrator(by), is_self=by.pk == person.pk)


def _against_granting(person: User, role: SiteRole) -> list[str]:
    shut_out = [] if person.is_active else [SHUT_OUT]
    return shut_out + rules.against_granting(role, offices_of(person))


def _against_withdrawing(person: User, role: SiteRole) -> list[str]:
    return rules.against_withdrawing(role, offices_of(person), other_administrators=_other_administrators(person))


def _other_administrators(*people: User) -> int:
    """How many site administrators there are without these people."""
    return Roles.objects.administrators().exclude(person__in=people).count()


def _let_administrators_stay(role: SiteRole) -> None:
    """Of two site administrators who are withdrawn at once, one waits for the other. Always after the lock on the person."""
    if role is SiteRole.SITE_ADMINISTRATOR:
        list(Roles.objects.administrators().select_for_update(of=("self",)).order_by("pk"))


def _give(person: User, role: SiteRole, *, by: User | None, reason: str, proposal: str = "") -> None:
    held = offices_of(person)
    _write(person, Offices(held.roles | {role}, held.has_case_role))
    _tell(actions.ROLE_GRANTED, person, role, by=by, reason=reason, proposal=proposal)


def _take(person: User, role: SiteRole, *, by: User | None, reason: str, proposal: str = "") -> None:
    held = offices_of(person)
    _write(person, Offices(held.roles - {role}, held.has_case_role))
    _tell(actions.ROLE_WITHDRAWN, person, role, by=by, reason=reason, proposal=proposal)


def _write(person: User, offices: Offices) -> None:
    """The row, and what Wagtail asks: a person has the groups and flags that follow from the roles, and no permission besides."""
    if offices == Offices():
        Roles.objects.filter(person=person).delete()
    else:
        Roles.objects.update_or_create(person=person, defaults=Roles.columns(offices))
    there = rules.in_wagtail(offices)
    person.groups.set([Group.objects.get(name=name) for name in sorted(there.groups)])
    person.user_permissions.clear()
    person.is_staff, person.is_superuser = there.is_staff, there.is_superuser
    person.save(update_fields=["is_staff", "is_superuser"])
    _forget_cached(person)


def _forget_cached(person: User) -> None:
    person.refresh_from_db(fields=["is_staff", "is_superuser"])
    person._state.fields_cache.pop("roles", None)


def _tell(action: Action, person: User, role: SiteRole, *, by: User | None, reason: str, proposal: str = "") -> None:
    """Every log-in ends; then the entry and the letter. What takes two signatures is told to the auditors, too."""
    sessions.end_all(person, by=by)
    facts = {"role": role.value, "reason": reason, **({"proposal": proposal} if proposal else {})}
    entry = log.record(action, person, by=by, about=person, **facts)
    readers = {person.pk}
    if role in TAKES_TWO:
        readers |= set(Roles.objects.filter(auditor=True, person__is_active=True).values_list("person_id", flat=True))
    for reader in sorted(readers):
        outbox.put("accounts.role_changed", f"{entry.pk}:{reader}", key=f"role_changed:{entry.uid}:{reader}")
