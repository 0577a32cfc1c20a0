"""Suspending, revoking, conditions and reprimands. Decisions are made elsewhere; here they become dated facts."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction

from accounts.models import User
from accounts.rules import SOMEBODY_ELSE, has_conflict
from audit import log
from certification import actions
from certification.facts import ONE_DAY, SanctionKind, in_words
from certification.models import AlreadyVoided, Certificate, Sanction

KEPT = [
    "certificate_id", "kind", "interim", "first_day", "last_day", "not_before", "cap_day", "public_note", "clause_ids",
    "published_until", "decided_on", "continues_id", "source_reference", "reason",
]  # fmt: skip


class NotImposable(Exception):
    """The sanction cannot be recorded so; `reasons` lists why."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


@transaction.atomic
def impose(
    certificate: Certificate,
    *,
    kind: SanctionKind,
    first_day: date,
    decided_on: date,
    by: User | None,
    last_day: date | None = None,
    interim: bool = False,
    public_note: str = "",
    clause_ids: Sequence[str] = (),
    published_until: date | None = None,
    not_before: date | None = None,
    cap_day: date | None = None,
    continues: Sanction | None = None,
    source_reference: str = "",
) -> Sanction:
    """Record a sanction from a day on; `last_day` None is open (until met, or for good). Raises NotImposable.

    `by` None: what was decided comes by an act of somebody outside the office, such as an appeal.

    The same `source_reference` with the same kind is the same decision: recorded once, returned as it is.
    """
    certificate = Certificate.objects.locked(certificate.pk)
    current = certificate.sanctions.current()
    there: Sanction | None = (
        current.filter(source_reference=source_reference, kind=kind, interim=interim).first() if source_reference else None
    )
    if there:
        return there
    sanction = Sanction(
        certificate=certificate,
        kind=kind,
        interim=interim,
        first_day=first_day,
        last_day=last_day,
        not_before=not_before,
        cap_day=cap_day,
        public_note=public_note,
        clause_ids=list(clause_ids),
        published_until=published_until,
        decided_on=decided_on,
        continues=continues,
        source_reference=source_reference,
    )
    if reasons := _against(sanction, by=by):
        raise NotImposable(reasons)
    sanction.save()
    log.record(actions.SANCTION_IMPOSED, certificate, by=by, sanction=sanction.pk, kind=kind, first_day=first_day, last_day=last_day)
    return sanction


def _against(new: Sanction, *, by: User | None) -> list[str]:
    kind, first_day, last_day, continues = new.kind, new.first_day, new.last_day, new.continues
    earliest = max(first_day, new.not_before or first_day)
    reasons = {
        "A sanction ends after it begins.": last_day is not None and last_day < first_day,
        "A revocation has no last day.": kind == SanctionKind.REVOCATION and last_day is not None,
        "An interim order is a suspension or conditions.": new.interim and kind in {SanctionKind.REVOCATION, SanctionKind.REPRIMAND},
        "Only an interim order of the same certificate is continued.": continues is not None
        and (not continues.interim or continues.certificate_id != new.certificate_id),
        "What continues an order begins no earlier than it.": continues is not None and first_day < continues.first_day,
        "Only a suspension without a last day has an earliest end, or a day on which it is looked at again.": bool(
            new.not_before or new.cap_day
        )
        and (kind != SanctionKind.SUSPENSION or last_day is not None),
        "The earliest end lies before the first day.": new.not_before is not None and new.not_before < first_day,
        "It is looked at again before it could end.": new.cap_day is not None and new.cap_day < earliest,
        "It is published until a day before it begins.": new.published_until is not None and new.published_until < first_day,
        "The certificate is revoked already.": kind == SanctionKind.REVOCATION
        and any(row.kind == kind and row.covers(first_day) for row in new.certificate.sanctions.current()),
        SOMEBODY_ELSE: has_conflict(by=by.pk if by else None, about=new.certificate.holder_id),
    }
    return [sentence for sentence, holds in reasons.items() if holds]


@transaction.atomic
def impose_on_all(holder: User, **decision: Any) -> list[Sanction]:
    """A decision binds every certificate of the person under the Code; takes what `impose` takes."""
    certificates = Certificate.objects.filter(holder=holder).order_by("pk")
    return [impose(certificate, **decision) for certificate in certificates]


def _replace(sanction: Sanction, **changes: Any) -> Sanction:
    """Void a row and insert a copy with changes; a final sanction that follows it on is made to follow the copy."""
    Sanction.objects.void(sanction)
    kept = {name: getattr(sanction, name) for name in KEPT}
    copy: Sanction = Sanction.objects.create(**{**kept, "replaces": sanction, **changes})
    for following in sanction.continued_by.current():
        _replace(following, continues_id=copy.pk)
    return copy


def _locked(sanction: Sanction, *, by: User | None) -> Sanction:
    """The row as it is now, its certificate locked. Raises AlreadyVoided, and NotImposable for one's own."""
    certificate = Certificate.objects.locked(sanction.certificate_id)
    sanction = Sanction.objects.get(pk=sanction.pk)
    if sanction.voided_at:
        raise AlreadyVoided(f"the {sanction} was voided before")
    if has_conflict(by=by.pk if by else None, about=certificate.holder_id):
        raise NotImposable([SOMEBODY_ELSE])
    return sanction


@transaction.atomic
def void(sanction: Sanction, *, by: User | None, reason: str) -> None:
    """Take a sanction out of the record as if it had never been: quashed, an interim order lifted. Raises AlreadyVoided, NotImposable."""
    sanction = _locked(sanction, by=by)
    Sanction.objects.void(sanction)
    log.record(actions.SANCTION_VOIDED, sanction.certificate, by=by, about=sanction.certificate.holder, sanction=sanction.pk, reason=reason)


@transaction.atomic
def lift(sanction: Sanction, *, by: User | None, on: date, reason: str) -> Sanction | None:
    """End a sanction: its last day is the day before `on`. An interim order, or one that has not begun, is voided and leaves nothing.

    Raises AlreadyVoided, and NotImposable when it ended by itself.
    """
    sanction = _locked(sanction, by=by)
    yesterday = on - ONE_DAY
    if sanction.last_day is not None and sanction.last_day < on:
        raise NotImposable(["The sanction has ended already."])
    if sanction.interim or yesterday < sanction.first_day:
        void(sanction, by=by, reason=reason)
        return None
    ended = _replace(sanction, last_day=yesterday, reason=reason)
    log.record(actions.SANCTION_ENDED, sanction.certificate, by=by, sanction=ended.pk, last_day=yesterday)
    return ended


@transaction.atomic
def discharge(sanction: Sanction, *, by: User, on: date, reason: str) -> Sanction | None:
    """End an open suspension whose conditions are met. Raises NotImposable before its earliest day and for a fixed one, AlreadyVoided."""
    sanction = _locked(sanction, by=by)
    if sanction.kind != SanctionKind.SUSPENSION or sanction.last_day is not None:
        raise NotImposable(["Only a suspension that holds until its conditions are met is discharged."])
    if sanction.not_before and on < sanction.not_before:
        raise NotImposable([f"The suspension ends on {in_words(sanction.not_before)} at the earliest."])
    return lift(sanction, by=by, on=on, reason=reason)


@transaction.atomic
def extend(sanction: Sanction, *, last_day: date | None, by: User | None, reason: str) -> Sanction:
    """Give a sanction another last day, later than the one it has. Raises NotImposable, AlreadyVoided."""
    sanction = _locked(sanction, by=by)
    if sanction.last_day is None or (last_day is not None and last_day <= sanction.last_day):
        raise NotImposable(["The new last day lies after the one recorded."])
    longer = _replace(sanction, last_day=last_day, reason=reason)
    log.record(actions.SANCTION_EXTENDED, sanction.certificate, by=by, sanction=longer.pk, last_day=last_day)
    return longer


@transaction.atomic
def hand_over(sanction: Sanction, *, last_day: date, by: User | None, reason: str) -> Sanction | None:
    """End an interim order on a day because what was decided takes its place: unlike a lifted one, its days stay on the record.

    One that ends by then stays as it is; one that would not have begun is voided and leaves None. Raises AlreadyVoided, and NotImposable
    for what is no interim order.
    """
    sanction = _locked(sanction, by=by)
    if not sanction.interim:
        raise NotImposable(["Only an interim order is handed over."])
    if sanction.last_day is not None and sanction.last_day <= last_day:
        return sanction
    if last_day < sanction.first_day:
        void(sanction, by=by, reason=reason)
        return None
    ended = _replace(sanction, last_day=last_day, reason=reason)
    log.record(actions.SANCTION_ENDED, sanction.certificate, by=by, sanction=ended.pk, last_day=last_day)
    return ended
