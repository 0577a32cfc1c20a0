"""What must hold of every certificate, whatever wrote it. A million coaches are walked through in a few statements."""

from collections.abc import Iterator

from django.db import connection
from django.db.models import Count, Exists, F, OuterRef, Q

from audit.invariants import invariant
from certification import guards
from certification.facts import Granted
from certification.models import Certificate, CertificateDocument, Term
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


@invariant("A renewal was earned by a review of its own holder, completed before it began to run")
def earned_by_the_holder() -> Iterator[str]:
    wrong = Term.objects.current().filter(Q(review__isnull=False) & ~Q(review__person=F("certificate__holder")))
    for term in wrong:
        yield f"term {term.pk} was earned by the review of somebody else"
    other_route = Q(requirements_met__requirement="review")
    renewed = Term.objects.current().filter(granted__in=[Granted.RENEWED, Granted.RENEWED_LATE, Granted.REINSTATED], review=None)
    for term in renewed.exclude(other_route):
        yield f"term {term.pk} was granted without a review"


@invariant("Every certificate has had a term")
def certificates_have_terms() -> Iterator[str]:
    for certificate in Certificate.objects.filter(terms=None):
        yield f"certificate {certificate.pk} never had a term"


@invariant("Every term granted here has its document, or one is on its way")
def documents_are_made() -> Iterator[str]:
    has_document = CertificateDocument.objects.filter(term=OuterRef("pk"))
    for term in Term.objects.current().exclude(granted__in=[Granted.IMPORTED, Granted.CORRECTED]).exclude(Exists(has_document)):
        if term.replaces_id is None and not OutboxMessage.objects.filter(key=f"term:{term.pk}:deliver", done_at=None).exists():
            yield f"term {term.pk} has no document and none is on its way"


@invariant("Dated rows refuse to be rewritten")
def guards_stand() -> Iterator[str]:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        standing = {row[0] for row in cursor.fetchall()}
    for name in sorted(guards.expected(connection.vendor) - standing):
        yield f"the trigger {name} is gone"
