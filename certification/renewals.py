"""Granting the next term: by the coach in the window, by staff after it."""

from datetime import date

from django.db import transaction

from accounts.models import User
from audit import log
from certification import actions, gathering, rules
from certification.facts import Granted, RenewalFacts, Span, Unmet
from certification.models import Certificate, RequirementMet, Term
from outbox import queue as outbox


class NotEligible(Exception):
    """The term cannot be granted yet; `missing` lists everything that stands in the way."""

    def __init__(self, missing: list[Unmet]) -> None:
        super().__init__(" ".join(item.sentence for item in missing))
        self.missing = missing


@transaction.atomic
def renew(certificate: Certificate, *, by: User, on: date) -> Term:
    """Grant the next term, or raise NotEligible with everything that is still missing."""
    certificate = Certificate.objects.locked(certificate.pk)
    facts = gathering.gather(certificate)
    if missing := rules.unmet(facts, on=on):
        raise NotEligible(missing)

    latest = facts.latest_term
    assert latest is not None  # noqa: S101  (unmet names its absence)
    granted = Granted.RENEWED if latest.covers(on) else Granted.RENEWED_LATE
    return _grant(certificate, facts, rules.next_term(latest, facts.policy, on=on), granted, by=by, on=on)


@transaction.atomic
def reinstate(certificate: Certificate, *, by: User, on: date, reason: str) -> Term:
    """Grant a term from this day to a lapsed certificate, by staff. Raises NotEligible."""
    certificate = Certificate.objects.locked(certificate.pk)
    facts = gathering.gather(certificate)
    if missing := rules.unmet_for_reinstatement(facts, on=on):
        raise NotEligible(missing)
    return _grant(certificate, facts, rules.term_from(on, facts.policy), Granted.REINSTATED, by=by, on=on, reason=reason)


def _grant(certificate: Certificate, facts: RenewalFacts, span: Span, granted: Granted, *, by: User, on: date, reason: str = "") -> Term:
    after = facts.latest_term.last_day if granted is Granted.REINSTATED and facts.latest_term else None
    review, statement = rules.spendable(facts, on=on, after=after)
    term = Term.objects.create(
        certificate=certificate,
        first_day=span.first_day,
        last_day=span.last_day,  # type: ignore[misc]  # a term that rules grant always has a last day
        granted=granted,
        review_id=review,
        statement_id=statement,
        reason=reason,
    )
    RequirementMet.objects.filter(certificate=certificate, term=None).update(term=term)
    log.record(actions.TERM_GRANTED, certificate, by=by, granted=granted, first_day=term.first_day, last_day=term.last_day)
    outbox.put("certification.deliver_certificate", term.pk, key=f"term:{term.pk}:deliver")
    return term
