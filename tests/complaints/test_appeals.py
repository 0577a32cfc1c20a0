"""An appeal: what was decided sleeps, and holds anew, otherwise, or not at all."""

from datetime import timedelta

import pytest

from certification.models import Sanction
from complaints import daily, machine
from complaints.facts import Actor, Seat, State
from complaints.models import Assignment
from tests.complaints.office import at
from tests.complaints.way import DECIDED, Way

pytestmark = pytest.mark.django_db


def test_whoever_appeals_wakes_nothing_and_meets_people_who_had_no_part():
    way = Way().to_appealed()

    assert way.fresh().state == State.APPEALED
    assert not Sanction.objects.current().exists()
    assert {way.standing(day) for day in (DECIDED + 29, DECIDED + 34, DECIDED + 300)} == {"active"}
    before = set(Assignment.objects.filter(case=way.case).exclude(seat__startswith="appeal").values_list("person", flat=True))
    assert not {one.pk for one in way.holders(Seat.APPEAL_CHAIR, Seat.APPEAL_MEMBER)} & before


def test_an_appeal_that_is_dismissed_lets_the_decision_hold_from_that_day():
    way = Way().to_appealed()
    way.day = DECIDED + 40

    way.appeal_decides("dismiss_appeal", deputy=False)

    assert way.fresh().state == State.SANCTION_ACTIVE
    assert [way.standing(DECIDED + day) for day in (39, 40, 219)] == ["active", "suspended", "suspended"]
    assert way.standing(DECIDED + 220) == "active"


def test_a_dismissal_before_the_window_is_over_does_not_wait_for_it():
    way = Way().to_decided("O6", days=60)
    way.day = DECIDED + 5
    way.take("file_appeal", way.coach, acting=Actor.RESPONDENT, reason="procedure", appellant="respondent")
    way.day = DECIDED + 20

    way.appeal_decides("dismiss_appeal", deputy=False, reason="procedure")

    assert way.case.decisions.get().first_day == way.on
    assert way.standing() == "suspended"


def test_a_decision_that_falls_leaves_nothing_public_and_lifts_the_order():
    way = Way().to_appealed(immediate=True)
    assert way.standing() == "suspended"
    way.day = DECIDED + 50
    assert way.standing() == "suspended"

    way.appeal_decides("allow_appeal", deputy=True, reason="weight_of_evidence")

    assert (way.fresh().state, way.case.closure) == (State.CLOSED, "quashed")
    assert not Sanction.objects.current().exists()
    assert way.standing() == "active"


def test_the_appeal_panel_puts_less_in_its_place_and_counts_the_days_before():
    """Three months instead of six; the order has held since the second signature."""
    way = Way().to_appealed(immediate=True)
    way.day = DECIDED + 50
    with pytest.raises(machine.StepRefused, match="heavier"):
        way.appeal_decides("substitute", deputy=True, outcome="O6", days=270, summary="Nine months.")

    way.appeal_decides("substitute", deputy=True, outcome="O6", days=90, summary="The coach ended the work without a word.")

    decision = way.fresh().decisions.get(voided_at=None)
    assert (way.case.state, decision.days, decision.first_day) == (State.SANCTION_ACTIVE, 90, way.on)
    assert decision.last_day == way.on + timedelta(days=90 - 50 - 1)
    assert [way.standing(DECIDED + day) for day in (49, 50, 89, 90)] == ["suspended", "suspended", "suspended", "active"]
    assert decision.findings.get().finding == "proven"


def test_a_case_that_is_sent_back_is_heard_by_three_others_and_can_be_appealed_again():
    way = Way().to_appealed(ground="procedure")
    old = {one.pk for one in way.holders(Seat.CHAIR, Seat.PANEL_MEMBER, Seat.APPEAL_CHAIR, Seat.APPEAL_MEMBER)}
    way.day = DECIDED + 50

    way.take("remit", way.holder(Seat.APPEAL_CHAIR), reason="notice", agreeing=3)

    assert way.fresh().state == State.PANEL_SET
    assert not {one.pk for one in way.holders(Seat.CHAIR, Seat.PANEL_MEMBER)} & old
    way.hear()
    way.vote("O6")
    way.tally("O6", days=60)
    way.countersign()
    daily.tick(at=at(way.on + timedelta(days=34)))
    assert way.fresh().state == State.SANCTION_ACTIVE
    assert way.standing(way.day + 34) == "suspended"


def test_nobody_appeals_in_the_name_of_the_other_side():
    way = Way().to_decided("O6", days=60)

    with pytest.raises(machine.StepRefused):
        way.take("file_appeal", way.coach, acting=Actor.RESPONDENT, reason="sanction", appellant="complainant")

    assert Sanction.objects.current().count() == 1


def test_whoever_complained_appeals_as_too_mild_and_the_outcome_can_be_heavier():
    way = Way().to_decided("O6", days=60)
    way.day = DECIDED + 10
    way.take("file_appeal", acting=Actor.COMPLAINANT, reason="sanction", appellant="complainant")
    way.day = DECIDED + 30

    way.appeal_decides("substitute", deputy=True, outcome="O7", bar="3", summary="The coach ended the work without a word to two people.")

    assert (way.fresh().state, way.case.closure) == (State.CLOSED, "revocation")
    assert way.standing() == "revoked"
