"""From the tally to the countersignature, and what is asked of the coach afterwards.

The second signature writes everything that follows as dated facts: service, the time to appeal, the first and the last day. Whether any
job runs afterwards changes nothing of what the registry says.
"""

import hashlib
from dataclasses import replace
from datetime import date, datetime

from django.db import transaction

from accounts.models import User
from audit import clock, log
from complaints import actions, gathering, machine, outcomes, papers, running
from complaints.closing import close
from complaints.facts import Bar, CaseClass, ClockName, Finding, InterimState, ObligationKind, Outcome, PaperKind, Party, Seat, State
from complaints.gathering import COACHING_MODULE, REVIEW_COURSE
from complaints.interim import open_orders
from complaints.machine import Move, StepRefused, effect
from complaints.models import Allegation, Case, Decision, Obligation, Proven
from complaints.rules import periods
from complaints.rules.appeals import closure_of
from complaints.rules.deciding import tally
from complaints.rules.ending import is_done
from complaints.rules.gathered import ONE_DAY
from complaints.rules.interim import WITHOUT_A_FINDING
from complaints.states.panel import OUTCOMES
from courses import enrollments
from courses.models import CoursePage, Enrollment

COUNTS = "The votes are counted, and the decision is signed by the chair."
LABELS = {choice.code: choice.label for choice in OUTCOMES}
COURSES = {ObligationKind.COURSE: REVIEW_COURSE, ObligationKind.MODULE: COACHING_MODULE}
BREACH = "breach"  # an allegation that stands in no list of options: what was decided was not done
NOT_YOURS = "Only the registrar of the case notes that something is done."
BY_ITSELF = "A course that was assigned is noted by itself once it is passed."
EARLIER = "It is done on a day before the decision, or one that has not come yet."


# The decision


@effect("tally")
def _tally(move: Move) -> None:
    """Open the votes, write the decision, and leave it to the registrar with the signature of the chair."""
    case, values = move.case, move.values
    members = {row.person for row in move.facts.panel(on=move.on)}
    result = tally([vote for vote in move.facts.votes if vote.person in members], move.facts.charges)
    decision = Decision(
        case=case,
        step=move.step,
        round=case.round,
        outcome=result.outcome.value,
        days=values.get("days"),
        months=values.get("months"),
        bar=values.get("bar") or "",
        immediate=result.immediate,
        public_wording=str(values.get("summary") or "").strip(),
        tallied_on=move.on,
        chair=move.by,
    )
    charges = list(case.allegations.filter(charged=True).select_related("clause").order_by("pk"))
    found = {row.pk: Finding.PROVEN if row.pk in result.proven else Finding.NOT_PROVEN for row in charges}
    full = document(move, decision, charges, found, reasons=True)
    decision.digest = hashlib.sha256(full.encode()).hexdigest()
    decision.save()
    Proven.objects.bulk_create(Proven(decision=decision, allegation=row, finding=found[row.pk].value) for row in charges)
    papers.write(case, PaperKind.DECISION_FULL, full, by=move.by, party=Party.RESPONDENT, of=decision.uid)
    redacted = document(move, decision, charges, found, reasons=False)
    papers.write(case, PaperKind.DECISION_REDACTED, redacted, by=move.by, party=Party.COMPLAINANT, of=decision.uid)
    Obligation.objects.bulk_create(
        Obligation(case=case, decision=decision, kind=ObligationKind(kind).value, due_on=due)
        for kind, due, _ in values.get("obligations") or ()
    )
    machine.open_for_signature(move, "countersign", {"digest": decision.digest, "reason": "countersigned", "reason_text": COUNTS})


def document(move: Move, decision: Decision, charges: list[Allegation], found: dict[int, Finding], *, reasons: bool) -> str:
    """The decision in words: whole for the coach; without the reasons, which can tell of either side's life, for whoever complained."""
    values, lines = move.values, [f"Decision {decision.uid}", f"Case {move.case.number}, {move.on}", ""]
    lines += [f"Outcome: {LABELS[decision.outcome]}"]
    for words, term in (("Days", decision.days), ("Months", decision.months), ("Bar", decision.bar)):
        lines += [f"{words}: {term}"] if term else []
    lines += [f"What the public reads: {decision.public_wording}"] if decision.public_wording else []
    for row in charges:
        lines += ["", f"{row.clause_id or row.option}: {found[row.pk].label}"]
        lines += [str(values["reasons_each"].get(row.pk, ""))] if reasons else []
    if reasons:
        for name in ("beyond_range", "why_not_less", "risk_meanwhile"):
            lines += ["", str(values[name])] if values.get(name) else []
        for kind, due, words in values.get("obligations") or ():
            lines += ["", f"{ObligationKind(kind).label}, by {due}: {words}" if due else f"{ObligationKind(kind).label}: {words}"]
    return "\n".join(lines) + "\n"


@effect("return_defect")
def _return(move: Move) -> None:
    """Both signatures are void: that of the chair with the decision, and the one that was waited for."""
    waiting = machine.waiting(move.case, "countersign")
    if waiting is not None:
        machine.void(waiting, by=move.by, at=move.at, why="It went back to the panel for a fault of procedure.")
    move.case.decisions.filter(round=move.case.round, voided_at=None).update(voided_at=move.at)


@effect("countersign")
def _countersign(move: Move) -> None:
    case = move.case
    decision = Decision.objects.select_for_update().get(case=case, round=case.round, voided_at=None)
    decision.case = case
    decision.countersigner, decision.signed_on = move.by, move.on
    decision.served_on = periods.deemed_served(move.on)
    decision.window_closes_on = periods.window_closes(decision.served_on)
    decision.save()
    first_day = decision.window_closes_on + ONE_DAY
    if decision.immediate:
        _hold_at_once(move, decision)
    outcomes.set_days(decision, first_day)
    for order in open_orders(case):
        if order.state == InterimState.IN_FORCE and decision.first_day and order.last_day and order.last_day >= first_day:
            outcomes.carry_on(order, until=decision.window_closes_on, by=move.by, why="What was decided takes its place")
            outcomes.set_days(decision, first_day)
    decision.save()
    outcomes.impose(decision, by=move.by, decided_on=move.on)
    _assign(move, decision)
    running.start(case, ClockName.APPEAL_WINDOW, at=move.at, days=(decision.window_closes_on - move.on).days)
    wait_for_obligations(case, at=move.at)


def _hold_at_once(move: Move, decision: Decision) -> None:
    """As two members voted: an order for the time to appeal, or the one in force goes on through it."""
    in_force = [order for order in open_orders(move.case) if order.state == InterimState.IN_FORCE]
    if in_force and decision.window_closes_on:
        outcomes.carry_on(in_force[0], until=decision.window_closes_on, by=move.by, why="It holds during the time to appeal")
        return
    given = gathering.values_of(decision.step) if decision.step else {}
    machine.ride(move, "impose_after_decision", {"reason": "people", "risk_meanwhile": given.get("risk_meanwhile", "")})


def _assign(move: Move, decision: Decision) -> None:
    """Courses are assigned now, after the decision: a run that was begun before does not count."""
    for row in decision.obligations.filter(kind__in=[kind.value for kind in COURSES]):
        course = CoursePage.objects.filter(key=COURSES[ObligationKind(row.kind)], retired_at=None).first()
        if course is not None and move.case.respondent is not None and move.by is not None:
            row.enrollment = enrollments.assign(move.case.respondent, course, by=move.by, at=move.at).pk
            row.save(update_fields=["enrollment"])


def close_as_decided(move: Move, decision: Decision) -> None:
    """Close a case whose outcome holds, or is done."""
    bar = Bar(decision.bar) if decision.bar else None
    close(move, closure_of(Outcome(decision.outcome)), ended_on=decision.last_day or decision.first_day, bar=bar)


def supersede(move: Move, decision: Decision, *, on: date) -> None:
    """What was decided begins on a day: an order that is in force gives way, its days on record; one that is only proposed falls."""
    if closure_of(Outcome(decision.outcome)) in WITHOUT_A_FINDING:
        return  # closing lifts it, and nothing of it stays
    for order in open_orders(move.case):
        if order.state == InterimState.PROPOSED:
            order.state, order.ended_on = InterimState.NONE.value, move.on
            order.save(update_fields=["state", "ended_on"])
        elif move.facts.decision is not None:
            begins = replace(move.facts.decision, first_day=on, void=False)
            machine.ride(move, "supersede", {"reason": "final"}, order=order, decision=begins, state=State.SANCTION_ACTIVE)


# What is asked of the coach


def wait_for_obligations(case: Case, *, at: datetime) -> None:
    """Start the clock of what is due next, or the registrar's own once everything is done."""
    on = clock.day_of(at)
    waiting = case.obligations.filter(decision__voided_at=None, met_on=None)
    due = waiting.exclude(due_on=None).order_by("due_on").values_list("due_on", flat=True).first()
    if due is not None:
        running.start(case, ClockName.OBLIGATION, at=at, days=max((due - on).days, 1))
    elif not waiting.exists() and case.obligations.filter(decision__voided_at=None).exists():
        running.end(case, ClockName.OBLIGATION, at=at)
        running.start(case, ClockName.DISCHARGE, at=at)


@transaction.atomic
def note_done(obligation: Obligation, *, met_on: date, by: User, at: datetime) -> Obligation:
    """The registrar saw what shows that something was done on a day. Raises StepRefused."""
    on = clock.day_of(at)
    case = Case.objects.select_for_update(of=("self",)).get(pk=obligation.case_id)
    row = Obligation.objects.select_related("decision").get(pk=obligation.pk)
    reasons = []
    if not {Seat.REGISTRAR, Seat.DEPUTY_REGISTRAR} & {h for h in gathering.hands_of(by, case, on=on, attested=True) if isinstance(h, Seat)}:
        reasons.append(NOT_YOURS)
    if row.enrollment is not None:
        reasons.append(BY_ITSELF)
    decided_on = row.decision.signed_on or row.decision.tallied_on
    if not decided_on <= met_on <= on:
        reasons.append(EARLIER)
    if reasons:
        raise StepRefused(reasons)
    return _done(case, row, started_on=None, met_on=met_on, by=by, at=at)


@transaction.atomic
def look(obligation: Obligation, *, at: datetime) -> bool:
    """Whether the run that was assigned is complete; if so that is noted, with the day on which the attempt that counts was begun."""
    case = Case.objects.select_for_update(of=("self",)).get(pk=obligation.case_id)
    row = Obligation.objects.get(pk=obligation.pk)
    run = Enrollment.objects.filter(pk=row.enrollment).select_related("completion__attempt").first() if row.enrollment else None
    completion = getattr(run, "completion", None)
    if row.met_on is not None or run is None or completion is None:
        return False
    started = completion.attempt.started_at if completion.attempt else run.opened_at
    _done(case, row, started_on=clock.day_of(started), met_on=clock.day_of(completion.completed_at), by=None, at=at)
    return True


def _done(case: Case, row: Obligation, *, started_on: date | None, met_on: date, by: User | None, at: datetime) -> Obligation:
    row.started_on, row.met_on, row.evidenced_on = started_on, met_on, clock.day_of(at)
    row.save(update_fields=["started_on", "met_on", "evidenced_on"])
    log.record(actions.OBLIGATION_MET, case, by=by, kind=row.kind, met_on=met_on)
    running.end(case, ClockName.OBLIGATION, at=at)
    wait_for_obligations(case, at=at)
    return row


@effect("discharge")
def _discharge(move: Move) -> None:
    decision = outcomes.standing(move.case)
    if decision is None:
        raise StepRefused(["There is no decision whose tasks could be done."])
    outcomes.tell_longer(decision, on=move.on, by=move.by)
    close_as_decided(move, decision)


@effect("excuse")
def _excuse(move: Move) -> None:
    """A new day for everything that is late, once, with reminders of its own."""
    new = move.values["new_date"]
    decided_on = move.facts.decision.signed_on if move.facts.decision else None
    rows = move.case.obligations.filter(decision__voided_at=None, due_on__lt=move.on).order_by("pk")
    for row, fact in zip(move.case.obligations.filter(decision__voided_at=None).order_by("pk"), move.facts.obligations, strict=True):
        if row in rows and not is_done(fact, decided_on=decided_on, on=move.on):
            row.due_on, row.excused_on, row.reminded = new, move.on, []
            row.save(update_fields=["due_on", "excused_on", "reminded"])
    running.start(move.case, ClockName.OBLIGATION, at=move.at, days=(new - move.on).days)


@effect("escalate")
def _escalate(move: Move) -> None:
    """That it was not done is a charge of its own: a round of its own, in which nothing that was decided is decided again."""
    case = move.case
    case.round += 1
    case.allegations.update(charged=False)
    Allegation.objects.create(case=case, option=BREACH, klass=case.klass or CaseClass.D.value, charged=True, added_at=move.at)
    machine.fill(move, Seat.PANEL_MEMBER)
