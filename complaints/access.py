"""Who may do what in complaints: a person and a case in, yes or no out. Asks appointments and seats, never a site role or a flag."""

from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from typing import Any

from accounts import roles
from accounts.models import User
from complaints import pool, seats
from complaints.facts import Against, CaseRole, Seat, State
from complaints.models import Appointment, Assignment, Case

REGISTRARS = frozenset({CaseRole.REGISTRAR.value, CaseRole.DEPUTY_REGISTRAR.value})
# What closes a case to somebody altogether, be they appointed to what they may.
CLOSES = frozenset({Against.RESPONDENT, Against.CANNOT_LOG_IN, Against.INTEREST, Against.ATTESTED, Against.BARRED})


class Opens(IntEnum):
    """How far a case opens to a person."""

    NOTHING = 0
    HEADER = 1  # its number, where it stands, its days
    SEAT = 2  # the same, and the question whether they know either side
    WORDS = 3  # what the seat reads (complaints/rules/sight.py)


@dataclass(frozen=True, slots=True)
class Opening:
    """How far, and by which seat; None without one."""

    how: Opens
    held: Assignment | None = None

    @property
    def seat(self) -> Seat | None:
        return self.held.to if self.held else None


def may_take_in(user: Any, *, on: date) -> bool:
    """Whether a person may type in what came by phone or post: an appointment to intake, whatever else they are."""
    if not user.is_authenticated or not user.is_active:
        return False
    return Appointment.objects.in_force(on=on).filter(person=user.pk, role=CaseRole.INTAKE.value).exists()


def may_see_queue(user: Any, *, on: date) -> bool:
    """Whether a person works on cases at all: an appointment that is in force, or the auditor, who reads headers."""
    if not isinstance(user, User) or not user.is_active:
        return False
    return Appointment.objects.in_force(on=on).filter(person=user).exists() or roles.is_auditor(user)


def may_open(person: User, case: Case, *, on: date) -> Opening:
    """How far a case opens to a person. Words open by a seat whose holder attested, and by nothing else.

    Whoever the case is about, or who has to do with that coach, or declared a conflict, or was taken out, is told of no such case.
    """
    held = seats.held_by(person, case, on=on)
    if not person.is_active or CLOSES & set(pool.against(case, person.pk, held.to if held else Seat.TAKER, on=on)):
        return Opening(Opens.NOTHING)
    if held is not None:
        return Opening(Opens.WORDS if held.attested_at else Opens.SEAT, held)
    return Opening(Opens.HEADER if _sees_header(person, case, on=on) else Opens.NOTHING)


def _sees_header(person: User, case: Case, *, on: date) -> bool:
    """Registrars and the auditor see every header, intake those that nobody took, the pool's chair those that wait for their signature."""
    appointed = set(Appointment.objects.in_force(on=on).filter(person=person).values_list("role", flat=True))
    if appointed & REGISTRARS or roles.is_auditor(person):
        return True
    if CaseRole.INTAKE.value in appointed and case.state == State.SUBMITTED.value and not case.own_motion:
        return True
    chair = seats.pool_chair(case, on=on)
    return chair is not None and chair.pk == person.pk and case.steps.filter(taken_at=None, void_at=None, asked=False).exists()
