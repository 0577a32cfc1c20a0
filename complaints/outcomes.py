"""What the registry gets of a decision, as dated rows: written with the second signature, or by the appeal. No job imposes or ends any."""

from collections.abc import Iterable
from datetime import date

from accounts.models import User
from certification import sanctions
from certification.facts import SanctionKind, Span
from certification.models import Certificate, Sanction
from complaints.facts import Bar, Finding, InterimState, Outcome
from complaints.machine import StepRefused
from complaints.models import Case, Decision, InterimOrder
from complaints.rules import periods
from complaints.rules.gathered import ONE_DAY

# An outcome that is told to nobody leaves the registry as it is.
KINDS = {
    Outcome.ADMONISHMENT: SanctionKind.REPRIMAND,
    Outcome.CONDITIONS: SanctionKind.CONDITIONS,
    Outcome.SUSPENSION: SanctionKind.SUSPENSION,
    Outcome.REVOCATION: SanctionKind.REVOCATION,
}
GOES_ON = (InterimState.IN_FORCE.value, InterimState.SUPERSEDED.value)


def spans(case: Case) -> list[Span]:
    """The days on which interim orders of a case were or will be in force."""
    found = []
    for order in case.orders.exclude(first_day=None):
        last = min(day for day in (order.last_day, order.ended_on and order.ended_on - ONE_DAY) if day)
        if order.first_day and last >= order.first_day:
            found.append(Span(order.first_day, last))
    return found


def suspensions(order: InterimOrder) -> Iterable[Sanction]:
    """What the registry has of an interim order, a row for each certificate."""
    return Sanction.objects.current().filter(source_reference=str(order.uid), interim=True).order_by("pk")


def of(decision: Decision) -> Iterable[Sanction]:
    """What the registry has of a decision, a row for each certificate."""
    return Sanction.objects.current().filter(source_reference=str(decision.uid), interim=False).order_by("pk")


def standing(case: Case) -> Decision | None:
    """The decision of this round that is signed by two, or was made on appeal."""
    found: Decision | None = case.decisions.filter(round=case.round, voided_at=None).exclude(countersigner=None).last()
    return found


def set_days(decision: Decision, first_day: date) -> None:
    """The days of what was decided. A suspension that was served whole meanwhile has none."""
    outcome = Outcome(decision.outcome)
    decision.first_day, decision.last_day = (first_day, None) if outcome in KINDS else (None, None)
    if outcome is Outcome.ADMONISHMENT:
        decision.last_day = periods.published_until(outcome, first_day=first_day)
    elif outcome is Outcome.CONDITIONS:
        decision.last_day = periods.months_later(first_day, decision.months or 0) - ONE_DAY
    elif outcome is Outcome.SUSPENSION:
        served = periods.days_served(spans(decision.case), before=first_day)
        decision.last_day = periods.last_day_of_suspension(first_day, decision.days or 0, served=served)
        decision.first_day = first_day if decision.last_day else None


def impose(decision: Decision, *, by: User | None, decided_on: date, met_on: date | None = None) -> None:
    """Write what was decided into the registry, for every certificate of the coach. `met_on`: conditions were met on this day.

    Raises StepRefused.
    """
    outcome, case = Outcome(decision.outcome), decision.case
    if outcome not in KINDS or decision.first_day is None or case.respondent is None:
        return
    ended = met_on if outcome is Outcome.CONDITIONS else decision.last_day
    until = periods.published_until(
        outcome, first_day=decision.first_day, days=decision.days, ended_on=ended, bar=Bar(decision.bar) if decision.bar else None
    )
    proven = decision.findings.filter(finding=Finding.PROVEN.value).exclude(allegation__clause=None)
    for certificate in Certificate.objects.filter(holder=case.respondent).order_by("pk"):
        try:
            sanctions.impose(
                certificate,
                kind=KINDS[outcome],
                first_day=decision.first_day,
                last_day=decision.last_day,
                decided_on=decided_on,
                by=by,
                public_note=decision.public_wording,
                clause_ids=list(proven.order_by("allegation__clause__position", "pk").values_list("allegation__clause", flat=True)),
                published_until=until,
                continues=_continued(certificate, decision),
                source_reference=str(decision.uid),
            )
        except sanctions.NotImposable as refusal:
            raise StepRefused(refusal.reasons) from refusal


def _continued(certificate: Certificate, decision: Decision) -> Sanction | None:
    """The interim order that goes over into what was decided."""
    uids = [str(uid) for uid in decision.case.orders.filter(state__in=GOES_ON).values_list("uid", flat=True)]
    rows = certificate.sanctions.current().filter(interim=True, source_reference__in=uids, first_day__lte=decision.first_day)
    found: Sanction | None = rows.order_by("first_day", "pk").last()
    return found


def take_back(decision: Decision, *, by: User | None, reason: str) -> None:
    """Take what was decided out of the registry, as if it had never been there."""
    for sanction in of(decision):
        sanctions.void(sanction, by=by, reason=reason)


def carry_on(order: InterimOrder, *, until: date, by: User | None, why: str) -> None:
    """Let an order in force last until another day, sooner or later than the one it has."""
    for sanction in suspensions(order):
        if sanction.last_day is not None and sanction.last_day < until:
            sanctions.extend(sanction, last_day=until, by=by, reason=why)
        else:
            sanctions.hand_over(sanction, last_day=until, by=by, reason=why)
    order.last_day = max(until, order.first_day) if order.first_day else until
    order.save(update_fields=["last_day"])


def recount(case: Case, *, by: User | None) -> None:
    """An interim order has other days than before: a suspension that was decided and has not ended gets the last day that follows."""
    decision = standing(case)
    if decision is None or decision.outcome != Outcome.SUSPENSION or decision.first_day is None:
        return
    rows, last = list(of(decision)), decision.last_day
    set_days(decision, decision.first_day)
    if rows and (decision.last_day != last or any(row.continues and row.continues.voided_at for row in rows)):
        decided_on = rows[0].decided_on
        take_back(decision, by=by, reason="Days under an interim order are counted anew")
        decision.save()
        impose(decision, by=by, decided_on=decided_on)


def tell_longer(decision: Decision, *, on: date, by: User | None) -> None:
    """Conditions that were met: they end, and are told for six months more."""
    rows = list(of(decision))
    if decision.outcome != Outcome.CONDITIONS or not rows or decision.first_day is None:
        return
    met_on = max(min(on, decision.last_day or on), decision.first_day)
    decided_on = rows[0].decided_on
    take_back(decision, by=by, reason="The conditions were met")
    decision.last_day = met_on
    decision.save()
    impose(decision, by=by, decided_on=decided_on, met_on=met_on)
