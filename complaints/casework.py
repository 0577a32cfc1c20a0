"""What the steps of intake, investigation and case review do beside moving the case; and what can happen at any time."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import User
from audit import clock
from certification.models import Certificate
from cms.models import Edition
from complaints import evidence, gathering, letters, machine, papers, running, seats
from complaints.closing import close, grave, hold, open_again
from complaints.facts import (
    CaseClass,
    ClockName,
    Closure,
    ConflictKind,
    DismissalReason,
    ExclusionWhy,
    LetterCode,
    Level,
    PaperKind,
    Party,
    Seat,
    SeatEnd,
    State,
)
from complaints.machine import Move, StepRefused, effect
from complaints.models import Allegation, Case, Evidence, EvidenceSet, Unmasking
from complaints.rules.people import among
from complaints.states import step as step_named

EXTRA_DAYS = 14  # to answer, once (T17)
UNMASKED_DAYS = 30
NOT_YOURS = "Only somebody with a seat in the case sends the bundle."
NO_FILES = "Choose at least one file that passed the checks."
DISCLOSING = {Seat.TAKER, Seat.INVESTIGATOR, Seat.REGISTRAR, Seat.DEPUTY_REGISTRAR, Seat.CHAIR}
PANEL_AT_WORK = {State.HEARING, State.DELIBERATION, State.COUNTERSIGN}


# Intake


@effect("take")
def _take(move: Move) -> None:
    if move.by is None:
        raise StepRefused(["Nobody is named who takes it."])
    try:
        seats.assign(move.case, move.by, Seat.TAKER, by=move.by, at=move.at)
        seats.attest(move.case, move.by, conflicts=[], at=move.at)
    except seats.NotSeated as refusal:
        raise StepRefused(refusal.reasons) from refusal
    if grave(move.case):
        machine.fill(move, Seat.REGISTRAR)  # who can suspend at once has to be there before the case is taken on


@effect("decline_conflict")
def _decline(move: Move) -> None:
    if move.by is None:
        raise StepRefused(["Nobody is named who has a part in it."])
    seats.attest(move.case, move.by, conflicts=[ConflictKind(move.values["reason"])], at=move.at)


@effect("info_timeout")
def _info_timeout(move: Move) -> None:
    move.case.no_answer = True


@effect("merge_duplicate")
def _merge(move: Move) -> None:
    """The allegations count in the case it is joined with; each person keeps their own code and thread."""
    master = Case.objects.select_for_update(of=("self",)).get(number=str(move.values["master"]).strip().upper())
    move.case.master = master
    there = set(master.allegations.values_list("clause", "option"))
    clauses = {clause for clause, _ in there if clause}
    for row in move.case.allegations.order_by("pk"):
        if (row.clause_id, row.option) not in there and row.clause_id not in clauses:
            Allegation.objects.create(case=master, clause_id=row.clause_id, option=row.option, added_at=move.at)
    machine.fill(move, Seat.REGISTRAR)


@effect("dismiss")
def _dismiss(move: Move) -> None:
    close(move, Closure.DISMISSED, dismissed_for=DismissalReason(move.values["reason"]))


@effect("ask_dismissal_review")
def _ask_review(move: Move) -> None:
    machine.fill(move, Seat.DISMISSAL_REVIEWER)


@effect("uphold_dismissal")
def _uphold(move: Move) -> None:
    case = move.case
    dismissed = case.steps.filter(name="dismiss").exclude(taken_at=None).order_by("pk").last()
    why = DismissalReason(dismissed.values["reason"]) if dismissed and case.closure == Closure.DISMISSED else None
    close(move, Closure(case.closure), dismissed_for=why)
    seats.release_all(case, [Seat.DISMISSAL_REVIEWER], why=SeatEnd.DONE, by=move.by, at=move.at)


@effect("overturn_dismissal")
def _overturn(move: Move) -> None:
    """With others: whoever closed it is in the exclusion set since, and gives up the seat."""
    to_review = move.facts.closed_from is State.CASE_REVIEW
    earlier = [Seat.CASE_REVIEWER] if to_review else [Seat.TAKER, Seat.SECOND_INTAKE]
    open_again(move)
    seats.release_all(move.case, [*earlier, Seat.DISMISSAL_REVIEWER], why=SeatEnd.REOPENED, by=move.by, at=move.at)
    machine.fill(move, Seat.CASE_REVIEWER if to_review else Seat.TAKER)


@effect("admit")
def _admit(move: Move) -> None:
    case = move.case
    case.respondent = Certificate.objects.select_related("holder").get(number=move.values["entry"]).holder
    case.klass = CaseClass(move.values["klass"]).value
    happened = case.conduct_from or case.conduct_until or case.received_on
    case.edition = Edition.objects.in_force(on=happened).filter(text="code").first()
    case.save()  # a draw asks who the case is about
    charge(case, move.values["clauses"])
    papers.write(case, PaperKind.PARTICULARS, move.values["particulars"], by=move.by, of=move.step.uid)
    machine.fill(move, Seat.INVESTIGATOR)
    machine.fill(move, Seat.REGISTRAR)


def charge(case: Case, clauses: tuple[str, ...]) -> None:
    """Make these clauses the charges: those alleged already are charged, others are added; what was ticked beside them stays as told."""
    there = {row.clause_id: row for row in case.allegations.all()}
    Allegation.objects.filter(pk__in=[row.pk for clause, row in there.items() if clause in clauses]).update(charged=True)
    Allegation.objects.bulk_create(Allegation(case=case, clause_id=clause, charged=True) for clause in clauses if clause not in there)


# Notice and investigation


@effect("serve_notice")
def _serve(move: Move) -> None:
    papers.write(
        move.case, PaperKind.PARTICULARS, move.values["particulars"], by=move.step.made_by, party=Party.RESPONDENT, of=move.step.uid
    )


@effect("extend_response")
def _extend_response(move: Move) -> None:
    running.extend(move.case, ClockName.RESPONSE, EXTRA_DAYS)


@effect("respond")
def _respond(move: Move) -> None:
    if words := str(move.values.get("words") or "").strip():
        papers.write(move.case, PaperKind.RESPONSE, words, by=move.by, party=Party.RESPONDENT, of=move.step.uid)


@effect("response_timeout")
def _response_timeout(move: Move) -> None:
    move.case.no_response = True


def disclose(case: Case, files: Sequence[Evidence], *, by: User, at: datetime) -> int:
    """Give the coach the bundle, or more of it; answers how many files are new to them. Raises StepRefused.

    From the first time on the coach has fourteen days before the report is handed in. Case and files are noted, the ledger names each.
    """
    on = clock.day_of(at)
    with transaction.atomic():
        locked = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
        reasons = [] if among(gathering.hands_of(by, locked, on=on, attested=True), DISCLOSING) else [NOT_YOURS]
        if not files or any(one.case_id != locked.pk or one.state != "accepted" for one in files):
            reasons.append(NO_FILES)
        if reasons:
            raise StepRefused(reasons)
        new = evidence.disclose(files, by=by, on=on)
        if locked.disclosed_on is None:
            locked.disclosed_on = on
            locked.save(update_fields=["disclosed_on"])
        if new:
            facts = gathering.facts(locked, on=on, values={}, wants="")
            letters.post(locked, LetterCode.PROGRESS, Party.RESPONDENT, row=None, values={"about": "bundle"}, facts=facts, at=at)
    return new


def lock_evidence(move: Move, files: Sequence[Evidence]) -> EvidenceSet:
    """Fix what a report or a hearing rests on."""
    uids = sorted(str(one.uid) for one in files)
    digest = hashlib.sha256("\n".join(uids).encode()).hexdigest()
    number = EvidenceSet.objects.filter(case=move.case).count() + 1
    return EvidenceSet.objects.create(case=move.case, step=move.step, number=number, files=uids, digest=digest, locked_on=move.on)


@effect("submit_report")
def _submit_report(move: Move) -> None:
    allegations = {row.pk: row for row in move.case.allegations.all()}
    for pk, words in sorted(move.values["fact_sheets"].items()):
        papers.write(move.case, PaperKind.FACT_SHEET, f"{allegations[pk]}\n\n{words}", by=move.by, of=move.step.uid)
    lock_evidence(move, list(move.case.evidence.filter(state="accepted")))
    machine.fill(move, Seat.CASE_REVIEWER)


# Case review


@effect("no_case")
def _no_case(move: Move) -> None:
    close(move, Closure.NO_CASE)


@effect("refer_panel")
def _refer(move: Move) -> None:
    machine.fill(move, Seat.PANEL_MEMBER)


# At any time


@effect("withdraw")
def _withdraw(move: Move) -> None:
    answered(move)
    close(move, Closure.WITHDRAWN)


@effect("continue_own_motion")
def _own_motion(move: Move) -> None:
    move.case.own_motion = True
    if move.values["complainant"] == "leaves":
        move.case.wants_updates = False
    waiting = machine.waiting(move.case, "withdraw")
    if waiting is not None:
        machine.void(waiting, by=move.by, at=move.at, why="The association goes on in its own name.")


@effect("standing_changed")
def _standing_changed(move: Move) -> None:
    move.case.left_under_complaint = True
    hold(move)


@effect("recuse")
def _recuse(move: Move) -> None:
    """The access ends at once. A member of a panel at work is replaced by the registrar, and the case is heard again (T33)."""
    named = move.values.get("person")
    person = User.objects.get(pk=named) if named else move.by
    if person is None:
        raise StepRefused(["Nobody is named who steps back."])
    why = ExclusionWhy.DECLARED if move.by is not None and person.pk == move.by.pk else ExclusionWhy.FOUND
    kind = ConflictKind(move.values["reason"])
    seat = seats.exclude(move.case, person, why=why, conflict=kind, by=move.by, at=move.at)
    if seat is not None and not (seat in {Seat.CHAIR, Seat.PANEL_MEMBER} and move.facts.state in PANEL_AT_WORK):
        machine.fill(move, seat)


SAID_BEFORE = "Said on the page that asks before a case opens."


def say_conflict(case: Case, person: User, kind: ConflictKind, *, at: datetime) -> None:
    """Close a case to somebody who has a part in it; a seat of theirs goes back to intake or to whoever is drawn.

    Raises StepRefused, and seats.NotSeated for whoever is not appointed to work on cases.
    """
    held = seats.held_by(person, case, on=clock.day_of(at))
    to_intake = held is not None and held.to is Seat.TAKER and case.where in step_named("decline_conflict").before
    name = "decline_conflict" if to_intake else "recuse"
    if held is None or case.where not in step_named(name).before:
        seats.attest(case, person, conflicts=[kind], at=at)
        return
    values = {"reason": kind.value, "reason_text": SAID_BEFORE} | ({} if to_intake else {"person": person.pk})
    machine.apply(name, case, values=values, version=None, by=person, at=at)


@effect("unmask")
def _unmask(move: Move) -> None:
    answered(move)
    move.case.level = Level(move.values["level"]).value
    last = move.on + timedelta(days=UNMASKED_DAYS - 1)
    for person in move.values["people"]:
        Unmasking.objects.create(case=move.case, step=move.step, person_id=person, level=move.case.level, first_day=move.on, last_day=last)


def answered(move: Move) -> None:
    """What was asked for is done: asked again, it is asked anew."""
    move.case.steps.filter(name=move.transition.name, asked=True, taken_at=None, void_at=None).update(void_at=move.at)
