"""What the public pages ask of the database: as much for three rows as for one, and for a stranger nothing else."""

from datetime import timedelta

import pytest

from audit import clock
from certification import numbers
from certification.models import CertificateDocument
from tests.factories.accounts import UserFactory
from tests.factories.certification import CertificateFactory, SanctionFactory, TermFactory
from tests.queries import statements

pytestmark = pytest.mark.django_db


def days(count):
    return clock.today() + timedelta(days=count)


@pytest.fixture
def certificate(rows):
    """With as many terms and sanctions, and as many coaches of the same name beside its holder."""
    subject = CertificateFactory(
        number="DEMO-0001", holder=UserFactory(full_name="Mio Watanabe"), term__first_day=days(-365), term__last_day=days(-1)
    )
    for row in range(rows):
        TermFactory(certificate=subject, first_day=days(500 * row), last_day=days(500 * row + 499))
        SanctionFactory(certificate=subject, first_day=days(-9 - row), last_day=days(-5), clause_ids=["PS-10"])
        CertificateFactory(holder=UserFactory(full_name="Mio Watanabe"), term__first_day=days(-365))
    CertificateDocument.objects.create(term=subject.terms.first(), facts={})
    return subject


PAGES = {
    "/registry/": 0,
    "/registry/DEMO-0001/": 1,
    "/registry/DEMO-0001/?as_of={yesterday}": 1,
    "/registry/DEMO-0001/?as_of=never": 0,
    "/registry/demo-0001/": 0,
    "/registry/DEMO-9999/": 2,
    "/registry/DEMO%00/": 0,
    "/v/{code}/": 2,
    "/v/{document}/": 2,
    "/v/{unknown}/": 2,
    "/api/v1/registry/DEMO-0001": 1,
    "/api/v1/registry/DEMO-9999": 2,
    "/registry/?q=DEMO-0001": 1,
    "/registry/?q=Watanabe": 3,
    "/registry/?q=Watanab": 4,
    "/registry/?q=Nobody+Such": 4,
}


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("address", "number"), PAGES.items())
def test_a_public_page_asks_as_much_for_three_rows_as_for_one(client, certificate, address, number, rows):
    document = CertificateDocument.objects.get()
    words = {"code": certificate.verify_code, "document": document.verify_code, "unknown": numbers.make_code(), "yesterday": days(-1)}

    with statements(number):
        client.get(address.format(**words))


@pytest.mark.parametrize("rows", [1, 3])
def test_an_unchanged_page_asks_once_and_is_not_sent_again(client, certificate, django_assert_num_queries, rows):
    etag = client.get("/registry/DEMO-0001/").headers["ETag"]

    with django_assert_num_queries(1):
        answer = client.get("/registry/DEMO-0001/", headers={"If-None-Match": etag})
    assert answer.status_code == 304
