"""Rapid clicks in many tabs grant one term."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections

from certification import renewals
from certification.models import Certificate
from outbox.models import OutboxMessage
from tests.factories.certification import TODAY, ready_to_renew


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_ten_renewals_at_once_grant_one_term():
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")
    certificate = ready_to_renew()

    def click(_):
        try:
            renewals.renew(Certificate.objects.get(pk=certificate.pk), by=certificate.holder, on=TODAY)
            return "granted"
        except renewals.NotEligible:
            return "refused"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(10) as pool:
        answers = sorted(pool.map(click, range(10)))

    assert answers == ["granted", *["refused"] * 9]
    assert certificate.terms.count() == 2
    assert OutboxMessage.objects.filter(kind="certification.deliver_certificate").count() == 1
