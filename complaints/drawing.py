"""Drawing people for seats by chance. People and a source of chance in, who was drawn out; no database, no clock.

Whoever holds the fewest case roles is drawn first, at a tie who is not lay; of a panel the lay seat and the coach's seat are drawn
first, and the third goes to the kind, coach or not, of which more are left: nobody is spent whom a later seat needs.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from complaints.facts import CaseRole, Seat


class Want(StrEnum):
    """Who is wanted for a seat."""

    ANYBODY = "anybody"
    LAY = "lay"
    COACH = "coach"
    THIRD = "third"


@dataclass(frozen=True, slots=True)
class Able:
    """Somebody who may take the seat. `roles`: how many case roles they are appointed to."""

    key: int
    roles: int
    lay: bool
    coach: bool


@dataclass(frozen=True, slots=True)
class Drawn:
    """Who was drawn, as what, and among how many chance decided."""

    person: Able
    want: Want
    candidates: int


WhoIsNext = Callable[[Collection[Able]], Want]


class NobodyLeft(LookupError):
    """Nobody can take the seat; `want` says who is missing."""

    def __init__(self, want: Want) -> None:
        super().__init__(f"nobody is left for this seat: {want} wanted")
        self.want = want


def candidates(people: Iterable[Able], want: Want) -> list[Able]:
    """Those among whom chance decides, in the order of their keys; of several kinds of people those who come first."""
    fit = _fit(list(people), want)
    first = min(map(_turn, fit), default=None)
    return sorted((one for one in fit if _turn(one) == first), key=lambda one: one.key)


def draw(people: Iterable[Able], want: Want, *, chance: Random) -> Drawn:
    """One person for one seat. Raises NobodyLeft."""
    among = candidates(people, want)
    if not among:
        raise NobodyLeft(want)
    return Drawn(chance.choice(among), want, len(among))


def next_of_panel(sitting: Collection[Able]) -> Want:
    """Who is wanted next for a panel of which these sit: somebody lay, somebody for the coach's seat, then anybody as the third."""
    if not any(one.lay for one in sitting):
        return Want.LAY
    return Want.THIRD if any(one.coach for one in sitting) else Want.COACH


def panel(people: Iterable[Able], *, chance: Random, sitting: Sequence[Able] = (), size: int = 3) -> list[Drawn]:
    """The members that a panel of three lacks, at least one lay and one for the coach's seat. Raises NobodyLeft."""
    return _several(people, size - len(sitting), next_of_panel, chance=chance, sitting=sitting)


def appeal_panel(people: Iterable[Able], *, chance: Random, sitting: Sequence[Able] = ()) -> list[Drawn]:
    """The members that an appeal panel of three lacks. Raises NobodyLeft."""
    return _several(people, 3 - len(sitting), lambda seated: Want.ANYBODY, chance=chance, sitting=sitting)


def reviewers(people: Iterable[Able], *, chance: Random, sitting: Sequence[Able] = ()) -> list[Drawn]:
    """The case reviewers that a pair lacks, at least one of them lay. Raises NobodyLeft."""
    return _several(people, 2 - len(sitting), next_reviewer, chance=chance, sitting=sitting)


def next_reviewer(sitting: Collection[Able]) -> Want:
    return Want.ANYBODY if any(one.lay for one in sitting) else Want.LAY


def deciders(people: Iterable[Able], *, chance: Random, number: int = 2) -> list[Drawn]:
    """Two for an interim measure, from the kind of panel members of which more are left. Raises NobodyLeft."""
    return _several(people, number, lambda seated: Want.THIRD, chance=chance)


def chair(people: Sequence[Able], *, chance: Random) -> Able:
    """Who of a panel chairs it. Whoever sits is trained to (conflicts.is_trained)."""
    return chance.choice(sorted(people, key=lambda one: one.key))


def _several(people: Iterable[Able], number: int, wanted: WhoIsNext, *, chance: Random, sitting: Sequence[Able] = ()) -> list[Drawn]:
    free, seated, found = list(people), list(sitting), []
    for _ in range(number):
        drawn = draw((one for one in free if one not in seated), wanted(seated), chance=chance)
        seated.append(drawn.person)
        found.append(drawn)
    return found


def _fit(people: list[Able], want: Want) -> list[Able]:
    match want:
        case Want.LAY:
            return [one for one in people if one.lay]
        case Want.COACH:
            return [one for one in people if one.coach]
        case Want.THIRD:
            coaches, others = [one for one in people if one.coach], [one for one in people if not one.coach]
            return others if len(others) > len(coaches) else coaches
    return people


def _turn(one: Able) -> tuple[int, bool]:
    return one.roles, one.lay


# How many cases an office can staff


@dataclass(frozen=True, slots=True)
class Place:
    """A seat of the fullest case: the role it takes, and who is wanted."""

    role: CaseRole
    seat: Seat
    want: Want = Want.ANYBODY


@dataclass(frozen=True, slots=True)
class Pooled:
    """Somebody of the office with the case roles they may sit in today."""

    able: Able
    roles: frozenset[CaseRole]


PANEL = (
    Place(CaseRole.PANEL_MEMBER, Seat.PANEL_MEMBER, Want.LAY),
    Place(CaseRole.PANEL_MEMBER, Seat.PANEL_MEMBER, Want.COACH),
    Place(CaseRole.PANEL_MEMBER, Seat.PANEL_MEMBER, Want.THIRD),
)
# In the order in which they are drawn: a case in which one member of the panel is challenged, with an appeal and a remit.
FULLEST = (
    Place(CaseRole.INTAKE, Seat.TAKER),
    Place(CaseRole.INTAKE, Seat.SECOND_INTAKE),
    Place(CaseRole.INVESTIGATOR, Seat.INVESTIGATOR),
    Place(CaseRole.CASE_REVIEWER, Seat.CASE_REVIEWER, Want.LAY),
    Place(CaseRole.CASE_REVIEWER, Seat.CASE_REVIEWER),
    Place(CaseRole.REGISTRAR, Seat.REGISTRAR),
    *PANEL,
    Place(CaseRole.PANEL_MEMBER, Seat.PANEL_MEMBER, Want.THIRD),
    Place(CaseRole.DEPUTY_REGISTRAR, Seat.DEPUTY_REGISTRAR),
    *(Place(CaseRole.APPEAL_PANEL, Seat.APPEAL_MEMBER) for _ in range(3)),
    *PANEL,
)


@dataclass(frozen=True, slots=True)
class Staffing:
    """How many cases can be staffed with nobody in two of them, who the next one lacks, and how many people are left over."""

    cases: int
    missing: tuple[Place, ...]
    left: int


def staffing(people: Iterable[Pooled], plan: Sequence[Place] = FULLEST) -> Staffing:
    """Draw the seats of one case after the other, each person once, until seats stay empty; ties go by key, so the answer is the same
    for the same people.
    """
    free, cases = sorted(people, key=lambda one: one.able.key), 0
    while True:
        after, missing = _staff(free, plan)
        if missing:
            return Staffing(cases, missing, len(free))
        free, cases = after, cases + 1


def _staff(free: list[Pooled], plan: Sequence[Place]) -> tuple[list[Pooled], tuple[Place, ...]]:
    missing = []
    for place in plan:
        among = candidates((one.able for one in free if place.role in one.roles), place.want)
        if among:
            free = [one for one in free if one.able != among[0]]
        else:
            missing.append(place)
    return free, tuple(missing)
