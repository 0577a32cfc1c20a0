"""Interim orders: suspensions with a last day, which end by themselves."""

from datetime import timedelta

import pytest

from accounts.models import User
from certification.models import Sanction
from complaints import daily, machine
from complaints.facts import InterimState, Risk, Seat, State
from complaints.models import Appointment
from tests.complaints.office import at
from tests.complaints.way import WHY, Way

pytestmark = pytest.mark.django_db
GRAVE = {"clause": "PS-07", "klass": "A"}


def proposed():
    way = Way(**GRAVE).to_admitted(yes=(Risk.SEXUAL,))
    way.take("propose", way.holder(Seat.TAKER), reason="people")
    return way


def imposed():
    way = proposed()
    way.day = 9
    way.two_sign(
        "impose", Seat.DECIDER, reason="people", necessary=WHY, narrower=WHY, notice_on=way.on - timedelta(days=2),
        heard_how="in_writing", heard_on=way.on,
    )  # fmt: skip
    return way


def emergency():
    way = Way(**GRAVE, danger=True).to_triage()
    chair = User.objects.get(pk=Appointment.objects.get(pool_rank="first").person_id)
    row = way.take("impose_emergency", way.holder(Seat.REGISTRAR), danger_now="Contact goes on this week.")
    way.sign(row, chair)
    return way


def test_an_order_suspends_for_fourteen_days_and_finds_nothing():
    way = imposed()

    assert [way.standing(day) for day in (8, 9, 22, 23)] == ["active", "suspended", "suspended", "active"]
    assert "Nothing has been found" in Sanction.objects.current().get().public_note


def test_no_order_leaves_the_registry_as_it_was():
    way = proposed()

    way.two_sign("refuse", Seat.DECIDER, reason="stopped")

    assert way.case.orders.get().state == InterimState.NONE
    assert not Sanction.objects.exists()


def test_an_emergency_order_ends_by_itself_after_ten_days_without_any_job():
    way = emergency()

    assert [way.standing(day) for day in (0, 1, 10, 11)] == ["active", "suspended", "suspended", "active"]
    rows = list(Sanction.objects.values())
    daily.tick(at=at(way.start + timedelta(days=13)))
    assert way.case.orders.get().state == InterimState.EXPIRED
    assert list(Sanction.objects.values()) == rows


def test_an_emergency_order_goes_on_once_the_coach_was_heard():
    way = emergency()
    way.day = 8

    way.two_sign("hear", Seat.DECIDER, heard_how="video", heard_on=way.on, record=WHY, until=way.on + timedelta(days=30))

    assert [way.standing(day) for day in (11, 38, 39)] == ["suspended", "suspended", "active"]


def test_a_review_needs_somebody_new_and_there_is_one():
    way = imposed()
    way.day = 20
    until = way.on + timedelta(days=30)

    way.two_sign("review", Seat.DECIDER, reason="due", result="goes_on", until=until)

    assert way.case.orders.get().last_day == until
    assert [way.standing(day) for day in (23, 50, 51)] == ["suspended", "suspended", "active"]


def test_an_order_that_is_lifted_leaves_no_public_trace():
    way = imposed()
    way.day = 15

    way.two_sign("lift", Seat.DECIDER, reason="no_risk")

    assert way.case.orders.get().state == InterimState.LIFTED
    assert not Sanction.objects.current().exists()


def test_a_case_that_closes_without_a_finding_lifts_its_order_the_same_day():
    way = emergency()
    second = way.take("dismiss", way.holder(Seat.TAKER), reason="other_body", reason_text=WHY * 3)
    way.sign(second, way.holder(Seat.SECOND_INTAKE))

    assert way.fresh().state == State.CLOSED
    assert way.case.orders.get().state == InterimState.LIFTED
    assert not Sanction.objects.current().exists()


def test_only_the_two_who_may_decide():
    way = proposed()

    with pytest.raises(machine.StepRefused):
        way.take("impose", way.holder(Seat.INVESTIGATOR), reason="people")
