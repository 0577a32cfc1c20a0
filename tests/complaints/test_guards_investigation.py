"""What speaks against each step from the notice to the question of a panel."""

from datetime import timedelta

from complaints.facts import Actor, CaseClass, Level, Seat, State
from complaints.rules.gathered import Sending
from complaints.rules.guards import against
from tests.complaints.guarding import (
    COACH,
    DAY,
    DROP,
    INVESTIGATOR,
    LAY_REVIEWER,
    REVIEWER,
    WHY,
    check,
    facts,
    table,
)

NOTICE = {"particulars": "It is said that a session was held although the client was drunk.", "address_verified": True}
DUE = DAY - timedelta(days=1)


@table(
    "serve_notice",
    facts(state=State.ADMITTED, level=Level.CONFIDENTIAL, shielded=("Évora",)),
    {**NOTICE, "identifies_nobody": True},
    ({"allegations": ()}, {}, "No allegation is part of the particulars."),
    ({}, {"identifies_nobody": False}, "Check that no name, date, place or phrase tells who complained"),
    ({}, {"address_verified": False}, "Check the address of the coach first"),
    ({}, {"particulars": "It is said that a session was held in évora, drunk."}, "The particulars hold words"),
)
def test_a_notice_tells_nobody_who_complained_and_reaches_the_right_person(row):
    check(row)


def test_an_open_level_needs_no_word_on_what_identifies():
    assert against("serve_notice", facts(state=State.ADMITTED), {**NOTICE, "reason_text": WHY}, on=DAY) == []


@table(
    "extend_response",
    facts(state=State.NOTICE_SERVED, response_due_on=DAY),
    {"reason": "illness", "asked_on": DAY},
    ({"response_extended": True}, {}, "The time was made longer once already."),
    ({"response_due_on": DUE}, {}, "It was asked for after the time to answer ended on 2026-05-19."),
    ({"response_due_on": DAY + timedelta(days=9)}, {"asked_on": DAY + timedelta(days=1)}, "It was asked for on a day that has not come"),
)
def test_the_time_to_answer_is_made_longer_once_and_when_asked_for_in_time(row):
    check(row)


@table(
    "respond",
    facts(state=State.NOTICE_SERVED, by=COACH, hand=Actor.RESPONDENT),
    {"pleas": {1: "deny", 2: "explain"}, "words": "This is how it was."},
    ({}, {"words": ""}, "You want to explain something."),
    ({"sending": Sending(files_refused=2)}, {}, "2 of the files cannot be taken."),
    ({"sending": Sending(files_pending=1)}, {}, "1 of the files are still being checked."),
)
def test_the_coach_answers_to_each_allegation(row):
    check(row)


def test_an_answer_that_passes_over_an_allegation_is_refused():
    given = facts(state=State.NOTICE_SERVED, by=COACH, hand=Actor.RESPONDENT)

    assert against("respond", given, {"pleas": {1: "deny"}}, on=DAY) == [
        "“What do you say to each point?”: 1 of 2 allegations have no answer yet."
    ]
    assert against("respond", given, {"pleas": {1: "deny", 2: "deny", 3: "deny"}}, on=DAY) == [
        "“What do you say to each point?”: one of the allegations is not of this case."
    ]


@table(
    "response_timeout",
    facts(state=State.NOTICE_SERVED, by=None, hand=Actor.SYSTEM, response_due_on=DUE, channels_tried=2),
    {},
    ({"response_due_on": None}, {}, "No notice was served"),
    ({"response_due_on": DAY}, {}, "The coach has time to answer until 2026-05-20."),
    ({"channels_tried": 1}, {}, "The notice was tried in one way alone."),
)
def test_silence_of_the_coach_counts_after_the_time_and_two_ways_of_delivery(row):
    check(row)


@table(
    "submit_report",
    facts(state=State.INVESTIGATION, by=INVESTIGATOR, hand=Seat.INVESTIGATOR, disclosed_on=DAY - timedelta(days=14)),
    {"fact_sheets": {1: "x" * 20, 2: "x" * 20}, "index_complete": True, "comments": "none"},
    ({"disclosed_on": None}, {}, "The coach has not got the bundle yet."),
    ({"on": DAY - timedelta(days=1)}, {}, "The coach has time for the bundle until 2026-05-20."),
    ({}, {"index_complete": False}, "Put everything that was gathered into the index"),
)
def test_a_report_comes_after_the_coach_had_fourteen_days_for_the_bundle(row):
    check(row)


def test_a_report_has_a_sheet_for_each_allegation():
    given = facts(state=State.INVESTIGATION, by=INVESTIGATOR, hand=Seat.INVESTIGATOR, disclosed_on=DAY - timedelta(days=20))
    values = {"fact_sheets": {1: "x" * 20, 2: "short"}, "index_complete": True, "comments": "none", "reason_text": WHY}

    assert against("submit_report", given, values, on=DAY) == [
        "“Facts found, allegation by allegation”: 1 of 2 allegations have no answer yet."
    ]


REVIEW = {"state": State.CASE_REVIEW, "by": REVIEWER, "hand": Seat.CASE_REVIEWER}


@table(
    "return_for_work",
    facts(**REVIEW),
    {"reason": "facts", "questions": ("Who was there?",)},
    ({"returned_for_work": True}, {}, "It went back for work once already."),
    ({}, {"questions": DROP}, "Write at least one question."),
)
def test_a_report_goes_back_once_and_with_questions(row):
    check(row)


@table(
    "no_case",
    facts(**REVIEW),
    {"reason": "not_shown", "no_prospect": True},
    ({}, {"no_prospect": False}, "Close it only where there is no realistic prospect"),
    ({"klass": CaseClass.A}, {}, "In class A write down why people are safe"),
)
def test_no_case_means_no_realistic_prospect_and_in_class_a_a_note_on_safety(row):
    check(row)


def test_of_two_reviewers_who_close_a_case_one_is_lay():
    values = {"reason": "not_shown", "no_prospect": True, "reason_text": WHY}
    second = facts(**{**REVIEW, "signed_by": (REVIEWER,)})
    two_experts = facts(**{**REVIEW, "by": 77, "signed_by": (REVIEWER,), "seats": (*second.seats, *_seat(77))})
    lay_last = facts(**{**REVIEW, "by": LAY_REVIEWER, "signed_by": (REVIEWER,)})
    lay_first = facts(**{**REVIEW, "signed_by": (LAY_REVIEWER,)})

    assert against("no_case", two_experts, values, on=DAY) == ["One of those who sign is a lay person. Let a lay reviewer sign."]
    assert against("no_case", lay_last, values, on=DAY) == against("no_case", lay_first, values, on=DAY) == []
    assert against("no_case", second, values, on=DAY)[0] == "You have signed already; the next signature is somebody else's."


def _seat(person):
    (row,) = [row for row in facts().seats if row.person == REVIEWER]
    return (type(row)(person, row.seat),)


@table(
    "refer_panel",
    facts(**REVIEW),
    {"reason": "prospect", "prospects": {1: "none", 2: "realistic"}},
    ({}, {"prospects": {1: "none", 2: "doubt"}}, "A panel could find none of it proven"),
    ({"klass": CaseClass.A}, {"prospects": {1: "none", 2: "none"}}, "A panel could find none of it proven"),
)
def test_a_panel_hears_what_it_could_find_proven(row):
    check(row)


def test_in_class_a_doubt_is_enough_for_a_panel():
    values = {"reason": "doubt", "prospects": {1: "none", 2: "doubt"}, "reason_text": WHY}

    assert against("refer_panel", facts(**{**REVIEW, "klass": CaseClass.A}), values, on=DAY) == []
