"""The pages of the inbox: a list that says when and nothing else, one message, and its paper."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse

from accounts import factors, inbox
from accounts.models import Message
from audit import clock, log
from certification.facts import SanctionKind
from tests.accounts.test_inbox import CASE, TITLE, WORDS, case_letters  # noqa: F401  (a fixture)
from tests.factories.accounts import UserFactory
from tests.factories.certification import CertificateFactory, SanctionFactory
from tests.logins import app_of, code_of, fresh_code_of
from tests.queries import statements

pytestmark = pytest.mark.django_db
LIST = "/my/messages/"
SHOWN = "/my/messages/?titles=shown"


@pytest.fixture
def person(client):
    """Logged in with a password alone."""
    somebody = UserFactory(full_name="Anna Weber")
    client.force_login(somebody)
    return somebody


def ordinary(person, *, key="ordinary", **more) -> Message:
    return inbox.post(person, title="Renewed", words="Until 2028.\n\nSee http://testserver/my/", key=key, at=clock.now(), **more)


def confidential(person, *, key="confidential") -> Message:
    return inbox.post(person, source=CASE, of="7f3c", key=key, at=clock.now())


def page_of(message, name="message") -> str:
    return reverse(name, args=[message.uid])


def text(answer) -> str:
    return answer.content.decode()


def test_the_list_says_of_no_message_what_it_is_opened_or_not(client, person, case_letters):  # noqa: F811
    opened, _ = ordinary(person), confidential(person)
    client.get(page_of(opened))

    page = text(client.get(LIST))

    assert "Renewed" not in page
    assert "canaria" not in page.lower()
    assert page.count(">Message of ") == 2
    assert page.count("<strong>New:</strong>") == page.count("Not opened yet") == page.count("Opened on") == 1


def test_an_empty_list_says_what_will_come(client, person):
    assert "no message for you yet" in text(client.get(LIST))


def test_a_message_is_read_without_a_second_step_and_is_opened_then(client, person):
    message = ordinary(person)

    page = text(client.get(page_of(message)))

    assert "<h1>Renewed</h1>" in page
    assert "<p>Until 2028.</p>" in page
    assert 'href="http://testserver/my/"' in page
    assert re.search("<title>(.*?)</title>", page)[1].startswith("Message of ")
    assert Message.objects.get().read_at
    assert not log.history(message).filter(action="audit.read").exists()


def test_the_words_of_a_message_are_words_and_no_markup(client, person):
    message = inbox.post(person, title="<b>Renewed</b>", words="<script>alert(1)</script>", key="k", at=clock.now())

    page = text(client.get(page_of(message)))

    assert "<b>Renewed" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_case_letter_needs_the_second_step_and_comes_after_it(client, case_letters):  # noqa: F811
    person = UserFactory()
    app_of(person)
    client.force_login(person)
    message = confidential(person)

    asked = text(client.get(page_of(message)))
    assert "Please confirm that it is you" in asked
    assert "canaria" not in asked.lower()

    answer = client.post(page_of(message), {"step_up": "get", "step_up-code": fresh_code_of(person)})
    assert answer["Location"] == page_of(message)
    page = text(client.get(page_of(message)))
    assert WORDS.split("\n")[0] in page
    assert "canaria" not in re.search("<title>(.*?)</title>", page)[1].lower()
    assert log.history(message).filter(action="audit.read", actor_id=str(person.pk)).count() == 1


def test_a_factor_given_more_than_15_minutes_ago_is_asked_for_again(client, case_letters):  # noqa: F811
    person = UserFactory()
    client.force_login(person, factor=True)
    message = confidential(person)
    client.keep(**{factors.GIVEN: (clock.real() - timedelta(minutes=16)).isoformat()})

    assert "Please confirm that it is you" in text(client.get(page_of(message)))
    assert inbox.unread(person) == 1


@pytest.mark.parametrize("name", ["message", "message_pdf"])
def test_who_has_no_device_is_led_to_add_one_and_comes_back(client, person, case_letters, name):  # noqa: F811
    address = page_of(confidential(person), name)

    answer = client.get(address)

    assert answer["Location"] == f"/accounts/security/?next={address.replace('/', '%2F')}"
    assert inbox.unread(person) == 1


@pytest.mark.parametrize("name", ["message", "message_pdf"])
def test_somebody_elses_message_is_not_there_whatever_it_is(client, case_letters, name):  # noqa: F811
    other, reader = UserFactory(), UserFactory()
    client.force_login(reader, factor=True)

    for message in (ordinary(other), confidential(other)):
        assert client.get(page_of(message, name)).status_code == 404
    assert client.get(reverse(name, args=["00000000-0000-4000-8000-000000000000"])).status_code == 404
    assert inbox.unread(other) == 2


def test_titles_are_shown_after_the_second_step_of_all_alike(client, case_letters):  # noqa: F811
    person = UserFactory()
    app_of(person)
    client.force_login(person)
    ordinary(person), confidential(person)

    assert "Please confirm that it is you" in text(client.get(SHOWN))
    answer = client.post(SHOWN, {"step_up": "get", "step_up-code": code_of(person)})
    page = text(client.get(answer["Location"]))

    assert ">Renewed</a>" in page
    assert f">{TITLE}</a>" in page
    assert inbox.unread(person) == 2


def test_who_has_no_device_is_led_to_add_one_before_titles_are_shown(client, person):
    ordinary(person)

    assert client.get(SHOWN)["Location"].startswith("/accounts/security/?next=")


def test_words_kept_no_longer_are_told_of_as_such(client, case_letters):  # noqa: F811
    person = UserFactory()
    client.force_login(person, factor=True)
    message = confidential(person)
    case_letters.clear()

    page = text(client.get(page_of(message)))

    assert "kept no longer" in page
    assert "Download" not in page
    assert client.get(page_of(message, "message_pdf")).status_code == 404
    assert "Words are kept no longer" in text(client.get(SHOWN))


@pytest.mark.parametrize("which", [ordinary, confidential])
def test_the_paper_is_made_for_its_person_and_its_name_says_the_day_alone(client, case_letters, which):  # noqa: F811
    person = UserFactory()
    client.force_login(person, factor=True)
    message = which(person)

    answer = client.get(page_of(message, "message_pdf"))

    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"%PDF-")
    assert answer["Content-Disposition"] == f'attachment; filename="message-{clock.today().isoformat()}.pdf"'
    assert "no-store" in answer["Cache-Control"]
    assert Message.objects.get().read_at
    assert log.history(message).filter(action="audit.read").count() == (which is confidential)


def test_where_no_paper_can_be_made_the_message_is_read_all_the_same(client, person, monkeypatch):
    def broken(letter):
        raise inbox.NoPaper

    message = ordinary(person)
    monkeypatch.setattr(inbox, "PRESSES", [broken])

    page = text(client.get(page_of(message, "message_pdf"), follow=True))

    assert "cannot be made at the moment" in page
    assert "Until 2028." in page
    monkeypatch.setattr(inbox, "PRESSES", [])
    assert client.get(page_of(message, "message_pdf"))["Location"] == page_of(message)
    assert "Download" not in text(client.get(page_of(message)))


def test_nothing_of_the_inbox_is_kept_by_a_browser_or_a_proxy(client, person):
    message = ordinary(person)

    for path in (LIST, page_of(message), page_of(message, "message_pdf")):
        assert "no-store" in client.get(path)["Cache-Control"]


@pytest.mark.parametrize("kind", ["suspended", "revoked", "lapsed"])
def test_whoever_is_suspended_revoked_or_lapsed_reads_on(client, kind, case_letters):  # noqa: F811
    if kind == "lapsed":
        held = CertificateFactory(term__first_day=date(2019, 1, 1), term__last_day=date(2020, 12, 31))
    else:
        held = CertificateFactory()
        SanctionFactory(certificate=held, kind=SanctionKind.REVOCATION if kind == "revoked" else SanctionKind.SUSPENSION, last_day=None)
    client.force_login(held.holder, factor=True)
    message = confidential(held.holder)

    assert page_of(message) in text(client.get(LIST))
    assert TITLE in text(client.get(page_of(message)))


@pytest.mark.parametrize("method", ["post", "head", "put", "delete"])
def test_the_pages_are_only_read(client, person, method):
    message = ordinary(person)

    for path in (LIST, page_of(message), page_of(message, "message_pdf")):
        assert getattr(client, method)(path).status_code == 405
    assert inbox.unread(person) == 1


def test_how_many_are_new_stands_in_the_menu_and_on_the_first_page(client, person):
    assert "not opened yet" not in text(client.get("/my/"))
    first = ordinary(person)
    assert "1 message that you have not opened yet" in text(client.get("/my/"))
    ordinary(person, key="another")
    ordinary(UserFactory(), key="somebody else's")

    page = text(client.get("/my/"))
    assert ">Messages (2 new)</a>" in page
    assert "2 messages that you have not opened yet" in page
    assert ">Messages (1 new)</a>" in text(client.get(page_of(first)))
    assert "new)" not in text(client.get("/registry/"))


@pytest.mark.parametrize("rows", [1, 3, 200])
def test_what_the_pages_ask_of_the_database(client, case_letters, rows):  # noqa: F811
    person = UserFactory()
    client.force_login(person, factor=True)
    posted = [ordinary(person, key=f"ordinary:{n}") for n in range(rows - 1)] + [confidential(person)]

    with statements(6):
        assert len(client.get(LIST).context["rows"]) == min(rows, 25)
    with statements(10):
        assert len(client.get(SHOWN).context["rows"]) == min(rows, 25)
    with statements(10 if rows == 1 else 8):  # a case letter is an entry and its details
        client.get(page_of(posted[0]))


def test_many_messages_are_parted_in_pages(client, person):
    for n in range(27):
        ordinary(person, key=str(n))

    assert "Page 1 of 2" in text(client.get(LIST))
    assert text(client.get(f"{LIST}?page=2")).count(">Message of ") == 2
    assert client.get(f"{LIST}?page=nonsense").status_code == client.get(f"{LIST}?page=99").status_code == 200


def test_wrong_codes_are_counted_and_open_nothing(client, case_letters):  # noqa: F811
    person = UserFactory()
    app_of(person)
    client.force_login(person)
    message = confidential(person)

    answer = client.post(page_of(message), {"step_up": "get", "step_up-code": "000000"})

    assert "canaria" not in text(answer).lower()
    assert inbox.unread(person) == 1
