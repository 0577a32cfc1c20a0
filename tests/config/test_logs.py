"""Canaries: what people typed is planted wherever it could get into a log, a mail or a row, and looked for there."""

import io
import json
import logging

import pytest
from celery import shared_task
from django.conf import settings as django_settings
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.urls import path
from gunicorn.config import Config

from accounts import links
from accounts.models import User
from config import logs
from config.urls import handler400
from config.urls import urlpatterns as site
from outbox import delivery, queue
from outbox.models import OutboxMessage
from tests.factories.accounts import PASSWORD, AdministratorFactory, StaffFactory, UserFactory
from tests.factories.certification import CertificateFactory
from tests.logins import Client, app_of

pytestmark = pytest.mark.django_db

NAME = "Zelda Quillfeather"
EMAIL = "zelda.quill@private.example.org"
SECRET = "correct-horse-canary"
TOKEN = "c4n4ry-70k3n0123456789abcdef"
NARRATIVE = "he said things about my mother that I never told anybody"
CANARIES = [NAME, "Quillfeather", EMAIL, "zelda.quill", SECRET, TOKEN, NARRATIVE, "my mother", "203.0.113.77"]

__all__ = ["handler400", "urlpatterns"]


def breaks(request: HttpRequest) -> HttpResponse:
    assert request.user.is_authenticated
    narrative = request.POST.get("narrative", NARRATIVE)  # a local variable, as a crash report would print
    raise ValueError(f"cannot read {narrative}")


def breaks_in_the_database(request: HttpRequest) -> HttpResponse:
    with transaction.atomic():
        User.objects.create_user(EMAIL)
        User.objects.create_user(EMAIL)
    return HttpResponse()


def breaks_on_a_statement(request: HttpRequest) -> HttpResponse:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT nothing FROM nowhere WHERE name = %s", [NAME])
    return HttpResponse()


urlpatterns = [
    path("breaks/<str:token>/", lambda request, token: breaks(request)),
    path("breaks-in-the-database/", breaks_in_the_database),
    path("breaks-on-a-statement/", breaks_on_a_statement),
    *site,
]


@shared_task(name="tests.logs.breaks")
def task_that_breaks(narrative: str) -> None:
    raise ValueError(narrative)


@shared_task(name="tests.logs.says")
def task_that_says() -> None:
    logging.getLogger("outbox.tests").warning("a task speaks")


@pytest.fixture
def written():
    """What production's log would hold, each library asked to say all it can."""
    page, root = io.StringIO(), logging.getLogger()
    handler = logging.StreamHandler(page)
    handler.setFormatter(logs.formatter(readable=False))
    before, levels = root.level, {}
    for name in ("django.request", "django.security", "django.template", "celery", "accounts", "outbox"):
        levels[name] = logging.getLogger(name).level
        logging.getLogger(name).setLevel(logging.DEBUG)
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield page
    root.removeHandler(handler)
    root.setLevel(before)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


@pytest.fixture
def visitor(settings):
    settings.ROOT_URLCONF = "tests.config.test_logs"
    settings.ADMINS = [("Operator", "operator@example.org")]
    return Client(raise_request_exception=False, REMOTE_ADDR="203.0.113.77")


def lines(page):
    return [json.loads(line) for line in page.getvalue().splitlines()]


def found(text):
    return [canary for canary in CANARIES if canary.lower() in text.lower()]


def assert_nothing_was_told(written, *more):
    text = "".join([written.getvalue(), *more])
    assert found(text) == []
    assert found(str(list(OutboxMessage.objects.values()))) == []


# Through real requests


def test_nothing_that_people_type_gets_into_the_log(written, visitor):
    person, office, certificate = UserFactory(email=EMAIL, full_name=NAME), StaffFactory(), CertificateFactory()
    visitor.post("/accounts/login/", {"username": EMAIL, "password": SECRET})
    for _ in range(12):
        visitor.post("/accounts/login/", {"username": EMAIL, "password": SECRET, "next": f"/v/{TOKEN}/"})
    visitor.post("/accounts/password/", {"email": EMAIL})
    visitor.get(links.password_path(person))
    visitor.get(f"/accounts/invitation/{TOKEN}/")
    visitor.get("/registry/", {"q": NAME})
    visitor.get(f"/v/{TOKEN}/")
    visitor.get(f"/nowhere/{TOKEN}/", {"q": NARRATIVE})
    visitor.get(f"/{NAME}/", headers={"host": f"{TOKEN}.example.com", "referer": f"https://elsewhere.example/?{TOKEN}"})
    visitor.post("/accounts/login/", f"username={EMAIL}&a=%00".encode(), content_type="application/x-www-form-urlencoded")
    visitor.post("/accounts/login/", b"x" * (3 << 20), content_type="application/x-www-form-urlencoded")
    Client(enforce_csrf_checks=True).post(
        f"/accounts/invitation/{TOKEN}/", {"new_password1": SECRET}, headers={"referer": f"https://{TOKEN}/"}
    )
    visitor.force_login(office)
    visitor.post(f"/staff/certificates/{certificate.number}/name/", {"full_name": NAME, "reason": NARRATIVE})
    visitor.post("/staff/issue/", {"full_name": NAME, "email": "no address", "first_day": NARRATIVE})
    visitor.post("/accounts/security/app/", {"code": "000000", "name": NARRATIVE})
    app_of(person)
    visitor.post("/accounts/login/", {"username": EMAIL, "password": PASSWORD})
    visitor.post("/accounts/verify/", {"code": TOKEN})
    visitor.force_login(AdministratorFactory())
    assert visitor.post(f"/staff/roles/{person.uid}/grant/staff/", {"reason": NARRATIVE}).status_code == 302
    visitor.get("/admin/users/", {"q": EMAIL})
    for message in OutboxMessage.objects.all():
        delivery.deliver(message.pk)

    assert lines(written)
    assert_nothing_was_told(written, *(str(letter.subject) for letter in mail.outbox))


@pytest.mark.parametrize("address", [f"/breaks/{TOKEN}/", "/breaks-in-the-database/", "/breaks-on-a-statement/"])
def test_a_view_that_breaks_tells_where_and_not_what(written, visitor, address):
    visitor.force_login(person := UserFactory())

    answer = visitor.post(f"{address}?q={NAME}", {"narrative": NARRATIVE, "password": SECRET, "email": EMAIL})

    assert answer.status_code == 500
    (line,) = [line for line in lines(written) if line.get("status") == 500]
    assert line["where"][-1].split(":")[0].endswith(".py")
    assert any("tests/config/test_logs.py" in place for place in line["where"])
    assert line["asked"] in ("POST breaks/<str:token>/", "POST breaks-in-the-database/", "POST breaks-on-a-statement/")
    assert line["user"] == person.pk
    assert line["request"] == answer.headers["X-Request-ID"]
    assert_nothing_was_told(written, answer.content.decode())
    assert mail.outbox == []


def test_an_exception_is_told_with_what_caused_it(written):
    try:
        try:
            raise IntegrityError(f"Key (email)=({EMAIL}) already exists")
        except IntegrityError as cause:
            raise RuntimeError(NARRATIVE) from cause
    except RuntimeError:
        logging.getLogger("accounts.tests").exception("it broke")

    (line,) = lines(written)
    assert (line["event"], line["error"], line["level"]) == ("it broke", "RuntimeError from IntegrityError", "error")
    assert_nothing_was_told(written)


def test_a_handler_of_the_outbox_that_breaks_leaves_a_class_and_a_line(written, monkeypatch):
    def handler(message):
        raise ValueError(f"{NARRATIVE} {EMAIL}")

    monkeypatch.setitem(queue.HANDLERS, "tests.effect", handler)
    delivery.deliver(queue.put("tests.effect", 7, key="one"))

    assert OutboxMessage.objects.get(key="one").last_error == "ValueError"
    assert any("ValueError at" in line["event"] for line in lines(written))
    assert_nothing_was_told(written)


def test_a_task_that_breaks_tells_its_name_and_not_its_arguments(written):
    task_that_breaks.apply(args=[NARRATIVE], throw=False)

    (line,) = [line for line in lines(written) if line.get("task")]
    assert (line["task"], line["error"]) == ("tests.logs.breaks", "ValueError")
    assert_nothing_was_told(written)


def test_libraries_are_quoted_without_what_they_fill_in(written):
    logging.getLogger("somebody.elses").warning("could not read %s of %s", NAME, EMAIL)

    (line,) = lines(written)
    assert line["event"] == "could not read %s of %s"
    assert_nothing_was_told(written)


# The net


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"letter to {EMAIL} waits", "letter to [address] waits"),
        ("came from 203.0.113.77", "came from [place]"),
        ("came from 2001:db8:1:2::77", "came from [place]"),
        (f"asked /v/{TOKEN}", "asked /v/[hidden]"),
        ("asked /accounts/password/abc/def/", "asked /accounts/[hidden]"),
        ("asked /registry/?q=Zelda&page=2", "asked /registry/?[hidden]"),
        (f"token {TOKEN}", "token [hidden]"),
        ("two\nlines and a bell\x07", "two lines and a bell "),
        ("message 812 (certification.term_granted), try 3", "message 812 (certification.term_granted), try 3"),
        ("tries refused: registry-search, 1 in this span", "tries refused: registry-search, 1 in this span"),
    ],
)
def test_what_slips_through_is_caught_by_its_shape(text, expected):
    assert logs.redacted(text) == expected


@pytest.mark.parametrize("key", ["password", "user_email", "full_name", "token", "narrative", "ip", "Authorization", "verify_code", "q"])
def test_a_field_with_a_personal_name_is_hidden(written, key):
    import structlog

    logger = structlog.wrap_logger(logging.getLogger("accounts.tests"), processors=[structlog.stdlib.ProcessorFormatter.wrap_for_formatter])
    logger.warning("noted", **{key: NAME, "number": 7})

    (line,) = lines(written)
    assert (line[key], line["number"]) == ("[hidden]", 7)


# Which request


def test_every_answer_has_an_id_of_its_own_and_none_from_outside(client):
    first, second = (client.get("/healthz", headers={"x-request-id": TOKEN}).headers["X-Request-ID"] for _ in range(2))

    assert first != second
    assert TOKEN not in (first, second)


def test_a_task_belongs_to_the_request_that_caused_it(written):
    sent = {}
    with logs.request(RequestFactory().get("/")) as request_id:
        from celery import signals

        signals.before_task_publish.send(sender="outbox.deliver", headers=sent)
    task_that_says.apply(headers=sent)

    (line,) = [line for line in lines(written) if line["event"] == "a task speaks"]
    assert sent == {"request_id": request_id}
    assert line["request"] == request_id
    assert logs.request_id() == ""


def test_the_worker_keeps_our_form_of_the_log():
    from celery.signals import setup_logging

    assert setup_logging.receivers


# Settings


def test_nothing_mails_a_request_to_administrators():
    handlers = [
        handler
        for name in ("", "django", "django.request", "django.security", "django.server")
        for handler in logging.getLogger(name).handlers
    ]

    assert [handler for handler in handlers if "AdminEmail" in type(handler).__name__] == []
    assert "mail_admins" not in str(django_settings.LOGGING)


def test_production_writes_json_and_a_demonstration_for_people():
    from importlib import import_module

    assert import_module("config.settings.production").LOGGING["formatters"]["line"]["readable"] is False
    assert django_settings.LOGGING["formatters"]["line"]["readable"] is True
    record = logging.LogRecord("accounts", logging.WARNING, __file__, 1, "wait %s", (3,), None)
    assert "wait 3" in logs.formatter(readable=True).format(record)


def test_the_web_server_keeps_no_log_of_requests_and_speaks_in_our_form(capsys):
    config = Config()
    config.set("accesslog", "-")
    server = logs.WebServer(config)
    stream = io.StringIO()
    server.error_log.handlers[0].setStream(stream)
    request = type("Asked", (), {"uri": f"/v/{TOKEN}/"})()

    server.access(request, request, {}, None)
    try:
        raise ValueError(NARRATIVE)
    except ValueError:
        server.exception("Error handling request %s", f"/v/{TOKEN}/")
    server.warning(f"Invalid request from ip=203.0.113.77: GET /v/{TOKEN}")
    for handler in server.error_log.handlers + server.access_log.handlers:
        handler.close()
    server.error_log.handlers, server.access_log.handlers = [], []

    assert found(stream.getvalue() + capsys.readouterr().out) == []
    assert "ValueError" in stream.getvalue()
    assert "Invalid request" in stream.getvalue()
