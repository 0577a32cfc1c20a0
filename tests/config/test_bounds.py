"""What nobody's browser sends by itself: too long, too large, broken, in other letters. Answered in words everywhere, never by a crash."""

import re
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.http import HttpResponse
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse

from accounts.models import User
from audit import clock
from complaints.models import Appointment
from courses import attempts, enrollments
from courses.models import Attempt, ModulePage
from tests.factories.accounts import UserFactory
from tests.factories.certification import CertificateFactory
from tests.factories.courses import course, read_everything

pytestmark = pytest.mark.django_db

FORM, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
PART = b'--cut\r\nContent-Disposition: form-data; name="text"\r\n\r\nhello'
FILE = (
    b'--cut\r\nContent-Disposition: form-data; name="file"; filename="a\x00b.txt"\r\nContent-Type: text/plain\r\n\r\nhello\r\n--cut--\r\n'
)
# What is sent, as what, and the answers it may get once it has reached an address of ours.
UNREADABLE = {
    "multipart without a border": (PART, MULTIPART, {400}),
    "multipart with a border too long": (PART, f"{MULTIPART}; boundary={'b' * 300}", {400}),
    "multipart with letters as length": (b"--cut--", f'{MULTIPART}; boundary="cut\xff"', {400}),
    "another charset": (b"a=b", f"{FORM}; charset=utf-16", {400}),
    "a charset that is no letters": (b"a=b", f"{FORM}; charset=base64", {400}),
    "a charset nobody knows": (PART, f"{MULTIPART}; boundary=cut; charset=klingon", {400}),
    "a NUL in a field": (b"text=a%00b", FORM, {400}),
    "a NUL in a name": (b"a%00b=text", FORM, {400}),
    "too many fields": (b"&".join(b"a=b" for _ in range(2001)), FORM, {413}),
    "too many files": (
        b"".join(b'--cut\r\nContent-Disposition: form-data; name="f"; filename="a.txt"\r\n\r\nx\r\n' for _ in range(21)) + b"--cut--\r\n",
        f"{MULTIPART}; boundary=cut",
        {413},
    ),
    "a field too large": (b"text=" + b"a" * (2 << 20), FORM, {413}),
}
# What can be read, and is no answer to any form.
STRANGE = {
    "half a multipart": (PART, f"{MULTIPART}; boundary=cut"),
    "letters that are none": (b"text=%ff%fe&username=%c3%28&email=%ff&q=%ed%a0%80", FORM),
    "a broken percent": (b"text=%zz&=&&%", FORM),
    "JSON that ends early": (b'{"a": [1, 2', "application/json"),
    "JSON of ten thousand levels": (b"[" * 10_000, "application/json"),
    "JSON that is no object": (b'"\\ud800"', "application/json"),
    "a NUL in a file's name": (FILE, f"{MULTIPART}; boundary=cut"),
    "transfer encoding that is none": (
        PART.replace(b"\r\n\r\n", b"\r\nContent-Transfer-Encoding: base64\r\n\r\n"),
        f"{MULTIPART}; boundary=cut",
    ),
    "nothing at all": (b"", "text/plain"),
}
# Wagtail 8.0.1 breaks there on what no form of its own sends; only whoever may enter the admin gets there, and nothing is half-written.
WAGTAILS_OWN = re.compile(
    r"/admin/(choose-external-link|pages/\d+/set_position|redirects/import/process|snippets/choose/courses/question/create|workflows/edit/\d+)/"
    r"|/admin/api/main/\w+/find/|/admin/.*/chosen-multiple/"
    r"|/admin/.*(lock|unlock|enable|remove)/.*"
)
VALUES = ["9" * 60, "-1", "nan", "1e999", "٣", "\u202ecod.exe", "🙂" * 300, "../../etc/passwd", "' OR 1=1 --", "2026-02-30", "[]", "{}"]
QUESTIONS = ["%ff%fe", "%c3%28", "9" * 60, "-1", "%00", "%ed%a0%80", "%F0%9F%99%82", "..%2F..", "%25%25", "[]", "2026-02-30"]
OURS_IN_THE_ADMIN = re.compile(r"/admin/(courses|editions|reports/coverage)/.*|/admin/snippets/(?!choose)\w+/\w+/((edit|history)/\w+/)?")


def patterns() -> Iterator[tuple[str, list[str]]]:
    def walk(found: list[Any], space: str) -> Iterator[tuple[str, list[str]]]:
        for pattern in found:
            if hasattr(pattern, "url_patterns"):
                yield from walk(pattern.url_patterns, f"{space}{pattern.namespace}:" if pattern.namespace else space)
            elif pattern.name:
                yield space + pattern.name, list(pattern.pattern.converters or pattern.pattern.regex.groupindex)

    return walk(get_resolver().url_patterns, "")


@pytest.fixture
def everybody(client):
    """Logged in with every right, and somebody a form of each kind belongs to."""
    call_command("load_texts", verbosity=0)
    user = User.objects.create_superuser("administrator@example.org", "a quiet harbor at dawn")
    page = course(name="kindness", final=4)
    run = enrollments.start(user, page, at=clock.now())
    read_everything(run, at=clock.now())
    attempts.start(run, ModulePage.objects.descendant_of(page).filter(quiz="check").first(), at=clock.now())
    certificate = CertificateFactory(holder=user)
    client.force_login(user)
    client.raise_request_exception = False
    client.known = {
        "number": certificate.number,
        "term": certificate.terms.get().pk,
        "code": certificate.verify_code,
        "verify_code": certificate.verify_code,
        "course": page.slug,
        "attempt": Attempt.objects.first().pk,
        "module": "m1",
        "lesson": "l1",
        "position": 1,
        "run": run.pk,
        "edition": 1,
        "uid": uuid4(),
        "appointment": Appointment.objects.create(person=UserFactory(), role="intake", first_day=clock.today()).uid,
        "interest": uuid4(),
        "token": "abc-def",
        "uidb64": "MQ",
        "user": user,
    }
    return client


def addresses(client: Client) -> list[str]:
    """Every address of the site that a form might be sent to."""
    found = []
    for name, keys in patterns():
        tries = [
            {key: client.known.get(key, value) for key in keys}
            for value in (1, "x", "cms")  # numbers, words, names of models
        ]
        for told in tries:
            try:
                found.append(reverse(name, kwargs=told))
                break
            except NoReverseMatch:
                continue
        else:
            assert name.endswith("revisions_compare") or name in ("wagtaildocs_serve", "wagtail_serve"), name
    return sorted({*found, "/", "/code/"} - {"/accounts/logout/", "/admin/logout/", "/admin/failwhale/", "/healthz", "/readyz"})


@pytest.mark.long
@pytest.mark.parametrize("case", UNREADABLE)
def test_what_cannot_be_read_is_answered_in_words_at_every_address(everybody, case):
    body, kind, expected = UNREADABLE[case]
    wrong = []
    for address in addresses(everybody):
        answer = everybody.generic("POST", address, body, content_type=kind)
        if answer.status_code not in expected | {404, 405} or (answer.status_code in expected and b"<h1>" not in answer.content):
            wrong.append((answer.status_code, address))

    assert wrong == []
    assert everybody.generic("POST", "/accounts/password/", body, content_type=kind).status_code in expected


@pytest.mark.long
def test_what_is_no_answer_to_a_form_breaks_nothing(everybody):
    def send(address, case):
        return everybody.generic("POST", address, STRANGE[case][0], content_type=STRANGE[case][1])

    assert crashed_by_values(everybody, send, list(STRANGE)) == []


@pytest.mark.long
def test_values_that_no_form_offers_break_nothing(everybody):
    names = ["username", "email", "q", "next", "name", "full_name", "number", "first_day", "last_day", "reason", "clause", "index", "body"]
    names += ["choice", "answer", "choice-1", "a1", "page", "title", "slug", "kind", "edition", "term", "attempts", "days", "user", "group"]

    def send(address, value):
        return everybody.post(address, dict.fromkeys(names, value) | {"file": SimpleUploadedFile("a.txt", b"x")})

    assert crashed_by_values(everybody, send, VALUES) == []


@pytest.mark.long
def test_questions_that_no_link_asks_break_nothing(everybody):
    names = [
        "q",
        "p",
        "page",
        "as_of",
        "after",
        "before",
        "next",
        "ordering",
        "o",
        "id",
        "locale",
        "timestamp_from",
        "user",
        "action",
        "edition",
    ]

    def ask(address, value):
        return everybody.get(address + "?" + "&".join(f"{name}={value}" for name in names))

    assert crashed_by_values(everybody, ask, QUESTIONS) == []


def crashed_by_values(client: Client, send: Callable[[str, str], HttpResponse], values: list[str]) -> list[tuple[int, str]]:
    """Every value to every address of ours; to Wagtail's in turn."""
    ours, wagtails = [], []
    for address in addresses(client):
        (wagtails if address.startswith("/admin/") and not OURS_IN_THE_ADMIN.fullmatch(address) else ours).append(address)
    found = [broken for value in values for broken in crashed(client, lambda address, value=value: send(address, value), ours)]
    for turn, value in enumerate(values):
        found += crashed(client, lambda address, value=value: send(address, value), wagtails[turn :: len(values)])
    return found


def crashed(client: Client, ask: Callable[[str], HttpResponse], asked: list[str]) -> list[tuple[int, str]]:
    found = []
    for address in asked:
        answer = ask(address)
        if answer.status_code >= 500 and not WAGTAILS_OWN.fullmatch(address):
            found.append((answer.status_code, address))
        if "_auth_user_id" not in client.session:
            client.force_login(client.known["user"])
    return found


def test_an_address_may_not_be_longer_than_a_page_of_text(client):
    assert client.get("/registry/", {"q": "a" * 3000}).status_code == 200
    assert client.get("/registry/", {"q": "a" * 5000}).status_code == 414


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "TRACK", "PROPFIND"])
def test_a_request_is_not_sent_back_as_it_came(client, method):
    answer = client.generic(method, "/registry/", headers={"cookie": "a=secret"})

    assert answer.status_code == 405
    assert b"secret" not in answer.content


@pytest.mark.parametrize("length", ["-1", "many", "1e9", "9" * 40])
def test_a_length_that_is_no_number_is_refused(client, length):
    assert client.post("/accounts/login/", b"", content_type=FORM, CONTENT_LENGTH=length).status_code in (400, 413)
