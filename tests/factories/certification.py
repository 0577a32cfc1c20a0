"""Certificates in named states."""

from datetime import UTC, date, datetime, time, timedelta

import factory

from certification.facts import Granted, SanctionKind
from certification.models import Certificate, Sanction, Scheme, Statement, Term
from cms import code
from cms.models import Edition, Text
from courses.models import Completion, CoursePage, Enrollment
from tests.factories import courses
from tests.factories.accounts import UserFactory

TODAY = date(2026, 11, 23)


class SchemeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Scheme
        django_get_or_create = ("prefix",)

    prefix = "TRC"
    name = "Certified Trauma Recovery Coach"


class TermFactory(factory.django.DjangoModelFactory):
    """One term of a new certificate: by default it began a year before TODAY."""

    class Meta:
        model = Term

    certificate = factory.SubFactory("tests.factories.certification.CertificateFactory", term=False)
    first_day = TODAY - timedelta(days=365)
    last_day = factory.LazyAttribute(lambda term: term.first_day + timedelta(days=729))
    granted = Granted.ISSUED


class CertificateFactory(factory.django.DjangoModelFactory):
    """A certificate with one term; `term=False` leaves it without, `term__last_day=` moves it."""

    class Meta:
        model = Certificate
        skip_postgeneration_save = True

    number = factory.Sequence(lambda number: f"TEST-{number:04d}")
    holder = factory.SubFactory(UserFactory)
    scheme = factory.SubFactory(SchemeFactory)
    issued_on = TODAY - timedelta(days=365)

    @factory.post_generation
    def term(self, create, extracted, **kwargs):
        if extracted is not False:
            TermFactory(certificate=self, **kwargs)


class SanctionFactory(factory.django.DjangoModelFactory):
    """A suspension in force on TODAY; open at the end."""

    class Meta:
        model = Sanction

    certificate = factory.SubFactory(CertificateFactory)
    kind = SanctionKind.SUSPENSION
    first_day = TODAY - timedelta(days=10)
    decided_on = factory.LazyAttribute(lambda sanction: sanction.first_day)
    public_note = "The certificate is suspended after a review."


def edition_in_force(on: date = date(2020, 1, 1), *, weight: str = "", name: str = "") -> Edition:
    """A published edition of the Code that came into force on a day."""
    text, _ = Text.objects.get_or_create(slug="code", defaults={"title": "Code of Ethics"})
    name = name or f"{on.year}.{on.month}.{on.day}"
    fields = {"state": "published", "in_force_on": on, "weight": weight, "slug": name.replace(".", "-")}
    return Edition.objects.filter(text=text, in_force_on=on).first() or Edition.objects.create(text=text, name=name, **fields)


def at_noon(day: date) -> datetime:
    return datetime.combine(day, time(17), tzinfo=UTC)


def review_course() -> CoursePage:
    return CoursePage.objects.filter(key="code-of-ethics-review").first() or courses.course(name="code-of-ethics-review", lessons=1)


def completed(person, on: date = TODAY, *, purpose: str = "own") -> Completion:
    """A review completed on a day."""
    edition_in_force()
    runs = Enrollment.objects.filter(person=person)
    run = Enrollment.objects.create(
        person=person,
        course=review_course(),
        number=runs.count() + 1,
        purpose=purpose,
        opened_at=at_noon(on) - timedelta(days=5),
        closed_at=at_noon(on),
    )
    return Completion.objects.create(enrollment=run, person=person, course=run.course, completed_at=at_noon(on), route="other")


def signed(person, on: date = TODAY) -> Statement:
    """A statement on the edition in force on a day."""
    edition_in_force()
    return Statement.objects.create(
        person=person,
        edition=code.edition_in_force(on=on),
        text="I will keep to the Code.",
        typed_name=person.get_full_name(),
        signed_at=at_noon(on),
    )


def ready_to_renew(*, on: date = TODAY, days_left: int = 30, **fields) -> Certificate:
    """A certificate whose term ends `days_left` days after `on` (before it, if negative), with review and statement."""
    last_day = on + timedelta(days=days_left)
    first_day = last_day - timedelta(days=729)
    fields = {"issued_on": first_day, **fields}
    certificate = CertificateFactory(term__first_day=first_day, term__last_day=last_day, **fields)
    completed(certificate.holder, on)
    signed(certificate.holder, on)
    return certificate
