"""The office finds anybody; the public finds none of the office. Invitations, names of people without a certificate, bars."""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import quote

import pytest

from accounts import invitations, people
from accounts.models import Name, User
from accounts.rules import SOMEBODY_ELSE
from audit import clock, log
from certification import roster
from certification.models import Certificate, CertificateDocument, Hold
from courses import enrollments
from demo import cast
from outbox.models import OutboxMessage
from tests.factories.accounts import AuthorFactory, StaffFactory, UserFactory
from tests.factories.certification import TODAY, CertificateFactory, review_course

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def text_of(answer):
    return " ".join(unescape(answer.content.decode()).split())


def main_of(answer):
    return answer.content.decode().split("<main", 1)[1].split("</main>", 1)[0]


@pytest.fixture
def office(client):
    person = StaffFactory(full_name="Anna Shcherbakova")
    client.force_login(person)
    return person


@pytest.fixture
def everybody():
    """Each person of the demonstration; a certificate for those who hold one."""
    found = {}
    for key, person in cast.people().items():
        found[key] = UserFactory(email=person.email, full_name=False)
        people.keep(Name.objects.create(user=found[key], full_name=person.name, latin_name=person.latin_name))
        if person.certificate:
            CertificateFactory(holder=found[key], number=person.certificate["number"])
    return found


def found_by(q, on=TODAY):
    return [row.person for row in roster.find(q, on=on).rows]


def test_the_office_is_found_by_the_office_alone(client, everybody):
    """Every spelling listed for somebody of the office: here they are; registry and API have never heard of them."""
    listed = [(everybody[key], text) for key, person in cast.people().items() if not person.certificate for text in person.search_as]
    for person, text in listed:
        page = main_of(client.get(f"/registry/?q={quote(text)}"))
        assert "Nobody found" in page, text
        assert "found__one" not in page, text
        api = client.get(f"/api/v1/registry/{quote(text, safe='')}")
        assert (api.status_code, api.json().get("likely", [])) == (404, []), text
        assert person.email not in page + api.content.decode(), text

    client.force_login(StaffFactory(full_name="Somebody Else Entirely"))
    missing = [text for person, text in listed if str(person.uid) not in client.get(f"/staff/people/?q={quote(text)}").content.decode()]

    assert missing == []
    assert len(listed) > 50


def test_coaches_are_found_there_too_by_every_spelling(everybody):
    listed = [(everybody[key], text) for key, person in cast.people().items() if person.certificate for text in person.search_as]

    assert [text for person, text in listed if person not in found_by(text)] == []


@pytest.mark.parametrize("q", ["harbor@example.org", "HARBOR@", "harb", "or@example.o", "harbor"])
def test_somebody_is_found_by_address(q):
    person = UserFactory(email="harbor@example.org", full_name="Mira Okonkwo")
    UserFactory(email="other@example.com")

    assert found_by(q) == [person]


def test_a_holder_is_found_by_number_and_by_code_before_the_certificate_begins_as_well():
    ahead = CertificateFactory(term__first_day=TODAY + 9 * DAY, number="DEMO-0077")
    document = CertificateDocument.objects.create(term=ahead.terms.get(), facts={})

    for q in ("demo 0077", "ＤＥＭＯ-００７７", ahead.verify_code, ahead.verify_code.lower().replace("-", " "), document.verify_code):
        assert found_by(q) == [ahead.holder]


def test_a_whole_address_comes_before_longer_ones():
    UserFactory(email="harbor.master@example.org")
    person = UserFactory(email="harbor@example.org")

    assert found_by("harbor")[0] == person


@pytest.mark.parametrize("q", ["ab", "a", "%", "_", "\x00", "\u202e\u2066", "'--", "x" * 5000])
def test_odd_text_finds_nobody_and_raises_nothing(q):
    UserFactory(full_name="Robin Vale")

    assert found_by(q) == []


def test_more_than_twenty_are_cut_and_said(client, office):
    for n in range(21):
        UserFactory(full_name=f"Maria Vale {n}")

    page = text_of(client.get("/staff/people/?q=maria vale"))

    assert "The first 20 people" in page
    assert "There are more." in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_search_asks_as_much_for_one_person_as_for_three(client, office, count, django_assert_num_queries):
    for n in range(count):
        CertificateFactory(holder=AuthorFactory(full_name=f"Robin Vale{n}"))

    with django_assert_num_queries(10):
        page = client.get("/staff/people/?q=robin")

    assert page.content.decode().count('<th scope="row"') == count


def test_the_page_says_who_works_in_the_office_and_who_holds_what(client, office):
    certificate = CertificateFactory(holder=StaffFactory(full_name="Łucja Żebrowska"))

    page = text_of(client.get("/staff/people/?q=lucja"))

    assert "Łucja Żebrowska" in page
    assert "Staff" in page
    assert certificate.number in page


def test_a_search_that_is_too_short_or_finds_nobody_says_what_to_do(client, office):
    assert "at least three letters" in text_of(client.get("/staff/people/?q=ab"))
    assert "No one was found for" in text_of(client.get("/staff/people/?q=nobody like this"))
    assert "found" not in text_of(client.get("/staff/people/?q=")).split("<main")[-1].split("hint")[0]


def test_the_record_of_a_person_shows_what_is_on_it(client, office):
    certificate = CertificateFactory(holder__full_name="渡辺 澪", holder__full_name__latin_name="Watanabe Mio")
    run = enrollments.start(certificate.holder, review_course(), at=clock.now())

    page = text_of(client.get(f"/staff/people/{certificate.holder.uid}/"))

    for words in ("渡辺 澪", "Watanabe Mio", certificate.holder.email, certificate.number, f"/staff/attempts/{run.pk}/", "Has a password"):
        assert words in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_record_asks_as_much_for_one_row_as_for_three(client, office, count, django_assert_num_queries):
    person = UserFactory(full_name="Robin Vale")
    for n in range(count):
        CertificateFactory(holder=person)
        Hold.objects.create(holder=person, first_day=TODAY + 100 * n * DAY, last_day=TODAY + 100 * n * DAY)
        log.record(_named(), person, by=StaffFactory(), name="x")

    with django_assert_num_queries(13):
        client.get(f"/staff/people/{person.uid}/")


def _named():
    from accounts.naming import NAMED

    return NAMED


def test_history_says_who_did_it(office):
    person = UserFactory()
    invitations.invite(UserFactory(password=None), by=office)
    log.record(_named(), person, by=office, name="x")
    log.record(_named(), person, by=None, name="y")

    assert [(entry.what, entry.by) for entry in roster.history(person)] == [
        ("A name was recorded", "Anna Shcherbakova"),
        ("A name was recorded", ""),
    ]


def test_a_person_without_a_certificate_gets_another_name_at_once(client, office):
    person = UserFactory(full_name="Mira Okonkwo")

    answer = client.post(f"/staff/people/{person.uid}/name/", {"full_name": "Mira Okonkwo-Berg", "reason": "Married"})

    assert answer.url == f"/staff/people/{person.uid}/"
    assert User.objects.get(pk=person.pk).name.full_name == "Mira Okonkwo-Berg"


def test_the_same_name_again_and_one_that_cannot_be_printed_are_refused(client, office):
    person = UserFactory(full_name="Mira Okonkwo")
    address = f"/staff/people/{person.uid}/name/"

    assert "This is the name on record." in text_of(client.post(address, {"full_name": "Mira Okonkwo", "reason": "x"}))
    assert "cherry blossom" in text_of(client.post(address, {"full_name": "Mira 🌸", "reason": "x"}))
    assert person.names.count() == 1


def test_the_name_of_a_holder_is_changed_where_the_public_reading_is_shown(client, office):
    certificate = CertificateFactory()

    assert client.get(f"/staff/people/{certificate.holder.uid}/name/").url == f"/staff/certificates/{certificate.number}/name/"


def test_a_person_is_invited_again(client, office):
    person = UserFactory(password=None)
    address = f"/staff/people/{person.uid}/invite/"

    client.post(address)
    client.post(address)

    assert OutboxMessage.objects.filter(kind="accounts.invitation").count() == 2
    assert "has a password already" in text_of(client.post(f"/staff/people/{UserFactory().uid}/invite/"))


def test_the_record_says_how_a_person_comes_in(client, office):
    person = UserFactory(password=None)
    CertificateFactory(holder=person, number="A-1")

    def said():
        return [text_of(client.get(place)) for place in (f"/staff/people/{person.uid}/", "/staff/certificates/A-1/")]

    assert all("Not invited yet · " in page for page in said())
    invitations.invite(person, by=office)
    assert all("Invited, no password yet · " in page and "Invite again" in page for page in said())
    person.set_password("a quiet harbor at dawn")
    person.save()
    assert all("Has a password" in page and "Invite" not in page for page in said())
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert all("<dd>Closed</dd>" in page for page in said())


def test_ones_own_record_says_at_once_that_somebody_else_acts(client, office):
    certificate = CertificateFactory(holder=office)

    for place in (f"/staff/people/{office.uid}/", f"/staff/certificates/{certificate.number}/"):
        assert "This is about yourself." in text_of(client.get(place))
    assert "This is about yourself." not in text_of(client.get(f"/staff/people/{UserFactory().uid}/"))


def test_a_bar_is_placed_and_lifted_on_the_screen(client, office):
    person = UserFactory(full_name="Mei Lin")
    today = clock.today()

    client.post(f"/staff/people/{person.uid}/hold/", {"first_day": (today - 3 * DAY).isoformat(), "last_day": ""})
    hold = Hold.objects.get()
    assert (hold.first_day, hold.last_day) == (today - 3 * DAY, None)
    assert "until the office ends it" in text_of(client.get(f"/staff/people/{person.uid}/"))

    client.post(f"/staff/people/{person.uid}/holds/{hold.pk}/lift/")

    assert Hold.objects.current().get().last_day == today - DAY
    assert "Over" in text_of(client.get(f"/staff/people/{person.uid}/"))
    assert client.post(f"/staff/people/{person.uid}/holds/{hold.pk}/lift/").status_code == 404


@pytest.mark.parametrize(
    ("form", "words"),
    [
        (
            {"first_day": "2026-05-04", "last_day": "2026-05-03"},
            "The last day is before the first day. Choose the same day or a later one.",
        ),
        ({"first_day": "soon", "last_day": ""}, "This is not a day of the calendar. Choose the day again."),
        ({"first_day": "", "last_day": ""}, "Please fill this in."),
        ({"first_day": "9999-12-31", "last_day": ""}, "Choose a day up to 2199."),
    ],
)
def test_a_refused_bar_keeps_what_was_typed_and_bars_nothing(client, office, form, words):
    answer = client.post(f"/staff/people/{UserFactory().uid}/hold/", form)

    assert answer.status_code == 200
    assert words in text_of(answer)
    assert all(f'value="{value}"' in text_of(answer) for value in form.values() if value)
    assert not Hold.objects.exists()


def test_nobody_bars_themselves_or_lifts_their_own_bar_on_the_screen(client, office):
    assert SOMEBODY_ELSE in text_of(client.post(f"/staff/people/{office.uid}/hold/", {"first_day": "2026-05-04"}))
    hold = Hold.objects.create(holder=office, first_day=TODAY)
    assert SOMEBODY_ELSE in text_of(client.post(f"/staff/people/{office.uid}/holds/{hold.pk}/lift/"))

    assert Hold.objects.current().get() == hold


def test_a_bar_of_somebody_else_is_not_lifted_under_this_address(client, office):
    hold = Hold.objects.create(holder=UserFactory(), first_day=TODAY)

    assert client.post(f"/staff/people/{UserFactory().uid}/holds/{hold.pk}/lift/").status_code == 404


@pytest.fixture
def uninvited():
    """An imported coach whose reminder is due, and one whose term ends much later."""
    today = clock.today()
    soon = CertificateFactory(holder=UserFactory(password=None, full_name="Inês d'Ávila"), term__last_day=today + 29 * DAY, number="A-1")
    later = CertificateFactory(holder=UserFactory(password=None, full_name="Mio Abe"), term__last_day=today + 400 * DAY, number="A-2")
    CertificateFactory(number="A-3")
    return soon, later


def test_who_was_never_invited_is_listed_and_those_whose_reminder_is_due_are_chosen_already(client, office, uninvited):
    page = client.get("/staff/people/not-invited/").content.decode()

    assert re.findall(r">(A-\d)</a>", page) == ["A-1", "A-2"]
    assert [str(certificate.holder.uid) for certificate in uninvited] == re.findall(r'name="person" value="([^"]+)"', page)
    assert len(re.findall(r" checked", page)) == 1
    assert "1 holder near the end of a certificate gets no reminder, because they were never invited." in text_of(client.get("/staff/"))


def test_what_is_said_of_reminders_to_holders_never_invited_is_one_thing(client, office, uninvited):
    page = text_of(client.get("/staff/people/not-invited/"))

    assert "They get no e-mail from this site, so no reminder of their renewal reaches them." in page
    assert "Invite these first: the certificate ends soon or has just ended" in page
    assert "reminder is due" not in page


def test_those_chosen_are_invited_once(client, office, uninvited):
    holders = [str(certificate.holder.uid) for certificate in uninvited]
    client.post("/staff/people/not-invited/", {"person": holders})
    client.post("/staff/people/not-invited/", {"person": holders})

    assert OutboxMessage.objects.filter(kind="accounts.invitation").count() == 2
    assert "Everybody who holds a certificate has a password or was invited." in text_of(client.get("/staff/people/not-invited/"))


def test_who_of_those_chosen_could_not_be_invited_is_named_with_the_reason(client, office, uninvited):
    User.objects.filter(pk=uninvited[0].holder_id).update(is_active=False)

    page = text_of(client.post("/staff/people/not-invited/", {"person": [str(one.holder.uid) for one in uninvited]}, follow=True))

    assert "Ávila. The account may not log in." in page
    assert "1 invitation on the way." in page
    alone = text_of(client.post("/staff/people/not-invited/", {"person": [str(uninvited[0].holder.uid)]}, follow=True))
    assert "Not invited" in alone
    assert "on the way" not in alone


def test_whoever_is_no_holder_waiting_is_not_invited(client, office, uninvited):
    client.post("/staff/people/not-invited/", {"person": ["x", "", str(UserFactory().uid), str(office.uid)]})

    assert not OutboxMessage.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_as_much_for_one_as_for_three(client, office, count, django_assert_num_queries):
    today = clock.today()
    for _ in range(count):
        CertificateFactory(holder=UserFactory(password=None), term__last_day=today + 29 * DAY)
        CertificateFactory(holder=UserFactory(password=None), term__last_day=today + 400 * DAY)

    with django_assert_num_queries(9):
        client.get("/staff/people/not-invited/")


def test_a_long_list_goes_on_after_a_number(client, office):
    Certificate.objects.all().delete()
    for n in range(51):
        CertificateFactory(holder=UserFactory(password=None), number=f"B-{n:03}", term__last_day=clock.today() + 400 * DAY)

    page = client.get("/staff/people/not-invited/").content.decode()

    assert page.count('name="person"') == 50
    assert "after=B-049" in page
    assert client.get("/staff/people/not-invited/?after=B-049").content.decode().count('name="person"') == 1
