"""Giving a certificate back, and correcting a term: voided rows and their copies."""

from datetime import timedelta

import pytest

from audit import log
from certification import corrections, gathering, renewals, requirements, rules, terms
from certification.facts import Requirement, SanctionKind, Standing, Unmet
from certification.models import AlreadyVoided, Certificate, CertificateDocument, Term
from outbox.models import OutboxMessage
from registry import lookup
from tests.factories.accounts import StaffFactory, UserFactory
from tests.factories.certification import TODAY, CertificateFactory, SanctionFactory, TermFactory, ready_to_renew

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def standing(certificate, on):
    return rules.standing(certificate.spans(), certificate.sanction_facts(), on=on)


def test_a_certificate_given_back_is_lapsed_from_the_next_day():
    certificate = CertificateFactory()

    terms.surrender(certificate, by=certificate.holder, on=TODAY)

    assert standing(certificate, TODAY) is Standing.ACTIVE
    assert standing(certificate, TODAY + DAY) is Standing.LAPSED
    assert [entry.action for entry in log.history(certificate)] == ["certification.given_back"]


def test_a_renewal_already_granted_is_given_back_with_it_and_only_the_office_brings_it_back():
    certificate = ready_to_renew()
    renewals.renew(certificate, by=certificate.holder, on=TODAY)

    terms.surrender(certificate, by=certificate.holder, on=TODAY)

    assert certificate.terms.current().get().last_day == TODAY
    assert Unmet.GIVEN_BACK in rules.unmet(gathering.gather(certificate), on=TODAY + DAY)


def test_giving_back_twice_is_giving_back_once():
    certificate = CertificateFactory()
    terms.surrender(certificate, by=certificate.holder, on=TODAY)

    with pytest.raises(terms.CannotGiveBack):
        terms.surrender(certificate, by=certificate.holder, on=TODAY)

    assert certificate.terms.count() == 2
    assert log.history(certificate).count() == 1


@pytest.mark.parametrize("state", ["lapsed", "revoked"])
def test_what_is_not_held_cannot_be_given_back(state):
    certificate = CertificateFactory(term__last_day=TODAY - DAY) if state == "lapsed" else CertificateFactory()
    if state == "revoked":
        SanctionFactory(certificate=certificate, kind=SanctionKind.REVOCATION)

    with pytest.raises(terms.CannotGiveBack):
        terms.surrender(certificate, by=certificate.holder, on=TODAY)

    assert certificate.terms.count() == 1
    assert not log.history(certificate).exists()


def test_moving_a_term_keeps_its_review_spent_and_taking_it_back_frees_it():
    certificate, office = ready_to_renew(), StaffFactory()
    term = renewals.renew(certificate, by=certificate.holder, on=TODAY)

    moved = corrections.move_term(term, first_day=term.first_day, last_day=term.last_day - DAY, reason="Slip", by=office)
    assert moved.review == term.review
    assert Unmet.REVIEW in rules.missing_requirements(gathering.gather(certificate), on=TODAY)

    corrections.void_term(moved, reason="Granted in error", by=office)
    assert rules.missing_requirements(gathering.gather(certificate), on=TODAY) == []


def test_a_correction_of_what_was_corrected_a_moment_ago_is_refused():
    term, office = CertificateFactory().terms.get(), StaffFactory()
    corrections.void_term(term, reason="Error", by=office)

    with pytest.raises(AlreadyVoided):
        corrections.void_term(term, reason="Error", by=office)


def test_a_preview_changes_nothing():
    certificate, office = CertificateFactory(), StaffFactory()
    term = certificate.terms.get()

    before, after = corrections.preview(certificate, lambda: corrections.void_term(term, reason="Error", by=office), on=TODAY)

    assert (before.standing, after.standing) == (Standing.ACTIVE, None)
    assert Term.objects.get().voided_at is None
    assert not log.history(certificate).exists()


def public(certificate):
    answer = lookup.by_number(certificate.number, on=TODAY)
    return answer.kind.value, answer.since, answer.until, answer.certified and answer.certified.last_day


def read(reading):
    days = reading.days
    return reading.standing and reading.standing.value, days.first_day, days.last_day, reading.terms[-1].last_day


MOVES = {
    "void": lambda term, office: corrections.void_term(term, reason="Error", by=office),
    "shorten": lambda term, office: corrections.move_term(
        term, first_day=term.first_day, last_day=term.last_day - 30 * DAY, reason="Error", by=office
    ),
    "leave a gap": lambda term, office: corrections.move_term(
        term, first_day=term.first_day + DAY, last_day=term.last_day, reason="Error", by=office
    ),
}


@pytest.mark.parametrize("act", list(MOVES))
@pytest.mark.parametrize("suspended", [None, {"last_day": TODAY + 5 * DAY}, {"last_day": TODAY + 5 * DAY, "interim": True}])
def test_a_preview_of_a_term_ahead_says_what_the_registry_says_before_and_after(act, suspended):
    certificate, office = ready_to_renew(days_left=30), StaffFactory()
    term = renewals.renew(certificate, by=certificate.holder, on=TODAY)
    if suspended:
        SanctionFactory(certificate=certificate, **suspended)

    before, after = corrections.preview(certificate, lambda: MOVES[act](term, office), on=TODAY)

    assert before.terms != after.terms
    assert read(before) == public(certificate)
    MOVES[act](term, office)
    assert read(after) == public(certificate)


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_correction_without_a_reason_is_refused(reason):
    term = CertificateFactory().terms.get()

    with pytest.raises(corrections.CannotCorrect, match="reason"):
        corrections.void_term(term, reason=reason, by=StaffFactory())

    assert Term.objects.get().voided_at is None


def test_what_a_person_did_does_not_change_hands_whichever_way_it_was_done():
    certificate, office = CertificateFactory(term__last_day=TODAY), StaffFactory()
    for requirement in Requirement:
        requirements.record_met(certificate, requirement=requirement, reason="Live session", by=office)

    with pytest.raises(corrections.CannotCorrect, match="recorded a requirement as met by the holder"):
        corrections.give_to(certificate, UserFactory(), reason="Mix-up", by=office, on=TODAY)
    renewals.renew(certificate, by=certificate.holder, on=TODAY)
    with pytest.raises(corrections.CannotCorrect, match="cannot become somebody else"):
        corrections.give_to(certificate, UserFactory(), reason="Mix-up", by=office, on=TODAY)


def test_a_certificate_is_not_given_to_a_person_without_a_name():
    with pytest.raises(corrections.CannotCorrect, match="no name on record"):
        corrections.give_to(CertificateFactory(), UserFactory(full_name=False), reason="Mix-up", by=StaffFactory(), on=TODAY)


def test_the_documents_of_a_term_taken_back_or_given_back_are_no_longer_in_use():
    taken, given = CertificateFactory(), CertificateFactory()
    for certificate in (taken, given):
        CertificateDocument.objects.create(term=certificate.terms.get(), facts={})

    corrections.void_term(taken.terms.get(), reason="Error", by=StaffFactory())
    terms.surrender(given, by=given.holder, on=TODAY)

    assert not CertificateDocument.objects.current().exists()


def test_the_same_name_again_is_no_correction():
    person = UserFactory(full_name="Mira Okonkwo")

    with pytest.raises(corrections.CannotCorrect, match="This is the name on record"):
        corrections.rename(person, "Mira  Okonkwo", reason="x", by=StaffFactory())

    assert not log.history(person).exists()
    assert not OutboxMessage.objects.exists()


def test_a_certificate_with_a_sanction_or_an_earned_term_does_not_change_hands():
    certificate = ready_to_renew()
    renewals.renew(certificate, by=certificate.holder, on=TODAY)
    SanctionFactory(certificate=certificate)

    with pytest.raises(corrections.CannotCorrect) as refusal:
        corrections.give_to(certificate, StaffFactory(), reason="Mix-up", by=StaffFactory(), on=TODAY)

    assert len(refusal.value.reasons) == 2


def test_a_new_name_takes_every_document_under_the_old_one_out_of_use():
    certificate = ready_to_renew()
    term = certificate.terms.get()
    after = renewals.renew(certificate, by=certificate.holder, on=TODAY)
    for each in (term, after):
        CertificateDocument.objects.create(term=each, facts={"name": "Old Name"})

    corrections.rename(certificate.holder, "New Name", reason="Married", by=StaffFactory())

    assert not CertificateDocument.objects.current().exists()
    made_again = OutboxMessage.objects.filter(kind="certification.deliver_certificate", key__regex=r"deliver:.")
    assert set(made_again.values_list("subject_id", flat=True)) == {str(term.pk), str(after.pk)}


@pytest.mark.parametrize(
    ("listed", "moved", "first_certified"),
    [(0, 30, 30), (0, -30, -30), (-500, 30, -500), (-500, -600, -600)],
    ids=["follows to a later day", "follows to an earlier day", "a list kept before stands", "never later than the record"],
)
def test_first_certified_on_follows_the_record_when_its_first_day_is_corrected(listed, moved, first_certified):
    term = CertificateFactory().terms.get()
    certificate, began = term.certificate, term.first_day
    Certificate.objects.update(issued_on=began + timedelta(days=listed))

    corrections.move_term(term, first_day=began + timedelta(days=moved), last_day=term.last_day, reason="Slip", by=StaffFactory())

    certificate.refresh_from_db()
    assert certificate.issued_on == began + timedelta(days=first_certified)


def test_first_certified_on_is_the_first_day_of_what_is_left_when_the_first_term_is_taken_back():
    first = CertificateFactory().terms.get()
    certificate = first.certificate
    Certificate.objects.update(issued_on=first.first_day)
    second = TermFactory(certificate=certificate, first_day=first.last_day + timedelta(days=1))

    corrections.void_term(first, reason="Granted in error", by=StaffFactory())
    certificate.refresh_from_db()
    assert certificate.issued_on == second.first_day

    corrections.void_term(second, reason="Granted in error", by=StaffFactory())
    certificate.refresh_from_db()
    assert certificate.issued_on == second.first_day
