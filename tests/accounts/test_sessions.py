"""What a log-in does to the session: a key that nobody knew before, what waited in it kept, one statement to write it."""

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import sessions
from accounts.models import Session
from accounts.sessions import SessionStore
from tests.factories.accounts import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db


def log_in(client) -> str:
    """Log in; the key of the session afterwards."""
    answer = client.post(reverse("login"), {"username": UserFactory().email, "password": PASSWORD})
    assert answer.status_code == 302
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def test_a_log_in_writes_the_session_once(client):
    with CaptureQueriesContext(connection) as asked:
        key = log_in(client)

    about_it = [query["sql"] for query in asked.captured_queries if "accounts_session" in query["sql"]]
    assert [sql.split()[0] for sql in about_it] == ["INSERT"]
    assert Session.objects.get().session_key == key


def test_a_key_that_somebody_made_up_is_not_taken_over(client):
    made_up = "a" * 32
    client.cookies[settings.SESSION_COOKIE_NAME] = made_up

    key = log_in(client)

    assert key != made_up
    assert Session.objects.get().session_key == key


def test_a_log_in_changes_the_key_and_keeps_what_waited(client):
    before = client.session
    before["waits"] = "an answer"
    before.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = before.session_key

    key = log_in(client)

    assert key != before.session_key
    assert Session.objects.get().session_key == key
    assert client.session["waits"] == "an answer"


def test_a_key_that_is_taken_is_drawn_anew(monkeypatch):
    taken = SessionStore()
    taken["whose"] = "the first"
    taken.save()
    keys = iter([taken.session_key, "b" * 32])
    monkeypatch.setattr(sessions, "get_random_string", lambda *_: next(keys))

    other = SessionStore()
    other["whose"] = "the second"
    other.save()

    assert other.session_key == "b" * 32
    assert SessionStore(taken.session_key)["whose"] == "the first"
    assert SessionStore(other.session_key)["whose"] == "the second"


@pytest.mark.parametrize("made_up", [r'"\000aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"', "short", "A" * 32, "a" * 4000, "../../etc/passwd"])
def test_a_cookie_that_can_hold_no_key_of_ours_is_nobodys_and_asks_no_database(client, made_up):
    """PostgreSQL would break on being asked for a NUL."""
    with CaptureQueriesContext(connection) as asked:
        answer = client.get("/my/", HTTP_COOKIE=f"{settings.SESSION_COOKIE_NAME}={made_up}")

    assert answer.url == "/accounts/login/?next=/my/"
    assert not [query for query in asked.captured_queries if "accounts_session" in query["sql"]]
