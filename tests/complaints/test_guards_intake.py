"""What speaks against each step from submitting to admitting."""

from datetime import timedelta

from complaints.facts import Actor, CaseClass, CaseRole, Closure, Level, Seat, State
from complaints.rules.gathered import AllegationFact, OtherCase, Sending
from complaints.rules.guards import against
from complaints.rules.intake import against_admit, against_identifying, against_submit
from tests.complaints.guarding import DAY, DROP, FRESH, NO_RISK, STRANGER, TAKER, check, facts, table

SUBMITTED = {
    "danger": False,
    "coach": "Somebody",
    "options": ("dropped",),
    "relation": "client",
    "level": "confidential",
    "truth": True,
    "conduct_from": DAY - timedelta(days=9),
    "conduct_until": DAY - timedelta(days=2),
}


@table(
    "submit",
    facts(state=None, by=None, hand=Actor.COMPLAINANT, sending=Sending()),
    SUBMITTED,
    ({"sending": Sending(honeypot="x")}, {}, "This field stays empty"),
    ({"sending": Sending(seconds=2)}, {}, "That was faster"),
    ({"sending": Sending(wait=20)}, {}, "Many people write to us right now. Please wait 20 seconds"),
    ({}, {"coach": " "}, "Name the coach"),
    ({}, {"options": (), "narrative": "x" * 39}, "Tick what happened"),
    ({}, {"level": DROP}, "Choose who may know"),
    ({}, {"truth": False}, "Tick that what you wrote is true"),
    ({}, {"conduct_from": DAY + timedelta(days=1)}, "It begins on a day that has not come"),
    ({}, {"conduct_until": DAY - timedelta(days=10)}, "It ends before it begins"),
)
def test_a_complaint_is_sent_with_a_coach_a_story_a_level_and_a_word_on_truth(row):
    check(row)


def test_forty_characters_of_a_story_or_not_being_sure_of_the_coach_are_enough():
    given = facts(state=None, by=None, hand=Actor.COMPLAINANT)
    values = {**SUBMITTED, "coach": "", "not_sure": True, "options": (), "narrative": "x" * 40}

    assert against_submit(given, values, on=DAY) == []


def test_what_came_by_phone_is_typed_in_without_the_brakes_of_the_public_form():
    given = facts(state=None, hand=CaseRole.INTAKE, sending=Sending(honeypot="x", seconds=0))

    assert against_submit(given, SUBMITTED, on=DAY) == []


@table(
    "acknowledge",
    facts(state=State.SUBMITTED, hand=CaseRole.INTAKE),
    {},
    ({"acknowledged_on": DAY}, {}, "The first answer was sent on 2026-05-20 already."),
)
def test_a_first_answer_is_sent_once(row):
    check(row)


@table(
    "take",
    facts(state=State.SUBMITTED, hand=CaseRole.INTAKE),
    {"no_conflict": True},
    ({}, {"no_conflict": False}, "First say that you know neither side"),
    ({"excluded": frozenset({TAKER})}, {"no_conflict": True}, "You had a part in this case or know one side, so somebody else takes it."),
)
def test_whoever_takes_a_complaint_first_says_that_they_know_neither_side(row):
    check(row)


@table("decline_conflict", facts(hand=Seat.TAKER), {"reason": "supervision"})
def test_a_conflict_is_declared_by_its_kind_alone(row):
    check(row)


@table(
    "ask_info",
    facts(rounds_of_questions=1),
    {"reason": "unclear", "questions": ("When was it?",)},
    ({"rounds_of_questions": 2}, {}, "The person was asked twice already."),
    ({}, {"questions": (" ",)}, "Write at least one question."),
)
def test_a_person_is_asked_in_two_rounds_at_most(row):
    check(row)


@table(
    "answer",
    facts(state=State.NEEDS_INFO, by=None, hand=Actor.COMPLAINANT, sending=Sending()),
    {"answer": "In March."},
    ({"sending": Sending(code_is_valid=False)}, {}, "We cannot open a complaint with this code."),
    ({"sending": Sending(files_refused=1)}, {}, "1 of the files cannot be taken."),
    ({"sending": Sending(files_pending=2)}, {}, "2 of the files are still being checked."),
)
def test_questions_are_answered_with_the_code_and_sound_files(row):
    check(row)


ASKED = {"asked_on": DAY - timedelta(days=15), "reminded_on": DAY - timedelta(days=8)}


@table(
    "info_timeout",
    facts(state=State.NEEDS_INFO, by=None, hand=Actor.SYSTEM, **ASKED),
    {},
    ({"asked_on": None}, {}, "No question is open."),
    ({"on": DAY - timedelta(days=1)}, {}, "The person has time to answer until 2026-05-19."),
    ({"reminded_on": None}, {}, "No reminder was sent yet"),
)
def test_silence_counts_after_fourteen_days_and_a_reminder(row):
    check(row)


OTHER = OtherCase("C-2", State.ADMITTED, same_respondent=True)


@table(
    "merge_duplicate",
    facts(other=OTHER),
    {"master": "C-2", "same_incident": True},
    ({"other": None}, {}, "No case has this number."),
    ({"other": OtherCase("C-2", State.ADMITTED, same_respondent=False)}, {}, "The other case is about somebody else"),
    ({"other": OtherCase("C-2", State.CLOSED, same_respondent=True)}, {}, "The other case is not open."),
    ({}, {"same_incident": False}, "A like story with another client is linked"),
)
def test_only_what_tells_of_the_same_event_is_joined(row):
    check(row)


LATE = {"conduct_from": DAY - timedelta(days=1200), "conduct_until": DAY - timedelta(days=1150)}
GRAVE = (AllegationFact(1, "PS-07", klass=CaseClass.A),)


@table(
    "dismiss",
    facts(allegations=(), **LATE),
    {"reason": "out_of_time", "reason_text": "x" * 100},
    ({"allegations": GRAVE}, {}, "A complaint of class A is never too late."),
    ({"conduct_until": DAY - timedelta(days=60)}, {}, "By the days on record it is not too late"),
    ({}, {"reason": "not_certified_at_time"}, "The registry says that the coach was certified then."),
    ({"allegations": (AllegationFact(1, "PS-01"),)}, {"reason": "principle_only"}, "A standard of the Code is ticked too"),
    ({}, {"reason": "too_little_detail"}, "Nobody has asked the person yet."),
)
def test_a_complaint_is_closed_for_a_reason_that_the_record_bears(row):
    check(row)


def test_the_reasons_of_a_dismissal_have_a_hundred_characters_and_come_from_the_list():
    assert "Say why in 100 characters or more." in against("dismiss", facts(allegations=()), {"reason_text": "x" * 99}, on=DAY)
    assert "Choose a reason." in against("dismiss", facts(allegations=()), {"reason_text": "x" * 100}, on=DAY)
    assert "Choose a reason from the list." in against("dismiss", facts(allegations=()), {"reason": "boring"}, on=DAY)


CLOSED = {"state": State.CLOSED, "closure": Closure.DISMISSED, "closed_on": DAY - timedelta(days=30)}


@table(
    "ask_dismissal_review",
    facts(by=None, hand=Actor.COMPLAINANT, **CLOSED),
    {"words": "You missed something."},
    ({"closure": Closure.NOT_PROVEN}, {}, "A review can be asked for where"),
    ({"dismissal_reviews": 1}, {}, "The closing was reviewed once already"),
    ({"on": DAY + timedelta(days=1)}, {}, "The time to ask for a review ended on 2026-05-20."),
)
def test_a_closing_is_reviewed_once_and_when_asked_for_within_thirty_days(row):
    check(row)


REVIEW = {"state": State.DISMISSAL_REVIEW, "by": FRESH, "hand": Seat.DISMISSAL_REVIEWER, "closed_from": State.TRIAGE}


@table(
    "uphold_dismissal",
    facts(**REVIEW),
    {},
    ({"actors": {"dismiss": frozenset({FRESH})}}, {}, "You had a part in the case, so somebody else reviews"),
)
def test_a_closing_is_upheld_by_somebody_fresh(row):
    check(row)


@table(
    "overturn_dismissal",
    facts(**REVIEW),
    {"reason": "overlooked"},
    ({"actors": {"no_case": frozenset({FRESH})}}, {}, "You had a part in the case, so somebody else reviews"),
    ({"closed_from": None}, {}, "It is not on record where the case was closed."),
)
def test_a_closing_is_overturned_by_somebody_fresh(row):
    check(row)


ADMITTED = {
    "entry": "RC-1",
    "certified_then": True,
    "clauses": ("SC-03",),
    "klass": "C",
    **NO_RISK,
    "particulars": "It is said that a session was held although the client was drunk.",
}
UNKNOWN = {"impaired": "unknown", "money": "unknown", "pressure": "unknown"}


@table(
    "admit",
    facts(level=Level.CONFIDENTIAL, shielded=("Odile",)),
    ADMITTED,
    ({}, {"entry": "RC-2"}, "This number is not among the certificates"),
    ({"respondent": None}, {}, "It is not yet known who the coach is."),
    ({}, {"certified_then": False}, "The coach was not certified when it happened"),
    ({"certified_then": False}, {}, "The registry says that the coach was not certified"),
    (LATE, {}, "It came more than three years after"),
    ({}, {"clauses": ("GP-04",)}, "Map it to at least one numbered standard"),
    ({}, {"minor": DROP}, "Answer every question of the risk form"),
    ({}, {"sexual": "yes"}, "Somebody under 18, sexual contact or a risk to a life makes it class A."),
    ({}, UNKNOWN, "Three answers or more are not known."),
    ({}, {"particulars": "On that evening odile was drunk, and the session was held anyway."}, "The particulars hold words"),
)
def test_a_complaint_is_taken_on_about_one_coach_in_time_under_a_standard_with_the_risks_asked(row):
    check(row)


def test_class_a_is_never_too_late_and_a_second_try_makes_up_for_what_is_not_known():
    given = facts(**LATE)

    assert against_admit(given, {**ADMITTED, "klass": "A", "sexual": "yes"}, on=DAY) == []
    assert against_admit(facts(), {**ADMITTED, **UNKNOWN, "extra_contact_on": DAY}, on=DAY) == []
    assert against_admit(given, {**ADMITTED, "coaching_ended_on": DAY - timedelta(days=100)}, on=DAY) == []


def test_an_open_level_hides_nothing():
    assert against_identifying(facts(level=Level.OPEN, shielded=("Odile",)), "Odile was drunk.") == []
    assert against_identifying(facts(level=Level.ANONYMOUS, shielded=("Odile",)), "ODILE was drunk.") != []


def test_a_stranger_of_the_office_has_no_seat():
    (reason,) = against("ask_info", facts(by=STRANGER), {}, on=DAY)

    assert reason == "You have no seat in this case as taker."
