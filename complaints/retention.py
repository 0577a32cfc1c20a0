"""After the end: opened again, kept for a legal reason, erased; and the association's own motion, which begins before there is a case."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from accounts.models import User
from audit import clock, log
from certification.models import Certificate
from cms.models import Clause, Edition
from complaints import actions, evidence, gathering, machine, papers, pool, running, seats
from complaints.casework import answered
from complaints.clocks import DEADLINES
from complaints.closing import open_again
from complaints.facts import Actor, CaseRole, ClockName, Level, PaperKind, Party, Relation, Seat, SeatEnd, Source, State
from complaints.hearings import void_votes
from complaints.machine import Move, StepRefused, effect
from complaints.models import Allegation, Assignment, Case, LegalHold, Step
from complaints.rules.gathered import CaseFacts
from complaints.rules.guards import against
from outbox import queue as outbox

KEPT_SEATS = {Seat.REGISTRAR, Seat.DEPUTY_REGISTRAR}
NO_HOLD = "Nothing holds this case."
NOT_REGISTRAR = "Only a registrar with a seat in the case does this."
NO_DAY = "This is not possible: the case is kept longer, or it is asked for already."


@effect("reopen")
def _reopen(move: Move) -> None:
    """A new round, with people who had no part in the earlier one; what was decided stands until something else is decided."""
    case = move.case
    void_votes(move)
    gone = [seat for seat in Seat if seat not in KEPT_SEATS]
    for row in Assignment.objects.filter(case=case, seat__in=[seat.value for seat in gone]).select_related("person"):
        seats.note_part(case, row.person, by=move.by, at=move.at)
    seats.release_all(case, gone, why=SeatEnd.REOPENED, by=move.by, at=move.at)
    case.round += 1
    case.no_answer = case.no_response = False
    case.disclosed_on = None
    open_again(move)
    case.save()
    machine.fill(move, Seat.TAKER)


@effect("legal_hold")
def _hold(move: Move) -> None:
    if move.by is None:
        raise StepRefused(["Nobody is named who holds it."])
    days = DEADLINES[ClockName.HOLD_REVIEW].days or 0
    LegalHold.objects.create(case=move.case, since=move.on, review_on=move.on + timedelta(days=days), placed_by=move.by)


@transaction.atomic
def end_hold(case: Case, *, by: User, at: datetime) -> LegalHold:
    """End the legal hold on a case. Raises StepRefused."""
    on = clock.day_of(at)
    case = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    held = case.holds.filter(ended_on=None).first()
    mine = [hand for hand in gathering.hands_of(by, case, on=on, attested=True) if isinstance(hand, Seat)]
    reasons = [] if KEPT_SEATS & set(mine) else [NOT_REGISTRAR]
    if held is None:
        raise StepRefused([*reasons, NO_HOLD])
    if reasons:
        raise StepRefused(reasons)
    held.ended_on = on
    held.save(update_fields=["ended_on"])
    running.end(case, ClockName.HOLD_REVIEW, at=at)
    log.record(actions.LEGAL_HOLD_ENDED, case, by=by)
    ended: LegalHold = held
    return ended


def ask_to_erase(case: Case, *, at: datetime) -> Step | None:
    """The calendar asks for the erasure of a case whose time is over; a registrar and the auditor do it. None while something holds it."""
    on = clock.day_of(at)
    facts = gathering.facts(case, on=on, values={}, wants="")
    if case.keep_until is None or on < case.keep_until or facts.held or case.steps.filter(name="erase", asked=True, void_at=None).exists():
        return None
    return machine.ask("erase", case, values={}, acting=Actor.SYSTEM, at=at)


@effect("erase")
def _erase(move: Move) -> None:
    """What is left is the tombstone: days, codes and numbers."""
    answered(move)
    papers.destroy_key(move.case, by=move.by, at=move.at)


# The association's own motion. Its words need a key, and a key needs a case: there is a row from the first signature on, which is a case
# only with the second. Until then no other step can be taken in it (gathering.is_draft), and it stands in no queue.


def propose_own_motion(values: Mapping[str, Any], files: Iterable[evidence.Sent], *, by: User, at: datetime) -> Step:
    """A registrar proposes a case of the association's own (T62), and signs first; a deputy registrar signs after.

    `values`: by the names of the fields, with `reason_text`; `files` become its evidence. Raises StepRefused with every reason.
    """
    on, sent = clock.day_of(at), list(files)
    certificate = Certificate.objects.filter(number=str(values.get("entry") or "")).select_related("holder").first()
    coach = certificate.holder if certificate else None
    entries = (certificate.number,) if certificate else ()
    facts = CaseFacts(state=None, by=by.pk, hand=_hand(by, at=at), entries=entries, respondent=coach.pk if coach else None)
    if reasons := against("open_own_motion", facts, {**values, "files": tuple(range(len(sent)))}, on=on):
        raise StepRefused(reasons)
    with transaction.atomic():
        case = Case.objects.create(
            state=State.SUBMITTED.value,
            own_motion=True,
            source=Source(values["source"]).value,
            level=Level.OPEN.value,
            relation=(Relation.SELF if values["source"] == Source.SELF_REPORT else Relation.OTHER_BODY).value,
            respondent=coach,
            edition=Edition.objects.in_force(on=values["conduct_from"]).filter(text="code").first(),
            conduct_from=values["conduct_from"],
            conduct_until=values.get("conduct_until"),
            received_on=on,
            wants_updates=False,
            recorded_at=at,
        )
        papers.write(case, PaperKind.NARRATIVE, str(values["narrative"]), by=by)
        kept = evidence.receive(case, sent, party=Party.OFFICE, by=by)
        if refused := [evidence.words(one) for one in kept if one.refused_for]:
            raise StepRefused(refused)
        known = Clause.objects.filter(pk__in=values.get("clauses") or ())
        Allegation.objects.bulk_create(Allegation(case=case, clause=clause, added_at=at) for clause in known)
        given = {**values, "files": tuple(one.pk for one in kept)}
        step = machine.apply("open_own_motion", case, values=given, version=case.version, by=by, at=at)
        for one in pool.free_for(case, Seat.DEPUTY_REGISTRAR, on=on):
            outbox.put("complaints.case_waits", f"{case.uid}:{one.key}", key=f"case_waits:{step.uid}:{one.key}")
    return step


def _hand(person: User, *, at: datetime) -> CaseRole | None:
    held = pool.people(None, on=clock.day_of(at), only=[person.pk])
    roles = {one.role for row in held for one in row.in_force(on=clock.day_of(at))}
    return CaseRole.REGISTRAR if CaseRole.REGISTRAR in roles else None


@effect("open_own_motion")
def _open_own_motion(move: Move) -> None:
    """It becomes a case: whoever proposed it is its registrar, and somebody of intake is drawn."""
    proposer = move.signers[0]
    try:
        seats.assign(move.case, proposer, Seat.REGISTRAR, by=move.by, at=move.at)
        seats.attest(move.case, proposer, conflicts=[], at=move.at)
    except seats.NotSeated as refusal:
        raise StepRefused(refusal.reasons) from refusal
    machine.fill(move, Seat.TAKER)
