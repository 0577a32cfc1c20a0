"""What speaks against each step of an appeal."""

from datetime import timedelta

import pytest

from complaints.facts import Actor, AppealGround, Bar, Outcome, Party, Seat, State
from complaints.rules.appeals import closes_after, closure_of, may_appeal
from complaints.rules.gathered import AppealFact
from complaints.rules.guards import against
from tests.complaints.guarding import (
    APPEAL_CHAIR,
    APPEAL_ONE,
    APPEAL_TWO,
    COACH,
    DAY,
    DEPUTY,
    REGISTRAR,
    WHY,
    before,
    check,
    decision,
    facts,
    table,
)

OPEN_WINDOW = decision(window_closes_on=DAY, first_day=DAY + timedelta(days=1))
BY_COACH = {"state": State.DECIDED, "by": COACH, "hand": Actor.RESPONDENT}
LATE = {"on": DAY + timedelta(days=1)}


@table(
    "file_appeal",
    facts(**BY_COACH, decision=OPEN_WINDOW),
    {"reason": "sanction", "appellant": "respondent"},
    ({"decision": None}, {}, "There is no decision that was served."),
    (LATE, {}, "The time to appeal ended on 2026-05-20."),
    ({**LATE, "by": REGISTRAR, "hand": Seat.REGISTRAR}, {}, "Say why it is let in late."),
    ({"by": REGISTRAR, "hand": Seat.REGISTRAR}, {}, "In time each side appeals through its own page"),
    ({}, {"reason": "unfair"}, "Choose a ground"),
    ({"by": REGISTRAR, "hand": Seat.REGISTRAR}, {"appellant": "office"}, "Only the two sides appeal."),
    ({"decision": decision(Outcome.NOT_PROVEN, window_closes_on=DAY)}, {}, "Nothing was found against you"),
    ({"hand": Actor.COMPLAINANT}, {"reason": "procedure"}, "You can appeal where nothing was found proven, or because"),
)
def test_an_appeal_is_filed_in_time_on_a_ground_by_whom_it_can_be(row):
    check(row)


def test_the_registrar_lets_in_a_late_appeal_with_a_reason():
    given = facts(state=State.DECIDED, by=REGISTRAR, hand=Seat.REGISTRAR, decision=OPEN_WINDOW)
    values = {"reason": "procedure", "appellant": "respondent", "late_because": WHY, "reason_text": WHY}

    assert against("file_appeal", given, values, on=DAY + timedelta(days=5)) == []


@pytest.mark.parametrize(
    ("by", "outcome", "grounds"),
    [
        (Party.RESPONDENT, Outcome.NOT_PROVEN, set()),
        (Party.RESPONDENT, Outcome.ADVICE, set()),
        (Party.RESPONDENT, Outcome.REMEDIATION, set(AppealGround)),
        (Party.RESPONDENT, Outcome.REVOCATION, set(AppealGround)),
        (Party.COMPLAINANT, Outcome.NOT_PROVEN, set(AppealGround) - {AppealGround.SANCTION}),
        (Party.COMPLAINANT, Outcome.ADVICE, {AppealGround.SANCTION}),
        (Party.COMPLAINANT, Outcome.SUSPENSION, {AppealGround.SANCTION}),
    ],
)
def test_who_may_appeal_what_on_which_ground(by, outcome, grounds):
    assert {ground for ground in AppealGround if may_appeal(by, ground, outcome)} == grounds


@table(
    "appeal_window_closes",
    facts(state=State.DECIDED, by=None, hand=Actor.SYSTEM, decision=decision(window_closes_on=DAY - timedelta(days=1))),
    {},
    ({"decision": None}, {}, "There is no decision that was served."),
    ({"on": DAY - timedelta(days=1)}, {}, "Both sides can appeal until 2026-05-19."),
    ({"appeal": AppealFact(Party.RESPONDENT, AppealGround.SANCTION, DAY)}, {}, "An appeal was filed."),
    ({"decision": decision(signers=(8, 8))}, {}, "The two signatures under the decision do not hold."),
)
def test_a_decision_goes_on_the_day_after_the_time_to_appeal_under_two_signatures(row):
    check(row)


APPEALED = {
    "state": State.APPEALED,
    "by": APPEAL_CHAIR,
    "hand": Seat.APPEAL_CHAIR,
    "decision": decision(days=180),
    "appeal": AppealFact(Party.RESPONDENT, AppealGround.SANCTION, DAY - timedelta(days=9)),
}
PROCEDURE = {**APPEALED, "appeal": AppealFact(Party.RESPONDENT, AppealGround.PROCEDURE, DAY - timedelta(days=9))}
NOT_FRESH = {"actors": {"cast_vote": frozenset({APPEAL_TWO})}}
PANEL_ROWS = (
    ({"appeal": None}, {}, "No appeal was filed."),
    ({"seats": before(Seat.APPEAL_MEMBER)}, {}, "The appeal panel is not complete: 1 of 3 members."),
    (NOT_FRESH, {}, "A member of the appeal panel had a part in the case before."),
    ({}, {"agreeing": 1}, "Most of the three have to agree"),
)


@table("dismiss_appeal", facts(**APPEALED), {"reason": "sanction", "agreeing": 2}, *PANEL_ROWS)
def test_an_appeal_is_dismissed_by_most_of_three_fresh_people(row):
    check(row)


SIGNED_BY_DEPUTY = {
    "by": DEPUTY,
    "hand": Seat.DEPUTY_REGISTRAR,
    "signed_by": (APPEAL_CHAIR, APPEAL_ONE),
    "decision": decision(days=180, signers=(8, DEPUTY)),
}


@table(
    "allow_appeal",
    facts(**APPEALED),
    {"reason": "procedure", "agreeing": 3},
    *PANEL_ROWS,
    (SIGNED_BY_DEPUTY, {}, "You signed the decision, so another deputy registrar signs here."),
)
def test_a_decision_falls_by_most_of_three_and_a_deputy_who_did_not_sign_it(row):
    check(row)


MONTHS_THREE = {"reason": "sanction", "agreeing": 3, "outcome": "O6", "days": 92, "summary": "Notes were left open."}


@table(
    "substitute",
    facts(**APPEALED),
    MONTHS_THREE,
    *PANEL_ROWS,
    (SIGNED_BY_DEPUTY, {}, "You signed the decision, so another deputy registrar signs here."),
    ({"decision": None}, {}, "There is no decision to change."),
    ({}, {"days": 270}, "This is heavier than the decision."),
    ({}, {"outcome": "O7", "bar": "3"}, "This is heavier than the decision."),
    ({}, {"days": 180}, "This is what was decided already."),
)
def test_what_is_put_in_its_place_is_never_heavier_and_never_the_same(row):
    check(row)


def test_it_can_be_heavier_where_the_appeal_was_that_it_is_too_mild():
    mild = AppealFact(Party.COMPLAINANT, AppealGround.SANCTION, DAY - timedelta(days=9))
    values = {**MONTHS_THREE, "days": 270, "reason_text": WHY}

    assert against("substitute", facts(**{**APPEALED, "appeal": mild}), values, on=DAY) == []


@pytest.mark.parametrize(
    ("old", "new", "heavier"),
    [
        ((Outcome.CONDITIONS, {"months": 12, "days": None}), {"outcome": "O5", "months": 6}, False),
        ((Outcome.CONDITIONS, {"months": 6, "days": None}), {"outcome": "O5", "months": 12}, True),
        ((Outcome.REVOCATION, {"bar": Bar.FIVE_YEARS}), {"outcome": "O7", "bar": "3"}, False),
        ((Outcome.REVOCATION, {"bar": Bar.FIVE_YEARS}), {"outcome": "O7", "bar": "permanent"}, True),
        ((Outcome.REVOCATION, {"bar": Bar.THREE_YEARS}), {"outcome": "O6", "days": 366}, False),
    ],
)
def test_terms_weigh_where_the_outcome_is_the_same(old, new, heavier):
    outcome, terms = old
    given = facts(**{**APPEALED, "decision": decision(outcome, **terms)})
    reasons = against("substitute", given, {"reason": "sanction", "agreeing": 2, "summary": "x", "reason_text": WHY, **new}, on=DAY)

    assert any(reason.startswith("This is heavier") for reason in reasons) is heavier


@table(
    "remit",
    facts(**PROCEDURE),
    {"reason": "quorum", "agreeing": 2},
    *PANEL_ROWS,
    ({"appeal": APPEALED["appeal"]}, {}, "The appeal is about what follows, not about the procedure."),
)
def test_a_new_panel_hears_a_case_whose_procedure_was_not_fair(row):
    check(row)


def test_which_outcomes_close_a_case_and_which_wait_until_something_is_done():
    assert [outcome.value for outcome in Outcome if closes_after(outcome)] == ["O0", "O1", "O3", "O7"]
    assert [closure_of(outcome).value for outcome in Outcome] == [
        "not_proven", "advice", "remediation", "reprimand", "admonishment", "conditions", "suspension", "revocation",
    ]  # fmt: skip
