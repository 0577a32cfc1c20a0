"""The second step of the log-in, setting devices up, and what a password alone opens: nothing."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime

from accounts import actions, devices, factors, sessions
from accounts.models import AddressCode, AuthenticatorApp, RecoveryCode, Session
from audit import clock
from audit.models import Entry
from tests.accounts.test_devices import passkey_of
from tests.accounts.test_views import deliver_all, log_in
from tests.factories.accounts import PASSWORD, AdministratorFactory, StaffFactory, UserFactory
from tests.logins import Client, app_of, code_of, fresh_code_of

pytestmark = pytest.mark.django_db


def text_of(answer) -> str:
    return " ".join(answer.content.decode().split())


def key(client) -> str:
    return client.session.session_key


def is_logged_in(client) -> bool:
    return "_auth_user_id" in client.session


def verify(client, code, **more):
    return client.post(reverse("second_factor"), {"code": code, **more})


# The log-in


def test_who_has_no_device_logs_in_by_password(client):
    assert log_in(client, UserFactory().email, PASSWORD).url == "/my/"
    assert is_logged_in(client)


def test_who_has_a_device_is_not_logged_in_before_the_second_step(client):
    person = UserFactory()
    app_of(person)

    answer = log_in(client, person.email, PASSWORD, next="/learn/")

    assert answer.url == "/accounts/verify/?next=%2Flearn%2F"
    assert not is_logged_in(client)
    assert client.get("/my/").url == "/accounts/login/?next=/my/"


def test_a_code_of_the_app_finishes_the_log_in_under_a_new_key_and_goes_on(client):
    person = UserFactory()
    app_of(person)
    log_in(client, person.email, PASSWORD)
    before = key(client)

    answer = verify(client, code_of(person), next="/learn/")

    assert answer.url == "/learn/"
    assert is_logged_in(client)
    assert key(client) != before
    assert not Session.objects.filter(session_key=before).exists()
    assert client.session[factors.GIVEN]
    assert Entry.objects.filter(action=actions.FACTOR_GIVEN.name, about_id=str(person.pk)).count() == 1


def test_a_recovery_code_finishes_the_log_in_under_a_new_key_and_is_told_by_mail(client):
    person = UserFactory()
    codes = devices.new_codes()
    devices.keep_codes(person, codes, by=person, at=clock.real())
    log_in(client, person.email, PASSWORD)
    before = key(client)

    assert verify(client, codes[3]).url == "/my/"
    deliver_all()

    assert key(client) != before
    assert client.session[factors.GIVEN]
    assert "9 are left" in mail.outbox[-1].body


def test_a_wrong_code_is_refused_in_words_and_does_not_come_back(client):
    person = UserFactory()
    app_of(person)
    log_in(client, person.email, PASSWORD)

    answer = verify(client, "000000", next="/learn/")

    assert "does not fit" in text_of(answer)
    assert 'name="next" value="/learn/"' in text_of(answer)
    assert "000000" not in text_of(answer)
    assert not is_logged_in(client)


def test_who_has_to_wait_is_told_how_long(client):
    person = UserFactory()
    app = app_of(person)
    log_in(client, person.email, PASSWORD)
    AuthenticatorApp.objects.filter(pk=app.pk).update(throttling_failure_count=6, throttling_failure_timestamp=clock.real())

    answer = verify(client, code_of(person))

    assert answer.status_code == 429
    assert 25 < int(answer["Retry-After"]) <= 32
    assert f"please wait {answer['Retry-After']} seconds" in text_of(answer)
    assert not is_logged_in(client)


def test_the_second_step_is_open_for_ten_minutes(client):
    person = UserFactory()
    app_of(person)
    log_in(client, person.email, PASSWORD)

    with clock.moved(timedelta(minutes=11)):
        assert verify(client, fresh_code_of(person)).url == "/accounts/login/?next=%2Fmy%2F"


def test_a_password_that_was_changed_meanwhile_voids_the_first_step(client):
    person = UserFactory()
    app_of(person)
    log_in(client, person.email, PASSWORD)
    person.set_password("another one altogether")
    person.save()

    assert verify(client, code_of(person)).url.startswith("/accounts/login/")


def test_without_the_first_step_there_is_no_second(client):
    app_of(UserFactory())

    assert client.get(reverse("second_factor")).url == "/accounts/login/?next=%2Fmy%2F"
    assert verify(client, "123456").url == "/accounts/login/?next=%2Fmy%2F"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://example.com/",
        "//example.com",
        "/\\example.com",
        "javascript:alert(1)",
        "http:///example.com",
        "\thttps://example.com",
        "///example.com",
    ],
)
def test_no_step_of_the_log_in_leads_off_the_site(client, elsewhere):
    person = UserFactory()
    app_of(person)

    answer = log_in(client, person.email, PASSWORD, next=elsewhere)
    assert answer.url == "/accounts/verify/?next=%2Fmy%2F"
    assert verify(client, code_of(person), next=elsewhere).url == "/my/"
    assert elsewhere not in text_of(client.get(reverse("security"), {"next": elsewhere}))


def test_a_line_break_in_next_writes_no_header(client):
    answer = log_in(client, UserFactory().email, PASSWORD, next="/my/\r\nSet-Cookie: a=b")

    assert answer.status_code == 302
    assert "\n" not in answer["Location"]
    assert "a" not in client.cookies


def test_a_link_to_a_new_password_does_not_stand_in_for_the_device(client):
    person = UserFactory()
    app_of(person)
    client.post(reverse("password_forgotten"), {"email": person.email})
    deliver_all()
    link = re.search(r"http://testserver(/accounts/password/\S+)", mail.outbox[0].body)[1]

    answer = client.post(link, {"new_password1": "a lantern over the third bridge", "new_password2": "a lantern over the third bridge"})

    assert answer.url.startswith("/accounts/verify/")
    assert not is_logged_in(client)


# What a password alone opens


def patterns(resolver=None, before=""):
    """Every address of the site, each converter filled with something of its kind."""
    for pattern in (resolver or get_resolver()).url_patterns:
        path = before + fill(pattern)
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern, path)
        elif isinstance(pattern, URLPattern):
            yield path


def fill(pattern) -> str:
    text = str(pattern.pattern)
    text = re.sub(r"<int:\w+>", "1", text)
    text = re.sub(r"<uuid:\w+>", "00000000-0000-4000-8000-000000000000", text)
    text = re.sub(r"<(?:\w+:)?\w+>", "x", text)
    text = re.sub(r"\(\?P<\w+>[^)]*\)", "1", text)
    return text.lstrip("^").rstrip("$").replace("(?:/.*)?", "/").replace("(?:login|logout|password_reset)", "login").replace("\\Z", "")


CLOSED = sorted({f"/{path}" for path in patterns() if path.startswith(("admin/", "casework/", "staff/"))})
ANSWERS = {"/admin/sprite/", "/admin/jsi18n/"}


def test_the_walk_finds_the_admin():
    assert len(CLOSED) > 200
    assert set(CLOSED) >= ANSWERS


@pytest.fixture
def password_only(client):
    """A superuser with an app, in a session that gave a password alone."""
    person = AdministratorFactory()
    app_of(person)
    client.force_login(person, factor=False)
    return person


RARE = [pytest.param(method, marks=pytest.mark.long) for method in ("put", "delete", "patch", "head", "options")]


@pytest.mark.parametrize("method", ["get", "post", *RARE])
def test_a_password_alone_opens_no_page_of_the_office(client, password_only, method):
    answers = {path: getattr(client, method)(path) for path in CLOSED if path not in ANSWERS}

    led = {path for path, answer in answers.items() if answer.status_code == 302 and answer.url.startswith("/accounts/")}
    assert set(answers) - led == set()


def test_scripts_of_the_admin_are_told_no_and_get_no_page_to_log_in_on(client, password_only):
    for headers in ({"X-Requested-With": "XMLHttpRequest"}, {"Sec-Fetch-Dest": "empty"}, {"Accept": "application/json"}):
        assert client.get("/admin/pages/", headers=headers).status_code == 403
        assert Client().get("/admin/pages/", headers=headers).status_code == 403


def test_icons_and_words_of_scripts_answer(client, password_only):
    assert {client.get(path).status_code for path in ANSWERS} == {200}


@pytest.mark.parametrize("path", ["/admin/", "/staff/", "/casework/1/"])
def test_a_stranger_is_led_to_the_log_in_even_where_no_page_is(client, path):
    assert client.get(path).url == f"/accounts/login/?next={path}"


def test_who_works_in_the_office_without_a_device_is_led_to_add_one(client):
    client.force_login(StaffFactory(), factor=False)

    answer = client.get("/staff/certificates/?page=2", follow=True)

    assert answer.redirect_chain == [("/accounts/security/?next=%2Fstaff%2Fcertificates%2F%3Fpage%3D2", 302)]
    assert "Add an authenticator app" in text_of(answer)


def test_a_device_that_is_removed_closes_the_sessions_that_were_opened_with_it(client):
    person = StaffFactory()
    client.force_login(person)
    assert client.get("/staff/").status_code == 200

    AuthenticatorApp.objects.filter(user=person).delete()

    assert client.get("/staff/").status_code == 302


# Setting the first device up


def confirm_address(client, person):
    client.post(reverse("confirm_address"), {"act": "send"})
    return client.post(reverse("confirm_address"), {"code": AddressCode.objects.get(user=person).code, "next": reverse("add_app")})


def add_app(client, **more):
    secret = re.search(r'<p class="key">([A-Z2-7 ]+)</p>', client.get(reverse("add_app")).content.decode())[1].replace(" ", "")
    code = f"{devices.totp(secret, at=clock.real()).token():06}"
    return client.post(reverse("add_app"), {"code": code, "name": "Phone", **more})


@pytest.mark.parametrize("name", ["add_app", "add_passkey"])
def test_a_stolen_password_adds_no_first_device(client, name):
    client.force_login(UserFactory(), factor=False)

    assert client.get(reverse(name)).url == f"/accounts/security/address/?next=%2Faccounts%2Fsecurity%2F{name.partition('_')[2]}%2F"
    assert client.post(reverse(name), {"code": "123456"}).status_code == 302
    assert not AuthenticatorApp.objects.exists()


def test_the_first_app_is_confirmed_through_the_known_address_and_leads_to_the_codes_and_back(client):
    person = UserFactory()
    client.force_login(person, factor=False)
    elsewhere = Client()
    elsewhere.force_login(person, factor=False)

    assert confirm_address(client, person).url == reverse("add_app")
    before = key(client)
    answer = add_app(client, next="/my/renewal/statement/")

    assert answer.url == "/accounts/security/codes/?next=%2Fmy%2Frenewal%2Fstatement%2F"
    assert key(client) != before
    assert client.get(answer.url).status_code == 200
    assert elsewhere.get("/my/").status_code == 302, "other log-ins ended"
    assert devices.has_any(person)


def test_the_secret_waits_encrypted_and_stays_the_same_until_the_app_shows_it(client):
    person = UserFactory()
    client.force_login(person, factor=False)
    confirm_address(client, person)
    page = client.get(reverse("add_app")).content.decode()
    secret = re.search(r'<p class="key">([A-Z2-7 ]+)</p>', page)[1]

    answer = client.post(reverse("add_app"), {"code": "000000", "name": "Phone"})

    assert "does not fit" in text_of(answer)
    assert secret in text_of(answer)
    assert 'value="Phone"' in text_of(answer)
    assert secret.replace(" ", "") not in str(client.session.items())
    assert "data:image/svg+xml" in page
    assert answer["Cache-Control"].count("no-store") == 1


def test_the_address_stays_confirmed_for_fifteen_minutes(client):
    person = UserFactory()
    client.force_login(person, factor=False)
    confirm_address(client, person)

    with clock.moved(timedelta(minutes=16)):
        assert client.get(reverse("add_app")).url.startswith("/accounts/security/address/")


def test_a_wrong_code_from_the_letter_is_refused_in_words(client):
    person = UserFactory(email="siobhan@example.org")
    client.force_login(person, factor=False)
    client.post(reverse("confirm_address"), {"act": "send"})

    answer = client.post(reverse("confirm_address"), {"code": "1"})

    assert "not the code of the newest e-mail" in text_of(answer)
    assert "si…@example.org" in text_of(answer)
    assert client.get(reverse("add_app")).status_code == 302


def test_who_came_by_a_link_from_the_mail_has_shown_it_already(client):
    person = UserFactory(password=None)
    client.post(reverse("password_forgotten"), {"email": person.email})
    deliver_all()
    link = re.search(r"http://testserver(/accounts/password/\S+)", mail.outbox[0].body)[1]
    client.post(link, {"new_password1": "a lantern over the third bridge", "new_password2": "a lantern over the third bridge"})

    assert client.get(reverse("add_app")).status_code == 200


# More devices, with the one that is there


@pytest.mark.parametrize("name", ["add_app", "add_passkey", "recovery_codes"])
def test_a_password_alone_adds_no_further_device(client, name):
    person = UserFactory()
    app_of(person)
    client.force_login(person, factor=False)
    client.keep(address_confirmed_at=clock.real().isoformat())

    assert "Please confirm that it is you" in text_of(client.get(reverse(name)))
    assert "Please confirm that it is you" in text_of(client.post(reverse(name), {"act": "make", "code": "123456"}))
    assert AuthenticatorApp.objects.count() == 1
    assert not RecoveryCode.objects.exists()


@pytest.mark.parametrize("begin", ["passkey_add_begin", "passkey_add_complete"])
def test_a_password_alone_registers_no_passkey(client, begin):
    person = UserFactory()
    app_of(person)
    client.force_login(person, factor=False)
    client.keep(address_confirmed_at=clock.real().isoformat())

    answer = client.post(reverse(begin), {}, content_type="application/json")

    assert answer.status_code == 403
    assert "open this page again" in answer.json()["detail"] or "verify your identity" in answer.json()["detail"]


def test_a_factor_given_long_ago_registers_no_passkey(client):
    client.force_login(UserFactory(), factor=True)
    assert client.post(reverse("passkey_add_begin"), {}, content_type="application/json").status_code == 200

    with clock.moved(timedelta(minutes=6)):
        assert client.post(reverse("passkey_add_begin"), {}, content_type="application/json").status_code == 403


def test_who_gave_a_factor_just_now_adds_another_app(client):
    person = UserFactory()
    client.force_login(person, factor=True)

    add_app(client, name="Tablet")

    assert sorted(device.name for device in devices.of(person)) == ["Phone", "Tablet"]


@pytest.mark.parametrize(
    "body", [b"{", b"[]", b"null", b'"x"', b'{"id": 1}', b'{"id": {}, "rawId": [], "response": 7, "type": "public-key"}', b"\xff"]
)
@pytest.mark.parametrize("name", ["passkey_add_complete", "passkey_give_complete"])
def test_what_a_browser_never_sends_is_refused_in_words(client, name, body):
    client.force_login(UserFactory(), factor=True)
    client.post(reverse(name.replace("complete", "begin")), {}, content_type="application/json")

    answer = client.post(reverse(name), body, content_type="application/json")

    assert 400 <= answer.status_code < 500
    assert answer.json()["detail"]


def test_a_passkey_that_nobody_added_here_is_refused_on_the_record(client):
    person = UserFactory()
    client.force_login(person, factor=True)
    client.post(reverse("passkey_give_begin"), {}, content_type="application/json")
    response = {"clientDataJSON": "e30", "authenticatorData": "AAAA", "signature": "AAAA"}

    answer = client.post(
        reverse("passkey_give_complete"), {"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": response}, "application/json"
    )

    assert answer.status_code == 404
    assert answer.json()["detail"]
    entry = Entry.objects.get(action=actions.FACTOR_REFUSED.name)
    assert (entry.about_id, entry.detail.facts["kind"]) == (str(person.pk), "passkey")


def test_a_challenge_is_used_once(client):
    client.post(reverse("passkey_give_begin"), {}, content_type="application/json")
    first = client.post(reverse("passkey_give_complete"), {}, content_type="application/json")
    second = client.post(reverse("passkey_give_complete"), {}, content_type="application/json")

    assert (first.status_code, second.status_code) == (422, 400)


def test_a_stranger_learns_no_passkey_of_anybody(client):
    passkey_of(UserFactory())

    options = client.post(reverse("passkey_give_begin"), {}, content_type="application/json").json()

    assert options.get("allowCredentials", []) == []
    assert options["userVerification"] == "required"


# Recovery codes


def codes_on(answer) -> list[str]:
    return re.findall(r"<code>([^<]+)</code>", answer.content.decode())


def test_codes_are_shown_until_one_was_typed_again_and_never_afterwards(client):
    person = UserFactory()
    client.force_login(person, factor=True)
    page = client.post(reverse("recovery_codes"), {"act": "make"}, follow=True)
    codes = codes_on(page)
    assert len(codes) == 10
    assert not RecoveryCode.objects.exists(), "they count only once they are kept"
    assert not any(code in str(client.session.items()) for code in codes)

    again = client.post(reverse("recovery_codes"), {"code": "AAAA-AAAA-AAAA-AAAA"})
    assert "none of the codes above" in text_of(again)
    assert codes_on(again) == codes

    answer = client.post(reverse("recovery_codes"), {"code": codes[4].lower()})
    assert answer.url == reverse("security")
    assert devices.codes_left(person) == 10
    assert codes_on(client.get(reverse("recovery_codes"))) == []
    assert "10 of your codes are left" in text_of(client.get(reverse("recovery_codes")))


def test_codes_lead_back_to_what_the_person_came_from(client):
    client.force_login(UserFactory(), factor=True)
    page = client.post(reverse("recovery_codes"), {"act": "make", "next": "/my/renewal/"}, follow=True)

    assert client.post(reverse("recovery_codes"), {"code": codes_on(page)[0], "next": "/my/renewal/"}).url == "/my/renewal/"


# The page of one's own


def test_the_page_lists_devices_codes_and_log_ins(client):
    person = UserFactory()
    client.force_login(person, factor=True)
    passkey_of(person, name="Laptop <b>")

    page = text_of(client.get(reverse("security")))

    assert "Phone" in page
    assert "Laptop &lt;b&gt;" in page
    assert page.count("This one") == 1
    assert "Make recovery codes" in page


def test_log_ins_can_be_told_from_each_other(client):
    person = UserFactory(email="ana@example.org")
    agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    client.post(reverse("login"), {"username": person.email, "password": PASSWORD}, headers={"User-Agent": agent})
    other = Client()
    with clock.moved(timedelta(hours=-3)):
        other.force_login(person)
    begun = {row.begun_at for row in Session.objects.filter(user=person)}

    page = text_of(client.get(reverse("security")))

    assert "Firefox on Linux" in page
    assert "Browser not known" in page
    assert page.count("This one") == 1
    assert page.index("Firefox on Linux") < page.index("This one") < page.index("Browser not known")
    assert len(begun) == 2
    for instant in begun:
        assert f"Begun on {date_format(localtime(instant), 'F j, Y, H:i')}" in page


@pytest.mark.parametrize(("has_codes", "offered"), [(True, True), (False, False)])
def test_recovery_codes_are_offered_to_whoever_has_some(client, has_codes, offered):
    person = UserFactory(email="ana@example.org")
    app_of(person)
    if has_codes:
        devices.keep_codes(person, devices.new_codes(), by=person, at=clock.real())
    client.post(reverse("login"), {"username": person.email, "password": PASSWORD})

    pages = [text_of(client.get(reverse("second_factor"))), text_of(client.post(reverse("second_factor"), {"code": "AAAA-BBBB-CCCC-DDDD"}))]

    for page in pages:
        assert "The six digits that your authenticator app shows now" in page
        assert ("or one of your recovery codes" in page) is offered
        assert ("A recovery code from your sheet" in page) is offered
    assert ("You have no recovery codes here" in pages[1]) is not offered


@pytest.mark.parametrize("name", ["add_app", "recovery_codes"])
def test_every_page_of_the_second_step_has_a_way_back(client, name):
    client.force_login(UserFactory(), factor=True)
    client.post(reverse("recovery_codes"), {"act": "make"})

    main = text_of(client.get(reverse(name))).partition("<main")[2].partition("</main>")[0]

    form = main[main.index('class="form__buttons"') :]
    assert f'<a href="{reverse("security")}">' in form


def test_shown_codes_stay_until_one_is_typed_and_the_page_says_so(client):
    client.force_login(UserFactory(), factor=True)
    client.post(reverse("recovery_codes"), {"act": "make"})

    first, second = (text_of(client.get(reverse("recovery_codes"))) for _ in range(2))

    codes = re.findall(r"<li><code>([^<]+)", first)
    assert len(codes) == 10
    assert re.findall(r"<li><code>([^<]+)", second) == codes
    assert "Once you have typed one of them below, they are not shown again" in first
    client.post(reverse("recovery_codes"), {"code": codes[0]})
    assert codes[1] not in text_of(client.get(reverse("recovery_codes")))


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_asks_as_much_for_one_device_as_for_three(client, number, django_assert_num_queries):
    person = UserFactory()
    client.force_login(person, factor=True)
    for place in range(number - 1):
        AuthenticatorApp.objects.create(user=person, name=f"Phone {place}", secret=devices.new_secret())
        Client().force_login(person)

    with django_assert_num_queries(9):
        client.get(reverse("security"))


def test_a_device_is_removed_after_a_question_and_a_factor_just_given(client):
    person = UserFactory()
    client.force_login(person, factor=True)
    passkey = passkey_of(person)
    address = reverse("remove_device", args=["passkey", passkey.pk])

    assert "It no longer lets you in" in text_of(client.get(address))
    client.post(address)
    assert [device.kind for device in devices.of(person)] == ["app"]

    with clock.moved(timedelta(minutes=6)):
        assert "Please confirm that it is you" in text_of(client.post(reverse("remove_device", args=["app", app_of(person).pk])))
    assert devices.has_any(person)


@pytest.mark.parametrize("kind", ["app", "codes", "nothing"])
def test_there_is_no_removing_what_is_not_ones_own(client, kind):
    client.force_login(UserFactory(), factor=True)
    other = app_of(UserFactory())

    assert client.post(reverse("remove_device", args=[kind, other.pk])).status_code == 404
    assert AuthenticatorApp.objects.filter(pk=other.pk).exists()


# Log-ins that last


def test_a_log_in_elsewhere_is_ended_from_here(client):
    person = UserFactory()
    client.force_login(person)
    elsewhere, further = Client(), Client()
    elsewhere.force_login(person)
    further.force_login(person)
    mark = Session.objects.get(session_key=elsewhere.session.session_key).mark

    client.post(reverse("end_session", args=[mark]))

    assert elsewhere.get("/my/").status_code == 302
    assert further.get("/my/").status_code == 200
    client.post(reverse("end_other_sessions"))
    assert further.get("/my/").status_code == 302
    assert client.get("/my/").status_code == 200
    assert Entry.objects.filter(action=actions.SESSIONS_ENDED.name).count() == 2


def test_nobody_ends_the_log_in_of_somebody_else(client):
    client.force_login(UserFactory())
    other = Client()
    other.force_login(UserFactory())
    mark = Session.objects.get(session_key=other.session.session_key).mark

    client.post(reverse("end_session", args=[mark]))

    assert other.get("/my/").status_code == 200


def test_no_page_shows_the_key_of_a_session(client):
    person = UserFactory()
    client.force_login(person)
    elsewhere = Client()
    elsewhere.force_login(person)

    page = client.get(reverse("security")).content.decode()

    assert elsewhere.session.session_key not in page
    assert client.session.session_key not in page


@pytest.mark.parametrize(
    ("factory", "quiet", "is_out"),
    [
        (StaffFactory, timedelta(minutes=29), False),
        (StaffFactory, timedelta(minutes=31), True),
        (UserFactory, timedelta(days=13), False),
        (UserFactory, timedelta(days=15), True),
    ],
)
def test_a_log_in_ends_after_a_while_without_a_click(client, factory, quiet, is_out):
    client.force_login(factory())

    with clock.moved(quiet):
        answer = client.get("/my/")

    assert (answer.status_code == 302) is is_out
    if is_out:
        assert "You were logged out" in text_of(client.get(answer.url))


def test_clicks_keep_a_log_in_alive_but_not_for_ever(client):
    client.force_login(StaffFactory())

    hours = []
    for half_hour in range(1, 20):
        with clock.moved(timedelta(minutes=25 * half_hour)):
            if client.get("/my/").status_code == 302:
                break
        hours.append(25 * half_hour / 60)

    assert 7.5 < max(hours) < 8


def test_a_new_key_does_not_make_an_old_log_in_young(client):
    person = StaffFactory()
    client.force_login(person)
    begun = Session.objects.get(user=person).begun_at
    with clock.moved(timedelta(minutes=20)):
        client.post(reverse("recovery_codes"), {"step_up": "get", "step_up-code": fresh_code_of(person)})

    row = Session.objects.get(user=person)
    assert row.begun_at == begun
    assert row.session_key == client.session.session_key


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Windows"),
        (
            "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36",
            "Chrome on Android",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/604.1",
            "Safari on iPhone",
        ),
        ("", "A browser"),
        ("<script>", "A browser"),
    ],
)
def test_a_browser_is_named_in_a_few_words(said, words):
    assert sessions.browser(said) == words


# Lists that leave as a file


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_list_leaves_as_a_file_after_a_factor_given_just_now_and_on_the_record(client, kind):
    person = AdministratorFactory()
    client.force_login(person)
    client.keep(**{factors.GIVEN: (clock.real() - timedelta(minutes=6)).isoformat()})
    address = f"{reverse('wagtailadmin_reports:site_history')}?export={kind}"

    asked = client.get(address)

    assert "Please confirm that it is you" in asked.content.decode()
    assert "Content-Disposition" not in asked.headers
    assert not Entry.objects.filter(action=actions.LIST_EXPORTED.name).exists()

    answer = client.post(address, {"step_up": "get", "step_up-code": fresh_code_of(person)})

    assert answer.url == address
    assert client.get(address).headers["Content-Disposition"].startswith("attachment")
    entry = Entry.objects.get(action=actions.LIST_EXPORTED.name)
    assert (entry.actor_id, entry.detail.facts) == (str(person.pk), {"list": "wagtailadmin_reports:site_history"})


def test_a_list_that_is_only_looked_at_asks_for_nothing(client):
    client.force_login(AdministratorFactory())
    client.keep(**{factors.GIVEN: (clock.real() - timedelta(minutes=6)).isoformat()})

    assert client.get(reverse("wagtailadmin_reports:site_history")).status_code == 200
