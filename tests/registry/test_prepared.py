"""A query whose text and plan are kept answers as the query does, whatever happened since it was first asked."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from certification.facts import SanctionKind
from certification.models import Certificate
from registry import lookup
from registry.prepared import Prepared
from tests.factories.accounts import UserFactory
from tests.factories.certification import CertificateFactory, SanctionFactory, TermFactory

pytestmark = pytest.mark.django_db
needs_postgresql = pytest.mark.postgres


@pytest.fixture
def certificates():
    """One plain, one with everything, one without a name in use, one without a term."""
    full = CertificateFactory(holder=UserFactory(full_name="渡辺 澪", full_name__latin_name="Watanabe Mio", full_name__language="ja"))
    TermFactory(certificate=full, first_day="2030-01-01", last_day="2031-12-31")
    order = SanctionFactory(certificate=full, interim=True, first_day="2026-01-01", last_day="2026-02-01", clause_ids=["PS-10", "SC-03"])
    SanctionFactory(certificate=full, kind=SanctionKind.REPRIMAND, first_day="2026-02-02", continues=order, published_until="2027-01-01")
    nameless = CertificateFactory()
    nameless.holder.names.update(replaced_at="2026-01-01T00:00Z")
    return [CertificateFactory(), full, nameless, CertificateFactory(term=False)]


def test_the_kept_query_answers_as_the_query_itself(certificates):
    for subject in certificates:
        for _ in range(7):  # PostgreSQL settles on a plan after five
            assert lookup.WITH_NUMBER.rows(subject.number) == list(lookup._rows(number=subject.number)) != []
        assert lookup.WITH_CODE.rows(subject.verify_code) == list(lookup._rows(verify_code=subject.verify_code)) != []
    assert lookup.WITH_NUMBER.rows("DEMO-9999") == []


def test_what_was_written_a_moment_ago_is_read(certificates):
    subject = certificates[0]
    before = lookup.WITH_NUMBER.rows(subject.number)

    SanctionFactory(certificate=subject, kind=SanctionKind.REVOCATION, first_day="2026-11-01")

    assert lookup.WITH_NUMBER.rows(subject.number) == list(lookup._rows(number=subject.number)) != before


@pytest.mark.parametrize("value", ["'; DROP TABLE", '"', "%s", "$1", "%", "\\"])
def test_a_value_is_never_read_as_a_part_of_the_query(value, certificates):
    assert lookup.WITH_NUMBER.rows(value) == []


def test_a_value_in_two_places_is_refused():
    twice = Prepared("twice", lambda value: Certificate.objects.filter(number=value, verify_code=value).values_list("number"))

    with pytest.raises(ValueError, match="one place, and has 2"):
        twice.rows("DEMO-0001")


@needs_postgresql
def test_the_plan_is_kept_where_one_server_answers(certificates, monkeypatch):
    with CaptureQueriesContext(connection) as asked:
        lookup.WITH_NUMBER.rows("DEMO-0001")
    assert [query["sql"] for query in asked] == ["EXECUTE certificate_with_number('DEMO-0001')"]

    monkeypatch.setitem(connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS", True)
    with CaptureQueriesContext(connection) as asked:
        lookup.WITH_NUMBER.rows("DEMO-0001")
    assert [query["sql"].split()[0] for query in asked] == ["SELECT"]


@needs_postgresql
@pytest.mark.django_db(transaction=True)
def test_a_column_changed_by_a_migration_meanwhile_is_read_as_it_is_now():
    subject = CertificateFactory()
    before = lookup.WITH_NUMBER.rows(subject.number)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_name ALTER COLUMN latin_name TYPE varchar(500)")
    try:
        assert lookup.WITH_NUMBER.rows(subject.number) == before
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE accounts_name ALTER COLUMN latin_name TYPE varchar(120)")
    assert lookup.WITH_NUMBER.rows(subject.number) == before
