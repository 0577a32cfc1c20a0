"""Who may take a seat in a case: facts about a person in, every reason against out. No database, no clock, no request."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from complaints.facts import ROLE_OF_SEAT, Against, CaseRole, ConflictKind, Seat

TRAINER_YEARS = 5  # ISO/IEC 17024, 5.2: training apart from certification; the other kinds bar whenever they were
DECLARED_YEARS = 1
APART_YEARS = 1  # between investigating and judging the same coach

INVESTIGATING = frozenset({Seat.INVESTIGATOR})
JUDGING = frozenset({Seat.CHAIR, Seat.PANEL_MEMBER, Seat.APPEAL_CHAIR, Seat.APPEAL_MEMBER})
OF_A_PANEL = frozenset({Seat.CHAIR, Seat.PANEL_MEMBER})
OF_AN_APPEAL = frozenset({Seat.APPEAL_CHAIR, Seat.APPEAL_MEMBER})
# Of these one person has one at a time; of the others several sit in one case.
SINGLE = frozenset(Seat) - {Seat.CASE_REVIEWER, Seat.DECIDER, Seat.PANEL_MEMBER, Seat.APPEAL_MEMBER}


def roles_for(seat: Seat) -> frozenset[CaseRole]:
    """The appointments that a seat takes, any one of them. Where the registrar is conflicted a deputy takes the seat."""
    if seat is Seat.REGISTRAR:
        return frozenset({CaseRole.REGISTRAR, CaseRole.DEPUTY_REGISTRAR})
    return frozenset({ROLE_OF_SEAT[seat]})


@dataclass(frozen=True, slots=True)
class Appointed:
    """One appointment; days are inclusive, `last_day` None is open."""

    role: CaseRole
    first_day: date
    last_day: date | None = None
    trained_on: date | None = None
    lay: bool = False
    elsewhere_until: date | None = None
    outside: bool = False

    def covers(self, day: date) -> bool:
        return self.first_day <= day and (self.last_day is None or day <= self.last_day)


@dataclass(frozen=True, slots=True)
class Related:
    """An entry of the register of interests about one coach; None: not said, or still so."""

    kind: ConflictKind
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Sat:
    """A seat in another case about the same coach; `until` None: still."""

    seat: Seat
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """What is known of a person for the seats of one case.

    `interests` are those about its respondent; `attested`, `barred` and `took_part` speak of the case and of those linked to it;
    `holds` are the seats they have in it now. `certified`: active here, and no admitted case about them.
    """

    key: int
    appointed: tuple[Appointed, ...] = ()
    may_log_in: bool = True
    is_respondent: bool = False
    declared_on: date | None = None
    interests: tuple[Related, ...] = ()
    attested: bool = False
    barred: bool = False
    took_part: bool = False
    holds: frozenset[Seat] = frozenset()
    elsewhere: tuple[Sat, ...] = field(default=())
    certified: bool = False

    def in_force(self, *, on: date) -> tuple[Appointed, ...]:
        return tuple(one for one in self.appointed if one.covers(on))


def against_seat(person: Person, seat: Seat, *, on: date) -> list[Against]:
    """Every reason why a person may not take a seat in the case on a day; empty: may. Going on with one's own seat is no new one."""
    mine = [one for one in person.in_force(on=on) if one.role in roles_for(seat)]
    goes_on = seat in person.holds
    reasons = {
        Against.RESPONDENT: person.is_respondent,
        Against.CANNOT_LOG_IN: not person.may_log_in,
        Against.NOT_APPOINTED: not mine,
        Against.UNTRAINED: bool(mine) and not any(is_trained(one, on=on) for one in mine),
        Against.NOT_DECLARED: not goes_on and not has_declared(person.declared_on, on=on),
        Against.INTEREST: any(bars(one, on=on) for one in person.interests),
        Against.ATTESTED: person.attested,
        Against.BARRED: person.barred,
        Against.TOOK_PART: person.took_part and not goes_on,
        Against.OTHER_SEAT: bool(person.holds - {seat}),
        Against.INVESTIGATED: seat in JUDGING and sat_lately(person.elsewhere, INVESTIGATING, on=on),
        Against.JUDGED: seat in INVESTIGATING and sat_lately(person.elsewhere, JUDGING, on=on),
    }
    return [reason for reason, holds in reasons.items() if holds]


def is_trained(one: Appointed, *, on: date) -> bool:
    """Trained for the role by a day; for panels that is how to chair one, too."""
    return one.trained_on is not None and one.trained_on <= on


def has_declared(last: date | None, *, on: date) -> bool:
    """Whether the yearly declaration of interests is not older than a year; on its anniversary it still counts."""
    return last is not None and last <= on <= years_after(last, DECLARED_YEARS)


def bars(one: Related, *, on: date) -> bool:
    """Whether a declared relation keeps a person out: from its first day on and for good; training for five years after its end."""
    if one.since is not None and on < one.since:
        return False
    if one.kind is ConflictKind.TRAINING and one.until is not None:
        return on <= years_after(one.until, TRAINER_YEARS)
    return True


def sat_lately(seats: Iterable[Sat], kinds: frozenset[Seat], *, on: date) -> bool:
    """Whether one of these seats was held within the last twelve months, in other cases about the same coach."""
    return any(one.seat in kinds and (one.until is None or on <= years_after(one.until, APART_YEARS)) for one in seats)


def is_lay(person: Person, *, on: date) -> bool:
    """Neither coach nor therapist and not paid by the association: as every appointment in force says, and not certified here."""
    mine = person.in_force(on=on)
    return bool(mine) and all(one.lay for one in mine) and not person.certified


def takes_coachs_seat(person: Person, *, on: date) -> bool:
    """Certified here with standing active and no admitted case, or by a recognized sister body through the day that was entered."""
    return person.certified or any(one.elsewhere_until is not None and on <= one.elsewhere_until for one in person.in_force(on=on))


def case_roles(person: Person, *, on: date) -> int:
    """How many different case roles a person is appointed to on a day."""
    return len({one.role for one in person.in_force(on=on)})


def years_after(day: date, years: int) -> date:
    """The same day so many years later; of 29 February in a common year 1 March, as everywhere (certification.rules.anniversary)."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
