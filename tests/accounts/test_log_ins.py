"""Log-ins in the log: who got in and that somebody did not, without a word of what was typed (ASVS 16.3.1)."""

import logging

import pytest

from tests.factories.accounts import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def said(caplog):
    caplog.set_level(logging.INFO, logger="accounts")
    return caplog


def log_in(client, email, password):
    return client.post("/accounts/login/", {"username": email, "password": password})


def test_the_log_says_whose_password_let_whom_in(client, said):
    person = UserFactory()

    log_in(client, person.email, PASSWORD)

    assert f"log-in of account {person.pk} by password" in said.messages


def test_the_log_says_that_a_password_was_refused_and_not_which_nor_whose(client, said):
    person = UserFactory()

    log_in(client, person.email, "not the password at all")

    assert said.messages == ["log-in refused: the password does not fit"]
    assert person.email not in said.text


def test_the_log_tells_a_wrong_password_from_one_that_nobody_looked_at(client, said):
    person = UserFactory()
    while "log-in refused: too many tries" not in said.messages:
        assert len(said.messages) < 100
        log_in(client, person.email, "not the password at all")

    assert "log-in refused: the password does not fit" in said.messages


def test_the_log_says_that_a_change_of_password_was_refused_and_nothing_of_it(client, said):
    person = UserFactory()
    client.force_login(person)
    said.clear()

    client.post("/accounts/password/change/", {"old_password": "not mine at all", "new_password1": "x", "new_password2": "x"})

    assert said.messages == ["change of password refused: the old one does not fit"]
    assert "not mine" not in said.text
