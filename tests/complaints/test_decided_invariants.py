"""What must hold between decisions and the registry is broken by SQL, and says so."""

from datetime import timedelta

import pytest
from django.db import connection

from certification.models import Sanction
from complaints import daily, invariants
from complaints.models import Decision, InterimOrder
from tests.complaints.office import TODAY, at, case
from tests.complaints.way import DECIDED, Way
from tests.factories.certification import CertificateFactory, SanctionFactory

pytestmark = pytest.mark.django_db


def findings() -> list[str]:
    checks = ("decisions_have_their_sanctions", "orders_have_their_suspensions", "closed_cases_say_why")
    return [finding for check in checks for finding in getattr(invariants, check)()]


@pytest.fixture(autouse=True)
def unchecked():
    """Without the constraints that would refuse what these tests look for, until the test is over."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA ignore_check_constraints = ON")
        else:
            cursor.execute("ALTER TABLE complaints_decision DROP CONSTRAINT a_decision_takes_effect_by_two_signatures")
    yield
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA ignore_check_constraints = OFF")


def run(sql, *params):
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


def decided(**more):
    row = Decision.objects.create(
        case=case(), outcome="O6", days=30, digest="0" * 64, tallied_on=TODAY, chair=CertificateFactory().holder,
        countersigner=CertificateFactory().holder, signed_on=TODAY, served_on=TODAY + timedelta(days=3),
        window_closes_on=TODAY + timedelta(days=33), first_day=TODAY + timedelta(days=34), last_day=TODAY + timedelta(days=63), **more,
    )  # fmt: skip
    certificate = CertificateFactory(holder=row.case.respondent)
    fields = {"first_day": row.first_day, "last_day": row.last_day, "decided_on": TODAY, "source_reference": str(row.uid)}
    return row, SanctionFactory(certificate=certificate, **fields)


def ordered():
    row = InterimOrder.objects.create(case=case(), state="IN_FORCE", first_day=TODAY, last_day=TODAY + timedelta(days=13))
    certificate = CertificateFactory(holder=row.case.respondent)
    fields = {"first_day": row.first_day, "last_day": row.last_day, "interim": True, "source_reference": str(row.uid)}
    return row, SanctionFactory(certificate=certificate, **fields)


def test_a_case_that_went_its_way_holds():
    way = Way().to_decided("O6", days=90, immediate=True)
    daily.tick(at=at(way.start + timedelta(days=DECIDED + 40)))

    assert findings() == []


def test_a_decision_without_its_sanction_is_found():
    row, sanction = decided()
    assert findings() == []

    Sanction.objects.void(sanction)

    assert findings() == [f"decision {row.pk} holds and the registry has no sanction of it"]


def test_a_decision_with_other_days_than_the_registry_has_is_found():
    row, sanction = decided()
    run("UPDATE complaints_decision SET last_day = %s WHERE id = %s", row.last_day + timedelta(days=1), row.pk)

    assert findings() == [f"decision {row.pk} has other days than its sanction {sanction.pk}"]


def test_a_sanction_of_somebody_else_is_found():
    row, sanction = decided()
    run("UPDATE certification_certificate SET holder_id = %s WHERE id = %s", CertificateFactory().holder.pk, sanction.certificate_id)

    assert findings() == [f"sanction {sanction.pk} binds somebody else than the coach of decision {row.pk}"]


def test_a_sanction_of_a_decision_that_fell_is_found():
    row, sanction = decided()
    run("UPDATE complaints_decision SET voided_at = %s WHERE id = %s", at(), row.pk)

    assert findings() == [f"sanction {sanction.pk} is of a decision that does not hold"]


def test_days_without_two_signatures_are_found():
    row, _ = decided()
    run("UPDATE complaints_decision SET countersigner_id = NULL WHERE id = %s", row.pk)

    assert findings() == [f"decision {row.pk} has days and not two signatures"]


def test_an_order_without_its_suspension_is_found():
    row, sanction = ordered()
    assert findings() == []

    Sanction.objects.void(sanction)

    assert findings() == [f"order {row.pk} is in force and the registry has no suspension of it"]


def test_an_order_that_was_lifted_and_is_still_public_is_found():
    row, _ = ordered()
    run("UPDATE complaints_interimorder SET state = 'LIFTED' WHERE id = %s", row.pk)

    assert findings() == [f"order {row.pk} was lifted and the registry still has its suspension"]


def test_an_order_with_other_days_than_the_registry_has_is_found():
    row, sanction = ordered()
    run("UPDATE complaints_interimorder SET last_day = %s WHERE id = %s", row.last_day + timedelta(days=1), row.pk)

    assert findings() == [f"order {row.pk} has other days than its suspension {sanction.pk}"]


def test_a_case_that_is_closed_without_a_word_is_found():
    one = case(state="CLOSED")

    assert findings() == [f"case {one.pk} is closed and does not say why and since when"]


def test_a_case_that_is_open_and_says_why_it_was_closed_is_found():
    one = case(state="TRIAGE", closure="dismissed", closed_on=TODAY)

    assert findings() == [f"case {one.pk} is open and says why it was closed"]
