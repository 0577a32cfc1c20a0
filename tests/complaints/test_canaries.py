"""Words that stand nowhere else are told, sent, read and not read; then every table, file, log and error page is searched for them."""

import io
import logging

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import path

from audit import clock
from complaints import crypto, evidence, papers, receipts
from complaints.facts import PaperKind, Party, Purpose
from complaints.models import Case, Evidence, Paper
from complaints.models.sealed import storage
from config import logs, urls
from outbox import delivery
from outbox.models import OutboxMessage
from tests.accounts.test_uploads import picture
from tests.complaints.unguarded import unguarded
from tests.factories.accounts import StaffFactory
from tests.factories.complaints import CaseFactory
from tests.journeys.test_forgotten import cells, within

pytestmark = pytest.mark.django_db

STORY = "Storycanaria told that the coach asked for money."
FILE_NAME = "filecanaria of the coach.jpg"
INSIDE = b"insidecanaria"
CONTACT = "contactcanaria@example.org"
CANARIES = ("storycanaria", "filecanaria", "insidecanaria", "contactcanaria")


def reading(request):
    """A view that reads a paper which does not open, as one of ours might: nothing is caught."""
    papers.read_for_machine([Paper.objects.get(kind="narrative")])


def breaking(request):
    """A view that breaks with the words in its hands."""
    told = papers.read_for_machine([Paper.objects.get(kind="contact")])[0]
    raise RuntimeError(told)


urlpatterns = [path("of-a-test/reading/", reading), path("of-a-test/breaking/", breaking), *urls.urlpatterns]
handler400, handler500 = urls.handler400, urls.handler500


@pytest.fixture
def told(monkeypatch, written):
    """Everything that is done with words and files, well and badly; answers the receipt code."""
    case, office = CaseFactory(), StaffFactory()
    narrative = papers.write(case, PaperKind.NARRATIVE, STORY, by=None, party=Party.COMPLAINANT)
    papers.write(case, PaperKind.CONTACT, CONTACT, by=None, party=Party.COMPLAINANT)
    code = receipts.issue(case, by=None, at=clock.now())
    receipts.may_try(code, "198.51.100.7", at=clock.now())
    files = [(FILE_NAME, picture(comment=INSIDE)), ("filecanaria.exe", b"MZ insidecanaria"), ("filecanaria 2.jpg", picture(comment=INSIDE))]
    rows = evidence.receive(case, [SimpleUploadedFile(*file) for file in files], party=Party.COMPLAINANT, by=None)
    first, second = OutboxMessage.objects.filter(kind="complaints.clean_evidence").order_by("pk")
    delivery.deliver(first.pk)

    def breaks(*told):
        raise RuntimeError(FILE_NAME)

    with monkeypatch.context() as patched:
        patched.setattr(evidence, "_store", breaks)
        delivery.deliver(second.pk)
    papers.read(narrative, by=office, why=Purpose.TRIAGE)
    one = Evidence.objects.get(pk=rows[0].pk)
    evidence.open_copy(one, by=office, why=Purpose.TRIAGE)
    evidence.open_original(one, by=office, why=Purpose.INVESTIGATION)
    with unguarded():
        Paper.objects.filter(pk=narrative.pk).update(sealed=bytes(Paper.objects.get(kind="contact").sealed))
    with pytest.raises(crypto.Unopened):
        papers.read(Paper.objects.get(pk=narrative.pk), by=office, why=Purpose.REVIEW)
    return code


def places():
    """Every cell of the database and every sealed file in which a canary stands."""
    found = [place for place, value in cells() for word in CANARIES if word in value]
    return found + [name for name, data in within(storage(), "") for word in CANARIES if word.encode() in data.lower()]


@pytest.fixture
def written():
    """What production's log would hold, every logger asked to say all it can."""
    page, root = io.StringIO(), logging.getLogger()
    handler = logging.StreamHandler(page)
    handler.setFormatter(logs.formatter(readable=False))
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield page
    root.removeHandler(handler)
    root.setLevel(before)


def test_no_table_and_no_file_says_a_word(told):
    assert Case.objects.count() == 1
    assert OutboxMessage.objects.exclude(last_error="").count() == 1
    assert places() == []


def test_no_table_knows_the_code(told):
    plain = receipts.normalize(told).lower()

    assert [place for place, value in cells() if plain in value.replace("-", "") or told.lower() in value] == []


def test_the_search_would_find_a_word_that_was_kept_in_clear(told):
    case = Case.objects.get()
    with unguarded():
        Paper.objects.filter(case=case).update(sealed=STORY.encode())

    assert "complaints_paper.sealed" in places()


@pytest.mark.parametrize("address", ["/of-a-test/reading/", "/of-a-test/breaking/"])
def test_no_error_page_and_no_log_quotes_what_was_told(told, written, client, settings, address):
    client.raise_request_exception = False
    settings.ROOT_URLCONF = __name__

    response = client.get(address)

    said = written.getvalue().lower()
    assert response.status_code == 500
    assert ("unopened" if "reading" in address else "runtimeerror") in said
    assert "message " in said, "the outbox spoke of the effect that broke"
    for word in (*CANARIES, told.lower(), "198.51"):
        assert word not in response.content.decode().lower()
        assert word not in said


def test_no_address_of_the_outbox_holds_more_than_an_id(told):
    for message in OutboxMessage.objects.filter(kind__startswith="complaints."):
        assert len(message.subject_id) == 36
        assert message.key in {f"evidence:{message.subject_id}:clean"}
