"""How many cases the office could staff today, and who is missing for the next one."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from complaints import drawing, pool
from complaints.drawing import Place, Staffing, Want
from complaints.facts import CaseRole

WHO = {
    Want.ANYBODY: "",
    Want.LAY: "lay",
    Want.COACH: "for the coach’s seat",
    Want.THIRD: "",
}


@dataclass(frozen=True, slots=True)
class Missing:
    """So many people are missing for a role; `who` says what they have to be, where it matters."""

    role: CaseRole
    who: str
    number: int


@dataclass(frozen=True, slots=True)
class Card:
    """What the office reads: cases, people who can be drawn, who is left over after those cases, who the next one lacks."""

    cases: int
    people: int
    left: int
    missing: tuple[Missing, ...]


def card(*, on: date) -> Card:
    """The fullest case (a challenge, an appeal and a remit: 17 people), one after the other, nobody in two. Three statements.

    It looks at appointments, training, declarations and certificates, never at a case: what somebody may know who sees no case.
    """
    people = pool.pooled(on=on)
    found = drawing.staffing(people)
    return Card(found.cases, len(people), found.left, missing(found))


def missing(found: Staffing) -> tuple[Missing, ...]:
    """The empty seats, counted by role and by who has to take them, in the order in which they are drawn."""
    counted = Counter(_of(place) for place in found.missing)
    return tuple(Missing(role, who, number) for (role, who), number in counted.items())


def _of(place: Place) -> tuple[CaseRole, str]:
    return place.role, WHO[place.want]
