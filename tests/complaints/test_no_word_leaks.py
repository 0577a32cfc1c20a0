"""What somebody tells us stands sealed in its papers, and nowhere else: no log, letter, address, title, row, entry or error page has it."""

import io
import logging
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from audit import clock
from complaints import evidence, receipts
from complaints.facts import CaseRole
from complaints.models import Case, Evidence
from config import logs
from outbox import delivery
from outbox.models import OutboxMessage
from tests.complaints import office
from tests.complaints.telling import CANARIES, PAGES, carried, code_on, later, next_page, receipt_of, walk
from tests.factories import cms as texts
from tests.factories.accounts import UserFactory
from tests.logins import Client

pytestmark = pytest.mark.django_db

LATER = {
    "message": "And then the marmalade train left without a whistle.",
    "file": "my-diary-of-the-orchard.txt",
    "inside": "The orchard was dark and I counted nineteen pears.",
    "pressed": "Please stop it, for the sake of the otters.",
    "new mail": "otter@canary.example.org",
}
PLACE, AGENT = "203.0.113.77", "CanaryBrowser/77.0"
ALL = [*CANARIES.values(), *LATER.values(), PLACE, AGENT, "Umberquist", "lavender", "marmalade"]


@pytest.fixture
def written():
    """Everything that the log says, in its own form and down to the finest level."""
    page, root = io.StringIO(), logging.getLogger()
    handler = logging.StreamHandler(page)
    handler.setFormatter(logs.formatter(readable=False))
    level = root.level
    root.setLevel(logging.DEBUG)
    root.addHandler(handler)
    yield page
    root.removeHandler(handler)
    root.setLevel(level)


def rows() -> dict[str, str]:
    """Every table of the database as text, bytes as they are."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            found[table] = " ".join(
                bytes(cell).decode("latin-1") if isinstance(cell, (bytes, memoryview)) else str(cell)
                for row in cursor.fetchall()
                for cell in row
            )
    return found


def live_through(client) -> str:
    """A complaint from the first page to a wish to stop; answers its code."""
    page = walk(client)
    code = code_on(page)
    next_page(client, page, {"last_group": code.split("-")[-1]})
    back = client.get("/complaints/follow-up/")
    token = carried(back.content.decode())["token"]
    token = token[0] if isinstance(token, list) else token
    for given in (
        {"act": "write", "words": LATER["message"]},
        {"act": "files", "files": SimpleUploadedFile(LATER["file"], LATER["inside"].encode())},
        {"act": "mail", "mail": LATER["new mail"]},
        {"act": "withdraw", "words": LATER["pressed"], "pressed": "yes"},
    ):
        answer = client.post("/complaints/follow-up/", {"token": token, "version": "1", **given})
        assert answer.status_code == 302
        assert answer["Location"] == "/complaints/follow-up/"
    return code


def test_a_whole_complaint_leaves_no_word_in_any_table_log_letter_or_address(written, mailoutbox):
    texts.texts()
    office.appointed(CaseRole.INTAKE)
    client = Client(REMOTE_ADDR=PLACE, HTTP_USER_AGENT=AGENT)
    with clock.moved(office.at() - clock.real()):
        code = live_through(client)
        with later(minutes=5):
            for message in OutboxMessage.objects.filter(done_at=None):
                assert delivery.deliver(message.pk)

    everything = {
        "log": written.getvalue(),
        "mail": " ".join(f"{one.subject} {one.body} {one.extra_headers}" for one in mailoutbox),
        **rows(),
    }
    secrets = [*ALL, code, code.replace("-", ""), code.split("-")[0]]
    found = {(place, canary) for place, text in everything.items() for canary in secrets if canary in text}
    assert found == set()
    assert len(mailoutbox) >= 1
    assert evidence.name_of(Evidence.objects.get()) == LATER["file"]


def test_nobody_who_is_logged_in_is_named_by_a_complaint_they_send(written):
    texts.texts()
    person = UserFactory(full_name="Wilhelmina Ottersby")
    client = Client()
    client.force_login(person)
    walk(client)

    case = Case.objects.get()
    assert not case.steps.exclude(made_by=None).exists()
    assert not case.papers.exclude(made_by=None).exists()
    assert str(person.pk) not in [str(value) for value in case.steps.values_list("values", flat=True)]


@pytest.mark.parametrize("logged_in", [False, True])
def test_a_page_that_breaks_says_nothing_of_what_was_typed_nor_who_was_there(written, settings, logged_in):
    texts.texts()
    client = Client(raise_request_exception=False, REMOTE_ADDR=PLACE, HTTP_USER_AGENT=AGENT)
    person = UserFactory()
    if logged_in:
        client.force_login(person)
    page = walk(client, PAGES[:-1])
    settings.CASE_KEYS = "unset"
    with clock.moved(timedelta(seconds=20)):
        broken = next_page(client, page, PAGES[-1])

    assert broken.status_code == 500
    assert not Case.objects.exists()
    text = broken.content.decode() + written.getvalue()
    assert [canary for canary in ALL if canary in text] == []
    assert '"user"' not in written.getvalue()
    assert "LostKey" in written.getvalue()


def test_a_code_that_is_tried_stands_in_no_log(written, client):
    code = receipts.make()
    for _ in range(12):
        client.post("/complaints/follow-up/", {"act": "open", "code": code})

    assert [part for part in code.split("-") if part in written.getvalue()] == []
    assert [table for table, text in rows().items() if code in text or code.replace("-", "") in text] == []


def test_the_name_of_a_file_and_the_words_of_its_refusal_stand_in_no_entry(client):
    texts.texts()
    walk(client)
    case = Case.objects.get()
    evidence.receive(case, [SimpleUploadedFile("mother-and-the-heron.html", b"<p>heron</p>")], party=evidence.Party.COMPLAINANT, by=None)

    assert [table for table, text in rows().items() if "heron" in text] == []
    assert receipt_of(case).case == case
