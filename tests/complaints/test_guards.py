"""What holds of all guards: none is missing, none is silent, and what is asked before any of them."""

import ast
import inspect
import re
from dataclasses import replace
from functools import cache

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from complaints.clocks import OUTLIVE_THE_CASE
from complaints.facts import (
    Actor,
    CaseClass,
    CaseRole,
    ClockName,
    InterimState,
    Level,
    Machine,
    ObligationKind,
    Outcome,
    Risk,
    Seat,
    State,
    Yes,
)
from complaints.rules import filled, people
from complaints.rules.ending import against_asking_to_withdraw
from complaints.rules.gathered import InterimFact, ObligationFact, Seated, Withdrawal
from complaints.rules.guards import (
    GUARDS,
    LEFT_TO_EFFECTS,
    PARTS,
    against,
    against_asking,
    against_state,
    clocks_started,
    state_after,
    state_of,
)
from complaints.states import TRANSITIONS, Choice, Field, FieldKind, step
from tests.complaints import (
    test_guards_anytime,
    test_guards_appeals,
    test_guards_ending,
    test_guards_intake,
    test_guards_investigation,
    test_guards_panel,
)
from tests.complaints.guarding import (
    APPEAL_CHAIR,
    APPEAL_ONE,
    CHAIR,
    COACH,
    DAY,
    DEPUTY,
    DIGEST,
    INVESTIGATOR,
    REGISTRAR,
    SECOND,
    STRANGER,
    TABLES,
    TAKER,
    WHY,
    decision,
    facts,
)

EXAMPLES = [
    test_guards_anytime,
    test_guards_appeals,
    test_guards_ending,
    test_guards_intake,
    test_guards_investigation,
    test_guards_panel,
]


def test_every_step_has_a_guard_and_every_guard_a_step():
    written = {name for part in PARTS for name, _ in inspect.getmembers(part, inspect.isfunction) if name.startswith("against_")}
    others = {
        "against_files",
        "against_filling",
        "against_identifying",
        "against_members",
        "against_terms",
        "against_asking_to_withdraw",
    }

    assert set(GUARDS) == {row.name for row in TRANSITIONS}
    assert written - others == {f"against_{name}" for name in GUARDS}
    assert set(LEFT_TO_EFFECTS) <= set(GUARDS)


def test_every_step_is_shown_passing_and_every_guard_that_can_refuse_is_shown_refusing():
    assert EXAMPLES
    assert set(TABLES) == set(GUARDS)
    assert [name for name, rows in TABLES.items() if rows[0].sentence is not None] == []
    assert [name for name, rows in TABLES.items() if len(rows) == 1] == ["decline_conflict"]


@cache
def sentences():
    """Every sentence that the guards' modules can answer, as a pattern: figures and days may be anything."""
    found = set()
    for part in PARTS:
        for node in ast.walk(ast.parse(inspect.getsource(part))):
            told = node.elts[1] if isinstance(node, ast.Tuple) and len(node.elts) == 2 else None
            if isinstance(node, ast.Return) and isinstance(node.value, ast.List) and node.value.elts:
                told = node.value.elts[0]
            if isinstance(told, ast.Constant) and isinstance(told.value, str) and " " in told.value:
                found.add(re.escape(told.value))
            elif isinstance(told, ast.JoinedStr):
                parts = [re.escape(piece.value) if isinstance(piece, ast.Constant) else ".+" for piece in told.values]
                found.add("".join(parts))
    return sorted(found)


@cache
def shown():
    """Every reason that a row of the tables asks for, as it is answered."""
    told = {
        reason
        for rows in TABLES.values()
        for row in rows
        if row.sentence
        for reason in GUARDS[row.name](row.facts, row.values, on=row.on)
        if reason.startswith(row.sentence)
    }
    return told | set(against_asking_to_withdraw(facts(withdrawal=Withdrawal(DAY, pressed=False)), {}, on=DAY))


@pytest.mark.parametrize("pattern", sentences())
def test_every_sentence_of_a_guard_is_shown_by_a_row_that_asks_for_it(pattern):
    assert [reason for reason in shown() if re.fullmatch(pattern, reason)]


def test_there_are_many_sentences_and_all_are_found():
    assert len(sentences()) > 150


def test_a_sentence_ends_and_says_nothing_of_failing():
    for pattern in sentences():
        assert re.search(r"(\\[.?]|\.\+)$", pattern), pattern
        assert not re.search(r"\b(fail|invalid|illegal|error)", pattern, re.IGNORECASE), pattern


@pytest.mark.parametrize("row", [pytest.param(row, id=row.name) for row in TRANSITIONS])
def test_a_form_sent_empty_is_refused_with_a_sentence_for_each_field_that_is_needed(row):
    example = TABLES[row.name][0]
    needed = [field for field in (*row.asked, *row.fields) if field.needed]
    reasons = against(row.name, example.facts, {}, on=example.on)

    assert [field.name for field in needed if f"“{field.label}” is not yet filled in." not in reasons] == []
    assert ("Choose a reason." in reasons) == (len(row.reasons) > 1)
    assert (f"Say why in {row.reason_text} characters or more." in reasons) == bool(row.signers and row.reason_text)


@pytest.mark.parametrize("row", [pytest.param(row, id=row.name) for row in TRANSITIONS])
def test_a_guard_reads_only_what_the_form_asks_for(row):
    """Every value that an example fills in is a field of the step, the reason, or none of the forms' business."""
    asked = {field.name for field in (*row.asked, *row.fields)} | {"reason", "reason_text"}
    other = {"return_defect": {"outcome"}}

    assert {name for example in TABLES[row.name] for name in example.values} - asked - other.get(row.name, set()) == set()


@pytest.mark.parametrize("row", [pytest.param(row, id=row.name) for row in TRANSITIONS])
def test_a_step_is_refused_in_every_state_that_is_not_its_own(row):
    example = TABLES[row.name][0]
    states = {Machine.CASE: list(State), Machine.INTERIM: list(InterimState)}.get(row.machine, [])
    for state in states:
        if state in row.before:
            continue
        moved = {"state": state} if row.machine is Machine.CASE else {"interim": replace(example.facts.interim, state=state)}
        assert against(row.name, replace(example.facts, **moved), example.values, on=example.on)[0].startswith("This is not possible now")


@pytest.mark.parametrize("row", [pytest.param(row, id=row.name) for row in TRANSITIONS])
def test_a_step_is_refused_to_every_hand_that_is_not_its_own(row):
    example = TABLES[row.name][0]
    mine = people.allowed_hands(row, example.facts)
    for hand in (*Actor, *Seat, *CaseRole, None):
        reasons = people.against_hand(row, replace(example.facts, hand=hand), on=DAY)
        if not any(hand is own for own in mine):
            assert reasons[0].startswith("This is not yours to do"), hand


def test_a_role_alone_is_no_seat():
    given = facts(state=State.CLOSED, by=STRANGER, hand=CaseRole.REGISTRAR)

    assert people.against_hand(step("legal_hold"), given, on=DAY)[0].startswith(
        "This is not yours to do: it is for deputy registrar or registrar"
    )


@pytest.mark.parametrize(
    ("name", "changes", "sentence"),
    [
        ("ask_info", {"by": None}, people.NOBODY),
        ("ask_info", {"respondent": TAKER}, people.ONESELF),
        ("ask_info", {"by": STRANGER}, "You have no seat in this case as taker."),
        ("ask_info", {"seats": (Seated(TAKER, Seat.TAKER, until=DAY),)}, "You have no seat in this case as taker."),
        ("ask_info", {"seats": (Seated(TAKER, Seat.TAKER, attested=False),)}, "First say whether you know either side."),
        ("ask_info", {"seats": (Seated(TAKER, Seat.TAKER, conflicted=True),)}, "A conflict of yours came to light."),
        ("dismiss", {"by": TAKER, "hand": Seat.SECOND_INTAKE, "signed_by": (TAKER,), "danger": True}, people.TWICE),
        ("take", {"state": State.SUBMITTED, "hand": CaseRole.INTAKE, "excluded": frozenset({TAKER})}, people.EXCLUDED),
        ("impose_emergency", {"by": None, "hand": Actor.POOL_CHAIR, "signed_by": (REGISTRAR,)}, people.NOBODY),
        ("impose_emergency", {"by": COACH, "hand": Actor.POOL_CHAIR, "signed_by": (REGISTRAR,)}, people.ONESELF),
        ("impose_emergency", {"by": REGISTRAR, "hand": Actor.POOL_CHAIR, "signed_by": (REGISTRAR,)}, people.TWICE),
        (
            "impose_emergency",
            {"by": CHAIR, "hand": Actor.POOL_CHAIR, "signed_by": (REGISTRAR,), "excluded": frozenset({CHAIR})},
            people.EXCLUDED,
        ),
    ],
)
def test_who_may_not_act_and_why(name, changes, sentence):
    assert any(reason.startswith(sentence) for reason in people.against_hand(step(name), facts(**changes), on=DAY))


def test_the_exclusion_set_bars_a_new_seat_and_not_going_on_with_ones_own():
    assert people.against_hand(step("ask_info"), facts(excluded=frozenset({TAKER})), on=DAY) == []


@pytest.mark.parametrize("row", [Seated(TAKER, Seat.TAKER, attested=False), Seated(TAKER, Seat.TAKER, conflicted=True)])
def test_whoever_has_a_conflict_can_always_step_back(row):
    given = facts(seats=(row,), excluded=frozenset({TAKER}))

    assert against("recuse", given, {"reason": "kin", "reason_text": WHY, "person": TAKER}, on=DAY) == []
    assert against("decline_conflict", given, {"reason": "kin", "reason_text": WHY}, on=DAY) == []


@pytest.mark.parametrize(
    ("name", "changes", "needed"),
    [
        ("dismiss", {"klass": CaseClass.D, "allegations": ()}, 1),
        ("dismiss", {"klass": CaseClass.B, "allegations": ()}, 2),
        ("dismiss", {"klass": None, "allegations": (), "risk": {Risk.MINOR: Yes.YES}}, 2),
        ("dismiss", {"klass": CaseClass.D, "allegations": (), "danger": True}, 2),
        ("serve_notice", {"level": Level.OPEN}, 1),
        ("serve_notice", {"level": Level.CONFIDENTIAL}, 2),
        ("serve_notice", {"level": Level.ANONYMOUS}, 2),
        ("dismiss_appeal", {}, 3),
        ("grant", {}, 4),
        ("countersign", {}, 2),
        ("ask_info", {}, 1),
        ("respond", {}, 0),
    ],
)
def test_how_many_sign(name, changes, needed):
    assert len(people.signatures(step(name), facts(**changes))) == needed


def test_the_calendar_signs_nothing_when_it_lifts_an_order():
    assert people.signatures(step("lift"), facts(), by_calendar=True) == ()
    assert len(people.signatures(step("lift"), facts())) == 2


def test_signatures_are_given_in_their_order():
    given = facts(state=State.APPEALED, by=DEPUTY, hand=Seat.DEPUTY_REGISTRAR)
    row = step("allow_appeal")

    assert people.against_hand(row, given, on=DAY)[0].startswith("This is not yours to do: it is for appeal chair or appeal member")
    assert people.against_hand(row, replace(given, signed_by=(APPEAL_CHAIR, APPEAL_ONE)), on=DAY) == []
    done = replace(given, signed_by=(APPEAL_CHAIR, APPEAL_ONE, DEPUTY))
    assert people.against_hand(row, done, on=DAY) == ["This is not yours to do: all signatures are there."]


def test_whoever_signs_later_fills_in_nothing_but_is_held_to_the_guard():
    values = {"reason": "out_of_time", "reason_text": ""}
    second = facts(by=SECOND, hand=Seat.SECOND_INTAKE, signed_by=(TAKER,), danger=True)

    assert against("dismiss", second, values, on=DAY) == [
        "By the days on record it is not too late: three years from the end of the coaching are not over."
    ]


def test_whoever_complained_asks_to_withdraw_and_the_investigator_asks_for_a_name():
    complainant = facts(by=None, hand=Actor.COMPLAINANT)
    investigator = facts(state=State.INVESTIGATION, by=INVESTIGATOR, hand=Seat.INVESTIGATOR)

    assert against_asking("withdraw", complainant, {"pressed": True}, on=DAY) == []
    assert against_asking("withdraw", complainant, {}, on=DAY) == ["“Did anybody press you to withdraw?” is not yet filled in."]
    assert against_asking("withdraw", replace(complainant, withdrawal=Withdrawal(DAY, pressed=False)), {"pressed": True}, on=DAY) == [
        "You have asked already; an answer comes within ten days."
    ]
    assert against_asking("withdraw", facts(), {"pressed": True}, on=DAY)[0].startswith("This is not yours to do")
    assert against_asking("unmask", investigator, {}, on=DAY)[0] == "“From now on” is not yet filled in."
    assert against_asking("unmask", replace(investigator, by=STRANGER), {}, on=DAY) == ["You have no seat in this case as investigator."]
    assert against_asking("unmask", replace(investigator, state=State.DECIDED), {}, on=DAY)[0].startswith("This is not possible now")


def test_whom_the_policy_bars_from_a_new_seat():
    barring = ["T03", "T10", *_steps("T", 12, 14), *_steps("T", 21, 26), "I2", "I3", "I5", "I6", *_steps("T", 28, 37), *_steps("T", 41, 44)]
    known = {row.id: row.name for row in TRANSITIONS}

    assert {known[number] for number in [*barring, "T55", "T29a"] if number in known} == people.EXCLUDES


def _steps(letter, first, last):
    return [f"{letter}{number:02}" for number in range(first, last + 1)]


def test_the_papers_name_each_guard_with_the_test_that_holds_its_table():
    papers = (settings.BASE_DIR / "docs" / "rules.md").read_text()
    held = {}
    for module in EXAMPLES:
        for node in ast.parse(inspect.getsource(module)).body:
            for call in getattr(node, "decorator_list", []):
                if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "table":
                    held[call.args[0].value] = f"{module.__name__.replace('.', '/')}.py::{node.name}"

    rows = [f"`{guard.__module__}.{guard.__name__}` | `{held[name]}` |" for name, guard in GUARDS.items()]

    assert [row for row in rows if row not in papers] == []


# Where a step leads


@pytest.mark.parametrize(
    ("name", "given", "values", "after"),
    [
        ("take", {"state": State.SUBMITTED}, {}, State.TRIAGE),
        ("acknowledge", {"state": State.TRIAGE}, {}, State.TRIAGE),
        ("submit", {"state": None}, {}, State.SUBMITTED),
        ("overturn_dismissal", {"closed_from": State.TRIAGE}, {}, State.TRIAGE),
        ("overturn_dismissal", {"closed_from": State.CASE_REVIEW}, {}, State.CASE_REVIEW),
        ("appeal_window_closes", {"decision": decision(Outcome.SUSPENSION)}, {}, State.SANCTION_ACTIVE),
        ("appeal_window_closes", {"decision": decision(Outcome.REVOCATION)}, {}, State.CLOSED),
        ("appeal_window_closes", {"decision": decision(Outcome.NOT_PROVEN)}, {}, State.CLOSED),
        ("appeal_window_closes", {"decision": decision(Outcome.REPRIMAND)}, {}, State.CLOSED),
        ("appeal_window_closes", {"decision": decision(Outcome.REMEDIATION)}, {}, State.SANCTION_ACTIVE),
        ("dismiss_appeal", {"decision": decision(Outcome.CONDITIONS)}, {}, State.SANCTION_ACTIVE),
        ("substitute", {"decision": decision(Outcome.REVOCATION)}, {"outcome": "O6"}, State.SANCTION_ACTIVE),
        ("substitute", {"decision": decision(Outcome.SUSPENSION)}, {"outcome": "O3"}, State.CLOSED),
        ("review", {"interim": InterimFact(InterimState.IN_FORCE)}, {"result": "goes_on"}, InterimState.IN_FORCE),
        ("review", {"interim": InterimFact(InterimState.IN_FORCE)}, {"result": "lifted"}, InterimState.LIFTED),
        ("hear", {"interim": InterimFact(InterimState.IN_FORCE)}, {}, InterimState.IN_FORCE),
    ],
)
def test_where_a_step_leads(name, given, values, after):
    assert state_after(name, facts(**given), values) is after


@pytest.mark.parametrize(
    ("name", "given", "values", "clocks"),
    [
        ("submit", {"state": None}, {}, ["acknowledge", "take"]),
        ("submit", {"state": None, "danger": True}, {}, ["acknowledge", "take", "interim_question", "external_report"]),
        ("admit", {"klass": CaseClass.A}, {}, ["notice", "interim_question"]),
        ("admit", {}, {}, ["notice"]),
        ("overturn_dismissal", {"closed_from": State.TRIAGE}, {}, ["triage", "dismissal"]),
        ("overturn_dismissal", {"closed_from": State.CASE_REVIEW}, {}, ["case_review"]),
        ("countersign", {}, {}, ["appeal_window"]),
        ("countersign", {"obligations": (ObligationFact(ObligationKind.COURSE, DAY),)}, {}, ["appeal_window", "obligation"]),
        ("review", {}, {"result": "lifted"}, []),
        ("review", {}, {"result": "goes_on"}, ["interim_review"]),
        ("dismiss_appeal", {}, {}, []),
    ],
)
def test_which_clocks_a_step_starts(name, given, values, clocks):
    assert clocks_started(name, facts(**given), values) == clocks


def test_what_runs_on_after_a_case_is_closed_is_ended_by_a_step_of_its_own():
    ending = {clock for row in TRANSITIONS for clock in row.ends if State.CLOSED in row.before or row.machine is not Machine.CASE}

    assert ending | {ClockName.EXTERNAL_REPORT} >= OUTLIVE_THE_CASE


@pytest.mark.parametrize("row", [pytest.param(row, id=row.name) for row in TRANSITIONS])
def test_a_step_leads_to_a_state_of_its_row(row):
    example = TABLES[row.name][0]
    after = state_after(row.name, example.facts, example.values)

    assert after in (row.after or (state_of(example.facts, row.machine),))


def test_nothing_leads_on_from_a_decision_that_is_not_there():
    with pytest.raises(ValueError, match="nothing is decided"):
        state_after("dismiss_appeal", facts(), {})


def test_before_there_is_a_case_only_two_steps_are_possible():
    assert [row.id for row in TRANSITIONS if against_state(row, facts(state=None)) == [] and row.machine is Machine.CASE] == ["T01", "T62"]


# What is filled in

TEXT = Field("x", FieldKind.WORDS, "X", least=3, most=5)


@pytest.mark.parametrize(
    ("field", "value", "reasons"),
    [
        (TEXT, None, ["“X” is not yet filled in."]),
        (TEXT, "   ", ["“X” is not yet filled in."]),
        (TEXT, " ab ", ["“X”: 3 characters or more."]),
        (TEXT, "abcdef", ["“X”: 5 characters at most."]),
        (TEXT, "abc", []),
        (TEXT, 7, ["“X” is not something we can read."]),
        (replace(TEXT, needed=False), "", []),
        (Field("x", FieldKind.DATE, "X"), "2026-01-01", ["“X” is not something we can read."]),
        (Field("x", FieldKind.NUMBER, "X", least=30, most=366, unit="days"), 29, ["“X”: 30 days or more."]),
        (Field("x", FieldKind.NUMBER, "X", least=30, most=366, unit="days"), 367, ["“X”: 366 days at most."]),
        (Field("x", FieldKind.NUMBER, "X"), True, ["“X” is not something we can read."]),
        (Field("x", FieldKind.PEOPLE, "X", least=2), (1,), ["“X”: 2 or more."]),
        (Field("x", FieldKind.FILES, "X", most=1), (1, 2), ["“X”: 1 at most."]),
        (Field("x", FieldKind.CHOICE, "X", choices=(Choice("a", "A"),)), "b", ["“X”: choose from the list."]),
        (Field("x", FieldKind.CHOICES, "X", choices=(Choice("a", "A"),)), ("a", "b"), ["“X”: choose from the list."]),
        (Field("x", FieldKind.ANSWER_EACH, "X", choices=(Choice("a", "A"),)), {1: "a", 2: "b"}, ["“X”: choose from the list."]),
        (Field("x", FieldKind.WORDS_EACH, "X", most=3), {1: "abc", 2: "abcd"}, ["“X”: 3 characters at most for each."]),
        (Field("x", FieldKind.YES_NO, "X"), False, []),
    ],
)
def test_what_is_not_filled_in_or_out_of_bounds_is_said(field, value, reasons):
    assert filled.against_field(field, facts(), {"x": value}) == reasons


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9) | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.tuples(inner) | st.dictionaries(st.integers(1, 3), inner, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from(TRANSITIONS), st.data())
def test_whatever_is_sent_is_refused_in_words_or_taken_and_nothing_breaks(row, data):
    example = TABLES[row.name][0]
    names = [field.name for field in (*row.asked, *row.fields)] + ["reason", "reason_text"]
    values = data.draw(st.dictionaries(st.sampled_from(names), anything, max_size=len(names)))
    reasons = against(row.name, example.facts, {**example.values, **values}, on=example.on)

    assert all(isinstance(reason, str) and reason for reason in reasons)
    assert len(reasons) == len(set(reasons))


def test_the_chairs_signature_opens_the_countersigning_and_the_registrar_fills_it_in():
    chair = facts(state=State.COUNTERSIGN, by=CHAIR, hand=Seat.CHAIR, decision=decision(signers=()))
    registrar = replace(chair, by=REGISTRAR, hand=Seat.REGISTRAR, signed_by=(CHAIR,), decision=decision(signers=(CHAIR,)))

    assert step("tally").opens == "countersign"
    assert against("countersign", chair, {"digest": DIGEST}, on=DAY) == []
    assert "“Checked” is not yet filled in." in against("countersign", registrar, {"digest": DIGEST}, on=DAY)
