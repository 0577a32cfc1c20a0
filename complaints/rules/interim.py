"""Guards of interim orders: I1 to I11."""

from datetime import date, timedelta

from complaints.facts import Actor, CaseClass, Closure, HeardHow, Risk, Seat, State, Yes
from complaints.rules import periods
from complaints.rules.deciding import IMMEDIATE, MAJORITY, takes_effect_on
from complaints.rules.filled import day, listed, text
from complaints.rules.gathered import CaseFacts, Values
from complaints.rules.gravity import gravest, is_risk_high
from complaints.rules.intake import Reasons

WITHOUT_A_FINDING = {Closure.DISMISSED, Closure.NO_CASE, Closure.NOT_PROVEN, Closure.QUASHED, Closure.WITHDRAWN, Closure.ADVICE}
DECIDED = {State.DECIDED, State.SANCTION_ACTIVE, State.BREACH_REVIEW, State.CLOSED}
OVER = {State.MERGED, State.CLOSED, State.ERASED, None}


def is_order_compulsory(facts: CaseFacts) -> bool:
    """Whether somebody has to decide on an interim order, yes or no: always in class A."""
    return gravest(facts) is CaseClass.A


def against_propose(facts: CaseFacts, values: Values, *, on: date) -> Reasons:
    """I1. A risk that is high, or class A; about a coach who is known, in a case that is open."""
    return listed(
        (facts.state in OVER, "The case is not open."),
        (facts.respondent is None, "It is not yet known who the coach is."),
        (
            not is_order_compulsory(facts) and not is_risk_high(facts.risk),
            "The risk form shows no high risk and the case is not of class A. If something new came up, fill in the risk form first.",
        ),
    )


def against_impose(facts: CaseFacts, values: Values, *, on: date) -> Reasons:
    """I2. Necessary, nothing narrower, the coach heard with 48 hours' notice, by two who neither investigate nor sit on the panel."""
    notice, heard = day(values, "notice_on"), day(values, "heard_on")
    early = notice is not None and heard is not None and heard < notice + timedelta(days=periods.INTERIM_NOTICE_DAYS)
    return listed(
        (facts.state in OVER, "The case is not open."),
        (
            early and values.get("heard_how") != HeardHow.DECLINED,
            "The coach has 48 hours between the notice and the hearing. Where danger cannot wait, suspend at once instead.",
        ),
        (heard is not None and heard > on, "The coach was heard on a day that has not come yet."),
        (notice is not None and notice > on, "The notice went out on a day that has not come yet."),
        (facts.interim.days_before >= periods.INTERIM_CAP, "Orders in this case have held for 365 days. There is no further one."),
        *_against_deciders(facts),
    )


def against_impose_emergency(facts: CaseFacts, values: Values, *, on: date) -> Reasons:
    """I3. Danger now, in one line."""
    line = text(values, "danger_now")
    return listed(
        (facts.state in OVER, "The case is not open."),
        (facts.respondent is None, "It is not yet known who the coach is."),
        (
            not facts.danger and facts.risk.get(Risk.VIOLENCE) is not Yes.YES and not is_order_compulsory(facts),
            "Nobody is said to be in danger now. Hear the coach first; an order without a hearing is for danger alone.",
        ),
        ("\n" in line, "One line is enough."),
        (facts.interim.days_before >= periods.INTERIM_CAP, "Orders in this case have held for 365 days. There is no further one."),
    )


def against_refuse(facts: CaseFacts, values: Values, *, on: date) -> Reasons:
    """I5. By the same two who could impose it; the reasons are the table's."""
    return listed(*_against_deciders(facts))


def against_review(facts: CaseFacts, values: Values, *, on: date) -> Reasons:
    """I6. When it is due, on new facts or as the coach asks; one decider is new; on until its next review, 365 days in all."""
    order, until = facts.interim, day(values, "until")
    goes_on = values.get("result") == "goes_on"
    furthest = order.first_day and periods.latest_extension(order.first_day, on=on, days_before=order.days_before)
    both_old = bool(facts.signed_by) and {*facts.signed_by, facts.by} <= set(order.deciders)
    return listed(
        (_is_over(facts, on=on), "The order has ended."),
        (order.emergency and order.heard_on is None and goes_on, "The coach was not heard yet. Write down first how that was done."),
        (
            values.get("reason") == "due" and order.review_due_on is not None and on < order.review_due_on - timedelta(days=7),
            f"The review is due on {order.review_due_on}. Sooner than a week before it takes new facts, or the coach asks.",
        ),
        (goes_on and until is None, "Until when does it go on?"),
        (goes_on and until is not None and until <= on, "It goes on until a day that lies ahead."),
        (
            goes_on and until is not None and furthest is not None and until > furthest,
            f"It can go on until {furthest} at most: 30 days to its next review, and 365 in all.",
        ),
        (both_old, "Both of you decided on it before. One has to be new to it."),
        *_against_deciders(facts),
    )


def against_lift(facts: CaseFacts, values: Values, *, on: date) -> Reasons:
    """I7. By two deciders at any time; by the calendar only where the case closed without a finding."""
    return listed(
        (
            facts.hand is Actor.SYSTEM and not (facts.state is State.CLOSED and facts.closure in WITHOUT_A_FINDING),
            "The case has not closed without a finding, so two people decide.",
        ),
    )


def against_expire(facts: CaseFacts, values: Values, *, on: date) -> Reasons:
    """I8. Its last day is over. That covers a missed review and the cap, because each order is written with the day of its review."""
    last = facts.interim.last_day
    return listed(
        (last is None, "The order has no last day."),
        (last is not None and on <= last, f"The order holds until {last}."),
    )


def against_supersede(facts: CaseFacts, values: Values, *, on: date) -> Reasons:
    """I9. What was decided begins."""
    decision = facts.decision
    begins = (decision.first_day or takes_effect_on(decision)) if decision and facts.state in DECIDED else None
    return listed(
        (decision is None or decision.void, "Nothing is decided."),
        (decision is not None and not decision.void and (begins is None or on < begins), "What was decided has not begun."),
    )


def against_impose_after_decision(facts: CaseFacts, values: Values, *, on: date) -> Reasons:
    """I10. With a suspension or revocation that two members voted to hold at once; in the transaction of T37."""
    decision = facts.decision
    votes = sum(vote.immediate for vote in facts.votes)
    return listed(
        (decision is None or decision.outcome not in IMMEDIATE, "Only a suspension or a revocation can hold at once."),
        (votes < MAJORITY, f"{votes} of the members voted for it to hold at once; it takes two."),
        (not text(values, "risk_meanwhile"), "Write down the risk during the time to appeal."),
    )


def against_hear(facts: CaseFacts, values: Values, *, on: date) -> Reasons:
    """I11. Of an emergency order that still holds: heard or declined, and on until the next review, 90 days from its first day at most."""
    order, until, heard = facts.interim, day(values, "until"), day(values, "heard_on")
    furthest = order.first_day and min(
        order.first_day + timedelta(days=periods.UNHEARD_DAYS - 1),
        periods.latest_extension(order.first_day, on=on, days_before=order.days_before),
    )
    return listed(
        (not order.emergency, "The coach was heard before this order."),
        (order.heard_on is not None, f"The coach was heard on {order.heard_on} already."),
        (_is_over(facts, on=on), "The order has ended."),
        (heard is not None and heard > on, "The coach was heard on a day that has not come yet."),
        (heard is not None and order.first_day is not None and heard < order.first_day, "The coach was heard before the order."),
        (until is not None and until <= on, "It goes on until a day that lies ahead."),
        (until is not None and furthest is not None and until > furthest, f"It can go on until {furthest} at most."),
        *_against_deciders(facts),
    )


def _is_over(facts: CaseFacts, *, on: date) -> bool:
    return facts.interim.last_day is not None and on > facts.interim.last_day


def _against_deciders(facts: CaseFacts) -> list[tuple[bool, str]]:
    """Whoever decides on an order neither investigates nor sits on the panel of the case, then or later."""
    barred = {Seat.INVESTIGATOR, Seat.CHAIR, Seat.PANEL_MEMBER}
    return [
        (
            facts.by in {row.person for row in facts.seats if row.seat in barred},
            "You investigate or sit on the panel in this case, so somebody else decides on the order.",
        )
    ]
