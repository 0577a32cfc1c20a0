"""Who may hold which office, who signs what and what is signed; how long log-ins last, factors and links count, codes wait. Pure."""

import hashlib
import json
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from accounts.facts import FEWEST_ADMINISTRATORS, TAKES_TWO, InWagtail, Offices, SiteRole

STEP_UP = 5  # minutes: signing, acts of two persons, exports, unmasking, changes of devices and roles
IN_MY = 15  # minutes: letters of a case and evidence, read by their own person
FILES_MORE = 10  # minutes: a form with files cannot be carried through the step-up page, so its sending has time

ADDRESS_CODE_LIFE = timedelta(minutes=15)
EXPORT_LIFE = timedelta(days=7)  # of a copy of one's data: long enough for a letter that is read late
ADDRESS_CODE_TRIES = 5
PENDING_LIFE = timedelta(minutes=10)  # from the password to the second factor

LONGEST_WAIT_AT = 13  # wrong codes in a row, from which on each costs 4096 seconds, a little more than an hour
TOLD_AT = 5  # wrong codes in a row, at which the person is told by mail
RECOVERY_CODES = 10
DEVICES = 5  # of a kind

SIGNERS_TO_RESET = 2

ADDRESS_CHANGE_LIFE = timedelta(days=3)  # both mailboxes have to say yes by then
OLD_MAILBOX_HAS = timedelta(days=1)  # to stop what the office asked for: nobody of the office alone becomes somebody else overnight
ADDRESS_CHANGE_KEPT = timedelta(days=30)  # from its end on, so that a theft noticed late can be traced; then the addresses go

SOMEBODY_ELSE = (
    "This is about yourself, and nobody decides about themselves. Ask somebody else who works in the office, or an administrator, to do it."
)

STAFF = "Staff"
AUTHORS = "Authors"
MODERATORS = "Moderators"  # whom the reviews of pages and editions ask
GROUPS = {SiteRole.STAFF: {STAFF, MODERATORS}, SiteRole.AUTHOR: {AUTHORS}}


def in_wagtail(offices: Offices) -> InWagtail:
    """The groups and flags that follow from a person's offices, so that Wagtail lets in whom the roles let in, and nobody else."""
    return InWagtail(
        groups=frozenset(group for role in offices.roles for group in GROUPS.get(role, ())),
        is_staff=bool(offices.roles),
        is_superuser=SiteRole.SITE_ADMINISTRATOR in offices.roles,
    )


def conflicts(offices: Offices) -> list[str]:
    """Why these offices cannot be held by one person; empty when they can."""
    reasons = []
    if SiteRole.AUDITOR in offices.roles and (len(offices.roles) > 1 or offices.has_case_role):
        reasons.append("An auditor holds no other role.")
    if SiteRole.SITE_ADMINISTRATOR in offices.roles and offices.has_case_role:
        reasons.append("A site administrator holds no case role.")
    return reasons


def against_granting(role: SiteRole, offices: Offices) -> list[str]:
    """Why a role cannot be granted to whoever holds these offices, by whomever."""
    if role is SiteRole.COACH:
        return ["Nobody grants this: a coach is who holds a certificate."]
    if role in offices.roles:
        return ["The person holds this role already."]
    refused = conflicts(Offices(offices.roles | {role}, offices.has_case_role))
    return [f"{reason} {_first(role, offices)}" for reason in refused]


def _first(role: SiteRole, offices: Offices) -> str:
    """What has to end before a role that allows no other can be granted."""
    held = [f"“{other.label}”" for other in sorted(offices.roles) if SiteRole.AUDITOR in (role, other)]
    if held:
        return f"Withdraw the role{'' if len(held) == 1 else 's'} {' and '.join(held)} first."
    return "The appointment to a case has to end first."


def against_withdrawing(role: SiteRole, offices: Offices, *, other_administrators: int) -> list[str]:
    """Why a role cannot be withdrawn. `other_administrators`: how many site administrators who may log in there are without this person."""
    if role not in offices.roles:
        return ["The person does not hold this role."]
    if role is SiteRole.SITE_ADMINISTRATOR and other_administrators < FEWEST_ADMINISTRATORS:
        return ["Two site administrators have to remain: appoint another one first."]
    return []


def against_deciding(role: SiteRole, *, is_administrator: bool, is_self: bool) -> list[str]:
    """Why somebody cannot decide alone on a person's role."""
    reasons = []
    if not is_administrator:
        reasons.append("Only a site administrator changes roles.")
    if is_self:
        reasons.append("Nobody changes their own roles: ask another site administrator.")
    if role in TAKES_TWO:
        reasons.append(f"The role “{role.label}” changes by two signatures of site administrators.")
    return reasons


def against_new_address(offices: Offices, *, is_administrator: bool, is_staff: bool, is_own: bool) -> list[str]:
    """Why somebody of the office cannot give whoever holds these offices another address: who reads the mail can act as the person."""
    reasons = []
    if not (is_administrator or is_staff):
        reasons.append("Staff and site administrators do this.")
    if is_own:
        reasons.append("Change your own address under Security, where both mailboxes are asked.")
    if offices.roles & TAKES_TWO:
        reasons.append(
            "Whoever holds this office changes the address alone, under Security, from both mailboxes. Where the old one is lost, "
            "the role is withdrawn first, by two signatures."
        )
    elif (offices.roles or offices.has_case_role) and not is_administrator:
        reasons.append("This person works for the association: a site administrator does it.")
    return reasons


def against_blocking(*, is_administrator: bool, is_own: bool) -> list[str]:
    """Why somebody cannot close an account, or open it again."""
    reasons = []
    if not is_administrator:
        reasons.append("Only a site administrator does this.")
    if is_own:
        reasons.append("Nobody does this to their own account: ask another site administrator.")
    return reasons


def are_seated(fits: Sequence[frozenset[int]]) -> bool:
    """Whether each signer can have a seat alone. `fits`: for each signer the numbers of the seats that are open to them."""
    if not fits:
        return True
    first, rest = fits[0], fits[1:]
    return any(are_seated([seats - {seat} for seats in rest]) for seat in first)


def canonical(payload: dict[str, Any]) -> str:
    """The one spelling of a payload: JSON with sorted keys, without spaces, texts and keys in NFC.

    Numbers are whole: a fraction has more than one spelling. Raises TypeError for anything JSON has no single form for, ValueError
    for text that no database keeps (NUL, half a surrogate pair) and for keys that are the same in NFC.
    """
    return json.dumps(plain(payload), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def plain(payload: dict[str, Any]) -> dict[str, Any]:
    """The payload as it is kept: every text and key in NFC. Raises as `canonical` does."""
    kept: dict[str, Any] = _plain(payload)
    return kept


def digest(text: str) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def signed_digest(kind: str, payload_digest: str, document_digest: str) -> str:
    """What a signature covers: which act, on what, and the words that were read."""
    return digest(f"{kind}\n{payload_digest}\n{document_digest}")


def _plain(value: Any) -> Any:
    match value:
        case None | bool() | int():
            return value
        case str():
            return _text(value)
        case list():
            return [_plain(item) for item in value]
        case dict():
            kept = {_text(key): _plain(item) for key, item in value.items()}
            if len(kept) != len(value):
                raise ValueError("two keys are the same in NFC")
            return kept
    raise TypeError(f"{type(value).__name__} has no canonical form: give text, whole numbers, lists or objects")


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("a key is text")
    text = unicodedata.normalize("NFC", value)
    if "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueError("this text cannot be kept")
    return text


@dataclass(frozen=True, slots=True)
class SessionSettings:
    """The four numbers of .env.example by which log-ins end."""

    office_idle_minutes: int = 30
    office_hours: int = 8
    coach_idle_days: int = 14
    coach_days: int = 30


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a log-in lasts without a click, and at all."""

    idle: timedelta
    absolute: timedelta


def limits(settings: SessionSettings, *, works_in_office: bool) -> Limits:
    """How long a log-in of somebody lasts: who works for the association is logged out sooner."""
    if works_in_office:
        return Limits(timedelta(minutes=settings.office_idle_minutes), timedelta(hours=settings.office_hours))
    return Limits(timedelta(days=settings.coach_idle_days), timedelta(days=settings.coach_days))


def in_words(limits: Limits) -> str:
    """Such as: after 30 minutes without a click, and after 8 hours in any case."""
    return f"after {_span(limits.idle)} without a click, and after {_span(limits.absolute)} in any case"


def _span(span: timedelta) -> str:
    for unit, seconds in (("day", 86400), ("hour", 3600), ("minute", 60)):
        count, rest = divmod(int(span.total_seconds()), seconds)
        if count and not rest:
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return f"{int(span.total_seconds())} seconds"


def is_over(limits: Limits, *, begun_at: datetime, seen_at: datetime, at: datetime) -> bool:
    """Whether a log-in that began and was last used then has ended by `at`."""
    return at - seen_at >= limits.idle or at - begun_at >= limits.absolute


def counts(given_at: datetime | None, *, minutes: int, at: datetime) -> bool:
    """Whether a factor given then still counts: for so many minutes, the last instant included. One from the future counts for nothing."""
    return given_at is not None and timedelta(0) <= at - given_at <= timedelta(minutes=minutes)


def wait_after(wrong_in_a_row: int) -> timedelta:
    """How long no code is looked at after so many wrong ones: 1, 2, 4, 8 … seconds, a good hour at most."""
    return timedelta(seconds=2 ** (min(wrong_in_a_row, LONGEST_WAIT_AT) - 1)) if wrong_in_a_row > 0 else timedelta(0)


def may_break_glass(*, others_with_a_device: int) -> bool:
    """Only where too few other administrators are left to do it by two signatures."""
    return others_with_a_device < SIGNERS_TO_RESET


def has_conflict(*, by: int | None, about: int | None) -> bool:
    """Whether an act of the office is about the person who carries it out, by their ids.

    `by` None is the system, `about` None a person who has no account yet: neither has an interest of its own.
    """
    return by is not None and by == about
