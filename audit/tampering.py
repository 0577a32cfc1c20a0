"""What was done to a link whose code does not fit: whoever has the key can try what it would have to be for the code to fit."""

import copy
import hmac
from collections.abc import Iterable, Sequence

from audit import chain
from audit.models import Entry, Seal

FARTHEST = 500  # seals removed or put in at one place, for which the rest is looked for under another number
EXCHANGED = (
    ("uid", "at", "action", "subject_kind", "subject_id", "actor_id", "about_id", "detail_digest"),
    ("at", "action", "subject_kind", "subject_id", "actor_id", "about_id", "detail_digest"),
    ("action", "subject_kind", "subject_id", "actor_id", "about_id", "detail_digest"),
    ("detail_digest",),
)


def fits(seal: Seal, entry: Entry, keys: Sequence[str]) -> bool:
    """Whether the code of the seal is that of this entry under one of the keys."""
    return any(hmac.compare_digest(chain.mac(seal, entry, key), seal.mac) for key in keys)


def shift(seal: Seal, entry: Entry, keys: Sequence[str]) -> int | None:
    """By how much the number was larger when the entry was sealed (negative: smaller), where that is all that was changed."""
    outwards = (sign * distance for distance in range(1, FARTHEST + 1) for sign in (1, -1))
    return next((by for by in outwards if fits(numbered(seal, seal.number + by), entry, keys)), None)


def numbered(seal: Seal, number: int) -> Seal:
    """The seal as it would be under another number."""
    other = copy.copy(seal)
    other.number = number
    return other


def actor_before(seal: Seal, entry: Entry, keys: Sequence[str], *, known: Iterable[str]) -> str | None:
    """Under which actor of those known the entry was sealed, where that is all that was changed; "" is the system."""
    for actor in known:
        if actor != entry.actor_id and fits(seal, _with(entry, entry, actor_id=actor), keys):
            return actor
    return None


def are_exchanged(one: tuple[Seal, Entry], other: tuple[Seal, Entry], keys: Sequence[str]) -> bool:
    """Whether both codes fit once the two entries, or what they say, change places."""
    (seal, entry), (later, second) = one, other
    if fits(seal, second, keys) and fits(later, entry, keys):
        return True
    return any(fits(seal, _with(entry, second, *names), keys) and fits(later, _with(second, entry, *names), keys) for names in EXCHANGED)


def _with(entry: Entry, source: Entry, *names: str, **values: str) -> Entry:
    """The entry with some columns of another one, or with other values."""
    made = copy.copy(entry)
    for name in names:
        setattr(made, name, getattr(source, name))
    for name, value in values.items():
        setattr(made, name, value)
    return made
