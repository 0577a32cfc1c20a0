"""What is kept about a person, over all apps: each app registers its part, from its `kept.py`, when it starts.

A part tells what it keeps (for the person's own copy), what speaks against forgetting, and how to forget. Apps look down only:
here stands the list, and nobody here knows who is on it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.core.files.base import File

from accounts.models import User


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of one kind for a reader: a title, and for each row its words by heading. Values are text, numbers, days, instants or None."""

    title: str
    rows: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Forgetting:
    """In whose name and when a person is forgotten; `on` is the day of that instant."""

    by: User
    at: datetime
    on: date


def nothing(person: User) -> Iterable[Any]:
    """What a part says that has nothing to say."""
    return ()


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept, for readers: why, until when, and what becomes of it when a person is forgotten. `goes`: nothing of it is left then.

    The page on which a person asks to be forgotten and docs/privacy.md say these words.
    """

    what: str
    why: str
    until: str
    goes: bool
    becomes: str


@dataclass(frozen=True, slots=True)
class Part:
    """What one app keeps.

    `tells`: labels of models whose rows stand in the copy. `leaves_out`: label -> why rows that lead to a person do not. `against`: called
    with person and day, gives every reason not to forget, each a sentence with its day. `forget` runs in one transaction with all others.
    """

    app: str
    title: str
    tells: frozenset[str]
    tell: Callable[[User], Iterable[Table]]
    forget: Callable[[User, Forgetting], None]
    leaves_out: Mapping[str, str] = field(default_factory=dict)
    keeps: tuple[Kept, ...] = ()
    files: Callable[[User], Iterable[tuple[str, "File[bytes]"]]] = nothing
    against: Callable[[User, date], Iterable[str]] = lambda person, on: ()


PARTS: dict[str, Part] = {}


def register(part: Part) -> Part:
    """Add what an app keeps. Raises ValueError for a second part of one app."""
    if part.app in PARTS:
        raise ValueError(f"{part.app} has a part already")
    PARTS[part.app] = part
    return part


def told() -> list[Part]:
    """The parts that say what they keep, the account first: for readers."""
    *others, account = parts()
    return [part for part in (account, *others) if part.keeps]


def parts() -> list[Part]:
    """Every part, the accounts' own last: what hangs on an account is looked at first."""
    return sorted(PARTS.values(), key=lambda part: part.app == "accounts")
