"""Guards of an appeal: T38 to T44."""

from datetime import date

from complaints.facts import Actor, AppealGround, Closure, Outcome, Party, Seat
from complaints.rules.filled import listed, number, text
from complaints.rules.gathered import CaseFacts, DecisionFact, Values
from complaints.rules.gravity import ORDER, WITHOUT_FINDING
from complaints.rules.intake import Reasons
from complaints.rules.panel import against_terms

ENDS_AT_ONCE = {Outcome.NOT_PROVEN, Outcome.ADVICE, Outcome.REPRIMAND, Outcome.REVOCATION}
BARS = ["3", "5", "permanent"]


def may_appeal(by: Party, ground: AppealGround, outcome: Outcome) -> bool:
    """Who may appeal what: the coach against anything found or imposed; whoever complained against “not proven”, or as too mild."""
    if by is Party.RESPONDENT:
        return outcome not in WITHOUT_FINDING
    if outcome is Outcome.NOT_PROVEN:
        return ground is not AppealGround.SANCTION
    return ground is AppealGround.SANCTION


def appellant(facts: CaseFacts, values: Values) -> Party | None:
    """Who appeals: the side that sends it, or the one that the registrar names."""
    if facts.hand is Actor.RESPONDENT:
        return Party.RESPONDENT
    if facts.hand is Actor.COMPLAINANT:
        return Party.COMPLAINANT
    return Party(str(values["appellant"])) if values.get("appellant") in set(Party) else None


def against_file_appeal(facts: CaseFacts, values: Values, *, on: date) -> Reasons:
    """T38. In time, or let in late by the registrar with a reason; on one of four grounds; by whom it can be."""
    decision, by = facts.decision, appellant(facts, values)
    closes = decision.window_closes_on if decision else None
    late = closes is not None and on > closes
    registrar = facts.hand in {Seat.REGISTRAR, Seat.DEPUTY_REGISTRAR}
    ground = AppealGround(str(values["reason"])) if values.get("reason") in set(AppealGround) else None
    return listed(
        (decision is None or closes is None, "There is no decision that was served."),
        (
            late and not registrar,
            f"The time to appeal ended on {closes}. If something kept you from it, tell the registrar, who can let it in late.",
        ),
        (late and registrar and not text(values, "late_because"), "Say why it is let in late."),
        (registrar and not late, "In time each side appeals through its own page; the registrar lets in what comes late."),
        (ground is None, "Choose a ground: the evidence, the procedure, new evidence, or what follows."),
        (by is Party.OFFICE, "Only the two sides appeal."),
        (
            decision is not None and ground is not None and by is Party.RESPONDENT and not may_appeal(by, ground, decision.outcome),
            "Nothing was found against you, so there is nothing to appeal.",
        ),
        (
            decision is not None and ground is not None and by is Party.COMPLAINANT and not may_appeal(by, ground, decision.outcome),
            "You can appeal where nothing was found proven, or because what follows is too mild.",
        ),
    )


def against_appeal_window_closes(facts: CaseFacts, values: Values, *, on: date) -> Reasons:
    """T39. The window is over, nobody appealed, and two different people signed."""
    decision = facts.decision
    closes = decision.window_closes_on if decision else None
    return listed(
        (decision is None or closes is None, "There is no decision that was served."),
        (closes is not None and on <= closes, f"Both sides can appeal until {closes}."),
        (facts.appeal is not None, "An appeal was filed."),
        (decision is not None and (decision.void or len(set(decision.signers)) < 2), "The two signatures under the decision do not hold."),
    )


def against_dismiss_appeal(facts: CaseFacts, values: Values, *, on: date) -> Reasons:
    """T41. By most of three fresh people."""
    return _against_appeal_panel(facts, values, on=on)


def against_allow_appeal(facts: CaseFacts, values: Values, *, on: date) -> Reasons:
    """T42. By most of three fresh people, and a deputy registrar who did not sign the decision."""
    return _against_appeal_panel(facts, values, on=on) + _against_deputy(facts)


def against_substitute(facts: CaseFacts, values: Values, *, on: date) -> Reasons:
    """T43. Never heavier, unless the appeal was that it is too mild; and not the same again."""
    decision = facts.decision
    outcome = Outcome(str(values["outcome"])) if values.get("outcome") in set(Outcome) else None
    mild = facts.appeal is not None and facts.appeal.by is Party.COMPLAINANT
    weight = weight_of(outcome, number(values, "days"), number(values, "months"), values.get("bar")) if outcome else None
    now = weight_of_decision(decision) if decision else None
    return (
        _against_appeal_panel(facts, values, on=on)
        + _against_deputy(facts)
        + listed(
            (decision is None, "There is no decision to change."),
            (
                weight is not None and now is not None and weight > now and not mild,
                "This is heavier than the decision. That is possible only where the appeal was that it is too mild.",
            ),
            (weight is not None and weight == now, "This is what was decided already. Dismiss the appeal instead."),
        )
        + against_terms(facts, values)
    )


def against_remit(facts: CaseFacts, values: Values, *, on: date) -> Reasons:
    """T44. The procedure was not fair; a new panel is drawn outside the exclusion set, which holds the old panel and this one."""
    return _against_appeal_panel(facts, values, on=on) + listed(
        (
            facts.appeal is not None and facts.appeal.ground is AppealGround.SANCTION,
            "The appeal is about what follows, not about the procedure. Decide on it yourselves.",
        )
    )


def weight_of(outcome: Outcome, days: int | None, months: int | None, bar: object) -> tuple[int, int]:
    """How heavy an outcome with its terms is, to be compared: first the outcome, then days, months or the bar."""
    terms = days or months or (BARS.index(str(bar)) if bar in BARS else 0)
    return ORDER.index(outcome), terms


def weight_of_decision(decision: DecisionFact) -> tuple[int, int]:
    return weight_of(decision.outcome, decision.days, decision.months, decision.bar)


def closure_of(outcome: Outcome) -> Closure:
    """The word under which a case with this outcome is closed in the end."""
    return Closure(outcome.name.lower())


def closes_after(outcome: Outcome) -> bool:
    """Whether a case closes once its outcome holds; else it stays open until what was asked is done."""
    return outcome in ENDS_AT_ONCE


def _against_appeal_panel(facts: CaseFacts, values: Values, *, on: date) -> Reasons:
    panel = facts.now_in(Seat.APPEAL_CHAIR, Seat.APPEAL_MEMBER, on=on)
    agreeing = number(values, "agreeing") or 0
    before = frozenset().union(*facts.actors.values())
    return listed(
        (facts.appeal is None, "No appeal was filed."),
        (len({row.person for row in panel}) < 3, f"The appeal panel is not complete: {len(panel)} of 3 members."),
        (bool({row.person for row in panel} & before), "A member of the appeal panel had a part in the case before. Draw somebody else."),
        (agreeing < 2, "Most of the three have to agree: two at least."),
    )


def _against_deputy(facts: CaseFacts) -> Reasons:
    signed = facts.decision.signers if facts.decision else ()
    return listed(
        (
            facts.hand is Seat.DEPUTY_REGISTRAR and facts.by in signed,
            "You signed the decision, so another deputy registrar signs here.",
        )
    )
