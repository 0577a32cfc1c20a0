"""Publishing an edition of the Code: whom each choice touches, then the act."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from audit import log
from certification import actions, gathering, rules
from certification.models import Certificate, Statement, Term
from cms import code
from cms.models import Edition
from courses.models import Completion


@dataclass(frozen=True, slots=True)
class Touched:
    """Coaches for whom a choice changes something."""

    sign_again: int
    lose_review: int


def touched(edition: Edition, *, in_force_on: date) -> Touched:
    """How many coaches would sign a new statement (minor and material), and how many reviews would stop counting (material).

    Only the Code is signed and reviewed: editions of the other texts touch nobody.
    """
    if edition.text_id != "code":
        return Touched(0, 0)
    spent = Term.objects.current().filter(statement__isnull=False).values("statement")
    signed = Statement.objects.filter(signed_at__date__lte=in_force_on).exclude(pk__in=spent).exclude(edition=edition)
    holders = Certificate.objects.filter(holder__in=_with_unspent_review())
    facts = gathering.gather_all(holders.select_related("scheme"))
    losing = sum(1 for fact in facts.values() if rules.spendable_review(fact, on=in_force_on))
    return Touched(sign_again=signed.values("person").distinct().count(), lose_review=losing)


def _with_unspent_review() -> QuerySet[Completion, Any]:
    spent = Term.objects.current().filter(review__isnull=False).values("review")
    return Completion.objects.exclude(pk__in=spent).values("person")


@transaction.atomic
def publish(edition: Edition, *, weight: str, in_force_on: date, by: User) -> Edition:
    """Freeze and publish a draft, on the record with the numbers shown. Raises code.NotPublishable."""
    counts = touched(edition, in_force_on=in_force_on)
    edition = code.publish(edition, weight=weight, in_force_on=in_force_on, by=by)
    log.record(actions.EDITION_PUBLISHED, edition, by=by, weight=weight, sign_again=counts.sign_again, lose_review=counts.lose_review)
    return edition
