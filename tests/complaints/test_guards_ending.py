"""What speaks against each step of the end: done or not, withdrawn, opened again, kept, erased."""

from dataclasses import replace
from datetime import timedelta

import pytest

from complaints.facts import Actor, CaseClass, ObligationKind, Outcome, Seat, Source, State
from complaints.rules.ending import against_asking_to_withdraw, is_done
from complaints.rules.gathered import ObligationFact, Withdrawal
from complaints.rules.guards import against
from tests.complaints.guarding import DAY, DROP, REGISTRAR, REVIEWER, SIGNED, WHY, check, decision, facts, table

BY_REGISTRAR = {"by": REGISTRAR, "hand": Seat.REGISTRAR}
ONE = timedelta(days=1)
DONE = ObligationFact(
    ObligationKind.COURSE, DAY, started_on=SIGNED + ONE, done_on=DAY - timedelta(days=3), evidenced=True, reminded=frozenset({14, 3, 0})
)
UNDONE = replace(DONE, done_on=None, due_on=DAY - timedelta(days=15))
ACTIVE = {"state": State.SANCTION_ACTIVE, **BY_REGISTRAR}


@table(
    "discharge",
    facts(**ACTIVE, decision=decision(last_day=DAY - ONE), obligations=(DONE,)),
    {},
    ({"decision": None}, {}, "There is no decision whose tasks could be done."),
    ({"obligations": (DONE, UNDONE)}, {}, "1 of 2 tasks are not yet done and shown."),
    ({"obligations": (replace(DONE, started_on=SIGNED),)}, {}, "A course was begun before the decision."),
    ({"decision": decision(last_day=DAY)}, {}, "The suspension lasts until 2026-05-20."),
    ({"decision": decision(Outcome.CONDITIONS, months=6, first_day=DAY - timedelta(days=9))}, {}, "The conditions hold until 2026-11-11."),
    ({"decision": decision(Outcome.ADMONISHMENT, first_day=DAY - ONE)}, {}, "The admonishment stands until 2027-05-19."),
)
def test_a_case_is_discharged_when_all_is_done_and_the_suspension_is_over(row):
    check(row)


@pytest.mark.parametrize(
    ("changes", "done"),
    [
        ({}, True),
        ({"evidenced": False}, False),
        ({"done_on": DAY + ONE}, False),
        ({"done_on": None}, False),
        ({"started_on": SIGNED}, False),  # begun on the day of the decision is not after it
        ({"started_on": None}, False),
        ({"started_on": SIGNED - timedelta(days=7), "done_on": SIGNED - ONE}, False),  # passed for a renewal a week before
        ({"kind": ObligationKind.STATEMENT, "started_on": None}, True),
    ],
)
def test_a_course_counts_when_it_was_begun_and_passed_after_the_decision(changes, done):
    assert is_done(replace(DONE, **changes), decided_on=SIGNED, on=DAY) is done


@table(
    "obligation_overdue",
    facts(state=State.SANCTION_ACTIVE, by=None, hand=Actor.SYSTEM, decision=decision(), obligations=(UNDONE,)),
    {},
    ({"on": DAY - ONE}, {}, "Nothing is overdue by more than the fourteen days of grace."),
    ({"obligations": (replace(UNDONE, reminded=frozenset({14, 0})),)}, {}, "Not all three reminders went out"),
)
def test_what_is_not_done_fourteen_days_after_its_day_is_looked_at(row):
    check(row)


BREACH = {"state": State.BREACH_REVIEW, "by": REVIEWER, "hand": Seat.CASE_REVIEWER, "decision": decision(), "obligations": (UNDONE,)}


@table(
    "excuse",
    facts(**BREACH),
    {"reason": "illness", "new_date": DAY + ONE},
    ({"excused": True}, {}, "A new date was given once already."),
    ({}, {"new_date": DAY}, "The new date lies ahead."),
)
def test_a_new_date_is_given_once(row):
    check(row)


@table(
    "escalate",
    facts(**BREACH),
    {"reason": "not_done", "shown": WHY},
    ({"obligations": (DONE,)}, {}, "Everything is done meanwhile."),
)
def test_a_panel_hears_only_what_was_not_done(row):
    check(row)


ASKED = Withdrawal(DAY - timedelta(days=2), pressed=False)


@table(
    "withdraw",
    facts(withdrawal=ASKED),
    {"reason": "settled", "pressed": False},
    ({"withdrawal": None}, {}, "The person has not asked to withdraw."),
    ({"klass": CaseClass.B}, {}, "In class A and B the association goes on by itself."),
    ({"klass": CaseClass.A}, {}, "In class A and B the association goes on by itself."),
    ({"other_complainants": True}, {}, "Somebody else complains of the same"),
    ({"danger": True}, {}, "Somebody was said to be in danger"),
    ({"withdrawal": Withdrawal(DAY, pressed=True)}, {}, "The person says that somebody pressed them."),
)
def test_a_complaint_is_withdrawn_where_nobody_else_is_at_risk_and_nobody_pressed(row):
    check(row)


def test_whoever_complained_asks_once():
    given = facts(state=State.TRIAGE, by=None, hand=Actor.COMPLAINANT)

    assert against_asking_to_withdraw(given, {}, on=DAY) == []
    assert against_asking_to_withdraw(replace(given, withdrawal=ASKED), {}, on=DAY) == [
        "You have asked already; an answer comes within ten days."
    ]


@table(
    "continue_own_motion",
    facts(**BY_REGISTRAR, withdrawal=ASKED, danger=True),
    {"reason": "not_withdrawn", "complainant": "witness"},
    ({"own_motion": True}, {}, "The association itself complains already."),
    ({"withdrawal": None}, {}, "Nobody has asked to withdraw, and neither the press"),
    ({"danger": False}, {}, "The complaint can be withdrawn, so let the person go."),
)
def test_the_association_goes_on_where_a_complaint_cannot_be_withdrawn(row):
    check(row)


@pytest.mark.parametrize("changes", [{"source": Source.COURT}, {}])
def test_the_association_goes_on_where_others_told_it(changes):
    values = {"reason": "not_withdrawn" if changes else "press", "complainant": "none", "reason_text": WHY}

    assert against("continue_own_motion", facts(**BY_REGISTRAR, **changes), values, on=DAY) == []


CLOSED = {"state": State.CLOSED, **BY_REGISTRAR, "closed_on": DAY.replace(year=2024)}


@table(
    "reopen",
    facts(**CLOSED, evidence_used=frozenset({1})),
    {"reason": "new_evidence", "evidence": (1, 2)},
    ({"on": DAY + ONE}, {}, "A case can be opened again until 2026-05-20"),
    ({}, {"evidence": DROP}, "Show the new evidence."),
    ({}, {"evidence": (1,)}, "All of this was known before."),
)
def test_a_case_is_opened_again_for_two_years_and_never_twice_on_the_same_evidence(row):
    check(row)


def test_class_a_is_opened_again_without_an_end():
    given = facts(**{**CLOSED, "klass": CaseClass.A, "closed_on": DAY.replace(year=2010)})

    assert against("reopen", given, {"reason": "conviction", "evidence": (3,), "reason_text": WHY}, on=DAY) == []


@table("legal_hold", facts(**CLOSED), {"reason": "police"}, ({"held": True}, {}, "The case is held already."))
def test_a_case_is_held_once_at_a_time(row):
    check(row)


@table(
    "erase",
    facts(**CLOSED, keep_until=DAY, written_on=DAY - timedelta(days=30)),
    {},
    ({"keep_until": None}, {}, "It is not known until when the case is kept"),
    ({"on": DAY - ONE, "written_on": None}, {}, "The case is kept until 2026-05-20."),
    ({"held": True}, {}, "A legal hold stands."),
    ({"written_on": DAY - timedelta(days=29)}, {}, "The person who complained wrote less than 30 days ago."),
)
def test_a_case_is_erased_when_its_time_is_over_and_nothing_holds_it(row):
    check(row)
