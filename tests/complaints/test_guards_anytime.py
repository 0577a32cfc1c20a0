"""What speaks against steps that can come at any time, against interim orders, and against coming back after a revocation."""

from dataclasses import replace
from datetime import timedelta

import pytest

from complaints.facts import (
    Actor,
    Bar,
    CaseClass,
    CaseRole,
    Closure,
    InterimState,
    Level,
    Outcome,
    ReinstatementState,
    Risk,
    Seat,
    State,
    Yes,
)
from complaints.rules.gathered import Candidate, InterimFact, ReinstatementFact, Seated, Sending, VoteFact
from complaints.rules.guards import GUARDS, against
from tests.complaints.guarding import (
    CHAIR,
    COACH,
    DAY,
    DECIDER,
    DROP,
    INVESTIGATOR,
    LAY,
    MEMBER,
    OTHER_DECIDER,
    REGISTRAR,
    SEATS,
    STRANGER,
    TAKER,
    WHY,
    check,
    decision,
    facts,
    table,
)

ONE = timedelta(days=1)
REASON = {"reason_text": WHY}


@table(
    "standing_changed",
    facts(by=None, hand=Actor.SYSTEM, certificate_ended_on=DAY),
    {"reason": "lapsed"},
    ({"left_under_complaint": True}, {}, "It is on record already."),
    ({"certificate_ended_on": None}, {}, "The certificate has not ended."),
    ({"certificate_ended_on": DAY + ONE}, {}, "The certificate has not ended."),
    ({"certified_then": False}, {}, "The coach was not certified when it happened."),
)
def test_that_a_certificate_ended_meanwhile_is_written_down_once(row):
    check(row)


@table(
    "recuse",
    facts(),
    {"reason": "friendship", "person": TAKER},
    ({}, {"person": CHAIR}, "Only the registrar names somebody else."),
    ({"by": REGISTRAR, "hand": Seat.REGISTRAR}, {"person": STRANGER}, "This person has no seat in the case."),
)
def test_people_step_back_themselves_and_the_registrar_can_name_others(row):
    check(row)


ASKING = {
    "reason": "consent",
    "level": "open",
    "people": (INVESTIGATOR,),
    "asked_on": DAY,
    "agreed": True,
    "why": WHY,
}


@table(
    "unmask",
    facts(state=State.INVESTIGATION, level=Level.CONFIDENTIAL, by=REGISTRAR, hand=Seat.REGISTRAR),
    ASKING,
    ({}, {"level": "confidential"}, "The level can only rise."),
    ({}, {"asked_on": DROP}, "Ask the person first, and write down when."),
    ({}, {"agreed": False}, "The person did not agree."),
    ({}, {"people": (INVESTIGATOR, STRANGER)}, "Somebody on the list has no seat in the case."),
)
def test_a_name_is_told_to_named_people_after_the_person_was_asked(row):
    check(row)


def test_a_law_asks_for_a_name_without_consent():
    given = facts(state=State.INVESTIGATION, level=Level.ANONYMOUS, by=REGISTRAR, hand=Seat.REGISTRAR)

    assert against("unmask", given, {**REASON, **ASKING, "reason": "legal_duty", "agreed": False, "level": "confidential"}, on=DAY) == []


REPORT = {"reason": "child", "report": True, "agency": "County office", "reported_on": DAY, "reported_time": "10:15", "reference": "77"}


@table(
    "log_external_report",
    facts(abuse=True),
    REPORT,
    ({"abuse": False}, {}, "Nobody is said to be in danger or abused"),
    ({}, {"report": DROP}, "Yes or no: this cannot stay blank."),
    ({}, {"agency": " "}, "To which agency?"),
    ({}, {"reported_on": DROP}, "On which day?"),
    ({}, {"reported_time": ""}, "At what time?"),
    ({}, {"reference": ""}, "What is their reference?"),
    ({}, {"reported_on": DAY + ONE}, "The day of the report has not come yet."),
)
def test_whether_it_is_reported_is_never_left_blank(row):
    check(row)


def test_no_is_an_answer_with_a_reason():
    assert against("log_external_report", facts(danger=True), {**REASON, "reason": "none", "report": False}, on=DAY) == []


OWN = {"source": "press", "entry": "RC-1", "conduct_from": DAY - ONE, "conduct_until": DAY - ONE, "narrative": "x" * 40, "files": (1,)}


@table(
    "open_own_motion",
    facts(state=None, by=REGISTRAR, hand=CaseRole.REGISTRAR, sending=Sending()),
    OWN,
    ({}, {"source": "web"}, "Say how we learned of it"),
    ({}, {"entry": "RC-9"}, "No certificate has this number."),
    ({}, {"files": ()}, "Attach the evidence."),
    ({}, {"conduct_from": DAY + ONE, "conduct_until": DROP}, "It begins on a day that has not come"),
    ({}, {"conduct_until": DAY - timedelta(days=9)}, "It ends before it begins."),
    ({"sending": Sending(files_pending=1)}, {}, "1 of the files are still being checked."),
)
def test_the_association_opens_a_case_from_a_source_with_evidence(row):
    check(row)


# Interim orders


def order(**changes):
    given = {"state": InterimState.IN_FORCE, "first_day": DAY - timedelta(days=7), "last_day": DAY + timedelta(days=6)}
    return InterimFact(**{**given, **changes})


HIGH = {Risk.OTHER_CLIENTS: Yes.YES, Risk.PRESSURE: Yes.YES}
PROPOSED = InterimFact(InterimState.PROPOSED)
DECIDING = {"by": DECIDER, "hand": Seat.DECIDER, "state": State.ADMITTED}
BARRED = {"seats": (*SEATS, Seated(DECIDER, Seat.INVESTIGATOR, until=DAY - ONE))}


@table(
    "propose",
    facts(risk=HIGH),
    {"reason": "people"},
    ({"state": State.CLOSED}, {}, "The case is not open."),
    ({"respondent": None}, {}, "It is not yet known who the coach is."),
    ({"risk": {Risk.PRESSURE: Yes.YES}}, {}, "The risk form shows no high risk"),
)
def test_an_order_is_proposed_where_the_risk_is_high(row):
    check(row)


IMPOSED = {
    "reason": "people",
    "necessary": WHY,
    "narrower": WHY,
    "notice_on": DAY - timedelta(days=2),
    "heard_how": "video",
    "heard_on": DAY,
}


@table(
    "impose",
    facts(**DECIDING, interim=PROPOSED),
    IMPOSED,
    ({"state": State.CLOSED}, {}, "The case is not open."),
    ({}, {"notice_on": DAY - ONE}, "The coach has 48 hours between the notice and the hearing."),
    ({}, {"heard_on": DAY + ONE}, "The coach was heard on a day that has not come"),
    ({}, {"notice_on": DAY + ONE, "heard_how": "declined"}, "The notice went out on a day that has not come"),
    ({"interim": replace(PROPOSED, days_before=365)}, {}, "Orders in this case have held for 365 days."),
    (BARRED, {}, "You investigate or sit on the panel in this case"),
    ({"seats": (*SEATS, Seated(DECIDER, Seat.PANEL_MEMBER))}, {}, "You investigate or sit on the panel in this case"),
)
def test_an_order_is_imposed_after_the_coach_was_heard_by_two_who_have_no_other_part(row):
    check(row)


@table(
    "impose_emergency",
    facts(by=REGISTRAR, hand=Seat.REGISTRAR, danger=True),
    {"danger_now": "Threats against a client today"},
    ({"state": State.CLOSED}, {}, "The case is not open."),
    ({"respondent": None}, {}, "It is not yet known who the coach is."),
    ({"danger": False}, {}, "Nobody is said to be in danger now."),
    ({}, {"danger_now": "Threats\nagainst a client"}, "One line is enough."),
    ({"interim": InterimFact(days_before=365)}, {}, "Orders in this case have held for 365 days."),
)
def test_an_order_without_a_hearing_is_for_danger_alone(row):
    check(row)


@table("refuse", facts(**DECIDING, interim=PROPOSED), {"reason": "stopped"}, (BARRED, {}, "You investigate or sit on the panel"))
def test_two_deciders_can_say_no(row):
    check(row)


GOES_ON = {"reason": "due", "result": "goes_on", "until": DAY + timedelta(days=30)}
RUNNING = order(review_due_on=DAY + timedelta(days=6), deciders=(DECIDER, OTHER_DECIDER))


@table(
    "review",
    facts(**DECIDING, interim=RUNNING),
    GOES_ON,
    ({"interim": replace(RUNNING, last_day=DAY - ONE)}, {}, "The order has ended."),
    ({"interim": replace(RUNNING, emergency=True)}, {}, "The coach was not heard yet."),
    ({"interim": replace(RUNNING, review_due_on=DAY + timedelta(days=8))}, {}, "The review is due on 2026-05-28."),
    ({}, {"until": DROP}, "Until when does it go on?"),
    ({}, {"until": DAY}, "It goes on until a day that lies ahead."),
    ({}, {"until": DAY + timedelta(days=31)}, "It can go on until 2026-06-19 at most: 30 days to its next review"),
    ({"interim": replace(RUNNING, first_day=DAY - timedelta(days=355))}, {}, "It can go on until 2026-05-29 at most"),
    ({"signed_by": (OTHER_DECIDER,)}, {}, "Both of you decided on it before."),
    (BARRED, {}, "You investigate or sit on the panel"),
)
def test_an_order_is_looked_at_again_by_one_who_is_new_and_ends_within_a_year(row):
    check(row)


def test_one_who_decided_before_may_review_with_one_who_is_new():
    given = facts(**DECIDING, interim=RUNNING, signed_by=(STRANGER,))

    assert GUARDS["review"](given, GOES_ON, on=DAY) == []


@table(
    "lift",
    facts(**DECIDING, interim=order()),
    {"reason": "no_risk"},
    ({"hand": Actor.SYSTEM, "by": None}, {}, "The case has not closed without a finding"),
)
def test_two_people_lift_an_order_at_any_time(row):
    check(row)


@pytest.mark.parametrize("closure", [Closure.NO_CASE, Closure.NOT_PROVEN, Closure.DISMISSED, Closure.WITHDRAWN, Closure.QUASHED])
def test_the_calendar_lifts_an_order_where_the_case_closed_without_a_finding(closure):
    given = facts(state=State.CLOSED, closure=closure, by=None, hand=Actor.SYSTEM, interim=order())

    assert GUARDS["lift"](given, {}, on=DAY) == []
    assert GUARDS["lift"](replace(given, closure=Closure.SUSPENSION), {}, on=DAY) != []


@table(
    "expire",
    facts(by=None, hand=Actor.SYSTEM, interim=order(last_day=DAY - ONE)),
    {"reason": "unreviewed"},
    ({"interim": order(last_day=None)}, {}, "The order has no last day."),
    ({"on": DAY - ONE}, {}, "The order holds until 2026-05-19."),
)
def test_an_order_ends_by_its_own_last_day(row):
    check(row)


@table(
    "supersede",
    facts(state=State.DECIDED, by=None, hand=Actor.SYSTEM, interim=order(), decision=decision(first_day=DAY)),
    {},
    ({"decision": None}, {}, "Nothing is decided."),
    ({"on": DAY - ONE}, {}, "What was decided has not begun."),
)
def test_what_was_decided_takes_the_place_of_an_order_on_its_first_day(row):
    check(row)


def vote(person, immediate):
    return VoteFact(person, False, {1: True}, Outcome.SUSPENSION, immediate)


@table(
    "impose_after_decision",
    facts(
        state=State.COUNTERSIGN,
        by=CHAIR,
        hand=Seat.CHAIR,
        decision=decision(),
        votes=(vote(CHAIR, True), vote(MEMBER, True), vote(LAY, False)),
    ),
    {"reason": "people", "risk_meanwhile": WHY},
    ({"decision": decision(Outcome.CONDITIONS)}, {}, "Only a suspension or a revocation can hold at once."),
    ({"votes": (vote(CHAIR, True), vote(MEMBER, False))}, {}, "1 of the members voted for it to hold at once; it takes two."),
    ({}, {"risk_meanwhile": " "}, "Write down the risk during the time to appeal."),
)
def test_a_decision_holds_at_once_where_two_members_voted_for_it(row):
    check(row)


HEARD = {"heard_how": "declined", "heard_on": DAY, "record": WHY, "until": DAY + timedelta(days=30)}
EMERGENCY = order(emergency=True, last_day=DAY + timedelta(days=2))


@table(
    "hear",
    facts(**DECIDING, interim=EMERGENCY),
    HEARD,
    ({"interim": replace(EMERGENCY, emergency=False)}, {}, "The coach was heard before this order."),
    ({"interim": replace(EMERGENCY, heard_on=DAY)}, {}, "The coach was heard on 2026-05-20 already."),
    ({"on": DAY + timedelta(days=3)}, {}, "The order has ended."),
    ({}, {"heard_on": DAY + ONE}, "The coach was heard on a day that has not come"),
    ({}, {"heard_on": DAY - timedelta(days=8)}, "The coach was heard before the order."),
    ({}, {"until": DAY}, "It goes on until a day that lies ahead."),
    ({}, {"until": DAY + timedelta(days=31)}, "It can go on until 2026-06-19 at most."),
    ({"interim": replace(EMERGENCY, first_day=DAY - timedelta(days=80))}, {}, "It can go on until 2026-05-29 at most."),
    (BARRED, {}, "You investigate or sit on the panel"),
)
def test_an_emergency_order_goes_on_only_after_the_coach_could_speak(row):
    check(row)


# Coming back

PAST = ReinstatementFact(
    revoked_on=DAY.replace(year=2023),
    klass=CaseClass.B,
    bar=Bar.THREE_YEARS,
    course_passed_on=DAY - timedelta(days=60),
    module_passed_on=DAY - timedelta(days=60),
)
APPLYING = {"state": State.CLOSED, "by": COACH, "hand": Actor.FORMER_COACH, "respondent": COACH}


@table(
    "apply",
    facts(**APPLYING, reinstatement=PAST),
    {"statement": "x" * 100, "references": ("One, by mail", "Two, by phone")},
    ({"reinstatement": replace(PAST, revoked_on=None)}, {}, "No certificate of yours was revoked."),
    ({"reinstatement": replace(PAST, bar=Bar.PERMANENT)}, {}, "The bar is for good"),
    ({"on": DAY - ONE}, {}, "You can apply from 2026-05-20 on."),
    ({"reinstatement": replace(PAST, refused_on=DAY - timedelta(days=364))}, {}, "A year has to pass after the last answer"),
    ({"reinstatement": replace(PAST, course_passed_on=DAY.replace(year=2025, month=11, day=19))}, {}, "Pass the ethics review course"),
    ({"reinstatement": replace(PAST, module_passed_on=None)}, {}, "Pass the module on therapy and coaching"),
    ({}, {"statement": DROP}, "Write what has changed since."),
    ({}, {"references": ("One", "One ")}, "Name two different people"),
)
def test_a_former_coach_applies_after_the_bar_with_both_courses_and_two_references(row):
    check(row)


FRESH = (Candidate(CHAIR, trained=True), Candidate(MEMBER, coach=True), Candidate(LAY, lay=True), Candidate(22, excluded=True, lay=True))


@table(
    "refer",
    facts(
        state=State.CLOSED,
        by=REGISTRAR,
        hand=Seat.REGISTRAR,
        reinstatement=replace(PAST, state=ReinstatementState.R_APPLIED, panel=FRESH),
    ),
    {"panel": (CHAIR, MEMBER, LAY), "chair": CHAIR},
    ({}, {"panel": (CHAIR, MEMBER, 22)}, "Somebody on the list had a part in the case"),
    ({}, {"panel": (CHAIR, MEMBER)}, "A panel has 3 different members."),
)
def test_an_application_goes_to_three_fresh_people(row):
    check(row)


WITH_PANEL = {"state": State.CLOSED, "by": CHAIR, "hand": Seat.CHAIR, "reinstatement": replace(PAST, state=ReinstatementState.R_PANEL)}


@table(
    "grant",
    facts(**WITH_PANEL),
    {"safe_now": WHY, "supervised_from": DAY, "supervisor": "Somebody"},
    ({}, {"safe_now": " "}, "Say why it is safe now."),
    ({}, {"supervised_from": DAY - ONE}, "The twelve months under supervision begin today or later."),
)
def test_a_coach_comes_back_where_it_is_safe_and_under_supervision(row):
    check(row)


@table(
    "refuse_reinstatement",
    facts(**WITH_PANEL),
    {"reason": "not_safe"},
    ({"by": REGISTRAR, "hand": Seat.REGISTRAR}, {}, "Whether it is safe is for the three people to say."),
    ({"by": REGISTRAR, "hand": Seat.REGISTRAR}, {"reason": "incomplete"}, "The application is with the three people"),
    ({"reinstatement": replace(PAST, state=ReinstatementState.R_APPLIED)}, {}, "The application is not with the three people yet."),
    ({}, {"reason": "bar_not_over"}, "The bar was over on 2026-05-20."),
)
def test_an_application_is_answered_by_whom_it_is_with(row):
    check(row)
