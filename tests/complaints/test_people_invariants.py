"""Each invariant of those who work on cases is broken behind the verbs, and says so."""

import pytest
from django.db import connection

from accounts import roles
from complaints import people_guards, people_invariants, seats
from complaints.facts import CaseRole, ConflictKind, ExclusionWhy, Seat
from complaints.models import Appointment, Assignment, Exclusion
from tests.complaints.office import DAY, LONG_AGO, NOON, TODAY, appointed, case
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


def findings() -> list[str]:
    checks = ("people_guards_stand", "appointments_do_not_overlap", "appointed_people_are_noted", "who_is_out_stays_out")
    return [finding for check in checks for finding in getattr(people_invariants, check)()]


def test_an_office_at_work_holds():
    person, one = appointed(CaseRole.INTAKE, CaseRole.INVESTIGATOR), case()
    appointed(CaseRole.CASE_REVIEWER, last_day=TODAY)
    seats.assign(one, person, Seat.TAKER, by=None, at=NOON)
    seats.note_part(one, person, by=None, at=NOON)

    assert findings() == []


@pytest.mark.parametrize(
    ("first", "last", "overlaps"),
    [(TODAY + DAY, None, False), (TODAY, None, True), (LONG_AGO - DAY, LONG_AGO, True), (LONG_AGO - DAY, LONG_AGO - DAY, False)],
)
def test_two_appointments_to_one_role_on_a_day_are_found(first, last, overlaps):
    person = appointed(CaseRole.INTAKE, last_day=TODAY)
    row = Appointment.objects.create(person=person, role="intake", first_day=first, last_day=last)

    assert findings() == [f"appointment {row.pk} shares a day with another of its person and role"] * overlaps


def test_an_appointment_of_which_the_roles_know_nothing_is_found():
    person = UserFactory()
    Appointment.objects.create(person=person, role="intake", first_day=LONG_AGO)
    assert findings() == [f"account {person.pk} is appointed to work on cases and not noted to hold a case role"]

    roles.note_case_role(person, True)

    assert findings() == []


def test_a_seat_of_somebody_who_was_taken_out_is_found():
    person, one = appointed(CaseRole.INTAKE), case()
    seats.exclude(one, person, why=ExclusionWhy.FOUND, conflict=ConflictKind.KIN, by=None, at=NOON)
    row = Assignment.objects.create(case=one, person=person, seat="taker", round=1, assigned_at=NOON)

    assert Exclusion.objects.count() == 1
    assert findings() == [f"seat {row.pk} is held by somebody who was taken out of its case"]


def test_every_guard_that_is_gone_is_named():
    with connection.cursor() as cursor:
        for drop in people_guards.dropping(connection):
            cursor.execute(drop)

    assert sorted(findings()) == sorted(f"the trigger {name} is gone" for name in people_guards.names(connection.vendor))
