"""Granting the next term: by the coach in the window, by staff after it."""

from datetime import date

from django.db import transaction

from accounts.models import User
from accounts.rules import SOMEBODY_ELSE, has_conflict
from audit import clock, log
from certification import actions, gathering, rules
from certification.facts import GIVE_A_REASON, Granted, RenewalFacts, Span, Unmet
from certification.models import Certificate, RequirementMet, Term
from outbox import queue as outbox


class NotEligible(Exception):
    """The term cannot be granted yet; `missing` lists everything that stands in the way, `reasons` the same and more in sentences."""

    def __init__(self, missing: list[Unmet], against: list[str] | None = None) -> None:
        self.missing = missing
        self.reasons = [*(against or []), *(item.sentence for item in missing)]
        super().__init__(" ".join(self.reasons))


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


def renewed_on(certificate: Certificate, *, on: date) -> Term | None:
    """The term that the holder's renewal granted on this day, read anew: what a click that comes a second time finds."""
    terms = Term.objects.current().filter(certificate=certificate, granted__in=[Granted.RENEWED, Granted.RENEWED_LATE])
    latest = terms.order_by("first_day").last()
    return latest if latest and not latest.given_back and clock.day_of(latest.recorded_at) == on else None


@transaction.atomic
def reinstate(certificate: Certificate, *, by: User, on: date, reason: str) -> Term:
    """Grant a term from this day to a lapsed certificate, by somebody else in the office, who says why. Raises NotEligible."""
    certificate = Certificate.objects.locked(certificate.pk)
    facts = gathering.gather(certificate)
    against = [] if reason.strip() else [GIVE_A_REASON]
    if has_conflict(by=by.pk, about=certificate.holder_id):
        against.append(SOMEBODY_ELSE)
    missing = rules.unmet_for_reinstatement(facts, on=on)
    if against or missing:
        raise NotEligible(missing, against)
    return _grant(certificate, facts, rules.term_from(on, facts.policy), Granted.REINSTATED, by=by, on=on, reason=reason.strip())


def _grant(certificate: Certificate, facts: RenewalFacts, span: Span, granted: Granted, *, by: User, on: date, reason: str = "") -> Term:
    after = facts.latest_term.last_day if granted is Granted.REINSTATED and facts.latest_term else None
    spent = rules.spendable(facts, on=on, after=after)
    term = Term.objects.create(
        certificate=certificate,
        first_day=span.first_day,
        last_day=span.last_day,  # type: ignore[misc]  # a term that rules grant always has a last day
        granted=granted,
        review_id=spent.review,
        statement_id=spent.statement,
        reason=reason,
    )
    RequirementMet.objects.filter(pk__in=spent.routes).update(term=term)
    log.record(
        actions.TERM_GRANTED,
        certificate,
        by=by,
        granted=granted,
        first_day=term.first_day,
        last_day=term.last_day,
        review=spent.review,
        statement=spent.statement,
        routes=spent.routes,
    )
    outbox.put("certification.deliver_certificate", term.pk, key=f"term:{term.pk}:deliver")
    return term
