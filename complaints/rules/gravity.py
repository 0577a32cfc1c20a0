"""How grave a case is, what may follow from it, and what has to be explained."""

from collections.abc import Iterable, Mapping

from complaints.facts import CaseClass, Level, Outcome, Risk, Yes
from complaints.options import BY_CLAUSE
from complaints.rules.gathered import AllegationFact, CaseFacts
from complaints.states import Second, Transition

SAFETY = (Risk.MINOR, Risk.SEXUAL, Risk.VIOLENCE)
HIGH_FROM = 2  # of the other five questions answered yes
UNKNOWN_FROM = 3  # answers not known, from which on the person is tried once more before a case is taken on

ORDER = list(Outcome)  # from the lightest to the heaviest
RANGES = {
    CaseClass.A: (Outcome.SUSPENSION, Outcome.REVOCATION),
    CaseClass.B: (Outcome.ADMONISHMENT, Outcome.SUSPENSION),
    CaseClass.C: (Outcome.REMEDIATION, Outcome.ADMONISHMENT),
    CaseClass.D: (Outcome.ADVICE, Outcome.REMEDIATION),
}
PUBLIC = {Outcome.ADMONISHMENT, Outcome.CONDITIONS, Outcome.SUSPENSION, Outcome.REVOCATION}
WITHOUT_FINDING = {Outcome.NOT_PROVEN, Outcome.ADVICE}


def class_of(allegations: Iterable[AllegationFact], risk: Mapping[Risk, Yes]) -> CaseClass:
    """A where somebody under 18, sexual contact or a risk to a life is in it; else the gravest class of the allegations; D without any."""
    if any(risk.get(question) is Yes.YES for question in SAFETY):
        return CaseClass.A
    return min((row.klass for row in allegations if row.klass), default=CaseClass.D)


def gravest(facts: CaseFacts) -> CaseClass:
    """The class of a case: the one it was given, or raised by its allegations and the risk form, whichever is graver."""
    found = class_of(facts.allegations, facts.risk)
    return min(facts.klass, found) if facts.klass else found


def is_grave(facts: CaseFacts) -> bool:
    """Class A, or somebody in danger: hours instead of days."""
    return gravest(facts) is CaseClass.A or facts.danger


def is_risk_high(risk: Mapping[Risk, Yes]) -> bool:
    """One of the first three questions is answered yes, or two of the others."""
    others = [question for question in Risk if question not in SAFETY]
    return any(risk.get(question) is Yes.YES for question in SAFETY) or (
        sum(risk.get(question) is Yes.YES for question in others) >= HIGH_FROM
    )


def unknowns(risk: Mapping[Risk, Yes]) -> int:
    """How many questions of the risk form have the answer “not known”."""
    return sum(answer is Yes.UNKNOWN for answer in risk.values())


def allowed_outcomes(klass: CaseClass) -> list[Outcome]:
    """What usually follows in a class once something is proven, lightest first. Anything else has to be explained."""
    lightest, heaviest = RANGES[klass]
    return ORDER[ORDER.index(lightest) : ORDER.index(heaviest) + 1]


def is_departure(outcome: Outcome, klass: CaseClass, ranges: Iterable[tuple[Outcome, Outcome]]) -> bool:
    """Whether an outcome has to be explained: outside the range of its class, or of the proven clauses taken together.

    `ranges`: lightest and heaviest usual outcome of each proven clause. Several clauses reach from the heaviest of the lightest to the
    heaviest of all. Nothing proven has no range.
    """
    if outcome is Outcome.NOT_PROVEN:
        return False
    given = list(ranges)
    lightest = max((ORDER.index(low) for low, _ in given), default=0)
    heaviest = max((ORDER.index(high) for _, high in given), default=len(ORDER) - 1)
    return outcome not in allowed_outcomes(klass) or not lightest <= ORDER.index(outcome) <= heaviest


def heavier(one: Outcome, other: Outcome) -> bool:
    """Whether one outcome weighs more than another, their terms aside."""
    return ORDER.index(one) > ORDER.index(other)


def is_report_asked(facts: CaseFacts) -> bool:
    """Whether somebody has to say yes or no to a report outside: danger now, or a child or an elder who may be at risk."""
    clauses = {row.clause for row in facts.allegations}
    child = facts.risk.get(Risk.MINOR) is Yes.YES
    return facts.danger or facts.abuse or child or any(option.report for clause, option in BY_CLAUSE.items() if clause in clauses)


def needs_second(step: Transition, facts: CaseFacts, *, by_calendar: bool = False) -> bool:
    """Whether the last signature of a step is needed in this case."""
    match step.second:
        case Second.GRAVE_OR_DANGER:
            return gravest(facts) in {CaseClass.A, CaseClass.B} or facts.danger
        case Second.NOT_OPEN:
            return facts.level is not Level.OPEN
        case Second.NOT_BY_CALENDAR:
            return not by_calendar
        case _:
            return step.is_for_two
