import re
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils.html import escape
from wagtail.models import Page, Site

from accounts import personal
from audit import clock
from cms import code
from cms.models import Clause, Edition, HomePage, PlainPage, Promise, Wording
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
    assert "Code of Ethics, PS-07, edition “second”" in page


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


QUERIES = {"/": 5, "/code/": 9, "/principles/": 9, "/code/ps-07/": 12, "/code/editions/": 7, "/code/editions/second/": 10}


@pytest.mark.parametrize("more", [1, 3])
@pytest.mark.parametrize(("address", "number"), QUERIES.items())
def test_pages_ask_the_same_number_of_questions_for_more_clauses(client, site, django_assert_num_queries, address, number, more):
    changes = {cms.clause(13 + n).pk: "One more duty." for n in range(more)}
    cms.published("second", on=clock.today() - timedelta(days=5), changes=changes)
    client.get(address)

    with django_assert_num_queries(number):
        client.get(address)


@pytest.mark.parametrize("editions", [1, 3])
@pytest.mark.parametrize(("address", "number"), QUERIES.items())
def test_pages_ask_the_same_number_of_questions_for_more_editions(client, site, django_assert_num_queries, address, number, editions):
    for n in range(editions):
        name = "second" if n == 0 else f"more {n}"
        cms.published(name.replace(" ", "-"), on=clock.today() - timedelta(days=30 - n), changes={"PS-07": f"Wording number {n}."})
    client.get(address)

    with django_assert_num_queries(number):
        client.get(address)


def history(page: str) -> list[str]:
    """The turns of a clause as its page tells them, newest first: day, edition and what happened."""
    rows = re.findall(r'<time datetime="([\d-]+)">[^<]+</time>\s*<p class="soft"><a href="[^"]+">([^<]+)</a>: ([^<]+)</p>', page)
    return [" ".join(row) for row in rows]


def test_the_history_of_a_clause_has_a_day_for_every_turn(client, site):
    first, *days = (clock.today() - timedelta(days=n) for n in (40, 30, 20, 10, 5))
    cms.published("second", on=first, changes={"PS-07": "Any sexual relationship with a client is forbidden."})
    cms.published("third", on=days[0], changes={"PS-08": "Only PS-08 changes."})
    cms.published("fourth", on=days[1], retired=("PS-07",))
    cms.published("fifth", on=days[2], changes={"PS-07": "Never, and with nobody you coach."})
    cms.published("sixth", on=days[3], changes={"PS-07": "Wholly other."})

    page = body(client.get("/code/ps-07/"))

    assert history(page) == [
        f"{days[3]} Edition sixth written anew",
        f"{days[2]} Edition fifth taken up again",
        f"{days[1]} Edition fourth retired",
        f"{first} Edition second reworded",
        "2015-01-01 Edition demo-1 first wording",
    ]
    assert "Edition third" not in page
    assert "removed: </span>A<" in page
    assert '<p class="lede">Wholly other.</p>' in page


def test_a_retired_clause_says_so_with_its_day_and_is_cited_from_its_last_edition(client, site):
    day = clock.today() - timedelta(days=5)
    cms.published("second", on=day, retired=("SC-10",))

    page = body(client.get("/code/sc-10/"))

    assert f'This clause was retired on <time datetime="{day}">' in page
    assert Wording.objects.get(clause="SC-10", edition__demonstration=True).body in page
    assert "Code of Ethics, SC-10, edition “demo-1”" in page
    assert "sc-10" in body(client.get("/code/editions/second/"))


def test_a_wording_that_is_to_come_is_announced_once_and_only_where_it_changes(client, site):
    ahead = clock.today() + timedelta(days=5)
    cms.published("second", on=ahead, changes={"PS-07": "From then on."}, retired=("SC-10",))
    cms.published("third", on=ahead + timedelta(days=5), changes={"PS-08": "Other."})

    changed, retired, same = (body(client.get(f"/code/{clause}/")) for clause in ("ps-07", "sc-10", "ps-01"))

    assert changed.count("Coming wording") == retired.count("Coming wording") == 1
    assert "From then on." in changed
    assert "This clause is retired." in retired
    assert "Not part of the Code" not in retired
    assert "Coming wording" not in same
    whole = body(client.get("/code/"))
    assert "A new edition comes into force on" in whole
    assert 'href="/code/editions/second/"' in whole
    assert "From then on." not in whole


def test_a_clause_that_comes_with_an_edition_ahead_is_not_part_of_the_code_yet(client, site):
    cms.published("second", on=clock.today() + timedelta(days=5), changes={cms.clause(13).pk: "A new duty."})

    page = body(client.get("/code/ps-13/"))

    assert "Not part of the Code yet" in page
    assert "A new duty." in page
    assert "How the wording came to be" not in page
    assert 'rel="next"' not in page


def test_a_clause_that_only_a_draft_words_is_nobodys_business(client, site):
    cms.draft("secret", changes={cms.clause(13).pk: "A new duty."})

    assert client.get("/code/ps-13/").status_code == 404
    assert "Clause 13" not in body(client.get("/code/ps-12/"))


def test_an_edition_is_found_by_any_day_on_which_it_is_in_force(client, site):
    day = clock.today() - timedelta(days=5)
    cms.published("second", on=day)

    found = {told: client.get(f"/code/editions/{told}/") for told in (str(day), str(clock.today()), str(day - timedelta(days=1)))}

    assert [answer["Location"] for answer in found.values()] == [
        "/code/editions/second/", "/code/editions/second/", "/code/editions/demo-1/"
    ]  # fmt: skip
    for told in ("2014-12-31", "2026-02-30", "2026-2-3", "99999-01-01", "20260503"):
        assert client.get(f"/code/editions/{told}/").status_code == 404


def test_an_edition_that_was_replaced_says_by_which_and_when(client, site):
    day = clock.today() - timedelta(days=5)
    cms.published("second", on=day)

    page = body(client.get("/code/editions/demo-1/"))

    assert "This edition was in force until" in page
    assert f'datetime="{day}"' in page
    assert "This edition was in force until" not in body(client.get("/code/editions/second/"))


def test_the_difference_is_told_without_color(client, site):
    bodies = Edition.objects.get(text="code").bodies()
    reworded = bodies["PS-08"].replace("client", "person")
    draft = cms.draft("second", changes={"PS-08": reworded, "PS-07": "Wholly other.", cms.clause(13).pk: "New duty."}, retired=("SC-10",))
    moved = draft.in_order()
    moved[1].position, moved[3].position = moved[3].position, moved[1].position
    draft.wordings.set(moved)
    draft.save()
    code.publish(draft, weight="minor", in_force_on=clock.today(), by=None)

    page = body(client.get("/code/editions/second/"))
    told = {row.partition('"')[0]: " ".join(row.split()) for row in page.split('<article class="clause" id="')[1:]}

    assert set(told) == {"ps-07", "ps-08", "ps-13", "sc-10", "sc-02", "sc-01", "sc-03"} - unmoved(told)
    assert ">written anew</span>" in told["ps-07"]
    assert "<strong>Before</strong>" in told["ps-07"]
    assert "<strong>Now</strong>" in told["ps-07"]
    assert ">reworded</span>" in told["ps-08"]
    assert "removed: </span>client" in told["ps-08"]
    assert "added: </span>person" in told["ps-08"]
    assert ">new</span>" in told["ps-13"]
    assert "<strong>No longer part of the text</strong>" in told["sc-10"]
    assert sum(">moved</span>" in row for row in told.values()) == 2
    assert "now it stands after" in " ".join(told.values())


def unmoved(told: dict[str, str]) -> set[str]:
    """Of three clauses of which two moved, the one that is told to have stayed."""
    return {"sc-01", "sc-02", "sc-03"} - set(told)


def test_a_teaching_claim_leads_only_to_a_paragraph_that_is_there(client, site):
    draft = cms.draft("second", text="therapy", retired=("TP-7",))
    code.publish(draft, weight="minor", in_force_on=clock.today(), by=None)

    page = body(client.get("/therapy-or-coaching/"))

    assert 'id="tc-15"' in page
    assert 'href="#tp-7"' not in page
    assert 'href="#tp-1"' in page


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
    "address",
    [*(f"/code/{clause}/" for clause in ("sc-01", "sc-02", "sc-03", "cf-04", "ps-07")), "/", "/code/", "/code/editions/demo-1/"],
)
def test_every_page_that_speaks_of_suicide_or_abuse_says_whom_to_call(client, site, address):
    assert body(client.get(address)).count(SIGNPOST) == 1


@pytest.mark.parametrize("address", ["/principles/", "/therapy-or-coaching/"])
def test_a_text_that_speaks_of_abuse_or_of_a_crisis_says_whom_to_call(client, site, address):
    assert body(client.get(address)).count(SIGNPOST) == 1


def test_the_page_on_privacy_says_for_each_thing_how_long_it_is_kept_and_whom_to_ask(client, site):
    page = client.get("/privacy/").content.decode()

    for part in personal.told():
        for kept in part.keeps:
            assert all(escape(words) in page for words in (kept.what, kept.until, kept.becomes))
    assert 'href="/my/data/"' in page
    assert "or if you have no account, write to the office" in page
    assert "How long:" not in client.get("/accessibility/").content.decode()


@pytest.mark.parametrize("address", ["/code/ps-02/", "/code/ps-08/", "/code/editions/", "/privacy/"])
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
