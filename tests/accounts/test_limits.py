"""The limiter: exactly so many, then a wait in words; nothing that names anybody is kept."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.contrib.auth import hashers
from django.db import connection
from django.urls import reverse

from accounts import actions, counting, limits, links, tasks
from accounts.models import AuthenticatorApp, Session, Tries, User
from audit import clock
from audit.models import Detail, Entry
from outbox.models import OutboxMessage
from tests.factories.accounts import PASSWORD, UserFactory
from tests.factories.certification import CertificateFactory
from tests.logins import app_of, code_of, fresh_code_of

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


def try_once(who="amara@example.org", *, scope="test", limit=3, per=MINUTE, at=None):
    return limits.allow(scope, who, limit=limit, per=per, at=at or clock.now())


@pytest.fixture
def place(client):
    """Another address for every call."""
    numbers = iter(range(1, 250))
    return lambda: {"REMOTE_ADDR": f"203.0.113.{next(numbers)}"}


def log_in(client, email, password, **more):
    return client.post(reverse("login"), {"username": email, "password": password}, **more)


# Counting


def test_so_many_are_allowed_and_the_next_is_told_how_long_to_wait():
    at = clock.now()

    verdicts = [try_once(at=at + timedelta(seconds=number)) for number in range(5)]

    assert [verdict.allowed for verdict in verdicts] == [True, True, True, False, False]
    assert [verdict.wait_seconds for verdict in verdicts] == [0, 0, 0, 57, 56]


def test_the_span_ends_by_itself_and_a_refused_try_does_not_lengthen_it():
    at = clock.now()
    for number in range(30):
        try_once(at=at + timedelta(seconds=number))

    assert not try_once(at=at + timedelta(seconds=59)).allowed
    assert try_once(at=at + timedelta(seconds=60)).allowed


def test_people_and_scopes_are_counted_apart():
    for _ in range(4):
        try_once()

    assert not try_once().allowed
    assert try_once("ben@example.org").allowed
    assert try_once(scope="another").allowed


def test_a_clock_that_went_back_locks_nobody_out():
    for _ in range(4):
        try_once(at=clock.now() + timedelta(days=31))

    assert try_once().allowed


def test_whoever_is_forgiven_begins_anew():
    limit = limits.Limit("test", 3, MINUTE)
    for _ in range(4):
        limits.take(limit, "amara@example.org", at=clock.now())

    limits.forgive(limit, "amara@example.org")

    assert limits.take(limit, "amara@example.org", at=clock.now()).allowed


@pytest.mark.postgres
@pytest.mark.parametrize("place", ["table", "redis"])
@pytest.mark.django_db(transaction=True)
def test_of_twenty_at_once_exactly_the_limit_is_allowed(place, settings):
    if place == "table":
        settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    assert (counting._redis() is None) is (place == "table")
    at, gate = clock.now(), Barrier(20)

    def one(_):
        gate.wait()
        try:
            return try_once(limit=7, at=at)
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        verdicts = list(pool.map(one, range(20)))

    assert sum(verdict.allowed for verdict in verdicts) == 7
    assert Tries.objects.count() == (1 if place == "table" else 0)


def test_where_redis_does_not_answer_the_table_counts(settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"}}

    assert [try_once().allowed for _ in range(4)] == [True, True, True, False]
    assert Tries.objects.get().count == 4


# What is kept


def test_neither_address_nor_account_is_kept_anywhere(client, settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    for _ in range(12):
        log_in(client, "amara@example.org", "wrong", REMOTE_ADDR="203.0.113.7")

    kept = str([*Tries.objects.values(), *Entry.objects.values(), *Detail.objects.values()])

    assert Tries.objects.exists()
    assert Entry.objects.exists()
    for secret in (
        "amara",
        "203.0.113",
        hashlib.sha256(b"203.0.113.7").hexdigest()[:20],
        hashlib.sha256(b"amara@example.org").hexdigest()[:20],
    ):
        assert secret not in kept


def test_under_another_key_everybody_is_somebody_else(settings):
    for _ in range(4):
        try_once()

    settings.LIMITER_KEY = "another key of thirty-two letters"

    assert try_once().allowed


def test_what_is_over_is_forgotten(settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    try_once("then", at=clock.now() - 2 * MINUTE)
    try_once("now")

    tasks.purge_tries()

    assert Tries.objects.count() == 1


def test_a_flood_leaves_an_entry_for_each_power_of_ten():
    for _ in range(3 + 250):
        try_once(scope="log-in-account")

    said = [(entry.subject_id, entry.detail.facts["refused_so_far"]) for entry in Entry.objects.filter(action=actions.TRIES_REFUSED.name)]

    assert said == [("log-in-account", 1), ("log-in-account", 10), ("log-in-account", 100)]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, ""), (1, "1 second"), (45, "45 seconds"), (60, "60 seconds"), (61, "2 minutes"), (120, "2 minutes"), (900, "15 minutes")],
)
def test_a_wait_is_rounded_up_to_words(seconds, words):
    assert limits.wait_in_words(seconds) == words


# Log-in


def test_ten_thousand_wrong_passwords_are_refused_in_words_counted_and_cheap(client, monkeypatch):
    """Behind the limit no password is hashed, and nothing about the account is asked."""
    user, hashed = UserFactory(), []
    check = hashers.check_password
    monkeypatch.setattr("accounts.models.people.User.check_password", lambda self, raw: hashed.append(1) or check(raw, self.password))

    answers = [log_in(client, user.email, f"guess {number}") for number in range(60)]
    verdicts = [limits.log_in(answers[0].wsgi_request, user.email, at=clock.now()) for _ in range(9_940)]

    assert [answer.status_code for answer in answers] == [200] * 10 + [429] * 50
    assert len(hashed) == 10
    assert not any(verdict.allowed for verdict in verdicts)
    refused = answers[-1]
    assert 'value="' + user.email in refused.content.decode()
    assert "Please wait 15 minutes" in refused.content.decode()
    assert int(refused.headers["Retry-After"]) > 800
    said = Entry.objects.filter(action=actions.TRIES_REFUSED.name).values_list("detail__facts__refused_so_far", flat=True)
    assert max(said) >= 1000


def test_the_right_password_is_refused_behind_the_limit_and_good_after_it(client):
    user = UserFactory()
    for _ in range(10):
        log_in(client, user.email, "wrong")

    assert log_in(client, user.email, PASSWORD).status_code == 429
    with clock.moved(timedelta(minutes=15)):
        assert log_in(client, user.email, PASSWORD).status_code == 302


def test_a_stranger_alone_cannot_lock_a_person_out(client):
    user = UserFactory()
    for _ in range(150):
        log_in(client, user.email, "wrong", REMOTE_ADDR="203.0.113.7")

    assert log_in(client, user.email, PASSWORD, REMOTE_ADDR="198.51.100.4").status_code == 302


def test_many_strangers_together_are_stopped_at_fifty(client, place):
    user = UserFactory()

    answers = [log_in(client, user.email, "wrong", **place()).status_code for _ in range(52)]

    assert answers == [200] * 50 + [429] * 2


@pytest.mark.postgres
@pytest.mark.parametrize("spelling", ["amara@hou\u017fe-inn.org", "amara@house-\u0131nn.org", "amara@HOUSE-\u0131NN.ORG"])
def test_no_other_spelling_of_an_address_earns_tries_of_its_own(client, spelling):
    """PostgreSQL, asked without regard to capitals, takes ſ for s and ı for i."""
    UserFactory(email="amara@house-inn.org")

    log_in(client, spelling, PASSWORD)

    assert "_auth_user_id" not in client.session


def test_capitals_earn_no_tries_of_their_own(client, place):
    UserFactory(email="amara@house.org")
    for _ in range(limits.LOG_IN_TO_ACCOUNT.tries):
        log_in(client, "amara@house.org", "not the password at all", **place())

    assert log_in(client, " Amara@HOUSE.org ", PASSWORD, **place()).status_code == 429


def test_one_address_that_tries_many_accounts_is_stopped(client):
    answers = [log_in(client, f"person{number}@example.org", "wrong").status_code for number in range(102)]

    assert answers == [200] * 100 + [429] * 2


def test_a_forged_address_earns_no_new_tries(client):
    user = UserFactory()

    answers = [log_in(client, user.email, "wrong", HTTP_X_FORWARDED_FOR=f"198.51.100.{number}").status_code for number in range(12)]

    assert answers == [200] * 10 + [429] * 2


def test_behind_a_proxy_people_are_told_apart(client, settings):
    settings.TRUSTED_PROXIES = "1"
    user = UserFactory()

    answers = [log_in(client, user.email, "wrong", HTTP_X_FORWARDED_FOR=f"198.51.100.{number}").status_code for number in range(12)]

    assert answers == [200] * 12


def test_the_right_password_forgives_what_was_mistyped_before(client):
    user = UserFactory()
    for _ in range(3):
        for _ in range(9):
            log_in(client, user.email, "wrong")
        assert log_in(client, user.email, PASSWORD).status_code == 302
        client.post(reverse("logout"))


def change_password(client, old, new="an even quieter harbor at dusk"):
    return client.post(reverse("password_change"), {"old_password": old, "new_password1": new, "new_password2": new})


def test_whoever_sits_at_an_open_browser_does_not_get_to_guess_the_password(client):
    user = UserFactory()
    client.force_login(user)

    answers = [change_password(client, f"guess {number}") for number in range(12)]
    behind = change_password(client, PASSWORD)

    assert [answer.status_code for answer in answers] == [200] * 10 + [429] * 2
    assert behind.status_code == 429
    assert "Please wait 15 minutes" in behind.content.decode()
    assert Entry.objects.filter(action=actions.TRIES_REFUSED.name, detail__facts__scope="log-in-account-place").exists()
    user.refresh_from_db()
    assert user.check_password(PASSWORD)
    with clock.moved(timedelta(minutes=15)):
        assert change_password(client, PASSWORD).status_code == 302


def test_whoever_knows_the_old_password_may_take_long_to_find_a_new_one(client):
    client.force_login(UserFactory())

    answers = [change_password(client, PASSWORD, "short").status_code for _ in range(12)]

    assert answers == [200] * 12
    assert change_password(client, PASSWORD).status_code == 302


def test_known_and_unknown_addresses_are_refused_alike(client):
    user = UserFactory()
    for email in (user.email, "nobody@example.org"):
        answers = [log_in(client, email, "wrong") for _ in range(11)]
        assert [answer.status_code for answer in answers] == [200] * 10 + [429]


# Codes


def wrong_code(client, code="111111"):
    return client.post(reverse("second_factor"), {"code": code})


@pytest.fixture
def half_way(client):
    """Somebody who gave the password and owes the second factor; the app never shows what is guessed."""
    person = UserFactory()
    AuthenticatorApp.objects.create(user=person, name="Phone", secret="JBSWY3DPEHPK3PXP", last_step=2**40)
    log_in(client, person.email, PASSWORD)
    return person


def refused_under(scope):
    entries = Entry.objects.filter(action=actions.TRIES_REFUSED.name, subject_id=scope)
    return list(entries.order_by("pk").values_list("detail__facts__refused_so_far", flat=True))


def test_ten_thousand_wrong_codes_are_refused_in_words_counted_and_on_the_record(client, half_way, monkeypatch):
    """All in one instant: on a busy machine a pause of the device would be over before the next code comes."""
    at = clock.real()
    monkeypatch.setattr(clock, "real", lambda: at)

    answers = [wrong_code(client) for _ in range(60)]
    verdicts = [limits.code(answers[0].wsgi_request, half_way, at=clock.real()) for _ in range(9_940)]

    assert [answer.status_code for answer in answers] == [200] + [429] * 59
    assert not any(verdict.allowed for verdict in verdicts)
    assert AuthenticatorApp.objects.get().refused == 20, "behind the limit no device is asked"
    words = " ".join(answers[-1].content.decode().split())
    assert "There were many tries in a short time. Please wait 15 minutes, then type the code again." in words
    assert int(answers[-1].headers["Retry-After"]) > 800
    assert "_auth_user_id" not in client.session
    assert (refused_under("code-account-place"), refused_under("code-place")) == ([1, 10], [1, 10, 100, 1000])
    assert Entry.objects.filter(action=actions.FACTOR_REFUSED.name, about_id=str(half_way.pk)).count() == 1


def test_the_right_code_is_refused_behind_the_limit_and_good_after_it(client):
    person = UserFactory()
    app_of(person)
    log_in(client, person.email, PASSWORD)
    for _ in range(20):
        limits.code(client.get("/").wsgi_request, person, at=clock.real())

    assert wrong_code(client, code_of(person)).status_code == 429
    with clock.moved(timedelta(minutes=15)):
        log_in(client, person.email, PASSWORD)
        assert wrong_code(client, fresh_code_of(person)).status_code == 302


def test_the_right_code_forgives_what_was_mistyped_before(client):
    person = UserFactory()
    app_of(person)
    for _ in range(19):
        limits.code(client.get("/").wsgi_request, person, at=clock.real())
    log_in(client, person.email, PASSWORD)
    assert wrong_code(client, code_of(person)).status_code == 302

    verdicts = [limits.code(client.get("/").wsgi_request, person, at=clock.real()) for _ in range(21)]

    assert [verdict.allowed for verdict in verdicts] == [True] * 20 + [False]


def test_codes_of_one_account_from_many_places_and_of_many_accounts_from_one_have_an_end(rf, place):
    person, at = UserFactory(), clock.real()

    scattered = [limits.code(rf.get("/", **place()), person, at=at).allowed for _ in range(51)]
    crowded = [limits.code(rf.get("/", REMOTE_ADDR="198.51.100.4"), User(pk=number), at=at).allowed for number in range(1000, 1101)]

    assert scattered == [True] * 50 + [False]
    assert crowded == [True] * 100 + [False]


def test_guessing_at_the_code_of_a_letter_has_an_end(client):
    person = UserFactory()
    client.force_login(person, factor=False)
    client.post(reverse("confirm_address"), {"act": "send"})

    answers = [client.post(reverse("confirm_address"), {"code": "1"}) for _ in range(21)]

    assert [answer.status_code for answer in answers] == [200] * 20 + [429]
    assert "Please wait 15 minutes, then type the code again." in answers[-1].content.decode()
    assert int(answers[-1].headers["Retry-After"]) > 800


def test_letters_with_codes_have_an_end_and_say_so(client):
    person = UserFactory()
    client.force_login(person, factor=False)
    for number in range(5):
        with clock.moved(timedelta(minutes=2 * number)):
            assert client.post(reverse("confirm_address"), {"act": "send"}).status_code == 302

    refused = client.post(reverse("confirm_address"), {"act": "send"})

    assert refused.status_code == 429
    assert "Please wait 30 minutes, then ask for another one" in refused.content.decode()
    assert OutboxMessage.objects.filter(kind="accounts.address_code").count() == 5


def test_beginning_with_a_passkey_has_an_end_and_leaves_no_more_sessions(client, monkeypatch):
    monkeypatch.setattr(limits, "PASSKEY_FROM_PLACE", limits.Limit("passkey-place", 3, MINUTE))

    def begin():
        client.cookies.clear()
        return client.post(reverse("passkey_give_begin"), {}, content_type="application/json")

    answers = [begin() for _ in range(5)]

    assert [answer.status_code for answer in answers] == [200] * 3 + [429] * 2
    assert Session.objects.count() == 3
    assert answers[-1].json()["code"] == "too_many"
    assert "Please wait 60 seconds" in answers[-1].json()["detail"]
    assert 55 < int(answers[-1].headers["Retry-After"]) <= 60


# Links


def test_asking_for_password_links_has_an_end_and_the_address_stays_typed(client):
    user = UserFactory()
    for email in (user.email, "nobody@example.org"):
        answers = [client.post(reverse("password_forgotten"), {"email": email}) for _ in range(6)]

        assert [answer.status_code for answer in answers] == [302] * 5 + [429]
        assert f'value="{email}"' in answers[-1].content.decode()
        assert "Please wait 30 minutes" in answers[-1].content.decode()


@pytest.mark.parametrize(
    "address", ["/accounts/invitation/0123-abc-def/", "/accounts/password/0b7a2f0e-1111-4222-8333-444455556666/abc-def/"]
)
def test_guessing_links_has_an_end(client, address):
    answers = [client.get(address).status_code for _ in range(62)]

    assert answers == [410] * 60 + [429] * 2


def test_a_link_stays_good_behind_the_limit(client):
    link = links.password_path(UserFactory())
    for _ in range(61):
        refused = client.get(link)

    assert "A short break, please" in refused.content.decode()
    with clock.moved(timedelta(minutes=15)):
        assert client.get(link).status_code == 200


# The registry


def test_searching_has_an_end_and_what_was_typed_stays(client):
    for _ in range(120):
        assert client.get("/registry/", {"q": "Amara Osei"}).status_code == 200

    refused = client.get("/registry/", {"q": "Amara Osei"})

    assert refused.status_code == 429
    assert 'value="Amara Osei"' in refused.content.decode()
    assert "Please wait 10 minutes" in " ".join(refused.content.decode().split())
    assert client.get("/registry/").status_code == 200
    assert client.get("/registry/", {"q": "Amara"}, REMOTE_ADDR="198.51.100.4").status_code == 200


def test_a_number_is_answered_however_much_was_searched(client, monkeypatch):
    monkeypatch.setattr(limits, "SEARCH", limits.Limit("registry-search", 3, MINUTE))
    certificate = CertificateFactory()
    answers = [client.get("/registry/", {"q": "Amara"}).status_code for _ in range(4)]

    assert answers[-1] == 429
    assert client.get(f"/registry/{certificate.number}/").status_code == 200


def test_programs_are_told_when_to_come_again(client, monkeypatch):
    monkeypatch.setattr(limits, "API", limits.Limit("registry-api", 3, MINUTE))
    number = CertificateFactory().number

    answers = [client.get(f"/api/v1/registry/{number}") for _ in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    problem = answers[-1].json()
    assert answers[-1].headers["Content-Type"] == "application/problem+json"
    assert problem["kind"] == "too_many"
    assert str(problem["wait_seconds"]) == answers[-1].headers["Retry-After"]
    assert "Please wait" in problem["detail"]
