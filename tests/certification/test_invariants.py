"""Each invariant of certificates finds what breaks it."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.db import connection

from audit.invariants import INVARIANTS
from certification import corrections, guards, invariants, renewals, terms
from certification.models import Certificate, Term
from outbox.models import OutboxMessage
from tests.factories.accounts import StaffFactory
from tests.factories.certification import (
    TODAY,
    CertificateFactory,
    SchemeFactory,
    TermFactory,
    UserFactory,
    completed,
    ready_to_renew,
    signed,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def unguarded():
    """The triggers out of the way, as a hand in the database could put them."""
    with connection.cursor() as cursor:
        for statement in guards.dropping(connection):
            cursor.execute(statement)
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE certification_term DROP CONSTRAINT terms_do_not_overlap")


def test_a_sound_database_has_no_findings():
    term = CertificateFactory().terms.get()
    Term.objects.void(term)
    TermFactory(certificate=term.certificate, granted="imported")

    assert [list(check()) for check in (invariants.terms_do_not_overlap, invariants.spent_once, invariants.guards_stand)] == [[], [], []]
    assert "Terms of one certificate never overlap" in INVARIANTS


def test_overlapping_terms_are_found(unguarded):
    term = CertificateFactory().terms.get()
    TermFactory(certificate=term.certificate, first_day=term.first_day)

    assert list(invariants.terms_do_not_overlap()) == [f"term {term.pk} of certificate {term.certificate_id} shares a day with another"]


def test_missing_guards_are_named(unguarded):
    found = list(invariants.guards_stand())

    assert len(found) == len(guards.expected(connection.vendor))
    assert "the guard certification_term_only_voids is gone" in found


@pytest.mark.postgres
@pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL has TRUNCATE")
@pytest.mark.parametrize("table", sorted(guards.FROZEN))
@pytest.mark.parametrize("undo", ["DROP TRIGGER {name} ON {table}", "ALTER TABLE {table} DISABLE TRIGGER {name}"])
def test_a_table_that_could_be_emptied_at_a_stroke_is_named(table, undo):
    name = f"{table}_is_not_emptied"
    with connection.cursor() as cursor:
        cursor.execute(undo.format(name=name, table=table))

    assert list(invariants.guards_stand()) == [f"the guard {name} is gone"]


@pytest.mark.parametrize(
    ("field", "constraint", "spent"),
    [("review", "one_review_earns_one_renewal", completed), ("statement", "one_statement_serves_one_term", signed)],
)
def test_a_review_or_a_statement_spent_twice_is_found(unguarded, field, constraint, spent):
    certificate = CertificateFactory()
    earning = spent(certificate.holder)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP INDEX {constraint}")
    for days in (900, 2000):
        TermFactory(certificate=certificate, first_day=TODAY + timedelta(days=days), granted="renewed", **{field: earning})

    assert list(invariants.spent_once()) == [f"{field} {earning.pk} earned 2 terms"]


def test_a_certificate_without_a_term_is_found():
    bare = Certificate.objects.create(number="X-1", holder=UserFactory(), scheme=SchemeFactory(), issued_on=TODAY)

    assert list(invariants.certificates_have_terms()) == [f"certificate {bare.pk} never had a term"]


def test_a_renewal_by_the_review_of_somebody_else_or_by_none_is_found():
    certificate = CertificateFactory()
    later = {"certificate": certificate, "granted": "renewed"}
    foreign = TermFactory(
        first_day=TODAY + timedelta(days=900), review=completed(UserFactory()), statement=signed(certificate.holder), **later
    )
    unearned = TermFactory(first_day=TODAY + timedelta(days=2000), statement=signed(certificate.holder), **later)

    assert list(invariants.earned_by_the_holder()) == [
        f"term {foreign.pk} was earned by the review of somebody else",
        f"term {unearned.pk} was granted without a review",
    ]


@pytest.mark.parametrize("days_left", [30, 0, -9])
def test_a_review_and_a_statement_of_the_day_of_the_renewal_earn_it(days_left):
    certificate = ready_to_renew(days_left=days_left)
    renewals.renew(certificate, by=certificate.holder, on=TODAY)

    assert list(invariants.earned_by_the_holder()) == []


@pytest.mark.parametrize(
    ("table", "column", "words"),
    [
        ("courses_completion", "completed_at", "a review completed after it began"),
        ("certification_statement", "signed_at", "a statement signed after it began"),
    ],
)
def test_a_renewal_earned_by_what_was_done_after_it_began_is_found(table, column, words):
    certificate = ready_to_renew()
    term = renewals.renew(certificate, by=certificate.holder, on=TODAY)
    noon = datetime.combine(term.first_day + timedelta(days=1), time(12), UTC)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {column} = %s", [noon])

    assert list(invariants.earned_by_the_holder()) == [f"term {term.pk} was earned by {words}"]


def test_a_term_without_a_document_is_found_a_corrected_one_too():
    term, given_back = CertificateFactory().terms.get(), CertificateFactory()
    moved = corrections.move_term(CertificateFactory().terms.get(), first_day=TODAY, last_day=TODAY, reason="Slip", by=StaffFactory())
    terms.surrender(given_back, by=given_back.holder, on=TODAY)
    assert list(invariants.documents_are_made()) == [f"term {term.pk} has no document and none is on its way"]

    OutboxMessage.objects.filter(subject_id=str(moved.pk), kind="certification.deliver_certificate").delete()

    assert list(invariants.documents_are_made()) == [f"term {lost} has no document and none is on its way" for lost in (term.pk, moved.pk)]
