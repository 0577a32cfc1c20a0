"""One review and one statement earn one renewal; a refusal changes nothing."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.db import IntegrityError

from audit import log
from certification import gathering, renewals, requirements, rules, sanctions
from certification.facts import Granted, Requirement, SanctionKind, Standing, Unmet
from certification.models import Term
from outbox.models import OutboxMessage
from tests.factories.accounts import StaffFactory
from tests.factories.certification import TODAY, CertificateFactory, completed, edition_in_force, ready_to_renew, signed

pytestmark = pytest.mark.django_db


def test_a_coach_who_is_ready_gets_the_next_two_years():
    certificate = ready_to_renew(days_left=30)

    term = renewals.renew(certificate, by=certificate.holder, on=TODAY)

    assert (term.first_day, term.last_day) == (date(2026, 12, 24), date(2028, 12, 23))
    assert term.granted == Granted.RENEWED
    assert OutboxMessage.objects.get().key == f"term:{term.pk}:deliver"
    assert [entry.action for entry in log.history(certificate)] == ["certification.term_granted"]


def test_a_refused_renewal_changes_nothing():
    certificate = CertificateFactory()
    edition_in_force()

    with pytest.raises(renewals.NotEligible) as refusal:
        renewals.renew(certificate, by=certificate.holder, on=TODAY)

    assert refusal.value.missing == [Unmet.NOT_OPEN_YET, Unmet.REVIEW, Unmet.STATEMENT]
    assert certificate.terms.count() == 1
    assert not OutboxMessage.objects.exists()
    assert not log.history(certificate).exists()


def test_a_second_click_is_refused_and_grants_nothing():
    certificate = ready_to_renew()
    renewals.renew(certificate, by=certificate.holder, on=TODAY)

    with pytest.raises(renewals.NotEligible) as refusal:
        renewals.renew(certificate, by=certificate.holder, on=TODAY)

    assert refusal.value.missing == [Unmet.NOT_OPEN_YET, Unmet.REVIEW, Unmet.STATEMENT]
    assert certificate.terms.count() == 2


def test_a_late_renewal_begins_on_the_day_of_the_grant():
    certificate = ready_to_renew(days_left=-40)

    term = renewals.renew(certificate, by=certificate.holder, on=TODAY)

    assert (term.first_day, term.granted) == (TODAY, Granted.RENEWED_LATE)


def test_an_attempt_handed_in_after_the_term_ended_serves_a_late_renewal():
    certificate = CertificateFactory(term__last_day=TODAY - timedelta(days=5))
    completed(certificate.holder, TODAY - timedelta(days=1))
    signed(certificate.holder)

    assert renewals.renew(certificate, by=certificate.holder, on=TODAY).first_day == TODAY


def test_completion_and_end_on_the_same_day_still_renew_on_time():
    certificate = ready_to_renew(days_left=0)

    term = renewals.renew(certificate, by=certificate.holder, on=TODAY)

    assert (term.first_day, term.granted) == (TODAY + timedelta(days=1), Granted.RENEWED)


def test_ten_cycles_in_a_row_need_ten_reviews_and_leave_no_gap():
    certificate = CertificateFactory(term__first_day=date(2024, 2, 29), term__last_day=date(2026, 2, 28))
    for _ in range(10):
        on = certificate.terms.last().last_day - timedelta(days=20)
        with pytest.raises(renewals.NotEligible):
            renewals.renew(certificate, by=certificate.holder, on=on)
        completed(certificate.holder, on)
        signed(certificate.holder, on)
        renewals.renew(certificate, by=certificate.holder, on=on)

    spans = [term.span for term in certificate.terms.all()]
    assert len(spans) == 11
    assert all(after.first_day == before.last_day + timedelta(days=1) for before, after in pairwise(spans))
    assert spans[-1].last_day == date(2046, 2, 28)


def test_another_route_serves_one_term_only():
    certificate = CertificateFactory(term__last_day=TODAY)
    signed(certificate.holder)
    requirements.record_met(certificate, requirement=Requirement.REVIEW, reason="Live session on May 3", by=StaffFactory())

    term = renewals.renew(certificate, by=certificate.holder, on=TODAY)

    assert term.review is None
    assert certificate.requirements_met.get().term == term
    assert rules.missing_requirements(gathering.gather(certificate), on=TODAY) == [Unmet.REVIEW, Unmet.STATEMENT]


def test_a_review_assigned_by_a_decision_earns_no_renewal():
    certificate = CertificateFactory(term__last_day=TODAY)
    completed(certificate.holder, purpose="assigned")
    signed(certificate.holder)

    with pytest.raises(renewals.NotEligible) as refusal:
        renewals.renew(certificate, by=certificate.holder, on=TODAY)

    assert refusal.value.missing == [Unmet.REVIEW]


def test_the_days_of_an_order_that_was_lifted_do_not_count_against_the_coach():
    certificate = ready_to_renew(days_left=-95)
    office = StaffFactory()
    order = sanctions.impose(
        certificate, kind=SanctionKind.SUSPENSION, first_day=TODAY - timedelta(days=95), decided_on=TODAY, interim=True, by=office
    )
    sanctions.lift(order, by=office, on=TODAY, reason="No ground left")

    assert renewals.renew(certificate, by=certificate.holder, on=TODAY).granted == Granted.RENEWED_LATE


def test_staff_reinstate_after_the_late_period_with_a_review_made_since():
    certificate = CertificateFactory(term__last_day=TODAY - timedelta(days=200), term__first_day=TODAY - timedelta(days=900))
    old = completed(certificate.holder, TODAY - timedelta(days=210))
    office = StaffFactory()
    signed(certificate.holder)
    with pytest.raises(renewals.NotEligible) as refusal:
        renewals.reinstate(certificate, by=office, on=TODAY, reason="Asked to come back")
    assert refusal.value.missing == [Unmet.REVIEW]

    new = completed(certificate.holder, TODAY - timedelta(days=2))
    term = renewals.reinstate(certificate, by=office, on=TODAY, reason="Asked to come back")

    assert term.review == new
    assert term.review != old
    assert rules.standing(certificate.spans(), [], on=TODAY) is Standing.ACTIVE


def test_gathering_takes_the_same_statements_for_one_and_for_three(django_assert_num_queries):
    one = [ready_to_renew()]
    three = [ready_to_renew() for _ in range(3)]

    with django_assert_num_queries(8):
        gathering.gather_all(one)
    with django_assert_num_queries(8):
        assert all(rules.unmet(facts, on=TODAY) == [] for facts in gathering.gather_all(three).values())


def test_a_term_belongs_to_the_review_that_paid_for_it_even_in_the_database():
    certificate = ready_to_renew()
    term = renewals.renew(certificate, by=certificate.holder, on=TODAY)
    other = CertificateFactory()

    later = {"first_day": TODAY + timedelta(days=900), "last_day": TODAY + timedelta(days=901)}
    with pytest.raises(IntegrityError):
        Term.objects.create(certificate=other, granted="renewed", review=term.review, **later)
