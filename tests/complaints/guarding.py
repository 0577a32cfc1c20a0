"""Tables for guards: the facts that let a step pass, and one row for each sentence that refuses it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest

from complaints.facts import CaseClass, Level, Outcome, Risk, Seat, State, Yes
from complaints.rules.gathered import AllegationFact, Candidate, CaseFacts, DecisionFact, Seated
from complaints.rules.guards import GUARDS, against

DAY = date(2026, 5, 20)
DROP = object()

TAKER, SECOND, INVESTIGATOR, LAY_REVIEWER, REVIEWER, REGISTRAR, DEPUTY, CHAIR, MEMBER, LAY = range(1, 11)
DECIDER, OTHER_DECIDER, APPEAL_CHAIR, APPEAL_ONE, APPEAL_TWO, FRESH, STRANGER = range(11, 18)
COACH = 99
DIGEST = "a" * 64

WHY = "Twenty characters and more of why."
SEATS = (
    Seated(TAKER, Seat.TAKER),
    Seated(SECOND, Seat.SECOND_INTAKE),
    Seated(INVESTIGATOR, Seat.INVESTIGATOR),
    Seated(LAY_REVIEWER, Seat.CASE_REVIEWER, lay=True),
    Seated(REVIEWER, Seat.CASE_REVIEWER),
    Seated(REGISTRAR, Seat.REGISTRAR),
    Seated(DEPUTY, Seat.DEPUTY_REGISTRAR),
    Seated(CHAIR, Seat.CHAIR, trained=True),
    Seated(MEMBER, Seat.PANEL_MEMBER, coach=True),
    Seated(LAY, Seat.PANEL_MEMBER, lay=True),
    Seated(DECIDER, Seat.DECIDER),
    Seated(OTHER_DECIDER, Seat.DECIDER),
    Seated(APPEAL_CHAIR, Seat.APPEAL_CHAIR),
    Seated(APPEAL_ONE, Seat.APPEAL_MEMBER),
    Seated(APPEAL_TWO, Seat.APPEAL_MEMBER),
    Seated(FRESH, Seat.DISMISSAL_REVIEWER),
)
DRAWN = (
    Candidate(CHAIR, trained=True),
    Candidate(MEMBER, coach=True),
    Candidate(LAY, lay=True, trained=True),
    Candidate(20, lay=True),
    Candidate(21, coach=True),
    Candidate(22, excluded=True, lay=True),
    Candidate(23, attested=False, coach=True),
)
NO_RISK = {risk.value: Yes.NO.value for risk in Risk}
SIGNED = DAY - timedelta(days=40)


def facts(**changes) -> CaseFacts:
    """A case of class C about a coach who is known, two allegations of it, every seat taken, and nothing refused."""
    given = {
        "state": State.TRIAGE,
        "by": TAKER,
        "hand": Seat.TAKER,
        "level": Level.OPEN,
        "klass": CaseClass.C,
        "received_on": DAY - timedelta(days=30),
        "conduct_from": DAY - timedelta(days=60),
        "respondent": COACH,
        "certified_then": True,
        "entries": ("RC-1",),
        "allegations": (AllegationFact(1, "SC-03", klass=CaseClass.C), AllegationFact(2, "PS-11", klass=CaseClass.C)),
        "seats": SEATS,
        "draw": DRAWN,
    }
    return CaseFacts(**{**given, **changes})


def decision(outcome=Outcome.SUSPENSION, **changes) -> DecisionFact:
    """A decision that chair and registrar signed forty days ago, so that the time to appeal is over since seven days."""
    given = {
        "digest": DIGEST,
        "signers": (CHAIR, REGISTRAR),
        "signed_on": SIGNED,
        "window_closes_on": SIGNED + timedelta(days=33),
        "days": 90 if outcome is Outcome.SUSPENSION else None,
        "first_day": SIGNED + timedelta(days=34),
    }
    return DecisionFact(outcome, **{**given, **changes})


def before(seat: Seat) -> tuple[Seated, ...]:
    """All seats but one."""
    return tuple(row for row in SEATS if row.seat is not seat)


@dataclass(frozen=True)
class Row:
    """One case of a guard. `sentence`: how the reason begins that is looked for; None: the step may be taken."""

    name: str
    facts: CaseFacts
    values: Mapping[str, object]
    on: date
    sentence: str | None


TABLES: dict[str, list[Row]] = {}


def table(name, passing, values, *refusals):
    """Decorate the test of a guard: first what lets the step pass, then (facts changed, values changed, how the reason begins).

    A change of `on` is the day on which it is asked; DROP leaves a value out.
    """
    values = {"reason_text": WHY, **values}
    rows = [Row(name, passing, values, DAY, None)]
    for changed, other, sentence in refusals:
        fact = {key: value for key, value in changed.items() if key != "on"}
        mixed = {key: value for key, value in {**values, **other}.items() if value is not DROP}
        rows.append(Row(name, replace(passing, **fact), mixed, changed.get("on", DAY), sentence))
    TABLES.setdefault(name, []).extend(rows)
    return pytest.mark.parametrize("row", [pytest.param(row, id=(row.sentence or "passes")[:50]) for row in rows])


def check(row: Row) -> None:
    reasons = GUARDS[row.name](row.facts, row.values, on=row.on)
    everything = against(row.name, row.facts, row.values, on=row.on)
    if row.sentence is None:
        assert reasons == everything == []
    else:
        assert [reason for reason in reasons if reason.startswith(row.sentence)], reasons
        assert everything, "a step that its guard refuses is refused"
