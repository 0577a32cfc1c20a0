"""What logging in and passwords ask of the database, however many people there are."""

import pytest
from django.urls import reverse

from accounts import links
from tests.factories.accounts import PASSWORD, UserFactory
from tests.queries import statements

pytestmark = [pytest.mark.django_db, pytest.mark.parametrize("others", [1, 3])]


@pytest.fixture
def person(others):
    UserFactory.create_batch(others)
    return UserFactory(email="ana@example.org")


FOR_STRANGERS = {"login": 0, "password_forgotten": 0, "password_sent": 0}


@pytest.mark.parametrize(("page", "number"), FOR_STRANGERS.items())
def test_a_page_for_strangers_asks_nothing(client, person, page, number, others):
    with statements(number):
        client.get(reverse(page))


def test_logging_in_and_out_cost_the_same_among_many(client, person, others):
    with statements(6):
        client.post(reverse("login"), {"username": person.email, "password": PASSWORD})
    with statements(3):
        client.get(reverse("password_change"))
    with statements(4):
        client.post(reverse("logout"))


def test_a_wrong_password_costs_one_question(client, person, others):
    with statements(1):
        client.post(reverse("login"), {"username": person.email, "password": "not this one"})


def test_a_link_costs_the_same_among_many(client, person, others):
    with statements(1):
        assert client.get(links.password_path(person)).status_code == 200
    with statements(2):
        assert client.get(links.invitation_path(person)).status_code == 200
    with statements(1):
        assert client.get(reverse("password_set", args=[person.uid, "used-up"])).status_code == 410
