from datetime import timedelta

import pytest
from django.core.management import call_command
from wagtail.models import Page, Site

from audit import clock
from cms.models import Clause, HomePage, PlainPage, Promise, Wording
from tests.factories import cms

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped_texts")]


@pytest.fixture
def site():
    call_command("load_texts", verbosity=0)
    Site.clear_site_root_paths_cache()


def body(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("address", ["/", "/principles/", "/code/", "/code/ps-07/", "/code/editions/", "/code/editions/demo-1/",
                                     "/therapy-or-coaching/", "/privacy/", "/accessibility/"])  # fmt: skip
def test_the_contracts_addresses_answer(client, site, address):
    assert "<h1" in body(client.get(address))


def test_loading_the_pages_again_keeps_what_an_editor_wrote(site):
    page = PlainPage.objects.get(slug="privacy")
    page.title = "Your privacy"
    page.save_revision().publish()
    before = list(Page.objects.order_by("pk").values_list("pk", "title", "path"))

    call_command("load_texts", verbosity=0)

    assert list(Page.objects.order_by("pk").values_list("pk", "title", "path")) == before


def test_wagtails_welcome_page_is_gone(site):
    assert Site.objects.get().root_page.specific == HomePage.objects.get()
    assert Page.objects.filter(depth=2).count() == 1


def test_the_home_page_asks_for_a_coach(client, site):
    page = body(client.get("/"))

    assert 'action="/registry/"' in page
    assert 'name="q"' in page


def test_a_clause_shows_its_wording_and_how_to_cite_it(client, site):
    page = body(client.get("/code/ps-07/"))

    assert Wording.objects.get(clause="PS-07").body in page
    assert "Code of Ethics, PS-07, edition “demo-1”" in page
    assert "Demonstration wording" in page


@pytest.mark.parametrize("address", ["/code/ps-99/", "/code/PS-07/", "/code/editions/none/", "/code/tp-1/", "/code/gp-01/"])
def test_what_is_no_clause_and_no_edition_is_not_found(client, site, address):
    assert client.get(address).status_code == 404


def test_a_changed_clause_tells_its_history_newest_first(client, site):
    cms.published("second", on=clock.today() - timedelta(days=5), changes={"PS-07": "A sexual relationship with a client is out."})

    page = body(client.get("/code/ps-07/"))

    assert page.index("second</a>") < page.index("demo-1</a>")
    assert "<del>" in page
    assert "added: " in page


def test_an_edition_shows_only_what_changed(client, site):
    cms.published("second", on=clock.today() - timedelta(days=5), changes={"PS-07": "Entirely other words."}, retired=("SC-10",))

    page = body(client.get("/code/editions/second/"))

    assert "Entirely other words." in page
    assert 'id="sc-10"' in page
    assert 'id="ps-08"' not in page


def test_a_retired_clause_keeps_its_page(client, site):
    cms.published("second", on=clock.today() - timedelta(days=5), changes={"PS-07": "A new sentence."}, retired=("SC-10",))

    assert "This clause was retired" in body(client.get("/code/sc-10/"))
    assert 'id="sc-10"' not in body(client.get("/code/"))


def test_an_announced_edition_does_not_change_the_code_before_its_day(client, site):
    cms.published("second", on=clock.today() + timedelta(days=5), changes={"PS-07": "A new sentence."})

    assert "A new sentence." not in body(client.get("/code/"))
    assert "A new sentence." in body(client.get("/code/ps-07/"))
    assert "coming" in body(client.get("/code/editions/"))


def test_a_draft_is_seen_by_nobody(client, site):
    cms.draft("secret", changes={"PS-07": "A new sentence."})

    assert client.get("/code/editions/secret/").status_code == 404
    assert "A new sentence." not in body(client.get("/code/ps-07/"))
    assert "secret" not in body(client.get("/code/editions/"))


def test_claims_of_the_therapy_text_have_their_anchor(client, site):
    page = body(client.get("/therapy-or-coaching/"))

    assert all(f'id="tc-{n:02}"' in page for n in range(1, 16))
    assert all(f'id="tp-{n}"' in page for n in range(1, 8))


QUERIES = {"/": 5, "/code/": 9, "/principles/": 9, "/code/ps-07/": 12, "/code/editions/": 8, "/code/editions/second/": 10}


@pytest.mark.parametrize("more", [1, 3])
@pytest.mark.parametrize(("address", "number"), QUERIES.items())
def test_pages_ask_the_same_number_of_questions_for_more_clauses(client, site, django_assert_num_queries, address, number, more):
    changes = {cms.clause(13 + n).pk: "One more duty." for n in range(more)}
    cms.published("second", on=clock.today() - timedelta(days=5), changes=changes)
    client.get(address)

    with django_assert_num_queries(number):
        client.get(address)


def test_a_moved_page_redirects(client, site, django_capture_on_commit_callbacks):
    page = PlainPage.objects.get(slug="privacy")
    page.slug = "your-privacy"
    with django_capture_on_commit_callbacks(execute=True):
        page.save_revision().publish()

    answer = client.get("/privacy/")

    assert answer.status_code == 301
    assert answer["Location"].endswith("/your-privacy/")


SIGNPOST = "please call your local emergency number"


@pytest.mark.parametrize(
    "address", ["/", "/code/", "/code/sc-01/", "/code/sc-02/", "/code/sc-03/", "/code/editions/demo-1/", "/therapy-or-coaching/"]
)
def test_every_page_that_speaks_of_suicide_says_whom_to_call(client, site, address):
    assert body(client.get(address)).count(SIGNPOST) == 1


@pytest.mark.parametrize("address", ["/principles/", "/code/ps-07/", "/code/editions/", "/privacy/"])
def test_other_pages_are_left_in_peace(client, site, address):
    page = body(client.get(address))

    assert "suicid" not in page.lower()
    assert SIGNPOST not in page


def test_the_difference_of_an_edition_says_whom_to_call_where_it_speaks_of_suicide(client, site):
    cms.published("calm", on=clock.today() - timedelta(days=9), changes={"PS-08": "New words about money."})
    cms.published("heavy", on=clock.today() - timedelta(days=5), changes={"PS-08": "Newer words, on suicidal clients."})

    assert SIGNPOST not in body(client.get("/code/editions/calm/"))
    assert SIGNPOST in body(client.get("/code/editions/heavy/"))


def test_the_home_page_promises_in_words_for_clients(client, site):
    page = body(client.get("/"))

    assert Promise.objects.count() == Clause.objects.filter(critical=True).count() == 8
    assert "Active suicidality" not in page
    assert all(promise.clause.get_absolute_url() in page for promise in Promise.objects.select_related("clause"))
    assert "You leave on steady ground" in page


def test_the_code_shows_what_follows_from_its_opening(client, site):
    page = body(client.get("/code/"))

    assert all(f'id="ce-00-{n}"' in page for n in range(1, 5))
    assert Clause.objects.get(pk="CE-00.3").claim in page
