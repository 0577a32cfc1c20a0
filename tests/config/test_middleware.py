"""What every answer carries, and what no address holds."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories.accounts import StaffFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "address", ["/%00/", "/registry/%00/", "/staff/certificates/%00/", "/my/certificates/%00.pdf", "/staff/certificates/?after=%00"]
)
def test_an_address_with_a_nul_is_no_page_and_reaches_no_database(client, address):
    client.force_login(StaffFactory())
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert client.get(address).status_code == 404

    assert not [query["sql"] for query in asked if "\x00" in query["sql"] or "certificate" in query["sql"]]
