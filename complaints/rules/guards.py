"""Every step and the guard that speaks against it; what is asked before any guard; and where a step leads."""

from collections.abc import Mapping
from datetime import date
from typing import Protocol

from complaints.facts import ClockName, InterimState, Machine, Outcome, State
from complaints.rules import anytime, appeals, ending, intake, interim, investigation, panel, reinstatement
from complaints.rules.filled import against_filling, readable
from complaints.rules.gathered import CaseFacts, Values
from complaints.rules.gravity import is_grave, is_report_asked
from complaints.rules.people import against_hand
from complaints.states import TRANSITIONS, AnyState, Only, Transition, step


class Guard(Protocol):
    """Why a step may not be taken: every reason, each a sentence that says what to do; empty when it may."""

    def __call__(self, facts: CaseFacts, values: Values, *, on: date) -> list[str]: ...


PARTS = (intake, investigation, panel, appeals, ending, anytime, interim, reinstatement)


def _guard(name: str) -> Guard:
    found: list[Guard] = [getattr(part, f"against_{name}") for part in PARTS if f"against_{name}" in part.__dict__]
    (guard,) = found
    return guard


# Whose first signature is given with another step, so that the second signer fills in the form.
OPENED = {row.opens for row in TRANSITIONS if row.opens}

GUARDS: Mapping[str, Guard] = {row.name: _guard(row.name) for row in TRANSITIONS}

# What the papers ask of a step that no fact given to a guard can show. It is kept by whoever takes the step (complaints/machine.py and the
# verbs), or by a constraint of the database.
LEFT_TO_EFFECTS = {
    "take": "a second factor not older than five minutes, and the story opened only in the transaction after the word on conflicts",
    "file_appeal": "the sanction that waits is voided with the appeal",
    "countersign": "two different natural persons, a constraint of the database too; the interim order rides in the same transaction",
    "submit": "the code is shown once and its last group typed again",
    "cast_vote": "a vote is sealed and never changed, a trigger of the database too",
    "decline_conflict": "the person joins the exclusion set",
    "impose_after_decision": "it runs in the transaction of the countersignature",
    "refer": "the earlier decision lies in the bundle, and whoever complained then is told",
    "remit": "the old panel and the appeal panel join the exclusion set before the draw",
    "erase": "files are removed and the key destroyed",
}


def state_of(facts: CaseFacts, machine: Machine) -> AnyState | None:
    """Where a machine of the case stands; None: there is no case yet."""
    if machine is Machine.INTERIM:
        return facts.interim.state
    return facts.reinstatement.state if machine is Machine.REINSTATEMENT else facts.state


def against_state(row: Transition, facts: CaseFacts) -> list[str]:
    """Why a step cannot be taken from where things stand."""
    state = state_of(facts, row.machine)
    if (state is None and not row.before) or state in row.before:
        return []
    return ["This is not possible now: the case has moved on. Load the page again."]


def against(name: str, facts: CaseFacts, values: Values, *, on: date) -> list[str]:
    """Every reason against taking a step now: the state, who acts, what is filled in, and the guard. Raises KeyError for no such step.

    `values`: what was filled in, what was asked for included. The state and the person come first and alone, so that nobody learns of a
    case by trying.
    """
    row = step(name)
    first = against_state(row, facts) + against_hand(row, facts, on=on)
    if first:
        return first
    # Whoever signs later signs what was filled in, and is held to the guard alone.
    filled = against_filling(row, facts, values) if len(facts.signed_by) == (name in OPENED) else []
    if row.asked:
        filled = against_filling(row, facts, values, asking=True) + filled
    return list(dict.fromkeys(filled + GUARDS[name](facts, readable(row, values), on=on)))


def against_asking(name: str, facts: CaseFacts, values: Values, *, on: date) -> list[str]:
    """Every reason against asking for a step that others sign: that a complaint is withdrawn, or who complained. Raises KeyError."""
    row = step(name)
    first = against_state(row, facts) + against_hand(row, facts, on=on, asking=True)
    again = ending.against_asking_to_withdraw(facts, values, on=on) if name == "withdraw" else []
    return first or against_filling(row, facts, values, asking=True) + again


def clocks_started(name: str, facts: CaseFacts, values: Values) -> list[ClockName]:
    """The clocks that a step starts in this case, those that run already among them. `facts`: with what was filled in, before the step."""
    row = step(name)
    after = state_after(name, facts, values) if row.starts else None
    holds = {
        Only.ALWAYS: True,
        Only.GRAVE: is_grave(facts),
        Only.EXTERNAL: is_report_asked(facts),
        Only.TO_TRIAGE: after is State.TRIAGE,
        Only.TO_REVIEW: after is State.CASE_REVIEW,
        Only.OBLIGATIONS: any(obligation.due_on for obligation in facts.obligations),
        Only.GOES_ON: after is InterimState.IN_FORCE,
    }
    return [start.clock for start in row.starts if holds[start.only]]


def state_after(name: str, facts: CaseFacts, values: Values) -> AnyState | None:
    """Where a step leads from where things stand; the state as it is where the step keeps it.

    Asked after the guard. Raises ValueError where nothing is decided that it would follow from.
    """
    row = step(name)
    if len(row.after) < 2:
        return row.after[0] if row.after else state_of(facts, row.machine)
    match name:
        case "overturn_dismissal":
            return facts.closed_from
        case "review":
            return InterimState.IN_FORCE if values.get("result") == "goes_on" else InterimState.LIFTED
        case "substitute":
            outcome = Outcome(str(values["outcome"]))
        case _ if facts.decision:
            outcome = facts.decision.outcome
        case _:
            raise ValueError(f"nothing is decided, so nobody knows where {name} leads")
    return State.CLOSED if appeals.closes_after(outcome) else State.SANCTION_ACTIVE
