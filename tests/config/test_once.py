"""Parts of a page that are made once: they see what they are given, and nothing of whoever asks."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import engines
from django.test import RequestFactory

from config.templatetags import once
from tests.factories.accounts import UserFactory

REQUEST = RequestFactory().get("/")


def show(source, request=REQUEST, **context):
    return engines["django"].from_string("{% load once %}" + source).render(context, request)


@pytest.fixture
def part(tmp_path, settings):
    """Writes a template that can be included."""
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    once.kept.cache_clear()

    def write(source):
        (tmp_path / "part.html").write_text(source)

    yield write
    once.kept.cache_clear()


@pytest.mark.django_db
def test_it_sees_no_person_no_request_and_no_variable_of_the_page(part):
    part("[{{ user.email }}{{ request.path }}{{ csrf_token }}{{ word }}]")
    REQUEST.user = UserFactory(email="ana@example.org")

    assert show('{% once "part.html" %}', word="secret") == "[]"
    REQUEST.user = AnonymousUser()


def test_it_is_made_once_for_the_same_values(part):
    part("{{ word }} one")
    assert show('{% once "part.html" word=word %}', word="a") == "a one"
    part("{{ word }} two")

    assert show('{% once "part.html" word=word %}', word="a") == "a one"
    assert show('{% once "part.html" word=word %}', word="b") != "a one"


def test_words_that_may_write_into_the_page_are_not_those_that_may_not(part):
    part("{{ word }}")

    assert show('{% once "part.html" word=word|safe %}', word="<b>") == "<b>"
    assert show('{% once "part.html" word=word %}', word="<b>") == "&lt;b&gt;"


def test_an_edit_shows_at_once_where_debug_is_on(part, settings):
    settings.DEBUG = True
    part("one")
    assert show('{% once "part.html" %}') == "one"
    assert not once.kept.cache_info().currsize


@pytest.mark.django_db
def test_the_head_of_a_page_shows_whose_visit_it_is(client):
    stranger = client.get("/registry/").content
    client.force_login(UserFactory())
    person = client.get("/registry/").content

    assert (b"Log in" in stranger, b"Log out" in stranger) == (True, False)
    assert (b"Log in" in person, b"Log out" in person) == (False, True)
    client.logout()
    assert client.get("/registry/").content == stranger


@pytest.mark.django_db
def test_the_menu_shows_where_one_is(client):
    for address in ("/registry/", "/learn/", "/registry/"):
        assert f'<a href="{address}" aria-current="true">' in client.get(address).content.decode()
