"""The panel: named, challenged, replaced, heard, and sealed votes."""

import pytest

from complaints import machine
from complaints.facts import Actor, Seat, State
from complaints.models import Assignment, EvidenceSet
from tests.complaints.way import WHY, Way

pytestmark = pytest.mark.django_db


def named():
    way = Way().to_panel()
    way.day = 55
    way.name_panel()
    return way


def heard():
    way = Way().to_panel()
    way.day = 55
    way.hear()
    return way


def test_three_are_drawn_one_lay_one_for_the_coachs_seat_and_one_of_them_chairs():
    way = Way().to_panel()
    rows = Assignment.objects.open().filter(case=way.case, seat__in=["chair", "panel_member"])

    assert (rows.count(), rows.filter(seat="chair").count()) == (3, 1)
    assert rows.filter(lay=True).exists()
    assert rows.filter(coach=True).exists()


def test_another_member_chairs_where_the_registrar_names_them():
    way = Way().to_panel()
    members = way.holders(Seat.CHAIR, Seat.PANEL_MEMBER)
    other = way.holder(Seat.PANEL_MEMBER)

    way.take("appoint_panel", way.holder(Seat.REGISTRAR), reason="drawn", panel=tuple(one.pk for one in members), chair=other.pk)

    assert way.holder(Seat.CHAIR) == other
    assert {one.pk for one in way.holders(Seat.CHAIR, Seat.PANEL_MEMBER)} == {one.pk for one in members}


def test_a_challenge_that_is_upheld_draws_somebody_else_who_is_named_before_the_hearing():
    way = named()
    member, chair = way.holder(Seat.PANEL_MEMBER), way.holder(Seat.CHAIR)
    way.take("challenge_member", way.coach, acting=Actor.RESPONDENT, member=member.pk, words="We shared an office for years.")

    way.take("rule_on_challenge", chair, reason="upheld", member=member.pk)

    sitting = way.holders(Seat.CHAIR, Seat.PANEL_MEMBER)
    assert len(sitting) == 3
    assert member not in sitting
    way.day = 90
    hearing = {"way": "papers", "same_bundle": True, "adjustments": "none asked for"}
    with pytest.raises(machine.StepRefused, match="not named yet"):
        way.take("open_hearing", chair, **hearing)
    way.name_panel("redrawn")
    way.day = 112
    way.take("open_hearing", chair, **hearing)
    assert way.fresh().state == State.HEARING


def test_what_is_relied_on_is_fixed_when_the_evidence_closes():
    way = heard()

    assert [(row.number, row.files) for row in EvidenceSet.objects.all()] == [(1, [str(way.file.uid)]), (2, [str(way.file.uid)])]
    way.file.refresh_from_db()
    assert way.file.relied_on == way.on


def test_a_member_who_is_replaced_leaves_no_vote_and_all_vote_again():
    way = heard()
    way.vote("O6")
    member, registrar = way.holder(Seat.PANEL_MEMBER), way.holder(Seat.REGISTRAR)

    way.take("replace_member", registrar, reason="incapacity", member=member.pk)

    assert way.fresh().state == State.PANEL_SET
    assert not way.case.votes.filter(void_at=None).exists()
    assert member not in way.holders(Seat.CHAIR, Seat.PANEL_MEMBER)
    way.hear()
    way.vote("O4")
    way.tally("O4")
    assert way.fresh().state == State.COUNTERSIGN


def test_a_member_who_steps_back_while_the_panel_is_at_work_is_replaced_by_the_registrar():
    way = heard()
    member = way.holder(Seat.PANEL_MEMBER)
    way.take("recuse", member, reason="kin", person=member.pk)
    with pytest.raises(machine.StepRefused):
        way.take("cast_vote", member, findings=dict.fromkeys(way.charges(), "proven"), outcome="O4")

    way.take("replace_member", way.holder(Seat.REGISTRAR), reason="late_conflict", member=member.pk)

    assert len(way.holders(Seat.CHAIR, Seat.PANEL_MEMBER)) == 3


def test_nobody_votes_twice_and_a_vote_lies_in_no_clear_text():
    way = heard()
    member = way.holder(Seat.PANEL_MEMBER)
    row = way.take("cast_vote", member, findings=dict.fromkeys(way.charges(), "proven"), outcome="O4")

    assert "O4" not in str(row.values)
    with pytest.raises(machine.StepRefused):
        way.take("cast_vote", member, findings=dict.fromkeys(way.charges(), "not_proven"), outcome="O0")
    assert WHY not in str(row.values)
