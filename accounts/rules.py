"""Who may hold which office, who may sign what, and what exactly is signed. Pure: no database, no clock."""

import hashlib
import json
import unicodedata
from collections.abc import Sequence
from typing import Any

from accounts.facts import FEWEST_ADMINISTRATORS, TAKES_TWO, InWagtail, Offices, SiteRole

STAFF = "Staff"
AUTHORS = "Authors"
GROUPS = {SiteRole.STAFF: STAFF, SiteRole.AUTHOR: AUTHORS}


def in_wagtail(offices: Offices) -> InWagtail:
    """The groups and flags that follow from a person's offices, so that Wagtail lets in whom the roles let in, and nobody else."""
    return InWagtail(
        groups=frozenset(GROUPS[role] for role in offices.roles if role in GROUPS),
        is_staff=bool(offices.roles),
        is_superuser=SiteRole.SITE_ADMINISTRATOR in offices.roles,
    )


def conflicts(offices: Offices) -> list[str]:
    """Why these offices cannot be held by one person; empty when they can."""
    reasons = []
    if SiteRole.AUDITOR in offices.roles and (len(offices.roles) > 1 or offices.has_case_role):
        reasons.append("An auditor holds no other office.")
    if SiteRole.SITE_ADMINISTRATOR in offices.roles and offices.has_case_role:
        reasons.append("A site administrator holds no case role.")
    return reasons


def against_granting(role: SiteRole, offices: Offices) -> list[str]:
    """Why a role cannot be granted to whoever holds these offices, by whomever."""
    if role is SiteRole.COACH:
        return ["Nobody grants this: a coach is who holds a certificate."]
    if role in offices.roles:
        return ["The person holds this role already."]
    return conflicts(Offices(offices.roles | {role}, offices.has_case_role))


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
