"""Suspending, revoking, lifting: dated rows, voided and replaced, never rewritten."""

from datetime import timedelta

import pytest

from audit import log
from certification import rules, sanctions
from certification.facts import SanctionKind, Standing
from certification.models import AlreadyVoided, Sanction
from tests.factories.accounts import StaffFactory, UserFactory
from tests.factories.certification import TODAY, CertificateFactory

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def office():
    return StaffFactory()


@pytest.fixture
def certificate():
    return CertificateFactory()


def suspend(certificate, office, **changes):
    given = {"kind": SanctionKind.SUSPENSION, "first_day": TODAY, "decided_on": TODAY, "by": office}
    return sanctions.impose(certificate, **{**given, **changes})


def standing(certificate, on):
    return rules.standing(certificate.spans(), certificate.sanction_facts(), on=on)


def test_a_fixed_suspension_ends_by_its_own_date(certificate, office):
    suspend(certificate, office, last_day=TODAY + 9 * DAY)

    words = [standing(certificate, TODAY + n * DAY) for n in (-1, 0, 9, 10)]
    assert words == [Standing.ACTIVE, Standing.SUSPENDED, Standing.SUSPENDED, Standing.ACTIVE]
    assert [entry.action for entry in log.history(certificate)] == ["certification.sanction_imposed"]


def test_the_same_decision_imposes_once(certificate, office):
    first = suspend(certificate, office, source_reference="decision-7")

    assert suspend(certificate, office, source_reference="decision-7") == first
    assert Sanction.objects.count() == 1


def test_a_decision_binds_every_certificate_of_the_person(certificate, office):
    CertificateFactory(holder=certificate.holder)

    rows = sanctions.impose_on_all(certificate.holder, kind=SanctionKind.REVOCATION, first_day=TODAY, decided_on=TODAY, by=office)

    assert len({row.certificate_id for row in rows}) == 2


@pytest.mark.parametrize(
    "changes",
    [
        {"last_day": TODAY - DAY},
        {"kind": SanctionKind.REVOCATION, "last_day": TODAY},
        {"kind": SanctionKind.REPRIMAND, "interim": True},
        {"published_until": TODAY - DAY},
        {"not_before": TODAY - DAY},
        {"not_before": TODAY + 9 * DAY, "cap_day": TODAY + 8 * DAY},
        {"cap_day": TODAY - DAY},
        {"cap_day": TODAY + 9 * DAY, "last_day": TODAY + 9 * DAY},
        {"kind": SanctionKind.CONDITIONS, "not_before": TODAY + 9 * DAY},
    ],
)
def test_a_sanction_that_makes_no_sense_is_refused_and_not_recorded(certificate, office, changes):
    with pytest.raises(sanctions.NotImposable):
        suspend(certificate, office, **changes)

    assert not Sanction.objects.exists()
    assert not log.history(certificate).exists()


def test_what_continues_an_order_begins_no_earlier_than_it(certificate, office):
    order = suspend(certificate, office, interim=True)

    with pytest.raises(sanctions.NotImposable, match="begins no earlier"):
        suspend(certificate, office, first_day=TODAY - DAY, continues=order)
    assert suspend(certificate, office, continues=order).continues == order


def test_nobody_is_revoked_twice(certificate, office):
    suspend(certificate, office, kind=SanctionKind.REVOCATION)

    with pytest.raises(sanctions.NotImposable, match="revoked already"):
        suspend(certificate, office, kind=SanctionKind.REVOCATION, first_day=TODAY + DAY)


def test_lifting_ends_it_the_day_before_and_keeps_the_days_it_held(certificate, office):
    row = suspend(certificate, office)

    ended = sanctions.lift(row, by=office, on=TODAY + 5 * DAY, reason="Conditions met")

    assert (ended.last_day, ended.replaces) == (TODAY + 4 * DAY, row)
    assert standing(certificate, TODAY + 4 * DAY) is Standing.SUSPENDED
    assert standing(certificate, TODAY + 5 * DAY) is Standing.ACTIVE
    assert Sanction.objects.count() == 2


def test_an_interim_order_that_is_lifted_leaves_no_trace_in_the_current_facts(certificate, office):
    row = suspend(certificate, office, interim=True)

    assert sanctions.lift(row, by=office, on=TODAY + 5 * DAY, reason="No ground left") is None
    assert certificate.sanction_facts() == []


def test_a_sanction_lifted_before_it_begins_is_voided_only(certificate, office):
    row = suspend(certificate, office, first_day=TODAY + 9 * DAY)

    assert sanctions.lift(row, by=office, on=TODAY, reason="Appeal") is None
    assert Sanction.objects.current().count() == 0


def test_what_ended_by_itself_is_not_lifted(certificate, office):
    row = suspend(certificate, office, last_day=TODAY)

    with pytest.raises(sanctions.NotImposable, match="ended already"):
        sanctions.lift(row, by=office, on=TODAY + DAY, reason="Late")


def test_a_suspension_until_met_is_not_discharged_before_its_earliest_day(certificate, office):
    row = suspend(certificate, office, not_before=TODAY + 30 * DAY, cap_day=TODAY + 365 * DAY)

    with pytest.raises(sanctions.NotImposable, match="at the earliest"):
        sanctions.discharge(row, by=office, on=TODAY + 29 * DAY, reason="Done")
    assert standing(certificate, TODAY + 900 * DAY) is Standing.SUSPENDED

    sanctions.discharge(row, by=office, on=TODAY + 30 * DAY, reason="Done")
    assert standing(certificate, TODAY + 30 * DAY) is Standing.ACTIVE


def test_a_quashed_sanction_is_voided_once(certificate, office):
    row = suspend(certificate, office)
    sanctions.void(row, by=office, reason="Quashed")

    with pytest.raises(AlreadyVoided):
        sanctions.void(row, by=office, reason="Quashed")
    assert standing(certificate, TODAY) is Standing.ACTIVE


def test_a_sanction_is_only_made_longer(certificate, office):
    row = suspend(certificate, office, last_day=TODAY + 9 * DAY)

    with pytest.raises(sanctions.NotImposable):
        sanctions.extend(row, last_day=TODAY + 8 * DAY, by=office, reason="x")
    longer = sanctions.extend(row, last_day=TODAY + 20 * DAY, by=office, reason="New facts")

    assert [fact.last_day for fact in certificate.sanction_facts()] == [longer.last_day]


def test_an_order_made_longer_is_still_the_one_that_the_final_suspension_continues(certificate, office):
    order = suspend(certificate, office, interim=True, last_day=TODAY + 8 * DAY)
    suspend(certificate, office, first_day=TODAY + 20 * DAY, last_day=TODAY + 60 * DAY, continues=order)

    sanctions.extend(order, last_day=TODAY + 19 * DAY, by=office, reason="The window was put off")

    longer, final = certificate.sanctions.current()
    assert (longer.last_day, final.continues) == (TODAY + 19 * DAY, longer)
    then = TODAY + 30 * DAY
    assert [fact.pk for fact in rules.public_sanctions(certificate.sanction_facts(), on=TODAY, today=then)] == [longer.pk, final.pk]


@pytest.mark.parametrize("changes", [{"last_day": TODAY + 9 * DAY}, {"kind": SanctionKind.CONDITIONS}])
def test_only_a_suspension_that_is_open_is_discharged(certificate, office, changes):
    row = suspend(certificate, office, **changes)

    with pytest.raises(sanctions.NotImposable, match="until its conditions are met"):
        sanctions.discharge(row, by=office, on=TODAY + DAY, reason="Done")

    assert Sanction.objects.current().get() == row


def test_an_interim_order_of_another_certificate_is_not_continued(certificate, office):
    other = suspend(CertificateFactory(holder=UserFactory()), office, interim=True)

    with pytest.raises(sanctions.NotImposable, match="same certificate"):
        suspend(certificate, office, continues=other)
