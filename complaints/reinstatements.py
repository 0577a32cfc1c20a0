"""Coming back after a revocation: an application, three fresh people, a new certificate with a new number."""

from certification import issuing, sanctions
from certification.facts import SanctionKind
from certification.models import Certificate, Sanction
from complaints import letters, machine, outcomes, seats
from complaints.facts import LetterCode, Outcome, Party, ReinstatementState, Seat, SeatEnd
from complaints.hearings import name_chair
from complaints.machine import Move, StepRefused, effect
from complaints.models import Assignment, Reinstatement
from complaints.rules import periods
from complaints.rules.gathered import ONE_DAY

NOTE = "Reinstated after revocation. Works under supervision for twelve months."
SUPERVISED_MONTHS = 12
TOLD_YEARS = 5
NO_APPLICATION = "There is no application."
OF_A_PANEL = (Seat.CHAIR, Seat.PANEL_MEMBER)


@effect("apply")
def _apply(move: Move) -> None:
    """The panel that revoked has had its part: others are drawn. Nothing of the case is erased meanwhile (gathering)."""
    case, facts = move.case, move.facts.reinstatement
    if case.respondent is None or (move.by is not None and move.by.pk != case.respondent_id):
        raise StepRefused(["Only the coach applies."])
    move.step.application = Reinstatement.objects.create(
        person=case.respondent,
        case=case,
        state=ReinstatementState.R_APPLIED.value,
        applied_on=move.on,
        course_passed_on=facts.course_passed_on,
        module_passed_on=facts.module_passed_on,
    )
    for row in Assignment.objects.filter(case=case, seat__in=[seat.value for seat in OF_A_PANEL]).select_related("person"):
        seats.note_part(case, row.person, by=move.by, at=move.at)
    seats.release_all(case, OF_A_PANEL, why=SeatEnd.DONE, by=move.by, at=move.at)
    machine.fill(move, Seat.PANEL_MEMBER)
    machine.fill(move, Seat.REGISTRAR)


@effect("refer")
def _refer(move: Move) -> None:
    """Whoever complained then is told, as long as their code opens."""
    name_chair(move, move.values["chair"])
    _become(move, ReinstatementState.R_PANEL)
    if move.case.receipts.filter(replaced_at=None, ends_on__gte=move.on).exists():
        letters.post(move.case, LetterCode.PROGRESS, Party.COMPLAINANT, row=move.step, values=move.values, facts=move.facts, at=move.at)


@effect("grant")
def _grant(move: Move) -> None:
    """A new number for each scheme in which the certificate was revoked by this decision; the old one stays revoked."""
    _become(move, ReinstatementState.R_GRANTED)
    decision = move.case.decisions.filter(outcome=Outcome.REVOCATION.value, voided_at=None).last()
    revoked = outcomes.of(decision) if decision else Sanction.objects.none()
    begins = move.values["supervised_from"]
    try:
        for certificate in Certificate.objects.filter(sanctions__in=revoked).select_related("scheme", "holder").order_by("pk"):
            new = issuing.issue_again(certificate, by=move.by, on=move.on)
            sanctions.impose(
                new,
                kind=SanctionKind.CONDITIONS,
                first_day=begins,
                last_day=periods.months_later(begins, SUPERVISED_MONTHS) - ONE_DAY,
                decided_on=move.on,
                by=move.by,
                public_note=NOTE,
                published_until=periods.published_until(
                    Outcome.REVOCATION, first_day=move.facts.reinstatement.revoked_on or move.on, reinstated_on=max(move.on, begins)
                ),
                source_reference=str(_application(move).uid),
            )
    except (issuing.CannotIssue, sanctions.NotImposable) as refusal:
        raise StepRefused(refusal.reasons) from refusal


@effect("refuse_reinstatement")
def _refuse(move: Move) -> None:
    _become(move, ReinstatementState.R_REFUSED)


def _application(move: Move) -> Reinstatement:
    application = move.application or move.case.reinstatements.select_for_update().order_by("pk").last()
    if application is None:
        raise StepRefused([NO_APPLICATION])
    move.step.application = application
    return application


def _become(move: Move, state: ReinstatementState) -> None:
    application = _application(move)
    application.state, application.version = state.value, application.version + 1
    application.decided_on = move.on if state in {ReinstatementState.R_GRANTED, ReinstatementState.R_REFUSED} else None
    application.save(update_fields=["state", "version", "decided_on"])
