"""Certificates in named states."""

from datetime import date, timedelta

import factory

from certification.facts import Granted, SanctionKind
from certification.models import Certificate, Sanction, Scheme, Term
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
