"""The office's screens: issue, find, correct, record; for the office alone."""

from datetime import timedelta

import pytest

from accounts.models import User
from audit import clock, log
from certification.models import Certificate, Term
from cms.models import Edition, Text
from courses import enrollments
from courses.models import Accommodation
from outbox.models import OutboxMessage
from tests.factories import cms
from tests.factories.accounts import StaffFactory, UserFactory
from tests.factories.certification import CertificateFactory, SchemeFactory, completed, edition_in_force, review_course, signed

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(client):
    person = StaffFactory(full_name="Anna Shcherbakova")
    client.force_login(person)
    return person


@pytest.fixture
def certificate():
    today = clock.today()
    return CertificateFactory(
        holder__full_name="Jürgen Käßmann", term__first_day=today - timedelta(days=300), term__last_day=today + timedelta(days=430)
    )


def text_of(answer):
    return " ".join(answer.content.decode().split())


def addresses(certificate):
    at = f"/staff/certificates/{certificate.number}/"
    term = certificate.terms.get().pk
    acts = ["invite", "reinstate", "requirement", "name", "holder", f"terms/{term}/dates", f"terms/{term}/void"]
    return ["/staff/", "/staff/issue/", "/staff/certificates/", "/staff/undelivered/", at, *(f"{at}{act}/" for act in acts)]


def test_the_offices_screens_open_for_the_office_and_for_nobody_else(client, certificate):
    for person, status in ((None, 302), (certificate.holder, 403), (StaffFactory(), 200)):
        if person:
            client.force_login(person)
        assert {client.get(address).status_code for address in addresses(certificate)} == {status}


def test_an_issued_certificate_brings_an_account_a_number_and_an_invitation(client, office):
    scheme = SchemeFactory()
    form = {"email": "New.Person@example.org", "full_name": "Inês d'Ávila", "scheme": scheme.pk, "first_day": clock.today().isoformat()}

    page = text_of(client.post("/staff/issue/", form, follow=True))

    certificate = Certificate.objects.get()
    person = User.objects.get(email="new.person@example.org")
    assert certificate.number in page
    assert (certificate.holder, person.name.full_name, person.has_usable_password()) == (person, "Inês d'Ávila", False)
    assert sorted(OutboxMessage.objects.values_list("kind", flat=True)) == ["accounts.invitation", "certification.deliver_certificate"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"full_name": "Mei 🌸"}, "U+1F338"),
        ({"email": "not an address"}, "This is not an e-mail address yet"),
        ({"first_day": "soon"}, "year-month-day"),
        ({"full_name": ""}, "Please fill this in."),
    ],
)
def test_a_refused_issue_keeps_what_was_typed_and_makes_nothing(client, office, changes, words):
    form = {"email": "new@example.org", "full_name": "Mei Lin", "scheme": SchemeFactory().pk, "first_day": "2026-11-23", **changes}

    answer = client.post("/staff/issue/", form)

    assert answer.status_code == 200
    assert words in text_of(answer)
    assert all(value in text_of(answer) for value in (form["email"], form["full_name"]) if value)
    assert not User.objects.filter(email="new@example.org").exists()


def test_the_same_person_is_not_certified_twice_under_a_scheme(client, office, certificate):
    holder = certificate.holder
    form = {"email": holder.email, "full_name": "Jurgen Kassmann", "scheme": certificate.scheme_id, "first_day": "2026-11-23"}

    answer = client.post("/staff/issue/", form)

    assert f"already holds {certificate.number}" in text_of(answer)
    assert Certificate.objects.count() == 1


def test_a_name_is_changed_after_seeing_what_the_public_will_read(client, office, certificate):
    address, form = f"/staff/certificates/{certificate.number}/name/", {"full_name": "Jürgen Weiß", "reason": "Married"}

    shown = text_of(client.post(address, form))
    assert "What the public reads" in shown
    assert "Jürgen Weiß" in shown
    assert certificate.holder.name.full_name == "Jürgen Käßmann"

    client.post(address, {**form, "confirm": "yes"})

    assert User.objects.get(pk=certificate.holder.pk).name.full_name == "Jürgen Weiß"
    assert OutboxMessage.objects.filter(kind="certification.deliver_certificate").count() == 1


def test_the_dates_of_a_term_are_corrected_and_the_earlier_row_stays(client, office, certificate):
    term, last = certificate.terms.get(), clock.today() + timedelta(days=60)
    address = f"/staff/certificates/{certificate.number}/terms/{term.pk}/dates/"
    form = {"first_day": term.first_day.isoformat(), "last_day": last.isoformat(), "reason": "Typed the wrong year"}

    client.post(address, {**form, "confirm": "yes"})

    moved = certificate.terms.current().get()
    assert (moved.last_day, moved.replaces_id, certificate.terms.count()) == (last, term.pk, 2)
    assert [entry.action for entry in log.history(certificate)] == ["certification.term_corrected"]


def test_dates_the_wrong_way_round_are_refused_in_words(client, office, certificate):
    term = certificate.terms.get()
    address = f"/staff/certificates/{certificate.number}/terms/{term.pk}/dates/"

    answer = client.post(address, {"first_day": "2026-05-04", "last_day": "2026-05-03", "reason": "x", "confirm": "yes"})

    assert "A term ends after it begins." in text_of(answer)
    assert Term.objects.get() == term


def test_a_term_granted_in_error_is_taken_back(client, office, certificate):
    address = f"/staff/certificates/{certificate.number}/terms/{certificate.terms.get().pk}/void/"

    assert "Not certified" in text_of(client.post(address, {"reason": "Wrong person clicked"}))
    client.post(address, {"reason": "Wrong person clicked", "confirm": "yes"})

    assert not certificate.terms.current().exists()


def test_a_certificate_is_given_to_the_person_it_was_meant_for(client, office, certificate):
    meant, address = UserFactory(), f"/staff/certificates/{certificate.number}/holder/"

    assert "Nobody has this address" in text_of(client.post(address, {"email": "nobody@example.org", "reason": "x"}))
    client.post(address, {"email": meant.email, "reason": "Two people of one name", "confirm": "yes"})

    assert Certificate.objects.get().holder == meant


def test_a_requirement_met_otherwise_needs_a_reason_and_is_recorded_once(client, office, certificate):
    address, form = f"/staff/certificates/{certificate.number}/requirement/", {"requirement": "review", "reason": "Live session"}

    assert client.post(address, {**form, "reason": ""}).status_code == 200
    client.post(address, form)

    assert "recorded already" in text_of(client.post(address, form))
    assert certificate.requirements_met.get().by == office


def test_the_office_opens_more_attempts(client, office, certificate):
    run = enrollments.start(certificate.holder, review_course(), at=clock.now())

    client.post(f"/staff/attempts/{run.pk}/", {"attempts": "2", "reason": "We talked"})

    assert Accommodation.objects.get().attempts == 2


def test_a_lapsed_certificate_is_reinstated(client, office):
    edition_in_force()
    today = clock.today()
    lapsed = CertificateFactory(term__first_day=today - timedelta(days=900), term__last_day=today - timedelta(days=171))
    address = f"/staff/certificates/{lapsed.number}/reinstate/"
    assert "review of the Code of Ethics is not yet done" in text_of(client.post(address, {"reason": "Asked"}))

    completed(lapsed.holder, today)
    signed(lapsed.holder, today)
    client.post(address, {"reason": "Asked"})

    assert lapsed.terms.last().first_day == today


def test_a_draft_is_published_after_seeing_whom_it_touches(client, office):
    edition_in_force()
    coach = CertificateFactory()
    completed(coach.holder, clock.today())
    signed(coach.holder, clock.today())
    draft = Edition.objects.create(text=Text.objects.get(slug="code"), name="Second", slug="second", live=False)
    address, form = f"/staff/editions/{draft.pk}/publish/", {"weight": "material", "in_force_on": clock.today().isoformat()}

    shown = text_of(client.post(address, form))

    assert "1 coach has signed for an older edition" in shown
    assert "the completed reviews of 1 coach stop counting" in shown
    assert "The draft holds no wording" in text_of(client.post(address, {**form, "confirm": "yes"}))
    assert Edition.objects.get(pk=draft.pk).state == "draft"


@pytest.mark.parametrize("rows", [1, 3])
def test_the_roster_asks_as_much_for_one_row_as_for_three(client, office, rows, django_assert_num_queries):
    for _ in range(rows):
        CertificateFactory()

    with django_assert_num_queries(6):
        assert client.get("/staff/certificates/").content.count(b'<th scope="row"') == rows


def test_the_roster_is_filtered_by_standing_and_goes_on_after_a_number(client, office, certificate):
    lapsed = CertificateFactory(term__first_day=clock.today() - timedelta(days=900), term__last_day=clock.today() - timedelta(days=1))

    page = text_of(client.get("/staff/certificates/?standing=lapsed"))

    assert lapsed.number in page
    assert certificate.number not in page
    assert certificate.number not in text_of(client.get(f"/staff/certificates/?after={certificate.number}"))
    assert certificate.number in text_of(client.get("/staff/certificates/?q=kassmann"))


def test_what_was_given_up_is_listed_and_tried_again(client, office):
    message = OutboxMessage.objects.create(
        kind="certification.term_granted", subject_id="1", key="lost", gave_up_at=clock.now(), last_error="Timeout", tries=20
    )
    assert "lost" in text_of(client.get("/staff/undelivered/"))

    client.post("/staff/undelivered/", {"message": message.pk})

    message.refresh_from_db()
    assert message.gave_up_at is None


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"first_day": "9999-12-31"}, "Write a day up to 2199."),
        ({"first_day": "0001-01-01"}, "Write a day from 1950 on."),
        ({"language": "<b>"}, "This is not the mark of a language"),
    ],
)
def test_days_out_of_all_time_and_marks_of_no_language_are_refused(client, office, changes, words):
    form = {"email": "new@example.org", "full_name": "Inês d'Ávila", "scheme": SchemeFactory().pk, "first_day": "2026-11-23"}

    assert words in text_of(client.post("/staff/issue/", {**form, **changes}))
    assert not Certificate.objects.exists()


def test_a_term_is_not_moved_beyond_the_calendar_that_its_pages_reckon_with(client, office, certificate):
    term = certificate.terms.get()
    form = {"first_day": term.first_day.isoformat(), "last_day": "9999-12-31", "reason": "A slip", "confirm": "yes"}

    page = text_of(client.post(f"/staff/certificates/{certificate.number}/terms/{term.pk}/dates/", form))

    assert "Write a day up to 2199." in page
    assert Term.objects.get() == term


@pytest.mark.parametrize("message", ["9" * 5000, "9" * 30, "²", "x", ""])
def test_what_is_no_message_is_not_tried_again(client, office, message):
    assert client.post("/staff/undelivered/", {"message": message}).status_code == 404


def test_an_edition_does_not_come_into_force_on_a_day_gone_by(client, office):
    cms.texts()
    draft = cms.draft(changes={"PS-07": "New words."})
    yesterday = (clock.today() - timedelta(days=1)).isoformat()

    page = text_of(client.post(f"/staff/editions/{draft.pk}/publish/", {"weight": "material", "in_force_on": yesterday, "confirm": "yes"}))

    assert "This day is gone by." in page
    assert Edition.objects.get(pk=draft.pk).state == "draft"


def test_a_draft_of_the_principles_is_published_and_touches_nobody(client, office):
    cms.texts()
    draft = cms.draft(text="principles")
    address = f"/staff/editions/{draft.pk}/publish/"
    form = {"weight": "minor", "in_force_on": clock.today().isoformat()}

    assert address in text_of(client.get("/staff/"))
    assert "0 coaches have signed" in text_of(client.post(address, form))
    client.post(address, {**form, "confirm": "yes"})

    assert Edition.objects.get(pk=draft.pk).state == "published"
