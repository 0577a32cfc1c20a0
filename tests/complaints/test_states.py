"""The table of steps against the association's policy as data, row by row, and what its graph promises."""

import json
import re
from pathlib import Path

import pytest

from complaints.clocks import DEADLINES
from complaints.facts import Actor, CaseRole, InterimState, Machine, ReinstatementState, Seat, State
from complaints.states import TRANSITIONS, Field, FieldKind, Second, step, steps_from
from complaints.states.parts import OPEN, REASON_TEXT

POLICY = json.loads((Path(__file__).parent / "complaint_transitions.json").read_text())
ROWS = {row["id"]: row for machine in Machine for row in POLICY[machine] if row["release"] == 1}
TABLE = {row.id: row for row in TRANSITIONS}
STATES = {Machine.CASE: State, Machine.INTERIM: InterimState, Machine.REINSTATEMENT: ReinstatementState}
STARTS = {Machine.CASE: None, Machine.INTERIM: InterimState.NONE, Machine.REINSTATEMENT: ReinstatementState.NONE}
FINAL = {State.ERASED, InterimState.SUPERSEDED, ReinstatementState.R_GRANTED}
RESTING = {State.MERGED, State.CLOSED, InterimState.NONE, InterimState.LIFTED, InterimState.EXPIRED}
RESTING |= {ReinstatementState.NONE, ReinstatementState.R_REFUSED}

# Every difference from the policy as data that is wanted, with its reason. One that is gone, or not listed, is an error.
WANTED = {
    (
        "T29a",
        "row",
    ): "The policy lets the chair rule on a challenge within five days but names no step for it, so nobody could write it down.",
    ("T01", "who"): "Intake types in what came by phone or by post.",
    ("T38", "who"): "The registrar may let in a late appeal, so the registrar takes that step.",
    ("T17", "letters"): "The policy says that both sides are told and names no letter; L-10 tells of a delay.",
    ("T44", "letters"): "The policy names no letter, but nobody learns the outcome of an appeal without one: L-19.",
    ("T48", "letters"): "The policy names no letter; the coach learns of the new charge by L-13.",
    ("I3", "letters"): "The policy says “as I2”, whose letter is L-30.",
    ("I10", "letters"): "The policy says “as I2”, whose letter is L-30.",
}

# Who acts, in the words of the policy, and the hands of the table.
REGISTRARS = {Seat.REGISTRAR, Seat.DEPUTY_REGISTRAR}
INTAKE = {CaseRole.INTAKE, Seat.TAKER, Seat.SECOND_INTAKE}
APPEAL = {Seat.APPEAL_CHAIR, Seat.APPEAL_MEMBER}
WHO = {
    "complainant (no account)": {Actor.COMPLAINANT},
    "complainant (receipt code)": {Actor.COMPLAINANT},
    "complainant": {Actor.COMPLAINANT},
    "intake": INTAKE,
    "intake + second intake": INTAKE,
    "intake (class A/B or danger flag: + second intake)": INTAKE,
    "system": {Actor.SYSTEM},
    "case reviewer (fresh)": {Seat.DISMISSAL_REVIEWER},
    "respondent": {Actor.RESPONDENT},
    "investigator": {Seat.INVESTIGATOR},
    "two case reviewers": {Seat.CASE_REVIEWER},
    "two case reviewers (≥1 lay), both agree": {Seat.CASE_REVIEWER},
    "either case reviewer": {Seat.CASE_REVIEWER},
    "registrar, from system draw": REGISTRARS,
    "respondent, complainant": {Actor.RESPONDENT, Actor.COMPLAINANT},
    "panel chair": {Seat.CHAIR},
    "registrar": REGISTRARS,
    "panel member": {Seat.CHAIR, Seat.PANEL_MEMBER},
    "registrar (≠ chair, ≠ anyone whom the exclusion set bars: §3)": REGISTRARS | {Seat.CHAIR},
    "respondent; complainant only against not-proven or leniency": {Actor.RESPONDENT, Actor.COMPLAINANT},
    "appeal panel (3, all fresh)": APPEAL,
    "appeal panel + deputy registrar": APPEAL | {Seat.DEPUTY_REGISTRAR},
    "appeal panel": APPEAL,
    "complainant asks; intake + registrar accept": {Actor.COMPLAINANT} | INTAKE | REGISTRARS,
    "system (certificate lapses, coach resigns)": {Actor.SYSTEM},
    "any case worker": set(Seat),
    "investigator asks; registrar + panel-pool chair grant": {Seat.INVESTIGATOR, Actor.POOL_CHAIR} | REGISTRARS,
    "intake, registrar": INTAKE | REGISTRARS,
    "registrar + deputy registrar": {Seat.REGISTRAR, Seat.DEPUTY_REGISTRAR, CaseRole.REGISTRAR, CaseRole.DEPUTY_REGISTRAR},
    "system proposes; registrar + auditor confirm": {Actor.SYSTEM, Actor.AUDITOR} | REGISTRARS,
    "intake, investigator, panel": INTAKE | {Seat.INVESTIGATOR, Seat.CHAIR, Seat.PANEL_MEMBER},
    "two deciders from pool, ≠ investigator, ≠ later panel": {Seat.DECIDER},
    "registrar + panel-pool chair": REGISTRARS | {Actor.POOL_CHAIR},
    "two deciders": {Seat.DECIDER},
    "two deciders, ≥1 new": {Seat.DECIDER},
    "two deciders, or system when case closes with no finding": {Seat.DECIDER, Actor.SYSTEM},
    "panel (2 of 3) + registrar": {Seat.CHAIR, Seat.PANEL_MEMBER} | REGISTRARS,
    "former coach": {Actor.FORMER_COACH},
    "panel (3 of 3) + registrar": {Seat.CHAIR, Seat.PANEL_MEMBER} | REGISTRARS,
    "panel or registrar (bar not over)": {Seat.CHAIR, Seat.PANEL_MEMBER} | REGISTRARS,
}


def policy_states(row, side):
    """The states that the policy names in the first release, as words of the table: () for the start and for a state that stays."""
    found = row.get(f"{side}_release_1", row[side])
    if found in (["START"], ["SAME"]):
        return set()
    return {state.value for state in OPEN} if found == ["ANY_OPEN"] else set(found)


def whole(row):
    """Everybody who has a hand in a step."""
    return row.by | row.asked_by | frozenset().union(*row.signers)


def differences():
    found = set()
    for number in {*TABLE, *ROWS}:
        if number not in TABLE or number not in ROWS:
            found.add((number, "row"))
            continue
        row, policy = TABLE[number], ROWS[number]
        letters = set(re.findall(r"L-\d\d", policy["effects"]))
        same = {
            "name": row.name == policy["name"],
            "before": set(row.before) == policy_states(policy, "from"),
            "after": set(row.after) == policy_states(policy, "to"),
            "two": row.is_for_two == policy["two_persons"],
            "two when": (row.second is not Second.ALWAYS) == ("two_persons_when" in policy),
            "registry": row.changes_registry == policy["changes_registry"],
            "who": whole(row) <= WHO[policy["actor"]],
            "letters": {letter.code.value for letter in row.letters} == letters,
        }
        found |= {(number, what) for what, holds in same.items() if not holds}
    return found


def test_the_table_is_the_policy_row_by_row_but_for_the_wanted_differences():
    assert differences() == set(WANTED)


def test_every_release_one_row_is_built_and_no_later_one():
    later = {row["id"] for machine in Machine for row in POLICY[machine] if row["release"] == 2}

    assert len(ROWS) == 64
    assert set(TABLE) - set(ROWS) == {"T29a"}
    assert not later & set(TABLE)
    assert len({row.name for row in TRANSITIONS}) == len(TRANSITIONS) == 65


# Figures of the policy's deadlines that no clock of the step holds, and why.
FIGURES = {
    "T39": {34: "Counted from the decision; the window is 30 days after the 3 until it counts as served, and it closes the day after."}
}


@pytest.mark.parametrize("number", [number for number in ROWS if re.search(r"(?<![A-Z\d])\d", ROWS[number]["deadline"])])
def test_a_step_has_the_days_of_the_policy(number):
    said = {int(figure) for figure in re.findall(r"(?<![A-Z\d])\d+", ROWS[number]["deadline"])}
    row = TABLE[number]
    clocks = {row.within, *(start.clock for start in row.starts)} - {None}

    assert said - set().union(*(DEADLINES[clock].figures for clock in clocks)) == set(FIGURES.get(number, ())), ROWS[number]["deadline"]


def edges(machine, without=()):
    for row in TRANSITIONS:
        if row.machine is machine and row.name not in without:
            for before in row.before or (None,):
                for after in row.ends_in(before):
                    yield before, after


def reachable(machine, without=(), start=None):
    seen = {STARTS[machine] if start is None else start}
    pairs = set(edges(machine, without))
    while more := {after for before, after in pairs if before in seen} - seen:
        seen |= more
    return seen - {None}


@pytest.mark.parametrize("machine", list(Machine))
def test_every_state_is_reached_and_every_state_can_end(machine):
    assert reachable(machine) == set(STATES[machine])
    for state in STATES[machine]:
        assert reachable(machine, start=state) & (FINAL | RESTING), state


@pytest.mark.parametrize("machine", list(Machine))
def test_only_three_states_have_no_way_out(machine):
    stuck = {
        state for state in STATES[machine] if not {after for before, after in edges(machine) if before is state and after is not state}
    }

    assert stuck == FINAL & set(STATES[machine])
    assert [steps_from(machine, state) for state in stuck] == [[]]


@pytest.mark.parametrize(
    ("without", "gone"),
    [
        ({"countersign"}, {State.DECIDED, State.APPEALED, State.SANCTION_ACTIVE, State.BREACH_REVIEW}),
        ({"close_evidence"}, {State.DELIBERATION, State.COUNTERSIGN, State.DECIDED}),
        ({"tally"}, {State.COUNTERSIGN, State.DECIDED}),
        # A closing that is overturned returns to the reviewers only a case that they had before.
        ({"serve_notice", "overturn_dismissal"}, {State.NOTICE_SERVED, State.PANEL_SET, State.COUNTERSIGN, State.DECIDED}),
        ({"erase"}, {State.ERASED}),
    ],
)
def test_nothing_is_decided_around_a_step_that_protects_somebody(without, gone):
    assert not gone & reachable(Machine.CASE, without)


def test_every_way_into_an_order_a_decision_an_erasure_and_back_takes_two_people():
    protected = {InterimState.IN_FORCE, State.DECIDED, State.ERASED, ReinstatementState.R_GRANTED}
    ways = [row for row in TRANSITIONS if set(row.after) & protected]

    assert {row.name for row in ways} == {
        "impose", "impose_emergency", "review", "impose_after_decision", "countersign", "erase", "grant",
    }  # fmt: skip
    assert [row.name for row in ways if not row.is_for_two or row.second is not Second.ALWAYS or row.by] == []
    # Two reviewers send a report back: neither a registry nor a person is touched.
    assert [row.name for row in TRANSITIONS if row.is_for_two and not row.fresh_factor] == ["return_for_work"]


def test_the_calendar_decides_nothing():
    by_calendar = {row.name for row in TRANSITIONS if Actor.SYSTEM in row.by}

    assert by_calendar == {
        "info_timeout", "response_timeout", "appeal_window_closes", "obligation_overdue", "standing_changed", "lift", "expire", "supersede",
    }  # fmt: skip
    assert [row.name for row in TRANSITIONS if row.is_by_calendar and row.changes_registry] == ["expire", "supersede"]


@pytest.mark.parametrize(
    ("name", "signers", "lay"),
    [
        ("dismiss", [{Seat.TAKER}, {Seat.SECOND_INTAKE}], 0),
        ("serve_notice", [{Seat.TAKER}, {Seat.SECOND_INTAKE}], 0),
        ("no_case", [{Seat.CASE_REVIEWER}, {Seat.CASE_REVIEWER}], 1),
        ("countersign", [{Seat.CHAIR}, REGISTRARS], 0),
        ("dismiss_appeal", [APPEAL, APPEAL, APPEAL], 0),
        ("allow_appeal", [APPEAL, APPEAL, {Seat.DEPUTY_REGISTRAR}], 0),
        ("substitute", [APPEAL, APPEAL, {Seat.DEPUTY_REGISTRAR}], 0),
        ("grant", [{Seat.CHAIR, Seat.PANEL_MEMBER}] * 3 + [REGISTRARS], 0),
        ("erase", [REGISTRARS, {Actor.AUDITOR}], 0),
        ("reopen", [{Seat.REGISTRAR}, {Seat.DEPUTY_REGISTRAR}], 0),
        ("open_own_motion", [{CaseRole.REGISTRAR}, {CaseRole.DEPUTY_REGISTRAR}], 0),
    ],
)
def test_who_signs(name, signers, lay):
    assert [set(hands) for hands in step(name).signers] == signers
    assert step(name).lay_signatures == lay


def test_whoever_of_the_office_acts_says_why():
    silent = {row.name for row in TRANSITIONS if row.signers and row.reason_text < REASON_TEXT}

    assert silent == {"submit", "acknowledge", "cast_vote"}
    assert step("dismiss").reason_text == 100
    assert [row.name for row in TRANSITIONS if not row.reasons] == []


@pytest.mark.parametrize("row", [pytest.param(row, id=row.name) for row in TRANSITIONS])
def test_a_step_can_be_read_and_filled_in(row):
    fields = [*row.asked, *row.fields]

    assert row.button
    assert row.button[0].isupper()
    assert row.does.endswith(".")
    assert len({field.name for field in fields}) == len(fields)
    assert not {"reason", "reason_text", "version", "state", "status"} & {field.name for field in fields}
    assert [field.name for field in fields if field.kind in CHOSEN and not field.choices and field.name not in FROM_ELSEWHERE] == []
    assert [field.name for field in fields if field.sometimes and field.needed] == []
    assert len({choice.code for choice in row.reasons}) == len(row.reasons)


CHOSEN = {FieldKind.CHOICE, FieldKind.CHOICES, FieldKind.ANSWER_EACH}
FROM_ELSEWHERE = {"options"}  # of the complaint form: complaints/options.py


def test_words_of_a_case_are_sealed_and_codes_are_not():
    assert Field("x", FieldKind.WORDS, "X").is_sealed
    assert Field("x", FieldKind.QUESTIONS, "X").is_sealed
    assert not Field("x", FieldKind.CHOICE, "X").is_sealed
    assert not Field("x", FieldKind.DATE, "X").is_sealed


@pytest.mark.parametrize("clock", list(DEADLINES))
def test_every_clock_is_started_and_ended_by_a_step(clock):
    started = {row.name for row in TRANSITIONS for start in row.starts if start.clock is clock}
    ended = {row.name for row in TRANSITIONS if clock in row.ends and row.name != "withdraw"}

    assert started or clock in NOT_BY_A_STEP
    assert ended


# Started or ended otherwise than by a step.
NOT_BY_A_STEP = {
    "withdrawal": "by asking to withdraw",
    "unmask": "by asking for the name",
    "discharge": "by the last task that is done",
    "erasure": "by the day on which the time of keeping is over",
}


def test_what_is_stopped_is_resumed_by_both_ways_back():
    stopped = set(step("ask_info").stops)

    assert stopped == set(step("answer").resumes) == set(step("info_timeout").resumes)
    assert [row.name for row in TRANSITIONS if row.stops] == ["ask_info"]


def test_steps_are_found_by_state_in_the_order_of_the_table():
    assert [row.id for row in steps_from(Machine.CASE, None)] == ["T01", "T62"]
    assert [row.id for row in steps_from(Machine.CASE, State.DELIBERATION)] == ["T33", "T34", "T35", "T53", "T55", "T57"]
    assert [row.id for row in steps_from(Machine.INTERIM, InterimState.IN_FORCE)] == ["I6", "I7", "I8", "I9", "I11"]
    assert step("take").id == "T03"
    with pytest.raises(KeyError):
        step("pause")
