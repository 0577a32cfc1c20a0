"""The document of a term: its facts, frozen; made once, whatever crashes between the row and the file."""

import hashlib
import json
from datetime import UTC, date, datetime, timedelta

import pikepdf
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage
from django.db import IntegrityError, transaction

from accounts.models import Name
from certification import corrections, documents, renewals, terms
from certification.models import CertificateDocument, Term, document_storage
from outbox import queue
from outbox.models import OutboxMessage
from tests.factories import cms
from tests.factories.accounts import StaffFactory, UserFactory
from tests.factories.certification import CertificateFactory, edition_in_force, ready_to_renew

pytestmark = pytest.mark.django_db

WRITTEN_AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def announcement(monkeypatch):
    """Somebody announces terms; who, is not asked here."""
    monkeypatch.setitem(queue.HANDLERS, "certification.term_granted", lambda message: None)


@pytest.fixture(autouse=True)
def empty_storage():
    storage = document_storage()
    if storage.exists("certificates"):
        for name in storage.listdir("certificates")[1]:
            storage.delete(f"certificates/{name}")


@pytest.fixture
def term():
    """A term of 渡辺 澪, with every date fixed."""
    holder = UserFactory()
    Name.objects.filter(user=holder).delete()
    Name.objects.create(user=holder, full_name="渡辺 澪", latin_name="Watanabe Mio", language="ja", recorded_at=WRITTEN_AT)
    certificate = CertificateFactory(holder=holder, number="TRC-7K4M9RX", term=False)
    return Term.objects.create(
        certificate=certificate, first_day=date(2026, 11, 24), last_day=date(2028, 11, 23), granted="renewed", recorded_at=WRITTEN_AT
    )


def deliver(term):
    pk = queue.put("certification.deliver_certificate", term.pk, key=f"term:{term.pk}:deliver")
    queue.HANDLERS["certification.deliver_certificate"](OutboxMessage.objects.get(pk=pk))
    return CertificateDocument.objects.current().get(term=term)


def content(document):
    with document.file.open() as file:
        return file.read()


def test_the_facts_are_read_from_the_records(term, settings):
    assert documents.facts_of(term, code="CODE") == {
        "version": 1,
        "name": "渡辺 澪",
        "latin_name": "Watanabe Mio",
        "language": "ja",
        "dir": "ltr",
        "number": "TRC-7K4M9RX",
        "scheme": "Certified Trauma Recovery Coach",
        "first_day": "2026-11-24",
        "last_day": "2028-11-23",
        "code": "CODE",
        "site_url": "http://testserver",
        "issuer": settings.ASSOCIATION_NAME,
        "edition": "",
        "edition_from": "",
        "made_at": "2026-11-23T09:30:00+00:00",
    }


def test_a_corrected_term_prints_the_edition_that_was_signed_for_it():
    edition_in_force(date(2020, 1, 1), name="First")
    certificate = ready_to_renew(on=date(2026, 11, 23), days_left=100)
    term = renewals.renew(certificate, by=certificate.holder, on=date(2026, 11, 23))
    edition_in_force(date(2026, 12, 1), name="Second", weight="minor")
    moved = corrections.move_term(term, first_day=term.first_day, last_day=date(2028, 12, 31), reason="Slip", by=StaffFactory())

    assert moved.first_day > date(2026, 12, 1)
    assert [documents.facts_of(each, code="CODE")["edition"] for each in (term, moved)] == ["First", "First"]


def test_a_document_keeps_the_name_of_the_association_it_was_made_with(term, settings):
    settings.ASSOCIATION_NAME = "Association of Examples"
    old = deliver(term)
    settings.ASSOCIATION_NAME = "International Association of Examples"

    assert deliver(term).facts["issuer"] == "Association of Examples"
    with pikepdf.open(old.file.open()) as pdf:
        assert str(pdf.docinfo["/Author"]) == "Association of Examples"

    CertificateDocument.objects.take_out_of_use(terms=[term.pk])

    assert deliver(term).facts["issuer"] == "International Association of Examples"
    assert CertificateDocument.objects.get(pk=old.pk).facts["issuer"] == "Association of Examples"


@pytest.mark.parametrize(
    ("name", "language", "direction"),
    [
        ("Siân O'Dwyer-Pugh", "und", "ltr"),
        ("髙橋 さくら", "ja", "ltr"),
        ("김서연", "ko", "ltr"),
        ("سلمى الحدّاد", "und", "rtl"),
        ("נועה Cohen-לוי", "und", "rtl"),
        ("3 Cohen נועה", "und", "ltr"),
    ],
)
def test_language_and_direction_follow_from_the_letters_where_nobody_said(term, name, language, direction):
    Name.objects.update(full_name=name, language="")
    facts = documents.facts_of(Term.objects.get(), code="CODE")
    assert (facts["language"], facts["dir"]) == (language, direction)


def test_the_facts_name_the_edition_in_force_on_the_day_of_the_grant(term):
    cms.texts()
    cms.published("second", on=date(2026, 3, 2))
    cms.published("third", on=date(2026, 11, 24))

    facts = documents.facts_of(term, code="CODE")
    assert (facts["edition"], facts["edition_from"]) == ("second", "2026-03-02")


def test_delivery_makes_the_document_and_announces_the_term(term):
    document = deliver(term)

    assert document.facts == documents.facts_of(term, code=document.verify_code)
    assert hashlib.sha256(content(document)).hexdigest() == document.sha256
    assert document.file.name == f"certificates/{document.sha256}.pdf"
    with pikepdf.open(document.file.open()) as pdf:
        assert json.loads(pdf.attachments["certificate.json"].get_file().read_bytes()) == document.facts
    assert OutboxMessage.objects.get(key=f"term:{term.pk}:mail").kind == "certification.term_granted"


def test_delivered_twice_it_is_one_document_and_one_announcement(term):
    first, second = deliver(term), deliver(term)

    assert (first.pk, first.sha256) == (second.pk, second.sha256)
    assert document_storage().listdir("certificates")[1] == [f"{first.sha256}.pdf"]
    assert OutboxMessage.objects.filter(kind="certification.term_granted").count() == 1


def test_a_crash_before_the_file_leaves_nothing_wrong(term, monkeypatch):
    with monkeypatch.context() as crash:
        crash.setattr(documents, "render", lambda facts: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            deliver(term)
    begun = CertificateDocument.objects.get()
    assert (begun.sha256, begun.file.name) == ("", "")
    assert not OutboxMessage.objects.filter(kind="certification.term_granted").exists()

    Name.objects.update(full_name="Somebody Else")
    document = deliver(term)
    assert document.pk == begun.pk
    assert document.facts == begun.facts


def test_a_crash_between_file_and_row_leaves_one_file(term):
    document = deliver(term)
    CertificateDocument.objects.update(sha256="", file="")

    again = deliver(term)
    assert (again.sha256, again.file.name) == (document.sha256, document.file.name)
    assert len(document_storage().listdir("certificates")[1]) == 1


def test_a_file_cut_short_is_written_anew(term):
    document = deliver(term)
    whole = content(document)
    document_storage().delete(document.file.name)
    document_storage().save(document.file.name, ContentFile(whole[:1000]))
    CertificateDocument.objects.update(sha256="", file="")

    assert content(deliver(term)) == whole


class Overtaken(InMemoryStorage):
    """In the moment between the look and the writing somebody else keeps a file under the name."""

    def __init__(self, theirs):
        super().__init__()
        self.theirs = theirs

    def save(self, name, content):
        if self.theirs:
            super().save(name, ContentFile(self.theirs))
            self.theirs = b""
        return super().save(name, content)


@pytest.mark.parametrize("theirs", [b"%PDF whole", b"%PDF wh"])
def test_two_workers_that_keep_the_same_file_at_once_leave_one(theirs):
    storage, digest = Overtaken(theirs), hashlib.sha256(b"%PDF whole").hexdigest()

    name = documents._stored(storage, b"%PDF whole", digest)

    assert storage.listdir("certificates")[1] == [f"{digest}.pdf"]
    with storage.open(name) as file:
        assert file.read() == b"%PDF whole"


def test_without_pango_the_paper_waits_and_no_mail_goes_out(term, monkeypatch):
    def no_pango(facts):
        raise documents.PDFsWait("PDFs wait: install Pango.")

    monkeypatch.setattr(documents, "render", no_pango)
    with pytest.raises(documents.PDFsWait):
        deliver(term)
    assert not OutboxMessage.objects.filter(kind="certification.term_granted").exists()


def test_a_voided_term_gets_no_paper(term):
    Term.objects.update(voided_at=WRITTEN_AT)
    pk = queue.put("certification.deliver_certificate", term.pk, key="deliver")
    documents.deliver_certificate(OutboxMessage.objects.get(pk=pk))
    assert not CertificateDocument.objects.exists()
    assert not OutboxMessage.objects.filter(kind="certification.term_granted").exists()


def test_a_document_replaced_leads_to_its_successor(term):
    old = deliver(term)
    CertificateDocument.objects.filter(pk=old.pk).update(replaced_at=WRITTEN_AT)
    Name.objects.update(full_name="渡辺 みお")

    new = deliver(term)
    old.refresh_from_db()
    assert old.replaced_by == new
    assert new.facts["name"] == "渡辺 みお"
    assert new.verify_code != old.verify_code
    assert old.facts["name"] == "渡辺 澪"


def test_the_document_of_a_corrected_term_leads_to_that_of_the_new_one(term):
    old = deliver(term)
    CertificateDocument.objects.filter(pk=old.pk).update(replaced_at=WRITTEN_AT)
    Term.objects.filter(pk=term.pk).update(voided_at=WRITTEN_AT)
    right = Term.objects.create(
        certificate=term.certificate, first_day=date(2026, 11, 25), last_day=date(2028, 11, 24), granted="corrected", replaces=term
    )

    new = deliver(right)
    old.refresh_from_db()
    assert old.replaced_by == new
    assert new.facts["first_day"] == "2026-11-25"


def test_two_documents_in_use_for_one_term_are_refused_by_the_database(term):
    deliver(term)
    with pytest.raises(IntegrityError), transaction.atomic():
        CertificateDocument.objects.create(term=term, facts={})


def test_a_holder_without_a_name_is_not_printed_by_address(term):
    Name.objects.all().delete()
    with pytest.raises(LookupError, match="no name to print"):
        documents.facts_of(Term.objects.get(), code="CODE")


def test_a_new_name_makes_no_new_document_of_a_term_that_was_given_back():
    certificate, office = CertificateFactory(), StaffFactory()
    deliver(certificate.terms.get())
    terms.surrender(certificate, by=certificate.holder, on=certificate.terms.get().first_day + timedelta(days=9))
    OutboxMessage.objects.all().delete()

    corrections.rename(certificate.holder, "Mira Okonkwo", reason="Married", by=office)
    moved = certificate.terms.current().get()
    corrections.move_term(moved, first_day=moved.first_day, last_day=moved.last_day - timedelta(days=1), reason="Slip", by=office)

    assert not OutboxMessage.objects.filter(kind="certification.deliver_certificate").exists()
    assert not CertificateDocument.objects.current().exists()


def test_a_term_voided_before_its_document_was_frozen_gets_none():
    term = CertificateFactory().terms.get()
    read_before = Term.objects.get(pk=term.pk)
    corrections.void_term(term, reason="Error", by=StaffFactory())

    assert documents.make(read_before) is None
    assert not CertificateDocument.objects.exists()
