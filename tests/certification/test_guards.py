"""Dated rows stay as they were recorded, whatever writes to the database."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from audit import clock
from certification import guards, renewals
from certification.models import Hold, Sanction, Term
from tests.factories.accounts import UserFactory
from tests.factories.certification import TODAY, CertificateFactory, SanctionFactory, TermFactory, ready_to_renew

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("change", [{"last_day": TODAY}, {"reason": "rewritten"}, {"given_back": True}])
def test_a_recorded_term_cannot_be_rewritten(change):
    term = CertificateFactory().terms.get()

    with pytest.raises(IntegrityError), transaction.atomic():
        Term.objects.filter(pk=term.pk).update(**change)

    unchanged = Term.objects.get(pk=term.pk)
    assert (unchanged.last_day, unchanged.reason, unchanged.given_back) == (term.last_day, "", False)


def test_a_term_is_voided_once_and_stays_voided():
    term = CertificateFactory().terms.get()
    Term.objects.filter(pk=term.pk).update(voided_at=clock.now())

    with pytest.raises(IntegrityError), transaction.atomic():
        Term.objects.filter(pk=term.pk).update(voided_at=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Term.objects.filter(pk=term.pk).update(voided_at=clock.now() + timedelta(days=1))

    assert Term.objects.get().voided_at is not None


@pytest.mark.parametrize("make", [lambda: CertificateFactory().terms.get(), SanctionFactory, lambda: bar()])
def test_nothing_is_voided_before_it_was_recorded(make):
    """What the record said at an instant cannot be taken back afterwards."""
    row = make()

    with pytest.raises(IntegrityError), transaction.atomic():
        type(row).objects.filter(pk=row.pk).update(voided_at=row.recorded_at - timedelta(seconds=1))

    type(row).objects.void(row)
    assert not type(row).objects.current().exists()


def bar():
    return Hold.objects.create(holder=UserFactory(), first_day=TODAY)


def test_voiding_changes_nothing_else_in_the_same_statement():
    sanction = SanctionFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        Sanction.objects.filter(pk=sanction.pk).update(voided_at=clock.now(), public_note="")

    assert Sanction.objects.get().voided_at is None


@pytest.mark.parametrize("make", [lambda: CertificateFactory().terms.get(), SanctionFactory])
def test_a_dated_row_is_never_deleted(make):
    row = make()

    with pytest.raises(IntegrityError), transaction.atomic():
        row.delete()

    assert type(row).objects.filter(pk=row.pk).exists()


@pytest.mark.postgres
@pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL has TRUNCATE")
@pytest.mark.parametrize("table", [*sorted(guards.FROZEN), "certification_certificate", "certification_scheme"])
def test_no_table_of_dated_rows_is_emptied_at_a_stroke_not_by_way_of_what_they_point_to_either(table):
    SanctionFactory()
    bar()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(IntegrityError, match="dated_rows_are_never_deleted"), transaction.atomic():
            cursor.execute(f"TRUNCATE {table} CASCADE")

    assert (Term.objects.count(), Sanction.objects.count(), Hold.objects.count()) == (1, 1, 1)


@pytest.mark.parametrize("table", sorted(guards.FROZEN))
def test_a_recorded_row_is_not_replaced_by_another_under_its_id(table):
    """SQLite's REPLACE removes the row that is in the way and asks no trigger on removal."""
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL knows no REPLACE")
    SanctionFactory()
    bar()
    with connection.cursor() as cursor:
        before = cursor.execute(f"SELECT * FROM {table}").fetchall()
        with pytest.raises(IntegrityError), transaction.atomic():
            cursor.execute(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")
        assert cursor.execute(f"SELECT * FROM {table}").fetchall() == before


def test_a_term_that_spends_the_review_of_another_does_not_take_its_place():
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL knows no REPLACE")
    certificate = ready_to_renew()
    term = renewals.renew(certificate, by=certificate.holder, on=TODAY)
    names = "certificate_id, first_day, last_day, granted, review_id, given_back, recorded_at, reason"
    other = names.replace("first_day, last_day", "'2040-01-01', '2041-01-01'")
    replace = f"INSERT OR REPLACE INTO certification_term ({names}) SELECT {other} FROM certification_term WHERE id = %s"
    with connection.cursor() as cursor, pytest.raises(IntegrityError), transaction.atomic():
        cursor.execute(replace, [term.pk])

    assert Term.objects.filter(pk=term.pk).exists()


def test_the_guards_stand_and_each_is_named_when_it_is_gone():
    assert guards.expected(connection.vendor) <= guards.standing(connection)


def test_two_terms_of_a_certificate_never_share_a_day():
    term = CertificateFactory().terms.get()

    with pytest.raises(IntegrityError), transaction.atomic():
        TermFactory(certificate=term.certificate, first_day=term.last_day, last_day=term.last_day + timedelta(days=9))

    TermFactory(certificate=term.certificate, first_day=term.last_day + timedelta(days=1))
    assert term.certificate.terms.count() == 2


def test_a_voided_term_leaves_its_days_free():
    term = CertificateFactory().terms.get()
    Term.objects.filter(pk=term.pk).update(voided_at=clock.now())

    TermFactory(certificate=term.certificate, first_day=term.first_day)

    assert Term.objects.current().count() == 1
