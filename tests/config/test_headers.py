"""What every answer carries: on pages, files, redirects and error pages alike; and the cookies of production."""

from importlib import import_module

import pytest
from django.core.management import call_command
from django.test import Client
from wagtail.models import Site

from accounts import limits
from accounts.models import User
from audit import clock
from tests.factories.accounts import PASSWORD, StaffFactory, UserFactory
from tests.factories.certification import CertificateFactory
from tests.factories.indexes import unindexed

pytestmark = pytest.mark.django_db

IN_PRODUCTION = (
    "SECURE_SSL_REDIRECT",
    "SECURE_HSTS_SECONDS",
    "SECURE_HSTS_INCLUDE_SUBDOMAINS",
    "SECURE_HSTS_PRELOAD",
    "SECURE_PROXY_SSL_HEADER",
    "SESSION_COOKIE_SECURE",
    "CSRF_COOKIE_SECURE",
    "SESSION_COOKIE_NAME",
    "CSRF_COOKIE_NAME",
)


@pytest.fixture
def production(settings):
    """Production's own settings of headers and cookies, without its keys and database."""
    shipped = import_module("config.settings.production")
    for name in IN_PRODUCTION:
        setattr(settings, name, getattr(shipped, name))
    settings.ROOT_URLCONF = "tests.config.broken"
    settings.WHITENOISE_USE_FINDERS = settings.WHITENOISE_AUTOREFRESH = True
    return settings


@pytest.fixture
def visitor(production):
    return Client(raise_request_exception=False, headers={"x-forwarded-proto": "https"})


@pytest.fixture
def site(db):
    with unindexed():
        call_command("load_texts", verbosity=0)
    return CertificateFactory()


def walk(visitor, certificate):
    """One answer of every kind."""
    for _ in range(limits.SEARCH.tries):
        limits.take(limits.SEARCH, "198.51.100.9", at=clock.now())
    return {
        "start page": (200, visitor.get("/")),
        "log-in": (200, visitor.get("/accounts/login/")),
        "registry": (200, visitor.get("/registry/")),
        "certificate": (200, visitor.get(f"/registry/{certificate.number}/")),
        "API": (200, visitor.get(f"/api/v1/registry/{certificate.number}")),
        "health": (200, visitor.get("/healthz")),
        "static file": (200, visitor.get("/static/css/base.css")),
        "redirect to the log-in": (302, visitor.get("/my/")),
        "admin": (302, visitor.get("/admin/")),
        "to https": (301, visitor.get("/", headers={"x-forwarded-proto": "http"})),
        "bad host": (400, visitor.get("/", headers={"host": "elsewhere.example.org"})),
        "bad charset": (400, visitor.post("/accounts/login/", b"a=b", content_type="application/x-www-form-urlencoded; charset=utf-7")),
        "no token": (403, Client(enforce_csrf_checks=True, headers={"x-forwarded-proto": "https"}).post("/accounts/login/", {"a": "b"})),
        "not found": (404, visitor.get("/no/such/page/")),
        "not allowed": (405, visitor.get("/accounts/logout/")),
        "too much": (413, visitor.post("/accounts/login/", b"a" * (3 << 20), content_type="application/x-www-form-urlencoded")),
        "far too much": (413, visitor.post("/accounts/login/", b"", content_type="text/plain", CONTENT_LENGTH=str(13 << 20))),
        "too long": (414, visitor.get("/" + "a" * 5000)),
        "too often": (429, visitor.get("/registry/?q=amara", REMOTE_ADDR="198.51.100.9")),
        "broken": (500, visitor.get("/broken/")),
    }


def test_every_answer_carries_the_same_protection(visitor, site):
    for name, (status, answer) in walk(visitor, site).items():
        carried = answer.headers

        assert answer.status_code == status, name
        assert carried["X-Content-Type-Options"] == "nosniff" or name == "to https", name
        assert carried["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'; "), name
        assert carried["Content-Security-Policy"].endswith("; base-uri 'none'; frame-ancestors 'none'"), name
        assert "unsafe-inline" not in carried["Content-Security-Policy"] or name == "admin", name
        assert "camera=(), " in carried["Permissions-Policy"], name
        assert "publickey-credentials-get=(self)" in carried["Permissions-Policy"], name
        assert carried["Cross-Origin-Resource-Policy"] == ("cross-origin" if name == "API" else "same-origin"), name
        if name != "to https":
            assert carried["Referrer-Policy"] == "same-origin", name
            assert carried["Cross-Origin-Opener-Policy"] == "same-origin", name
            assert carried["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains; preload", name


def test_an_error_page_says_in_words_what_to_do_and_is_kept_by_nobody(visitor, site):
    answers = {name: answer for name, (status, answer) in walk(visitor, site).items() if status >= 400 and name != "not allowed"}

    for name, answer in answers.items():
        text = answer.content.decode()
        assert "<h1>" in text, name
        assert 'lang="en"' in text, name
        assert "no-store" in answer.headers["Cache-Control"], name
        assert "Traceback" not in text, name
        assert "on purpose" not in text, name
        assert "aaaaaaaa" not in text, name


def test_a_person_of_the_office_is_told_no_in_words(visitor):
    visitor.force_login(UserFactory())

    answer = visitor.get("/staff/")

    assert answer.status_code == 403
    assert "This page belongs to somebody else" in answer.content.decode()
    assert answer.headers["Cache-Control"] == "no-store, private"


@pytest.mark.parametrize(
    "address", ["/", "/my/", "/my/certificates/", "/staff/", "/staff/certificates/", "/admin/", "/admin/account/", "/registry/"]
)
def test_what_is_shown_behind_a_log_in_is_kept_by_nobody(client, site, address):
    client.force_login(StaffFactory())

    answer = client.get(address)

    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]


def test_what_is_the_same_for_all_may_be_kept(visitor):
    visitor.force_login(StaffFactory())

    answer = visitor.get("/static/css/base.css")

    assert answer.status_code == 200
    assert "no-store" not in answer.headers.get("Cache-Control", "")


def test_a_preview_may_stand_in_a_frame_of_the_editor_and_nothing_else_may(client, site):
    client.force_login(User.objects.create_superuser("administrator@example.org"))
    page = f"/admin/pages/{Site.objects.get().root_page_id}/edit/"

    answers = {address: client.get(address) for address in (page, page + "preview/")}

    assert answers[page].headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in answers[page].headers["Content-Security-Policy"]
    assert answers[page + "preview/"].headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in answers[page + "preview/"].headers["Content-Security-Policy"]


def test_cookies_of_production_belong_to_this_host_alone(visitor):
    user = UserFactory()
    visitor.get("/accounts/login/")

    answer = visitor.post("/accounts/login/", {"username": user.email, "password": PASSWORD})
    goodbye = visitor.post("/accounts/logout/")

    cookies = {**visitor.cookies, **answer.cookies, **goodbye.cookies}
    assert set(cookies) == {"__Host-session", "__Host-csrf", "__Host-messages"}
    for cookie in {**visitor.cookies, **answer.cookies}.values():
        assert cookie["secure"] is True, cookie.key
        assert cookie["httponly"] is True, cookie.key
        assert cookie["samesite"] == "Lax", cookie.key
        assert cookie["path"] == "/", cookie.key
        assert cookie["domain"] == "", cookie.key


def test_reading_in_public_sets_no_cookie(visitor, site):
    for address in (
        "/",
        "/registry/",
        "/registry/?q=amara",
        f"/registry/{site.number}/",
        "/code/",
        "/learn/",
        f"/api/v1/registry/{site.number}",
    ):
        assert visitor.get(address).cookies == {}, address
