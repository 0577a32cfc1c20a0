"""Recording that a requirement was met by another route, such as a live session with staff."""

from django.db import transaction

from accounts.models import User
from accounts.rules import SOMEBODY_ELSE, has_conflict
from audit import clock, log
from certification import actions, gathering, notices, rules
from certification.facts import Requirement
from certification.models import Certificate, RequirementMet


class CannotRecord(Exception):
    """The other route cannot be recorded; `reasons` lists why."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


@transaction.atomic
def record_met(certificate: Certificate, *, requirement: Requirement, reason: str, by: User) -> RequirementMet:
    """Record it, with the reason; it serves the next grant. Raises CannotRecord."""
    certificate = Certificate.objects.locked(certificate.pk)
    met = RequirementMet(certificate=certificate, requirement=requirement, reason=reason.strip(), by=by)
    facts, day = gathering.gather(certificate), clock.day_of(met.recorded_at)
    after = rules.reviews_after(facts, on=day)
    reasons = {
        "Say how the requirement was met: it stays on the record.": not met.reason,
        "This requirement is recorded already for the next renewal.": rules.spendable_route(facts, requirement, after=after) is not None,
        "The last term has not ended before today: what brings the certificate back is recorded from tomorrow on.": (
            requirement is Requirement.REVIEW and after is not None and day <= after
        ),
        SOMEBODY_ELSE: has_conflict(by=by.pk, about=certificate.holder_id),
    }
    if against := [sentence for sentence, holds in reasons.items() if holds]:
        raise CannotRecord(against)
    met.save()
    log.record(actions.REQUIREMENT_MET, certificate, by=by, about=certificate.holder, requirement=requirement, reason=met.reason)
    notices.requirement_met(met)
    return met
