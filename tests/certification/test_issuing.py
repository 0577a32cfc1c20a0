"""Issuing makes the account, the number, the term and the invitation; a refusal names every reason and changes nothing."""

from datetime import timedelta

import pytest

from accounts.models import User
from audit import log
from certification import corrections, issuing, numbers
from certification.facts import SanctionKind
from certification.models import Certificate, Hold
from outbox.models import OutboxMessage
from tests.factories.accounts import StaffFactory, UserFactory
from tests.factories.certification import TODAY, CertificateFactory, SanctionFactory, SchemeFactory

pytestmark = pytest.mark.django_db

MEI = issuing.NewHolder("mei@example.org", "Mei Lin")


def test_a_new_person_gets_an_account_a_number_two_years_and_an_invitation():
    certificate = issuing.issue(MEI, scheme=SchemeFactory(), by=StaffFactory(), on=TODAY)

    assert not numbers.has_slip(certificate.number)
    assert str(certificate.terms.get()) == "2026-11-23 to 2028-11-22"
    assert certificate.holder.name.full_name == "Mei Lin"
    assert [entry.action for entry in log.history(certificate)] == ["certification.certificate_issued"]
    assert OutboxMessage.objects.filter(kind="accounts.invitation").count() == 1


def test_a_number_given_elsewhere_is_kept_and_a_person_with_a_password_is_not_invited():
    person = UserFactory(full_name="Mei Lin", email="mei@example.org")

    certificate = issuing.issue(MEI, scheme=SchemeFactory(), by=StaffFactory(), on=TODAY, number="demo 0001")

    assert (certificate.number, certificate.holder) == ("DEMO-0001", person)
    assert not OutboxMessage.objects.filter(kind="accounts.invitation").exists()


def test_every_reason_against_is_said_at_once_and_nothing_is_written():
    scheme = SchemeFactory()
    held = CertificateFactory(holder__full_name="Mei Lin", holder__email="mei@example.org", scheme=scheme)
    SanctionFactory(certificate=held, kind=SanctionKind.REVOCATION)
    Hold.objects.create(holder=held.holder, first_day=TODAY - timedelta(days=1))

    with pytest.raises(issuing.CannotIssue) as refusal:
        issuing.issue(issuing.NewHolder("mei@example.org", "Mei Lin 🌸"), scheme=scheme, by=None, on=TODAY, number=held.number)

    words = " ".join(refusal.value.reasons)
    for part in ("cherry blossom", "is taken", "already holds", "A revocation of", "barred"):
        assert part in words
    assert Certificate.objects.count() == 1
    assert not OutboxMessage.objects.exists()


@pytest.mark.parametrize(("last_day", "is_barred"), [(TODAY, True), (TODAY - timedelta(days=1), False), (None, True)])
def test_a_hold_bars_a_new_certificate_through_its_last_day(last_day, is_barred):
    person = UserFactory(full_name="Mei Lin", email="mei@example.org")
    Hold.objects.create(holder=person, first_day=TODAY - timedelta(days=9), last_day=last_day)

    assert bool(issuing.reasons_against(MEI, SchemeFactory(), on=TODAY)) is is_barred


def test_a_revocation_that_was_ended_no_longer_bars_a_certificate_of_another_scheme():
    held = CertificateFactory(holder__full_name="Mei Lin", holder__email="mei@example.org")
    other = SchemeFactory(prefix="SUP", name="Supervisor")
    sanction = SanctionFactory(certificate=held, kind=SanctionKind.REVOCATION, last_day=TODAY)
    assert issuing.reasons_against(MEI, other, on=TODAY) == [f"A revocation of {held.number} is in force and no reinstatement is recorded."]

    assert issuing.reasons_against(MEI, other, on=sanction.last_day + timedelta(days=1)) == []


@pytest.mark.parametrize(("first", "words"), [(-5, "is in force"), (3, "begins on November 26, 2026")])
def test_a_suspension_bars_a_first_day_before_it_as_well(first, words):
    held = CertificateFactory(holder__full_name="Mei Lin", holder__email="mei@example.org")
    SanctionFactory(certificate=held, first_day=TODAY + timedelta(days=first), last_day=TODAY + timedelta(days=9))
    other = SchemeFactory(prefix="SUP", name="Supervisor")

    assert words in issuing.reasons_against(MEI, other, on=TODAY)[0]
    assert issuing.reasons_against(MEI, other, on=TODAY - timedelta(days=400)) != []
    assert issuing.reasons_against(MEI, other, on=TODAY + timedelta(days=10)) == []


def test_a_number_whose_every_term_was_taken_back_is_used_again_for_the_same_person():
    scheme, office = SchemeFactory(), StaffFactory()
    first = issuing.issue(MEI, scheme=scheme, by=office, on=TODAY - timedelta(days=30))
    corrections.void_term(first.terms.get(), reason="The training was not finished", by=office)

    again = issuing.issue(MEI, scheme=scheme, by=office, on=TODAY)

    assert (again.pk, again.number, again.issued_on) == (first.pk, first.number, TODAY)
    assert [term.first_day for term in again.terms.current()] == [TODAY]
    with pytest.raises(issuing.CannotIssue, match="already holds"):
        issuing.issue(MEI, scheme=scheme, by=office, on=TODAY)


def test_whoever_has_a_number_that_can_begin_anew_gets_no_second_one():
    scheme, office = SchemeFactory(), StaffFactory()
    first = issuing.issue(MEI, scheme=scheme, by=office, on=TODAY - timedelta(days=30))
    corrections.void_term(first.terms.get(), reason="The training was not finished", by=office)

    with pytest.raises(issuing.CannotIssue, match=f"has the number {first.number}, whose terms") as refused:
        issuing.issue(MEI, scheme=scheme, by=office, on=TODAY, number="OLD-7")

    assert len(refused.value.reasons) == 1
    assert Certificate.objects.count() == 1
    again = issuing.issue(MEI, scheme=scheme, by=office, on=TODAY, number=first.number.lower())
    assert (again.pk, again.number, again.terms.current().count()) == (first.pk, first.number, 1)
    other = SchemeFactory(prefix="SUP", name="Supervisor")
    with pytest.raises(issuing.CannotIssue, match="is taken"):
        issuing.issue(MEI, scheme=other, by=office, on=TODAY, number=first.number)


def test_a_number_used_again_keeps_the_day_from_a_list_kept_before():
    scheme, office, earlier = SchemeFactory(), StaffFactory(), TODAY - timedelta(days=900)
    first = issuing.issue(MEI, scheme=scheme, by=office, on=TODAY - timedelta(days=30))
    corrections.void_term(first.terms.get(), reason="The training was not finished", by=office)

    again = issuing.issue(MEI, scheme=scheme, by=office, on=TODAY, first_certified=earlier)

    assert (again.pk, again.issued_on) == (first.pk, earlier)


def test_a_day_from_a_list_kept_before_is_kept_and_lies_before_the_first_term():
    earlier = TODAY - timedelta(days=900)
    certificate = issuing.issue(MEI, scheme=SchemeFactory(), by=None, on=TODAY, number="DEMO-1", first_certified=earlier)

    assert (certificate.issued_on, certificate.terms.get().first_day) == (earlier, TODAY)
    with pytest.raises(issuing.CannotIssue, match="first certified on a later day"):
        issuing.issue(issuing.NewHolder("other@example.org", "Mei"), scheme=SchemeFactory(), by=None, on=earlier, first_certified=TODAY)


def test_an_address_of_somebody_else_is_not_taken_over():
    UserFactory(full_name="Anna Berg", email="mei@example.org")

    with pytest.raises(issuing.CannotIssue, match="belongs to Anna Berg"):
        issuing.issue(MEI, scheme=SchemeFactory(), by=None, on=TODAY)

    assert User.objects.get(email="mei@example.org").name.full_name == "Anna Berg"
