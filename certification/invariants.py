"""What must hold of every certificate, whatever wrote it. A million coaches are walked through in a few statements."""

from collections.abc import Iterator

from django.db import connection
from django.db.models import Count, Exists, F, OuterRef, Q

from audit import clock
from audit.invariants import invariant
from certification import editions, gathering, guards
from certification.facts import Granted, RenewalFacts
from certification.models import Certificate, CertificateDocument, RequirementMet, Term
from outbox.models import OutboxMessage


@invariant("Terms of one certificate never overlap")
def terms_do_not_overlap() -> Iterator[str]:
    other = Term.objects.current().filter(
        certificate=OuterRef("certificate"), first_day__lte=OuterRef("last_day"), last_day__gte=OuterRef("first_day"), pk__gt=OuterRef("pk")
    )
    for term in Term.objects.current().filter(Exists(other)):
        yield f"term {term.pk} of certificate {term.certificate_id} shares a day with another"


@invariant("A review and a statement each earn one term at most")
def spent_once() -> Iterator[str]:
    for field in ("review", "statement"):
        rows = Term.objects.current().exclude(**{field: None}).values(field).annotate(terms=Count("pk")).filter(terms__gt=1)
        for row in rows:
            yield f"{field} {row[field]} earned {row['terms']} terms"


@invariant("A renewal was earned by a review of its own holder, and by nothing done after it began to run")
def earned_by_the_holder() -> Iterator[str]:
    wrong = Term.objects.current().filter(Q(review__isnull=False) & ~Q(review__person=F("certificate__holder")))
    for term in wrong:
        yield f"term {term.pk} was earned by the review of somebody else"
    renewed = Term.objects.current().filter(granted__in=[Granted.RENEWED, Granted.RENEWED_LATE, Granted.REINSTATED])
    for requirement in ("review", "statement"):
        bare = renewed.filter(**{requirement: None}).exclude(requirements_met__requirement=requirement)
        for term in bare:
            yield f"term {term.pk} was granted without a {requirement}"
    for term in renewed.filter(review__completed_at__date__gt=F("first_day")):
        yield f"term {term.pk} was earned by a review completed after it began"
    for term in renewed.filter(statement__signed_at__date__gt=F("first_day")):
        yield f"term {term.pk} was earned by a statement signed after it began"


@invariant("What a term had spent is spent by it alone, and can be spent again once the term is taken back")
def spent_and_freed() -> Iterator[str]:
    replaced = Term.objects.exclude(replaces=None).values("replaces")
    for route in RequirementMet.objects.filter(term__in=replaced):
        yield f"other route {route.pk} stayed with a term that another replaced, and could be spent again"
    for route in RequirementMet.objects.exclude(term=None).exclude(certificate=F("term__certificate")):
        yield f"other route {route.pk} is spent by a term of another certificate"
    spending = Q(review__isnull=False) | Q(statement__isnull=False) | Q(requirements_met__isnull=False)
    taken_back = list(Term.objects.exclude(voided_at=None).exclude(pk__in=replaced).filter(spending).distinct())
    held = Certificate.objects.filter(pk__in={term.certificate_id for term in taken_back}).select_related("scheme")
    facts = gathering.gather_all(held) if taken_back else {}
    for term in taken_back:
        yield from _still_spent(term, facts[term.certificate_id])


def _still_spent(term: Term, facts: RenewalFacts) -> Iterator[str]:
    """What a term taken back keeps from being used, though no other term uses it."""
    running = Term.objects.current()
    spent = {
        "review": term.review_id in {review.pk for review in facts.reviews if review.spent},
        "statement": term.statement_id in {signed.pk for signed in facts.statements if signed.spent},
    }
    for what, is_spent in spent.items():
        value = getattr(term, f"{what}_id")
        if is_spent and not running.filter(**{what: value}).exists():
            yield f"{what} {value} of term {term.pk}, which was taken back, cannot be spent again"
    unspent = {route.pk for route in facts.otherwise}
    for route in term.requirements_met.exclude(pk__in=unspent):
        yield f"other route {route.pk} of term {term.pk}, which was taken back, cannot be spent again"


@invariant("Every certificate has had a term")
def certificates_have_terms() -> Iterator[str]:
    for certificate in Certificate.objects.filter(terms=None):
        yield f"certificate {certificate.pk} never had a term"


@invariant("Every term granted here has its document, or one is on its way")
def documents_are_made() -> Iterator[str]:
    has_document = CertificateDocument.objects.filter(term=OuterRef("pk"))
    asked = Term.objects.current().filter(certificate__holder__erased_at=None).exclude(granted=Granted.IMPORTED).exclude(given_back=True)
    for term in asked.exclude(Exists(has_document)):
        if not OutboxMessage.objects.filter(key__startswith=f"term:{term.pk}:deliver", done_at=None).exists():
            yield f"term {term.pk} has no document and none is on its way"


@invariant("Dated rows refuse to be rewritten")
def guards_stand() -> Iterator[str]:
    for name in sorted(guards.expected(connection.vendor) - guards.standing(connection)):
        yield f"the guard {name} is gone"


@invariant("No review course is left on an edition whose reviews no longer count")
def review_courses_follow_the_code() -> Iterator[str]:
    today = clock.today()
    for row in editions.behind(on=today):
        if row.stops_on <= today:
            edition = row.course.reviewed_edition_id
            yield f"course {row.course.key} is still on edition {edition}: since {row.stops_on} no review of it counts"
