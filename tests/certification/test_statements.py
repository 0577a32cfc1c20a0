"""A statement is signed with one's own name and a second factor given just now, on the edition in force."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from audit import clock, log
from certification import renewals, requirements, statements
from certification.facts import Requirement, ReviewRoute
from certification.models import Certificate, Statement
from tests.factories import courses
from tests.factories.accounts import StaffFactory, UserFactory
from tests.factories.certification import TODAY, CertificateFactory, SchemeFactory, completed, edition_in_force

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 17, tzinfo=UTC)


@pytest.fixture(autouse=True)
def the_code():
    edition_in_force(name="2020 wording")


def sign(person, **changes):
    """By a coach who completed the review for the next renewal."""
    certificate = Certificate.objects.filter(holder=person).first() or coach(person)
    given = {"typed_name": person.get_full_name(), "reauthenticated_at": NOW, "at": NOW}
    return statements.sign(certificate, **{**given, **changes})


def coach(person, *, reviewed=True):
    certificate = CertificateFactory(holder=person, term__first_day=TODAY - timedelta(days=700), term__last_day=TODAY + timedelta(days=29))
    if reviewed:
        completed(person)
    return certificate


def test_the_text_is_frozen_with_the_edition_and_its_day():
    person = UserFactory()

    signed = sign(person)
    SchemeFactory().__class__.objects.update(statement_text="Something else of {code_version} since {code_date}.")

    kept = Statement.objects.get(pk=signed.pk).text
    assert "version 2020 wording, in force since January 1, 2020" in kept
    assert [entry.action for entry in log.history(signed)] == ["certification.statement_signed"]


@pytest.mark.parametrize(("final", "said"), [(4, ReviewRoute.QUIZ), (0, ReviewRoute.READ)])
def test_whoever_did_the_review_in_its_course_signs_how_it_was_done(client, final, said):
    page = courses.course(name="code-of-ethics-review", lessons=1, final=final)
    run = courses.ready_for_the_final(page, at=NOW)
    if final:
        courses.sit(run, courses.final_of(page), at=NOW)

    assert how(sign(run.person).text) == [said]


@pytest.mark.parametrize("of_the", ["course", "requirement"])
def test_whoever_met_the_review_by_another_route_signs_nothing_about_a_quiz(client, of_the):
    certificate = coach(UserFactory(), reviewed=of_the == "course")
    if of_the == "requirement":
        requirements.record_met(certificate, requirement=Requirement.REVIEW, reason="A live session", by=StaffFactory())
    with clock.moved(NOW - clock.real()):
        client.force_login(certificate.holder, factor=True)
        shown = " ".join(client.get("/my/renewal/statement/").content.decode().split())
    kept = sign(certificate.holder).text

    assert how(kept) == how(shown) == [ReviewRoute.OTHER]
    assert "quiz" not in kept


def how(text: str) -> list[ReviewRoute]:
    """What a text says about how the review was done."""
    return [route for route, words in statements.DONE_BY.items() if words in text]


@pytest.mark.parametrize("typed", ["lucja zebrowska", "ŁUCJA  ŻEBROWSKA", "Łucja Żebrowska"])
def test_capitals_and_accents_do_not_matter(typed):
    assert sign(UserFactory(full_name="Łucja Żebrowska"), typed_name=typed).typed_name == typed.strip()


def test_the_name_in_latin_letters_is_a_signature_too():
    person = UserFactory(full_name="渡辺 澪", full_name__latin_name="Watanabe Mio")

    assert sign(person, typed_name="watanabe mio").person == person


@pytest.mark.parametrize("typed", ["", "Łucja", "Somebody Else"])
def test_another_name_is_no_signature(typed):
    with pytest.raises(statements.NotSigned) as refusal:
        sign(UserFactory(full_name="Łucja Żebrowska"), typed_name=typed)

    assert list(refusal.value.reasons) == ["typed_name"]
    assert not Statement.objects.exists()


@pytest.mark.parametrize(
    ("ago", "is_signed"), [(timedelta(0), True), (timedelta(minutes=5), True), (timedelta(minutes=5, seconds=1), False), (None, False)]
)
def test_a_factor_counts_for_five_minutes(ago, is_signed):
    person = UserFactory()
    if is_signed:
        assert sign(person, reauthenticated_at=NOW - ago)
        return
    with pytest.raises(statements.NotSigned) as refusal:
        sign(person, reauthenticated_at=ago and NOW - ago)
    assert list(refusal.value.reasons) == ["factor"]


def test_the_record_keeps_when_the_second_factor_was_given():
    before = NOW - timedelta(minutes=4)

    assert Statement.objects.get(pk=sign(UserFactory(), reauthenticated_at=before).pk).reauthenticated_at == before


def test_a_second_factor_given_after_the_signature_is_no_record_of_it():
    signed = sign(UserFactory())

    with pytest.raises(IntegrityError, match="a_second_factor_comes_before_signing"), transaction.atomic():
        Statement.objects.filter(pk=signed.pk).update(reauthenticated_at=NOW + timedelta(seconds=1))


def test_signing_twice_is_one_statement_until_a_term_has_spent_it():
    certificate = coach(UserFactory())
    first = sign(certificate.holder)
    assert sign(certificate.holder) == first

    renewals.renew(certificate, by=certificate.holder, on=TODAY)
    completed(certificate.holder, TODAY + timedelta(days=700))
    later = NOW + timedelta(days=700)

    assert sign(certificate.holder, at=later, reauthenticated_at=later) != first
    assert Statement.objects.count() == 2


def test_nobody_signs_before_the_review_is_done_and_every_reason_is_told():
    """The statement says that the final quiz was answered by oneself."""
    certificate = coach(UserFactory(), reviewed=False)

    with pytest.raises(statements.NotSigned) as refusal:
        sign(certificate.holder, typed_name="Somebody Else", reauthenticated_at=None)

    assert refusal.value.reasons[""] == statements.REVIEW_FIRST
    assert set(refusal.value.reasons) == {"", "typed_name", "factor"}
    assert not Statement.objects.exists()


def test_a_review_that_earned_the_term_before_is_none_for_the_next_statement():
    certificate = coach(UserFactory())
    sign(certificate.holder)
    renewals.renew(certificate, by=certificate.holder, on=TODAY)

    with pytest.raises(statements.NotSigned, match="Complete the review"):
        sign(certificate.holder)


def test_a_review_done_before_the_renewal_opens_or_met_by_another_route_is_enough_to_sign():
    early = CertificateFactory(term__first_day=TODAY - timedelta(days=529), term__last_day=TODAY + timedelta(days=200))
    completed(early.holder)
    elsewhere = coach(UserFactory(), reviewed=False)
    requirements.record_met(elsewhere, requirement=Requirement.REVIEW, reason="Live session", by=StaffFactory())

    assert sign(early.holder).person == early.holder
    assert sign(elsewhere.holder).person == elsewhere.holder


def test_a_newer_edition_asks_for_a_new_statement():
    person = UserFactory()
    first = sign(person)
    edition_in_force(date(2026, 11, 23), weight="minor")

    assert sign(person).edition != first.edition
