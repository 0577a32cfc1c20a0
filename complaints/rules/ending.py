"""Guards of the end: what was asked is done or not, withdrawn, opened again, kept, erased: T45 to T48, T51, T52, T58 to T60."""

from datetime import date, timedelta

from certification.rules import anniversary
from complaints.facts import CaseClass, ObligationKind, Outcome, Source
from complaints.rules import periods
from complaints.rules.filled import day, listed, many
from complaints.rules.gathered import CaseFacts, ObligationFact, Values
from complaints.rules.gravity import gravest
from complaints.rules.intake import Reasons

REMINDERS = frozenset({14, 3, 0})  # days before something is due
BEGUN_AFTER = {ObligationKind.COURSE, ObligationKind.MODULE}
GRAVE = {CaseClass.A, CaseClass.B}
FROM_OUTSIDE = {Source.PRESS, Source.COURT, Source.OTHER_BODY}


def is_done(row: ObligationFact, *, decided_on: date | None, on: date) -> bool:
    """Done by a day, shown, and a course both begun and passed after the decision."""
    if row.done_on is None or row.done_on > on or not row.evidenced:
        return False
    if row.kind not in BEGUN_AFTER or decided_on is None:
        return True
    return row.started_on is not None and row.started_on > decided_on and row.done_on > decided_on


def against_discharge(facts: CaseFacts, values: Values, *, on: date) -> Reasons:
    """T45. Everything asked is done and shown, courses begun after the decision, and the term of it is over."""
    decision = facts.decision
    decided_on = decision.signed_on if decision else None
    open_ones = [row for row in facts.obligations if not is_done(row, decided_on=decided_on, on=on)]
    early = [row for row in open_ones if row.kind in BEGUN_AFTER and row.done_on and row.started_on and decided_on]
    too_early = any(row.started_on <= decided_on for row in early if row.started_on and decided_on)
    last = decision.last_day if decision and decision.outcome is Outcome.SUSPENSION else None
    standing = decision is not None and decision.outcome is Outcome.ADMONISHMENT and decision.first_day
    stands_until = periods.months_later(standing, 12) if standing else None
    bound = decision if decision and decision.outcome is Outcome.CONDITIONS else None
    bound_until = periods.months_later(bound.first_day, bound.months) if bound and bound.first_day and bound.months else None
    return listed(
        (decision is None, "There is no decision whose tasks could be done."),
        (bool(open_ones), f"{len(open_ones)} of {len(facts.obligations)} tasks are not yet done and shown."),
        (too_early, "A course was begun before the decision. Only one begun after it counts."),
        (last is not None and on <= last, f"The suspension lasts until {last}."),
        (bound_until is not None and on < bound_until, f"The conditions hold until {bound_until}."),
        (stands_until is not None and on <= stands_until, f"The admonishment stands until {stands_until}."),
    )


def against_obligation_overdue(facts: CaseFacts, values: Values, *, on: date) -> Reasons:
    """T46. Something due more than fourteen days ago is not done, and three reminders went out. Nothing is suspended by it."""
    decided_on = facts.decision.signed_on if facts.decision else None
    grace = timedelta(days=periods.GRACE_OF_OBLIGATION)
    late = [row for row in facts.obligations if row.due_on and not is_done(row, decided_on=decided_on, on=on) and on > row.due_on + grace]
    return listed(
        (not late, "Nothing is overdue by more than the fourteen days of grace."),
        (
            bool(late) and not any(row.reminded >= REMINDERS for row in late),
            "Not all three reminders went out: 14 days before, 3 days before and on the day. Nobody is judged by a lost message.",
        ),
    )


def against_excuse(facts: CaseFacts, values: Values, *, on: date) -> Reasons:
    """T47. A new date, once."""
    new = day(values, "new_date")
    return listed(
        (facts.excused, "A new date was given once already. Let a panel hear it."),
        (new is not None and new <= on, "The new date lies ahead."),
    )


def against_escalate(facts: CaseFacts, values: Values, *, on: date) -> Reasons:
    """T48. Something is not done, and it is written down what shows it."""
    decided_on = facts.decision.signed_on if facts.decision else None
    undone = [row for row in facts.obligations if not is_done(row, decided_on=decided_on, on=on)]
    return listed((not undone, "Everything is done meanwhile. Give a new date of today, and the registrar closes the case."))


def against_withdraw(facts: CaseFacts, values: Values, *, on: date) -> Reasons:
    """T51. Asked for by whoever complained, who was not pressed; class C or D; nobody else at risk, nobody else complaining."""
    asked = facts.withdrawal
    return listed((asked is None, "The person has not asked to withdraw."), *_holding_back(facts))


def against_continue_own_motion(facts: CaseFacts, values: Values, *, on: date) -> Reasons:
    """T52. Where a complaint cannot be withdrawn, or the press, a court or another body told us."""
    outside = values.get("reason") in {source.value for source in FROM_OUTSIDE} or facts.source in FROM_OUTSIDE
    bound = facts.withdrawal is not None and any(holds for holds, _ in _holding_back(facts))
    return listed(
        (facts.own_motion, "The association itself complains already."),
        (
            not outside and facts.withdrawal is None,
            "Nobody has asked to withdraw, and neither the press, a court nor another body told us.",
        ),
        (not outside and facts.withdrawal is not None and not bound, "The complaint can be withdrawn, so let the person go."),
    )


def _holding_back(facts: CaseFacts) -> list[tuple[bool, str]]:
    """Why a complaint cannot be withdrawn although the person asks."""
    return [
        (gravest(facts) in GRAVE, "In class A and B the association goes on by itself."),
        (facts.other_complainants, "Somebody else complains of the same, so the case goes on."),
        (facts.danger, "Somebody was said to be in danger, so the case goes on."),
        (facts.withdrawal is not None and facts.withdrawal.pressed, "The person says that somebody pressed them. Help them, and go on."),
    ]


def against_reopen(facts: CaseFacts, values: Values, *, on: date) -> Reasons:
    """T58. Two years from the closing, class A at any time; never on the same evidence twice."""
    until = facts.closed_on and anniversary(facts.closed_on, periods.REOPEN_YEARS)
    evidence = set(many(values, "evidence"))
    return listed(
        (
            gravest(facts) is not CaseClass.A and until is not None and on > until,
            f"A case can be opened again until {until}; only class A without an end.",
        ),
        (not evidence, "Show the new evidence."),
        (
            bool(evidence) and evidence <= facts.evidence_used,
            "All of this was known before. A case is not opened twice on the same evidence.",
        ),
    )


def against_legal_hold(facts: CaseFacts, values: Values, *, on: date) -> Reasons:
    """T59. Once at a time."""
    return listed((facts.held, "The case is held already."))


def against_erase(facts: CaseFacts, values: Values, *, on: date) -> Reasons:
    """T60. The time of keeping is over and nothing holds it."""
    return listed(
        (facts.keep_until is None, "It is not known until when the case is kept, or a permanent bar stands."),
        (facts.keep_until is not None and on < facts.keep_until, f"The case is kept until {facts.keep_until}."),
        (facts.held, "A legal hold stands. End it first, where its reason is gone."),
        (
            facts.written_on is not None and on < facts.written_on + timedelta(days=periods.LAST_WORDS),
            "The person who complained wrote less than 30 days ago.",
        ),
    )


def against_asking_to_withdraw(facts: CaseFacts, values: Values, *, on: date) -> Reasons:
    """What speaks against asking for T51: that it was asked for already. Whether it is granted is another question."""
    return listed((facts.withdrawal is not None, "You have asked already; an answer comes within ten days."))
