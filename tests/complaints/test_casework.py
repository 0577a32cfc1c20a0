"""Intake, investigation and case review: who is drawn, what is fixed, how a case closes and opens again."""

from datetime import timedelta

import pytest

from certification.issuing import bars
from certification.models import Term
from complaints import casework, daily, machine, papers, receipts, seats
from complaints.facts import Actor, PaperKind, Seat, State
from complaints.models import Assignment, Case, EvidenceSet, Unmasking
from tests.complaints.office import at
from tests.complaints.way import LONG, WHY, Way
from tests.factories.certification import TermFactory

pytestmark = pytest.mark.django_db


def dismissed():
    way = Way(klass="D").to_triage()
    way.day = 2
    way.take("dismiss", way.holder(Seat.TAKER), reason="other_body", reason_text=WHY * 3)
    return way


def asked():
    way = dismissed()
    way.day = 12
    way.take("ask_dismissal_review", acting=Actor.COMPLAINANT, words="Please look at it again.")
    return way


def withdrawn(**more):
    way = Way(klass="D").to_triage()
    values = {"pressed": False, "words": "I want to stop.", **more}
    machine.ask("withdraw", way.fresh(), values=values, acting=Actor.COMPLAINANT, at=way.at)
    return way


def test_taking_a_case_on_draws_who_investigates_and_fixes_what_is_alleged():
    way = Way().to_admitted()

    assert {row.seat for row in Assignment.objects.open().filter(case=way.case)} == {"taker", "investigator", "registrar"}
    (sheet,) = way.case.papers.filter(kind=PaperKind.PARTICULARS.value)
    assert papers.read_for_machine([sheet]) == [LONG]
    assert [row.clause_id for row in way.case.allegations.filter(charged=True)] == ["PS-10"]


def test_a_case_about_a_coach_whom_intake_finds_is_taken_on():
    way = Way()
    Case.objects.filter(pk=way.case.pk).update(respondent=None)

    way.to_admitted()

    assert way.fresh().respondent == way.coach


def test_a_report_fixes_the_evidence_and_draws_two_reviewers_one_of_them_lay():
    way = Way().to_review()

    assert EvidenceSet.objects.get(case=way.case).files == [str(way.file.uid)]
    reviewers = Assignment.objects.open().filter(case=way.case, seat=Seat.CASE_REVIEWER.value)
    assert (reviewers.count(), reviewers.filter(lay=True).exists()) == (2, True)


def test_who_has_no_seat_sends_no_bundle():
    way = Way().to_served()

    with pytest.raises(machine.StepRefused, match="seat"):
        casework.disclose(way.case, [], by=way.coach, at=way.at)


def test_a_dismissal_ends_the_code_after_a_year_and_tells_the_coach_nothing():
    way = dismissed()

    assert (way.fresh().state, way.case.closure, way.case.closed_on) == (State.CLOSED, "dismissed", way.on)
    assert receipts.find(way.code, on=way.on + timedelta(days=365)) is not None
    assert receipts.find(way.code, on=way.on + timedelta(days=367)) is None
    assert not way.case.letters.filter(to="respondent").exists()


def test_a_dismissal_that_is_overturned_goes_on_with_others():
    way = asked()
    officer = Assignment.objects.get(case=way.case, seat=Seat.TAKER.value).person

    way.take("overturn_dismissal", way.holder(Seat.DISMISSAL_REVIEWER), reason="overlooked")

    assert (way.fresh().state, way.case.closure, way.case.closed_on) == (State.TRIAGE, "", None)
    assert way.holder(Seat.TAKER) != officer
    assert receipts.find(way.code, on=way.on + timedelta(days=1000)) is not None


def test_a_dismissal_is_reviewed_once():
    way = asked()
    way.take("uphold_dismissal", way.holder(Seat.DISMISSAL_REVIEWER))

    with pytest.raises(machine.StepRefused, match="once"):
        way.take("ask_dismissal_review", acting=Actor.COMPLAINANT, words="And once more.")


def test_two_accept_a_withdrawal():
    way = withdrawn()

    row = way.take("withdraw", way.holder(Seat.TAKER), reason="no_wish")
    assert way.fresh().state == State.TRIAGE
    way.sign(row, way.holder(Seat.REGISTRAR))

    assert (way.fresh().state, way.case.closure) == (State.CLOSED, "withdrawn")


def test_nobody_is_let_go_who_was_pressed_and_the_association_goes_on():
    way = withdrawn(pressed=True)
    with pytest.raises(machine.StepRefused, match="pressed"):
        way.take("withdraw", way.holder(Seat.TAKER), reason="no_wish")
    way.to_triage = lambda: way
    way.to_admitted()

    way.take("continue_own_motion", way.holder(Seat.REGISTRAR), reason="not_withdrawn", complainant="leaves")

    assert (way.fresh().own_motion, way.case.wants_updates, way.case.state) == (True, False, State.ADMITTED)


def test_whoever_steps_back_reads_nothing_more_and_somebody_else_is_drawn():
    way = Way().to_admitted()
    before = way.holder(Seat.INVESTIGATOR)

    way.take("recuse", before, reason="friendship", person=before.pk)

    after = way.holder(Seat.INVESTIGATOR)
    assert after != before
    with pytest.raises(machine.StepRefused):
        way.take("submit_report", before)


def test_a_name_is_told_to_those_named_for_thirty_days():
    way = Way(level="confidential").to_admitted()
    investigator = way.holder(Seat.INVESTIGATOR)
    given = {"level": "open", "people": (investigator.pk,), "asked_on": way.on, "agreed": True, "why": WHY}
    machine.ask("unmask", way.fresh(), values=given, by=investigator, at=way.at)
    row = way.take("unmask", way.holder(Seat.REGISTRAR), reason="consent")

    way.sign(row, seats.pool_chair(way.case, on=way.on))

    one = Unmasking.objects.get()
    assert (one.person, (one.last_day - one.first_day).days, way.fresh().level) == (investigator, 29, "open")


def test_a_worker_that_was_down_for_three_days_catches_up_and_a_missed_day_moves_nothing():
    way = Way().to_served()

    daily.tick(at=at(way.start + timedelta(days=60)))
    assert way.fresh().state == State.NOTICE_SERVED  # one way of delivery was tried
    letter = way.case.letters.get(code="L-07")
    letter.deliveries.create(channel="post", sent_on=way.on)
    done = daily.tick(at=at(way.start + timedelta(days=63)))

    assert done >= 1
    assert (way.fresh().state, way.case.no_response) == (State.INVESTIGATION, True)
    assert daily.tick(at=at(way.start + timedelta(days=63), 18)) == 0


def test_a_certificate_that_ends_meanwhile_is_noted_and_a_new_one_waits_until_the_case_is_over():
    way = Way(klass="D").to_triage()
    term = Term.objects.get(certificate=way.certificate)
    Term.objects.void(term)
    TermFactory(certificate=way.certificate, first_day=term.first_day, last_day=way.on + timedelta(days=1))
    day = way.start + timedelta(days=3)
    daily.tick(at=at(day))
    assert way.fresh().left_under_complaint
    assert list(bars(way.coach, on=day))
    way.day = 4

    way.take("dismiss", way.holder(Seat.TAKER), reason="other_body", reason_text=WHY * 3)

    assert not list(bars(way.coach, on=way.on))
