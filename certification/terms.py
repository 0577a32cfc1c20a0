"""Ending, moving and voiding terms: a row is voided and a copy with other days put in its place."""

from datetime import date
from typing import Any

from django.db import transaction

from accounts.models import User
from audit import log
from certification import actions, rules
from certification.facts import Standing
from certification.models import Certificate, CertificateDocument, Term
from outbox import queue as outbox


class CannotGiveBack(Exception):
    """There is nothing to give back; `reasons` lists why."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


def replace(term: Term, **changes: Any) -> Term:
    """Void a term and insert a copy with changes. The review and the statement it spent stay spent. Raises AlreadyVoided."""
    Term.objects.void(term)
    kept = {
        name: getattr(term, name) for name in ("certificate_id", "first_day", "last_day", "granted", "review_id", "statement_id", "reason")
    }
    copy = Term.objects.create(**{**kept, "given_back": term.given_back, "replaces": term, **changes})
    term.requirements_met.update(term=copy)
    return copy


@transaction.atomic
def surrender(certificate: Certificate, *, by: User, on: date) -> Certificate:
    """The holder gives the certificate back: its last day is today, lapsed from tomorrow. Raises CannotGiveBack."""
    certificate = Certificate.objects.locked(certificate.pk)
    standing = rules.standing(certificate.spans(), certificate.sanction_facts(), on=on)
    running = [term for term in certificate.terms.current() if term.last_day >= on and not term.given_back]
    if standing is Standing.REVOKED:
        raise CannotGiveBack(["A revoked certificate cannot be given back."])
    if not running:
        raise CannotGiveBack(["The certificate has no running term."])
    for term in running:
        if term.first_day <= on:
            replace(term, last_day=on, given_back=True, reason="Given back by the holder")
        else:
            Term.objects.void(term)
    CertificateDocument.objects.take_out_of_use(terms=[term.pk for term in running])
    entry = log.record(actions.GIVEN_BACK, certificate, by=by, about=certificate.holder, last_day=on)
    outbox.put("certification.given_back", entry.pk, key=f"letter:{entry.uid}")
    return certificate
