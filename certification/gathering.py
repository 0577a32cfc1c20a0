"""The facts that decide a renewal, read from the database: a fixed number of statements for any number of certificates."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from audit import clock
from certification.facts import (
    EditionFact,
    OtherRoute,
    RenewalFacts,
    Requirement,
    ReviewFact,
    ReviewRoute,
    SanctionKind,
    Span,
    StatementFact,
)
from certification.models import Certificate, RequirementMet, Sanction, Statement, Term
from cms.models import Edition
from courses.models import Completion, CoursePage, Enrollment


def gather(certificate: Certificate) -> RenewalFacts:
    """The facts of one certificate."""
    return gather_all([certificate])[certificate.pk]


def gather_all(certificates: Iterable[Certificate]) -> dict[int, RenewalFacts]:
    """The facts of each certificate, by its id."""
    certificates = list(certificates)
    ids = [certificate.pk for certificate in certificates]
    holders = {certificate.holder_id for certificate in certificates}
    terms = _grouped(Term.objects.filter(certificate__in=ids))
    sanctions = _grouped(Sanction.objects.filter(certificate__in=ids))  # the voided ones too: days of an order that was lifted count
    others = _grouped(RequirementMet.objects.unspent().filter(certificate__in=ids))
    statements = _statements(holders)
    code = editions()
    reviews = _reviews(holders, {certificate.scheme.review_course_key for certificate in certificates}, code)
    return {
        certificate.pk: RenewalFacts(
            terms=tuple(term.span for term in terms[certificate.pk] if term.voided_at is None),
            sanctions=tuple(sanction.fact for sanction in sanctions[certificate.pk] if sanction.voided_at is None),
            suspended=tuple(_suspended(sanctions[certificate.pk])),
            reviews=reviews.get((certificate.holder_id, certificate.scheme.review_course_key), ()),
            statements=statements.get(certificate.holder_id, ()),
            editions=code,
            otherwise=tuple(
                OtherRoute(row.pk, Requirement(row.requirement), clock.day_of(row.recorded_at)) for row in others[certificate.pk]
            ),
            policy=certificate.scheme.policy,
        )
        for certificate in certificates
    }


def review_courses(certificates: Iterable[Certificate]) -> dict[str, CoursePage]:
    """The course that each scheme of the certificates asks for, with the edition that it names as read against, by its key."""
    keys = {certificate.scheme.review_course_key for certificate in certificates}
    courses = CoursePage.objects.filter(key__in=keys).select_related("reviewed_edition") if keys else ()
    return {course.key: course for course in courses}


def reviewed(course: CoursePage | None) -> date | None:
    """The day of the edition that a review course names as read against, if it names one."""
    return course.reviewed_edition.in_force_on if course and course.reviewed_edition else None


def editions() -> tuple[EditionFact, ...]:
    """Every published edition of the Code, the oldest first."""
    days = Edition.objects.published().filter(text="code").order_by("in_force_on").values_list("in_force_on", "weight")
    return tuple(EditionFact(day, weight == "material") for day, weight in days if day)


def _grouped(rows: Iterable) -> dict[int, list]:  # type: ignore[type-arg]
    groups = defaultdict(list)
    for row in rows:
        groups[row.certificate_id].append(row)
    return groups


def suspensions(certificates: Iterable[int]) -> dict[int, tuple[Span, ...]]:
    """When each certificate was in fact suspended, by its id; one statement."""
    rows = _grouped(Sanction.objects.filter(certificate__in=list(certificates), kind=SanctionKind.SUSPENSION))
    return {certificate: tuple(_suspended(sanctions)) for certificate, sanctions in rows.items()}


def _suspended(sanctions: list[Sanction]) -> Iterator[Span]:
    """The days on which the coach was in fact suspended, those of an order that was later voided too: nobody loses time to it."""
    for sanction in sanctions:
        if sanction.kind != SanctionKind.SUSPENSION:
            continue
        if sanction.voided_at is None:
            yield Span(sanction.first_day, sanction.last_day)
            continue
        lifted = clock.day_of(sanction.voided_at) - timedelta(days=1)
        last = min(sanction.last_day or lifted, lifted)
        if sanction.first_day <= last:
            yield Span(sanction.first_day, last)


def _reviews(holders: set[int], courses: set[str], editions: tuple[EditionFact, ...]) -> dict[tuple[int, str], tuple[ReviewFact, ...]]:
    spent = set(Term.objects.current().filter(review__person__in=holders).values_list("review", flat=True))
    found = defaultdict(list)
    completions = Completion.objects.filter(person__in=holders, course__key__in=courses)
    for row in completions.select_related("edition", "enrollment", "course").order_by("completed_at", "pk"):
        found[row.person_id, row.course.key].append(
            ReviewFact(
                pk=row.pk,
                completed_on=clock.day_of(row.completed_at),
                edition_in_force_on=_pinned(row, editions),
                assigned=row.enrollment.purpose == Enrollment.Purpose.ASSIGNED,
                spent=row.pk in spent,
                route=ReviewRoute(row.route),
            )
        )
    return {key: tuple(rows) for key, rows in found.items()}


def _pinned(review: Completion, editions: tuple[EditionFact, ...]) -> date:
    """The day of the edition that the course was reviewed against; where none was pinned, of the one in force on that day."""
    if review.edition and review.edition.in_force_on:
        return review.edition.in_force_on
    day = clock.day_of(review.completed_at)
    return max((edition.in_force_on for edition in editions if edition.in_force_on <= day), default=date.min)


def _statements(holders: set[int]) -> dict[int, tuple[StatementFact, ...]]:
    spent = set(Term.objects.current().filter(statement__person__in=holders).values_list("statement", flat=True))
    found = defaultdict(list)
    for row in Statement.objects.filter(person__in=holders).select_related("edition").order_by("signed_at", "pk"):
        found[row.person_id].append(
            StatementFact(row.pk, clock.day_of(row.signed_at), row.edition.in_force_on or date.max, row.pk in spent)
        )
    return {person: tuple(rows) for person, rows in found.items()}
