"""Which letters about certificates stand in the inbox, what of them does, and the paper that each can be had on."""

import io
import subprocess
from datetime import date, timedelta

import pikepdf
import pytest

from accounts import inbox
from accounts.models import Message
from audit import clock
from certification import corrections, issuing, renewals, requirements
from certification.facts import Requirement
from certification.pdf import letter, press
from outbox import delivery
from outbox.models import OutboxMessage
from tests.factories.accounts import StaffFactory, UserFactory
from tests.factories.certification import CertificateFactory, SchemeFactory, ready_to_renew

DAY = timedelta(days=1)


def opened(person) -> list[inbox.Opened]:
    return [inbox.peek(message) for message in Message.objects.filter(person=person).order_by("pk")]


@pytest.mark.django_db
def test_a_renewal_is_told_by_its_own_mail_and_kept_in_the_inbox(mailoutbox):
    certificate = ready_to_renew(on=clock.today())
    renewals.renew(certificate, by=certificate.holder, on=clock.today())
    while delivery.sweep():
        pass

    (mail,) = mailoutbox
    (kept,) = opened(certificate.holder)
    assert kept.title == mail.subject
    assert kept.words == mail.body


@pytest.mark.django_db
def test_a_letter_tried_again_is_kept_once(mailoutbox):
    certificate = ready_to_renew(on=clock.today())
    renewals.renew(certificate, by=certificate.holder, on=clock.today())
    while delivery.sweep():
        pass
    OutboxMessage.objects.filter(kind="certification.term_granted").update(done_at=None, due_at=clock.now())
    delivery.sweep()

    assert len(mailoutbox) == 2
    assert len(opened(certificate.holder)) == 1


@pytest.mark.django_db
def test_a_correction_is_kept_and_asks_for_no_answer_by_mail(mailoutbox):
    certificate, office = CertificateFactory(), StaffFactory()
    term = certificate.terms.get()
    corrections.move_term(term, first_day=term.first_day, last_day=term.last_day - DAY, reason="A slip", by=office)
    while delivery.sweep():
        pass

    (kept,) = opened(certificate.holder)
    assert "please write to the office" in kept.words
    assert "please answer this e-mail" in mailoutbox[0].body


@pytest.mark.django_db
def test_the_link_to_choose_a_password_is_in_the_mail_and_never_in_the_inbox(mailoutbox):
    new = issuing.NewHolder(email="new@example.org", full_name="New Holder")
    certificate = issuing.issue(new, scheme=SchemeFactory(), by=StaffFactory(), on=clock.today())
    while delivery.sweep():
        pass

    assert any("/accounts/invitation/" in mail.body for mail in mailoutbox if "Issued" in mail.subject)
    (kept,) = opened(certificate.holder)
    assert "/accounts/invitation/" not in kept.words
    assert "password" not in kept.words


@pytest.mark.django_db
def test_what_the_office_records_is_told_in_the_inbox_without_its_reason(mailoutbox):
    certificate = CertificateFactory(holder__full_name="Anna Weber")
    requirements.record_met(certificate, requirement=Requirement.REVIEW, reason="Was ill, talked it over", by=StaffFactory())
    delivery.sweep()

    (kept,) = opened(certificate.holder)
    assert kept.title == f"Review of the Code of Ethics: recorded for your certificate {certificate.number}"
    assert "ill" not in kept.words.split()
    assert [mail.subject for mail in mailoutbox] == ["You have a message"]


@pytest.mark.django_db
def test_whom_the_office_has_not_invited_yet_hears_nothing(mailoutbox):
    certificate = CertificateFactory(holder=UserFactory(password=None))
    requirements.record_met(certificate, requirement=Requirement.REVIEW, reason="Talked it over", by=StaffFactory())
    delivery.sweep()

    assert not Message.objects.exists()
    assert mailoutbox == []


def text_of(content: bytes) -> str:
    """As pdftotext reads it, blanks collapsed."""
    return " ".join(
        subprocess.run(["pdftotext", "-enc", "UTF-8", "-", "-"], input=content, capture_output=True, check=True).stdout.decode().split()
    )


def written(**changes) -> inbox.Letter:
    return inbox.Letter(**{"title": "Renewed", "words": "One.\n\nTwo.", "to": "Anna Weber", "day": date(2026, 3, 3), **changes})


def test_the_paper_says_who_to_whom_when_and_all_of_the_words(settings):
    said = text_of(letter.render(written()))

    for words in (settings.ASSOCIATION_NAME, "Anna Weber", "March 3, 2026", "Renewed", "One.", "Two."):
        assert words in said


def test_the_file_names_itself_by_its_day_alone():
    with pikepdf.open(io.BytesIO(letter.render(written(title="Canaria", words="Canaria", to="Canaria")))) as file:
        told = {name: str(value) for name, value in file.docinfo.items()}
        metadata = file.Root.Metadata.read_bytes()

    assert told["/Title"] == "Letter of March 3, 2026"
    assert "Canaria" not in str(told)
    assert b"Canaria" not in metadata


@pytest.mark.parametrize(
    "words", ["A flower \U0001f338 and \x07 a bell", "Tab\tand\nline", "\u202eturned", "Übergröße 日本 فارسی ไทย", "x" * 4000]
)
def test_any_words_can_be_printed(words):
    said = text_of(letter.render(written(words=words)))

    assert ("stands for a character" in said) == any(char in words for char in "\U0001f338\x07\u202e")


def test_where_no_pdf_can_be_made_it_says_so(monkeypatch):
    def without():
        raise press.PDFsWait("install Pango")

    monkeypatch.setattr(press, "start", without)
    with pytest.raises(inbox.NoPaper):
        letter.render(written())
