"""What the steps of an appeal do. What was decided sleeps meanwhile; the appeal writes it anew, writes something else, or nothing."""

from datetime import timedelta

from complaints import clocks, machine, outcomes, seats
from complaints.closing import close
from complaints.decisions import close_as_decided, supersede
from complaints.facts import Actor, ClockName, Closure, ExclusionWhy, Finding, InterimState, Outcome, Party, Seat, SeatEnd
from complaints.hearings import void_votes
from complaints.interim import open_orders
from complaints.machine import Move, StepRefused, effect
from complaints.models import Assignment, Decision, Proven
from complaints.rules import periods
from complaints.rules.appeals import closes_after
from complaints.rules.gravity import WITHOUT_FINDING

SIDES = {Actor.RESPONDENT: Party.RESPONDENT, Actor.COMPLAINANT: Party.COMPLAINANT}
OTHER_SIDE = "Each side appeals in its own name."
OF_A_PANEL = (Seat.CHAIR, Seat.PANEL_MEMBER)
OF_AN_APPEAL = (Seat.APPEAL_CHAIR, Seat.APPEAL_MEMBER)


def decided(move: Move) -> Decision:
    """The decision that is appealed, locked. Raises StepRefused."""
    found = Decision.objects.select_for_update(of=("self",)).filter(case=move.case, round=move.case.round, voided_at=None).first()
    if found is None:
        raise StepRefused(["There is no decision."])
    found.case = move.case
    return found


@effect("file_appeal")
def _file(move: Move) -> None:
    hand = move.facts.hand
    if isinstance(hand, Actor) and move.values["appellant"] != SIDES[hand]:
        raise StepRefused([OTHER_SIDE])
    decision = decided(move)
    # Whoever appeals does not decide on the registry: what was decided falls back into sleep by the step itself.
    outcomes.take_back(decision, by=None, reason="An appeal was filed")
    decision.first_day = decision.last_day = None
    decision.save(update_fields=["first_day", "last_day"])
    for order in open_orders(move.case):
        if order.state == InterimState.IN_FORCE and order.first_day and order.last_day:
            due = move.on + timedelta(days=clocks.DEADLINES[ClockName.APPEAL].days or 0)
            cap = periods.latest_extension(order.first_day, on=move.on, days_before=move.facts.interim.days_before)
            if (until := min(due, cap)) > order.last_day:
                outcomes.carry_on(order, until=until, by=None, why="It goes on during the appeal")
    machine.fill(move, Seat.APPEAL_MEMBER)
    machine.fill(move, Seat.DEPUTY_REGISTRAR)


@effect("appeal_window_closes")
def _window_closes(move: Move) -> None:
    """Bookkeeping: the registry followed from the dates already."""
    decision = decided(move)
    if decision.window_closes_on is not None:
        supersede(move, decision, on=decision.first_day or decision.window_closes_on + timedelta(days=1))
    if closes_after(Outcome(decision.outcome)):
        close_as_decided(move, decision)


@effect("dismiss_appeal")
def _dismiss(move: Move) -> None:
    """It holds from today, as it was decided; days under an order are counted once more."""
    decision = decided(move)
    decision.appeal_decided_on = move.on
    _begin(move, decision)


@effect("allow_appeal")
def _allow(move: Move) -> None:
    decision = decided(move)
    outcomes.take_back(decision, by=move.by, reason="The decision was quashed")
    decision.voided_at, decision.first_day, decision.last_day = move.at, None, None
    decision.save(update_fields=["voided_at", "first_day", "last_day"])
    close(move, Closure.QUASHED)


@effect("substitute")
def _substitute(move: Move) -> None:
    before = decided(move)
    outcomes.take_back(before, by=move.by, reason="Another outcome was put in its place")
    before.voided_at = move.at
    before.save(update_fields=["voided_at"])
    outcome, values = Outcome(move.values["outcome"]), move.values
    # The order of signatures is not that of seats: two of the panel and the deputy registrar, who signs for the procedure.
    panel = {row.person for row in move.facts.now_in(*OF_AN_APPEAL, on=move.on)}
    deputy = next(person for person in move.signers if person.pk not in panel)
    decision = Decision(
        case=move.case,
        step=move.step,
        round=move.case.round,
        outcome=outcome.value,
        days=values.get("days"),
        months=values.get("months"),
        bar=values.get("bar") or "",
        public_wording=str(values.get("summary") or "").strip(),
        digest=move.step.digest,
        tallied_on=move.on,
        chair=move.signers[0],
        countersigner=deputy,
        signed_on=move.on,
        appeal_decided_on=move.on,
    )
    decision.save()
    findings = list(before.findings.select_related("allegation"))
    none = outcome not in WITHOUT_FINDING and not any(row.finding == Finding.PROVEN for row in findings)
    Proven.objects.bulk_create(
        Proven(decision=decision, allegation=row.allegation, finding=Finding.PROVEN.value if none else row.finding) for row in findings
    )
    if outcome not in WITHOUT_FINDING:
        before.obligations.update(decision=decision)
    _begin(move, decision)


@effect("remit")
def _remit(move: Move) -> None:
    """The old panel and the appeal panel have had their part; three others are drawn."""
    decision = decided(move)
    outcomes.take_back(decision, by=move.by, reason="The case goes to another panel")
    decision.voided_at, decision.first_day, decision.last_day = move.at, None, None
    decision.save(update_fields=["voided_at", "first_day", "last_day"])
    void_votes(move)
    gone = [*OF_A_PANEL, *OF_AN_APPEAL]
    for row in Assignment.objects.filter(case=move.case, seat__in=[seat.value for seat in gone]).select_related("person"):
        seats.exclude(move.case, row.person, why=ExclusionWhy.TOOK_PART, by=move.by, at=move.at, seat=row.to)
    seats.release_all(move.case, gone, why=SeatEnd.REMITTED, by=move.by, at=move.at)
    machine.fill(move, Seat.PANEL_MEMBER)


def _begin(move: Move, decision: Decision) -> None:
    """What holds after the appeal begins today."""
    supersede(move, decision, on=move.on)
    outcomes.set_days(decision, move.on)
    decision.save()
    outcomes.impose(decision, by=move.by, decided_on=move.on)
    if closes_after(Outcome(decision.outcome)):
        close_as_decided(move, decision)
