"""The complaint form: page by page without an account, without JavaScript, without a cookie, and nothing stored before it is sent."""

from datetime import timedelta

import pytest
from django.conf import settings

from accounts import limits
from audit import clock
from cms.models import CrisisLine
from complaints import intake, papers, receipts, visits
from complaints.facts import State
from complaints.models import Case, Paper
from complaints.views import sending
from tests.complaints.telling import CANARIES, PAGES, carried, code_on, next_page, walk
from tests.factories import cms as texts
from tests.factories.certification import CertificateFactory
from tests.logins import Client
from tests.queries import statements

pytestmark = pytest.mark.django_db

NEW = "/complaints/new/"


@pytest.fixture(autouse=True)
def code_of_ethics(db):
    texts.texts()


def words(page) -> str:
    return " ".join(page.content.decode().split())


# The way through


def test_a_stranger_walks_through_and_gets_a_code_that_opens_the_case(client):
    page = walk(client)

    case = Case.objects.get()
    code = code_on(page)
    assert page.status_code == 200
    assert case.where is State.SUBMITTED
    assert (case.level, case.relation, case.received_on) == ("confidential", "former-client", clock.today())
    assert receipts.find(code, on=clock.today()).case == case
    assert intake.contact_of(case)["mail"] == CANARIES["mail"]


def test_no_page_before_the_last_stores_anything_or_sets_a_cookie(client):
    page = client.get(NEW)
    for given in PAGES[:-1]:
        page = next_page(client, page, given)
        assert not Case.objects.exists()
        assert not Paper.objects.exists()
        assert not page.cookies
    assert not client.cookies


def test_the_code_is_shown_and_its_last_group_typed_again_before_it_goes_on(client):
    page = walk(client)
    code = code_on(page)

    slip = next_page(client, page, {"last_group": "00000"})
    assert code_on(slip) == code
    assert "That is not the last group" in words(slip)

    on = next_page(client, slip, {"last_group": code.split("-")[-1].lower()})
    assert "What happens now" in words(on)
    assert code not in words(on)
    assert visits.cookie_name() in on.cookies


def test_what_happens_now_is_told_with_its_days(client):
    with clock.moved(timedelta(0)):
        page = walk(client)
        on = next_page(client, page, {"last_group": code_on(page).split("-")[-1]})

    for days in (3, 5):
        day = clock.today() + timedelta(days=days)
        assert f'datetime="{day.isoformat()}"' in on.content.decode()


def test_going_back_and_changing_a_page_keeps_everything(client):
    page = walk(client, PAGES[:-1])
    assert CANARIES["narrative"] in words(page)

    words_page = next_page(client, page, {}, go="to:words")
    assert CANARIES["narrative"] in words(words_page)
    before = next_page(client, words_page, {"narrative": "Another beginning of it, forty letters long at least."}, go="back")
    assert carried(before.content.decode())["narrative"] == "Another beginning of it, forty letters long at least."
    assert carried(before.content.decode())["name"] == CANARIES["name"]


def test_the_page_of_a_certificate_leads_here_with_its_coach(client):
    certificate = CertificateFactory(number="TRC-0007")
    page = walk(client, [{"danger": "no"}, {"entry": "TRC-0007"}, *PAGES[2:]], begin=f"{NEW}?about=TRC-0007")

    assert page.status_code == 200
    assert Case.objects.get().respondent == certificate.holder


def test_an_unknown_certificate_in_the_address_is_passed_over(client):
    page = client.get(f"{NEW}?about=%3Cscript%3E")

    assert page.status_code == 200
    assert "<script>" not in page.content.decode().replace('<script src="', "")


def test_a_name_is_looked_up_as_in_the_registry_and_can_be_left_as_it_is(client):
    certificate = CertificateFactory(holder__full_name="Solvei Brandquist", number="TRC-0008")
    page = walk(client, [{"danger": "no"}])

    found = next_page(client, page, {"coach": "brandquist"})
    assert "Solvei Brandquist, certificate TRC-0008" in words(found)
    chosen = next_page(client, found, {"coach": "brandquist", "entry": "TRC-0008"})
    assert carried(chosen.content.decode())["entry"] == "TRC-0008"
    as_typed = next_page(client, found, {"coach": "brandquist", "entry": "none"})
    assert "What happened?" in words(as_typed)
    assert "entry" not in carried(as_typed.content.decode()) or carried(as_typed.content.decode())["entry"] == "none"
    assert certificate.number == "TRC-0008"


def test_whoever_says_that_somebody_is_in_danger_can_go_on_and_the_case_says_so(client):
    walk(client, [{"danger": "yes"}, *PAGES[1:]])

    assert Case.objects.get().danger


def test_the_first_page_lists_checked_lines_by_country_and_no_other(client):
    facts = {"kind": "talk", "phone": "555 0100", "languages": "English", "hours": "All day", "source": "https://example.org/"}
    CrisisLine.objects.create(country="Utopia", name="Checked line", checked_on="2026-11-01", **facts)
    CrisisLine.objects.create(country="Utopia", name="Unchecked line", **facts)

    page = words(client.get(NEW))

    assert "Checked line" in page
    assert "tel:5550100" in page
    assert "Unchecked line" not in page
    assert "local emergency number" in page


# Sent twice, too fast, too often


def test_a_second_click_shows_the_same_code_and_makes_no_second_case(client):
    page = walk(client, PAGES[:-1])
    with clock.moved(timedelta(seconds=20)):
        first = next_page(client, page, PAGES[-1])
        second = next_page(client, page, PAGES[-1])

    assert code_on(first) == code_on(second) != ""
    assert Case.objects.count() == 1


def test_a_form_sent_again_much_later_shows_the_code_no_more(client):
    page = walk(client, PAGES[:-1])
    with clock.moved(timedelta(seconds=20)):
        next_page(client, page, PAGES[-1])
    with clock.moved(timedelta(minutes=16)):
        again = next_page(client, page, PAGES[-1])

    assert code_on(again) == ""
    assert "sent before" in words(again)
    assert Case.objects.count() == 1


def test_a_form_faster_than_a_person_is_asked_to_send_again_and_keeps_all(client):
    page = client.get(NEW)
    for given in PAGES:
        page = next_page(client, page, given)

    assert "faster than a person" in words(page)
    assert carried(page.content.decode())["narrative"] == CANARIES["narrative"]
    assert not Case.objects.exists()


def test_the_hidden_field_stays_empty_or_the_form_comes_back_whole(client):
    page = walk(client, PAGES[:-1])
    with clock.moved(timedelta(seconds=20)):
        refused = next_page(client, page, {**PAGES[-1], sending.TRAP: "https://buy.example.org/"})

    assert "This field stays empty" in words(refused)
    assert carried(refused.content.decode())["narrative"] == CANARIES["narrative"]
    assert not Case.objects.exists()


def test_a_flood_is_asked_to_wait_and_keeps_what_was_typed(client, monkeypatch):
    monkeypatch.setattr(sending, "FROM_ANYWHERE", limits.Limit("complaint", 1, timedelta(hours=1)))
    walk(client)
    page = walk(client)

    assert page.status_code == 429
    assert int(page["Retry-After"]) > 0
    assert "your text is still here" in words(page)
    assert carried(page.content.decode())["narrative"] == CANARIES["narrative"]
    assert Case.objects.count() == 1


# What is refused comes back as it was typed


@pytest.mark.parametrize(
    ("step", "given", "says"),
    [
        ("who", {"coach": "", "not_sure": ""}, "Write a name, or tick"),
        ("who", {"coach": "x" * 201, "not_sure": ""}, "at most 200 characters"),
        ("what", {"options": ["anything"]}, "not on our list"),
        ("when", {"conduct_from": "2999-01-01"}, "lies ahead"),
        ("when", {"conduct_from": "yesterday"}, "is not a day we can read"),
        ("when", {"conduct_from": "1066-10-14"}, "Say it in your own words"),
        ("when", {"conduct_from": "2026-05-03", "conduct_until": "2026-05-02"}, "before the day on which it began"),
        ("you", {}, "“None of these” is fine"),
        ("level", {"level": "", "wants_updates": "yes"}, "it can never be closed again"),
        ("level", {"level": "anonymous", "name": "Hollis", "wants_updates": "yes"}, "nobody learns who you are"),
        ("level", {"level": "open", "wants_updates": "yes"}, "Write your name"),
        ("level", {"level": "confidential", "mail": "nobody@", "wants_updates": "yes"}, "does not look like an e-mail address"),
        ("level", {"level": "confidential", "phone": "=cmd|' /C calc'!A0", "wants_updates": "yes"}, "digits, blanks"),
        ("check", {}, "Please tick this before you send"),
    ],
)
def test_a_refused_page_says_what_to_mend_and_shows_what_was_typed(client, step, given, says):
    place = list(sending.STEPS).index(step)
    page = walk(client, PAGES[:place])
    refused = next_page(client, page, given)

    assert says in words(refused)
    assert f'value="{step}"' in refused.content.decode()
    for name, value in given.items():
        if value and name not in ("options", "level", "wants_updates"):
            assert sending.plain(str(value), lines=False)[:200].replace("'", "&#x27;") in refused.content.decode()


def test_too_few_words_without_a_tick_are_counted_for_whoever_wrote_them(client):
    page = walk(client, [{"danger": "no"}, {"not_sure": "on"}, {}, {}])
    refused = next_page(client, page, {"narrative": "He was rude."})

    assert "So far this has 12 characters" in words(refused)
    assert "He was rude." in words(refused)
    assert "So far" not in words(next_page(client, refused, {"narrative": "He was rude to me, again and again, for weeks."}))


def test_more_text_than_fits_is_said_with_both_numbers_and_kept(client):
    page = walk(client, PAGES[:4])
    refused = next_page(client, page, {"narrative": "x" * 20_001})

    assert "This is 20001 characters long, and there is room for 20000" in words(refused)
    assert "x" * 20_001 in refused.content.decode()


def test_a_page_with_far_too_much_of_everything_stores_nothing_and_says_so(client):
    page = walk(client, PAGES[:4])
    refused = next_page(client, page, {"narrative": "x" * 150_000})

    assert "more text than we can take at once" in words(refused)
    assert not Case.objects.exists()


def test_a_last_page_with_a_hole_before_it_leads_to_the_hole(client):
    page = walk(client, PAGES[:-1])
    fields = {name: value for name, value in carried(page.content.decode()).items() if name != "relation"}
    with clock.moved(timedelta(seconds=20)):
        refused = client.post(NEW, {**fields, "truth": "on", "go": "next"})

    assert "Nothing was sent yet" in words(refused)
    assert 'value="you"' in refused.content.decode()


# Bad input

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    '=HYPERLINK("https://evil.example.org")',
    "{{ 7|add:7 }}{% now 'Y' %}",
    "' OR 1=1 --",
    "\u202egnikrow ton\u202c",
    "\u2066hidden\u2069",
    "a\x07b\x1bc",
]


@pytest.mark.parametrize("evil", HOSTILE)
def test_hostile_text_is_shown_as_text_and_kept_without_what_turns_or_hides_it(client, evil):
    told = f"{evil} and this is long enough to be a sentence of its own"
    walk(client, [*PAGES[:4], {"narrative": told}, *PAGES[5:]])

    kept = Paper.objects.get(kind="narrative")
    page = walk(client, [*PAGES[:4], {"narrative": told}, *PAGES[5:7]]).content.decode()
    text = papers.read_for_machine([kept])[0]
    assert text == sending.plain(told, lines=True)
    assert not any(letter in text for letter in "\u202e\u202c\u2066\u2069\x07\x1b")
    assert "<script>alert" not in page
    assert "<img src=x" not in page


def test_a_nul_is_refused_in_words(client):
    refused = client.post(NEW, {"step": "words", "narrative": "a\x00b", "go": "next"})

    assert refused.status_code == 400
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    "forged",
    [
        {"step": "<x>", "go": "next"},
        {"step": "check", "go": "to:nowhere"},
        {"step": "check", "ticket": "forged", "truth": "on"},
        {"step": "kept", "ticket": "forged", "last_group": "00000"},
        {"step": "kept", "ticket": "", "last_group": ""},
        {"step": "who", "entry": "TRC-9999", "go": "next"},
        {"step": "danger", "danger": "perhaps"},
    ],
)
def test_a_forged_step_stores_nothing_and_breaks_nothing(client, forged):
    answer = client.post(NEW, forged)

    assert answer.status_code == 200
    assert not Case.objects.exists()


def test_a_form_from_another_site_is_turned_away(client):
    answer = client.post(NEW, {"step": "danger"}, headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 403
    assert "Nothing was stored" in words(answer)


def test_our_own_form_needs_no_token_and_no_cookie():
    client = Client(enforce_csrf_checks=True)
    page = client.get(NEW)

    assert "csrfmiddlewaretoken" not in page.content.decode()
    assert next_page(client, page, {"danger": "no"}).status_code == 200


# What every page carries


@pytest.mark.parametrize("path", ["/complaints/", "/complaints/policy/", NEW, "/complaints/follow-up/"])
def test_every_page_is_kept_by_nobody_and_tells_no_other_page_of_itself(client, path):
    answer = client.get(path)

    assert answer["Cache-Control"] == "no-store, private"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'")
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
    assert not answer.cookies
    assert 'href="https://www.wikipedia.org/"' in answer.content.decode()
    assert "http-equiv" not in answer.content.decode()


@pytest.mark.parametrize("path", ["/complaints/nowhere/", "/complaints/new/x/"])
def test_a_page_that_is_not_there_tells_nothing_either(client, path):
    answer = client.get(path)

    assert answer.status_code == 404
    assert answer["Referrer-Policy"] == "no-referrer"


def test_the_title_of_the_form_says_nothing_of_what_it_is(client):
    assert f"<title>A form for the office · {settings.ASSOCIATION_NAME}</title>" in client.get(NEW).content.decode()


def test_no_answer_stands_in_an_address(client):
    page = walk(client, PAGES[:-1])

    assert page.request["QUERY_STRING"] == ""
    assert 'action="/complaints/new/"' in page.content.decode()


@pytest.mark.parametrize("number", [1, 3])
def test_a_page_asks_the_database_as_much_for_one_as_for_three(client, django_assert_num_queries, number):
    for n in range(number):
        CertificateFactory(holder__full_name=f"Solvei Brandquist {'I' * (n + 1)}", number=f"TRC-001{n}")
        facts = {"kind": "talk", "phone": "555 0100", "languages": "English", "hours": "All day", "source": "https://example.org/"}
        CrisisLine.objects.create(country="Utopia", name=f"Line {n}", checked_on="2026-11-01", **facts)
    page = walk(client, [{"danger": "no"}])

    with django_assert_num_queries(1):
        client.get(NEW)
    with statements(4):
        next_page(client, page, {"coach": "brandquist"})
