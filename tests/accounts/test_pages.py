"""What every page of ours carries, seen on the pages that exist in any case."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client

from audit import clock
from tests.factories.accounts import StaffFactory, UserFactory

pytestmark = pytest.mark.django_db

OURS = [path for path in Path(settings.BASE_DIR, "templates").rglob("*.html") if "pdf" not in path.parts and "email" not in path.parts]


@pytest.mark.parametrize("template", OURS, ids=lambda path: str(path.relative_to(settings.BASE_DIR / "templates")))
def test_a_template_holds_no_inline_style_or_script(template):
    text = template.read_text()

    assert not re.search(r"\sstyle=|<style|\son[a-z]+=\"", text)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", text))


def test_a_page_that_is_not_there_is_answered_in_words(client):
    answer = client.get("/no/such/page/")

    assert answer.status_code == 404
    assert "There is no page at this address" in answer.content.decode()


def test_a_form_from_an_old_page_is_answered_in_words():
    answer = Client(enforce_csrf_checks=True).post("/accounts/login/", {"username": "a@example.org", "password": "x"})

    assert answer.status_code == 403
    assert "Please send that once more" in answer.content.decode()


def test_the_page_for_our_mistakes_needs_nothing_from_the_site():
    assert "Something went wrong on our side" in render_to_string("500.html")


def test_a_moved_demonstration_says_which_day_it_is(client, settings, tmp_path):
    settings.DEMO_CLOCK_FILE = tmp_path / "clock"
    assert "Demonstration: here it is" not in client.get("/accounts/login/").content.decode()

    settings.DEMO_CLOCK_FILE.write_text("31")
    page = client.get("/accounts/login/").content.decode()

    assert f'datetime="{clock.today():%Y-%m-%d}"' in page


def test_the_head_offers_what_the_reader_can_do(client):
    assert "Log in</a>" in client.get("/accounts/password/").content.decode()

    client.force_login(UserFactory())
    page = client.get("/accounts/password/").content.decode()

    assert "My page" in page
    assert '<form action="/accounts/logout/" method="post">' in page


def test_a_strangers_page_asks_the_database_nothing(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        client.get("/accounts/login/")


def test_a_persons_own_pages_share_a_menu_of_what_there_is(client):
    client.force_login(UserFactory())

    page = client.get("/accounts/password/change/").content.decode()

    assert '<a href="/accounts/password/change/" aria-current="page">Password</a>' in page
    for href in re.findall(r'aria-label="My pages">(.*?)</nav>', page, re.DOTALL)[0].split('href="')[1:]:
        assert client.get(href.split('"')[0]).status_code < 400


def test_only_the_office_is_shown_the_way_to_it(client):
    client.force_login(UserFactory())
    assert ">Office<" not in client.get("/accounts/password/change/").content.decode()

    client.force_login(StaffFactory())
    assert ">Office<" in client.get("/accounts/password/change/").content.decode()
