"""Who is who in the demonstration: the people of people.yaml, read once."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

PEOPLE = Path(__file__).with_name("people.yaml")
PASSWORD = "only-for-the-demonstration"  # noqa: S105  (printed at every start; production has no demonstration)


@dataclass(frozen=True, slots=True)
class Person:
    """A fictional person; every day is an offset from the day of loading."""

    key: str
    name: str
    latin_name: str
    family_name_first: bool
    language: str
    email: str
    roles: tuple[str, ...]
    search_as: tuple[str, ...]
    story: str
    certificate: dict[str, Any] | None
    review: dict[str, Any]
    lay: bool = False
    interests: tuple[dict[str, Any], ...] = ()
    elsewhere: dict[str, Any] | None = None
    pool_rank: str = ""


@cache
def people() -> dict[str, Person]:
    """Everybody by key, in the order of the file."""
    return {row["id"]: _person(row) for row in yaml.safe_load(PEOPLE.read_text(encoding="utf-8"))["people"]}


def _person(row: dict[str, Any]) -> Person:
    return Person(
        key=row["id"],
        name=row["name"],
        latin_name=row.get("latin_name", ""),
        family_name_first=row.get("family_name_first", False),
        language=row["languages"][0],
        email=row["email"],
        roles=tuple(row["roles"]),
        search_as=tuple(row["search_as"]),
        story=row["story"],
        certificate=row.get("certificate"),
        review=row.get("course", {}).get("code-of-ethics-review", {}),
        lay=row.get("lay", False),
        interests=tuple(row.get("interests", ())),
        elsewhere=row.get("coach_elsewhere"),
        pool_rank=row.get("chairs_pool", ""),
    )


def coaches() -> list[Person]:
    return [person for person in people().values() if person.certificate]
