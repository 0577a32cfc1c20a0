"""A second factor given just now: asked for once, and what was filled in arrives all the same."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.urls import path
from django.utils.html import escape

from accounts import access, factors, limits
from accounts.models import Session
from audit import clock
from config.urls import urlpatterns as site
from tests.factories.accounts import UserFactory
from tests.logins import app_of, code_of, fresh_code_of

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.accounts.test_step_up")]

LATER = timedelta(minutes=6)


@access.factor_within(access.STEP_UP)
def sensitive(request):
    return HttpResponse(f"{request.method} {sorted(request.POST.lists())!r}")


@access.factor_within(access.STEP_UP, files=True)
def with_files(request):
    return HttpResponse(f"{request.method} {sorted(request.FILES)}")


@access.factor_within(access.IN_MY)
def in_my(request):
    return HttpResponse("letter")


@access.factor_within(access.STEP_UP, to="send the letter")
def with_a_name(request):
    return HttpResponse("done")


urlpatterns = [
    path("sensitive/", sensitive),
    path("with-a-name/", with_a_name),
    path("with-files/", with_files),
    path("in-my/", in_my),
    *site,
]


@pytest.fixture
def person(client):
    person = UserFactory()
    client.force_login(person, factor=True)
    return person


def text_of(answer) -> str:
    return answer.content.decode()


def hidden_in(answer) -> list[tuple[str, str]]:
    """The hidden fields of the step-up form, as a browser would send them."""
    from html.parser import HTMLParser

    found = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag, attributes):
            attributes = dict(attributes)
            if tag == "input" and attributes.get("type") == "hidden":
                found.append((attributes["name"], attributes.get("value", "")))

    Reader().feed(text_of(answer))
    return [(name, value) for name, value in found if name != "csrfmiddlewaretoken"]


def send_on(client, answer, code, address="/sensitive/"):
    """Type the code on the step-up page and send it."""
    data: dict[str, list[str]] = {}
    for name, value in hidden_in(answer):
        data.setdefault(name, []).append(value)
    return client.post(address, {**data, "step_up-code": code})


def test_a_stranger_logs_in_first(client):
    assert client.get("/sensitive/").url == "/accounts/login/?next=/sensitive/"
    assert AnonymousUser().is_anonymous


def test_a_factor_just_given_is_enough(client, person):
    assert text_of(client.get("/sensitive/")) == "GET []"


def test_an_older_one_is_asked_for_again_and_leads_on(client, person):
    with clock.moved(LATER):
        page = client.get("/sensitive/?a=b%26c")
        assert "Please confirm that it is you" in text_of(page)
        assert 'action="/sensitive/?a=b%26c"' in text_of(page)

        answer = client.post("/sensitive/?a=b%26c", {"step_up": "get", "step_up-code": fresh_code_of(person)})

        assert (answer.status_code, answer.url) == (302, "/sensitive/?a=b%26c")
        assert text_of(client.get(answer.url)) == "GET []"


FORM = {
    "text": "Two lines,\r\n\"quoted\" & <b>bold</b>, 'single', ünïcödé 🌸 ",
    "many": ["one", "two", "one"],
    "empty": "",
    "step": "kept, though it begins like the page's own",
}


def test_a_form_that_was_sent_arrives_as_it_was_filled_in(client, person):
    with clock.moved(LATER):
        page = client.post("/sensitive/", FORM)
        assert "What you filled in is kept" in text_of(page)

        answer = send_on(client, page, fresh_code_of(person))

    expected = sorted((name, value if isinstance(value, list) else [value]) for name, value in FORM.items())
    assert text_of(answer) == f"POST {expected!r}"


def test_a_wrong_code_keeps_the_form_too(client, person):
    with clock.moved(LATER):
        page = send_on(client, client.post("/sensitive/", FORM), "000000")
        assert "does not fit" in text_of(page)
        with clock.moved(LATER + timedelta(minutes=1)):
            answer = send_on(client, page, fresh_code_of(person))

    assert text_of(answer).startswith("POST")
    assert "ünïcödé" in text_of(answer)


def test_the_page_says_what_one_is_about_to_do_and_what_to_do_without_the_device(client, person):
    with clock.moved(LATER):
        named, plain = text_of(client.get("/with-a-name/")), text_of(client.get("/sensitive/"))

    assert "Before you send the letter, please show your second step once more." in named
    assert "Please show your second step once more before you go on." in plain
    for page in (named, plain):
        assert "Your phone or device is lost, or not at hand?" in page
        assert "office@example.org" in page


def test_guessing_at_the_step_up_page_has_an_end_and_the_form_is_kept(client, person):
    with clock.moved(LATER):
        page = client.post("/sensitive/", FORM)
        for _ in range(limits.CODE_TO_ACCOUNT_FROM_PLACE.tries):
            send_on(client, page, "000000")

        answer = send_on(client, page, "000000")

        assert answer.status_code == 429
        assert "Please wait 15 minutes, then type the code again." in text_of(answer)
        assert int(answer["Retry-After"]) > 800
        assert "ünïcödé" in text_of(answer)
        assert send_on(client, page, fresh_code_of(person)).status_code == 429


def test_a_right_code_gives_the_session_a_new_key(client, person):
    before = client.session.session_key
    with clock.moved(LATER):
        send_on(client, client.post("/sensitive/", FORM), fresh_code_of(person))

    assert client.session.session_key != before
    assert not Session.objects.filter(session_key=before).exists()


def test_a_passkey_given_meanwhile_needs_no_code(client, person):
    with clock.moved(LATER):
        page = client.post("/sensitive/", FORM)
        client.keep(**{factors.GIVEN: clock.real().isoformat()})

        assert text_of(send_on(client, page, "")).startswith("POST")


def test_a_password_is_not_written_into_the_page(client, person):
    with clock.moved(LATER):
        page = client.post("/sensitive/", {"old_password": "a quiet harbor at dawn", "name": "x"})

    assert "harbor" not in text_of(page)
    assert ("name", "x") in hidden_in(page)


def test_who_claims_that_the_factor_was_asked_for_still_needs_one(client, person):
    with clock.moved(LATER):
        for code in ("", "000000", "AAAA-AAAA-AAAA-AAAA"):
            again = client.post("/sensitive/", {"step_up": "post", "step_up-code": code, "act": "do it"})
            assert "Please confirm that it is you" in text_of(again)


def test_the_code_of_somebody_else_opens_nothing(client, person):
    other = UserFactory()
    app_of(other)
    with clock.moved(LATER):
        assert "does not fit" in text_of(client.post("/sensitive/", {"step_up": "post", "step_up-code": code_of(other)}))


def test_a_form_that_is_too_long_is_not_carried_and_says_what_to_do(client, person):
    with clock.moved(LATER):
        page = client.post("/sensitive/", {"text": "x" * 500_001})

    assert page.status_code == 413
    assert "too long to wait here" in text_of(page)
    assert "xxx" not in text_of(page)


def test_who_has_no_device_is_led_to_add_one_and_back(client):
    client.force_login(UserFactory(), factor=False)

    assert client.get("/sensitive/?a=b").url == "/accounts/security/?next=%2Fsensitive%2F%3Fa%3Db"
    assert client.post("/sensitive/", FORM).url == "/accounts/security/?next=%2Fsensitive%2F"


def test_files_have_ten_minutes_more_to_be_sent(client, person):
    def file():
        return {"paper": SimpleUploadedFile("a.txt", b"x")}

    with clock.moved(timedelta(minutes=14)):
        assert "Please confirm that it is you" in text_of(client.get("/with-files/"))
        assert text_of(client.post("/with-files/", file())) == "POST ['paper']"
    with clock.moved(timedelta(minutes=16)):
        assert "choose them again" in text_of(client.post("/with-files/", file()))


@pytest.mark.parametrize(("minutes", "is_open"), [(15, True), (16, False)])
def test_letters_ask_for_a_factor_of_the_last_fifteen_minutes(client, person, minutes, is_open):
    with clock.moved(timedelta(minutes=minutes) - timedelta(seconds=5)):
        assert (text_of(client.get("/in-my/")) == "letter") is is_open


def test_the_page_is_kept_nowhere_and_shows_no_markup_of_the_form(client, person):
    with clock.moved(LATER):
        page = client.post("/sensitive/", {"text": "<script>alert(1)</script>"})

    assert "no-store" in page["Cache-Control"]
    assert "<script>alert" not in text_of(page)
    assert escape("<script>alert(1)</script>") in text_of(page)
