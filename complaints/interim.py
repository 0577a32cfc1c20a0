"""What the steps of an interim order do: a suspension with a last day, which ends by that day unless two people say otherwise."""

from datetime import date, timedelta

from certification import sanctions
from certification.facts import SanctionKind
from complaints import machine, outcomes, seats
from complaints.facts import Closure, InterimState, Seat, SeatEnd, State
from complaints.machine import Move, StepRefused, effect
from complaints.models import Assignment, Case, InterimOrder
from complaints.rules import periods
from complaints.rules.gathered import ONE_DAY

NOTE = "Suspended for the time of a review. Nothing has been found."
NO_ORDER = "There is no interim order in this case."
OPEN = (InterimState.PROPOSED.value, InterimState.IN_FORCE.value)
ENDED = "The interim order was lifted"


def open_orders(case: Case) -> list[InterimOrder]:
    """The order that is proposed or in force, locked; none or one."""
    return list(InterimOrder.objects.select_for_update().filter(case=case, state__in=OPEN))


def begin(move: Move, order: InterimOrder, *, last_day: date, heard_on: date | None = None, emergency: bool = False) -> None:
    """Put an order in force from today. Raises StepRefused."""
    order.state, order.first_day, order.last_day, order.next_review_on = InterimState.IN_FORCE.value, move.on, last_day, last_day
    order.heard_on, order.emergency = heard_on, emergency
    order.save()
    move.step.order = order
    if move.case.respondent is None:
        raise StepRefused(["It is not yet known who the coach is."])
    try:
        sanctions.impose_on_all(
            move.case.respondent,
            kind=SanctionKind.SUSPENSION,
            interim=True,
            first_day=move.on,
            last_day=last_day,
            decided_on=move.on,
            by=move.by,
            public_note=NOTE,
            source_reference=str(order.uid),
        )
    except sanctions.NotImposable as refusal:
        raise StepRefused(refusal.reasons) from refusal


def end(move: Move, order: InterimOrder, *, as_: InterimState) -> None:
    """End an order today: lifted it leaves no public trace."""
    for sanction in outcomes.suspensions(order):
        sanctions.void(sanction, by=move.by, reason=ENDED)
    order.state, order.ended_on = as_.value, move.on
    order.save(update_fields=["state", "ended_on"])
    move.step.order = order
    outcomes.recount(move.case, by=move.by)


def end_all(move: Move, closure: Closure) -> None:
    """A case closes without a finding: its order is lifted the same day, and one that is only proposed falls."""
    for order in open_orders(move.case):
        if order.state == InterimState.PROPOSED:
            order.state, order.ended_on = InterimState.NONE.value, move.on
            order.save(update_fields=["state", "ended_on"])
        else:
            machine.ride(move, "lift", {"reason": "no_finding"}, order=order, state=State.CLOSED, closure=closure)


def _order(move: Move) -> InterimOrder:
    order = move.order or move.case.orders.select_for_update().order_by("pk").last()
    if order is None:
        raise StepRefused([NO_ORDER])
    move.step.order = order
    return order


def _let_somebody_new_look(move: Move) -> None:
    """Of two deciders one gives the seat to somebody who has not decided on the order yet: the next review needs one who is new."""
    for person in move.signers:
        if person.pk != move.facts.respondent:
            seats.note_part(move.case, person, by=move.by, at=move.at)
    held = Assignment.objects.open().filter(case=move.case, seat=Seat.DECIDER.value).order_by("pk")
    decided = {person.pk for person in move.signers} | set(move.facts.interim.deciders)
    if held.count() == 2 and {row.person_id for row in held} <= decided:
        first = held[0]
        seats.release(move.case, first.person, why=SeatEnd.DONE, by=move.by, at=move.at)
    machine.fill(move, Seat.DECIDER)


@effect("propose")
def _propose(move: Move) -> None:
    move.step.order = InterimOrder.objects.create(case=move.case, state=InterimState.PROPOSED.value, recorded_at=move.at)
    machine.fill(move, Seat.DECIDER)


@effect("impose")
def _impose(move: Move) -> None:
    begin(move, _order(move), last_day=periods.interim_last_day(move.on), heard_on=move.values["heard_on"])
    _let_somebody_new_look(move)


@effect("impose_emergency")
def _impose_emergency(move: Move) -> None:
    proposed = open_orders(move.case)
    order = proposed[0] if proposed else InterimOrder(case=move.case, recorded_at=move.at)
    begin(move, order, last_day=periods.interim_last_day(move.on, emergency=True), emergency=True)
    _let_somebody_new_look(move)


@effect("refuse")
def _refuse(move: Move) -> None:
    order = _order(move)
    order.state, order.ended_on = InterimState.NONE.value, move.on
    order.save(update_fields=["state", "ended_on"])


@effect("review")
def _review(move: Move) -> None:
    order = _order(move)
    if move.values["result"] == "lifted":
        end(move, order, as_=InterimState.LIFTED)
    else:
        until = move.values["until"]
        outcomes.carry_on(order, until=until, by=move.by, why="The order was looked at again")
        order.next_review_on = min(until, move.on + timedelta(days=periods.REVIEW_DAYS))
        order.save(update_fields=["next_review_on"])
        outcomes.recount(move.case, by=move.by)
        _let_somebody_new_look(move)


@effect("hear")
def _hear(move: Move) -> None:
    order = _order(move)
    order.heard_on = move.values["heard_on"]
    order.save(update_fields=["heard_on"])
    outcomes.carry_on(order, until=move.values["until"], by=move.by, why="The coach was heard")
    order.next_review_on = min(move.values["until"], move.on + timedelta(days=periods.INTERIM_DAYS))
    order.save(update_fields=["next_review_on"])
    outcomes.recount(move.case, by=move.by)
    _let_somebody_new_look(move)


@effect("lift")
def _lift(move: Move) -> None:
    end(move, _order(move), as_=InterimState.LIFTED)


@effect("expire")
def _expire(move: Move) -> None:
    order = _order(move)
    order.state, order.ended_on = InterimState.EXPIRED.value, (order.last_day or move.on) + ONE_DAY
    order.save(update_fields=["state", "ended_on"])


@effect("supersede")
def _supersede(move: Move) -> None:
    """The registry follows from dates that were written with the decision; here the order alone says so."""
    order, decision = _order(move), move.facts.decision
    begins = (decision and decision.first_day) or move.on
    for sanction in outcomes.suspensions(order):
        sanctions.hand_over(sanction, last_day=begins - ONE_DAY, by=move.by, reason="What was decided begins")
    order.state, order.ended_on = InterimState.SUPERSEDED.value, begins
    order.save(update_fields=["state", "ended_on"])


@effect("impose_after_decision")
def _impose_after_decision(move: Move) -> None:
    """In the transaction of the countersignature, for the time to appeal."""
    closes = periods.window_closes(periods.deemed_served(move.on))
    proposed = open_orders(move.case)
    order = proposed[0] if proposed else InterimOrder(case=move.case, recorded_at=move.at)
    begin(move, order, last_day=closes, heard_on=move.on)
    machine.fill(move, Seat.DECIDER)
