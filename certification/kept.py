"""What certification keeps about a person, and how it is forgotten: numbers, days and standing stay, words and documents go."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import PurePath

from django.core.files.base import File
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.text import slugify

from accounts import personal
from accounts.models import User
from accounts.personal import Forgetting, Kept, Table
from audit.models import Entry
from certification import documents, rules, terms
from certification.facts import Standing, in_words
from certification.models import Certificate, CertificateDocument, Hold, RequirementMet, Sanction, Statement, Term, document_storage
from outbox import queue as outbox
from outbox.models import OutboxMessage
from outbox.queue import handles

REMOVED = "Removed at the person’s request."
ABOUT_TERMS = ("certification.deliver_certificate", "certification.term_granted", "certification.reminder")


def tell(person: User) -> Iterator[Table]:
    """Certificates, terms, sanctions, bars, statements, what was met otherwise, documents. Reasons of the office are told as they stand."""
    held = Certificate.objects.filter(holder=person).select_related("scheme").order_by("pk")
    yield Table(
        "Certificates",
        [{"Number": one.number, "Scheme": one.scheme.name, "First certified": one.issued_on, "Recorded": one.recorded_at} for one in held],
    )
    rows = Term.objects.filter(certificate__holder=person).select_related("certificate").order_by("pk")
    yield Table("Terms", [_term(term) for term in rows])
    sanctions = Sanction.objects.filter(certificate__holder=person).select_related("certificate").order_by("pk")
    yield Table("Sanctions", [_sanction(row) for row in sanctions])
    bars = Hold.objects.filter(holder=person).order_by("pk")
    yield Table(
        "Bars on a new certificate",
        [{"First day": hold.first_day, "Last day": hold.last_day, "Taken back": hold.voided_at} for hold in bars],
    )
    signed = Statement.objects.filter(person=person).select_related("edition").order_by("pk")
    yield Table(
        "Statements signed",
        [{"Text": one.text, "Name typed": one.typed_name, "Edition": one.edition.name, "Signed": one.signed_at} for one in signed],
    )
    met = RequirementMet.objects.filter(certificate__holder=person).select_related("certificate").order_by("pk")
    yield Table(
        "Requirements met by another route",
        [
            {"Certificate": one.certificate.number, "Requirement": one.requirement, "Reason": one.reason, "Recorded": one.recorded_at}
            for one in met
        ],
    )
    papers = CertificateDocument.objects.of(person)
    yield Table(
        "Documents",
        [
            {"Certificate": one.term.certificate.number, "Code": one.verify_code, "Made": one.made_at, "Replaced": one.replaced_at}
            for one in papers
        ],
    )


def _term(term: Term) -> dict[str, object]:
    return {
        "Certificate": term.certificate.number,
        "First day": term.first_day,
        "Last day": term.last_day,
        "Granted": term.get_granted_display(),
        "Reason": term.reason,
        "Recorded": term.recorded_at,
        "Taken back": term.voided_at,
    }


def _sanction(row: Sanction) -> dict[str, object]:
    return {
        "Certificate": row.certificate.number,
        "Kind": row.get_kind_display(),
        "First day": row.first_day,
        "Last day": row.last_day,
        "Public words": row.public_note,
        "Published until": row.published_until,
        "Reason": row.reason,
        "Taken back": row.voided_at,
    }


def files(person: User) -> Iterator[tuple[str, "File[bytes]"]]:
    """The documents in use, as PDF."""
    for document in CertificateDocument.objects.of(person).filter(replaced_at=None).exclude(file=""):
        name = slugify(f"{document.term.certificate.number} {document.term.first_day}")
        yield f"{name}.pdf", document.file


def against(person: User, on: date) -> Iterator[str]:
    """While a sanction is published, name and number stay."""
    for row in Sanction.objects.current().filter(certificate__holder=person).select_related("certificate"):
        days = rules.published(row.fact, on=on)
        if days is None:
            continue
        until = f"until {in_words(days.last_day)}" if days.last_day else "and no last day is set"
        since = f"{row.get_kind_display()} of {row.certificate.number}: published since {in_words(days.first_day)}"
        if days.first_day > on:  # site administrators read this, too, and nobody but the office knows of it yet
            since = f"A decision about {row.certificate.number} is published from {in_words(days.first_day)} on"
        yield f"{since}, {until}. While it is, name and number stay."


def forget(person: User, forgetting: Forgetting) -> None:
    """Certificates that run are given back; documents and words go, and what of them waits to be sent. Rows, days and codes stay."""
    held = list(Certificate.objects.filter(holder=person).order_by("pk"))
    for certificate in held:
        if _runs(certificate, on=forgetting.on):
            terms.surrender(certificate, by=forgetting.by, on=forgetting.on)
    mine = {"certificate__holder": person}
    _remove_documents(person, forgetting)
    Statement.objects.filter(person=person).update(typed_name="")
    RequirementMet.objects.filter(**mine).update(reason=REMOVED)
    Term.objects.filter(**mine).exclude(reason="").update(reason="", forgotten_at=forgetting.at)
    Sanction.objects.filter(**mine).exclude(reason="", public_note="").update(reason="", public_note="", forgotten_at=forgetting.at)
    rows = [str(pk) for pk in Term.objects.filter(**mine).values_list("pk", flat=True)]
    entries = [str(pk) for pk in Entry.objects.filter(about_id=str(person.pk)).values_list("pk", flat=True)]
    ours = Q(kind__startswith="certification.")
    outbox.withdraw(ours & (Q(kind__in=ABOUT_TERMS, subject_id__in=rows) | (~Q(kind__in=ABOUT_TERMS) & Q(subject_id__in=entries))))


@handles("certification.remove_document")
def remove_document(message: OutboxMessage) -> None:
    """Remove a file by the digest under which it is kept; nothing where it is gone already."""
    document_storage().delete(f"certificates/{message.subject_id}.pdf")


def _runs(certificate: Certificate, *, on: date) -> bool:
    """Whether there is something to give back. A revoked certificate stays what it is."""
    standing = rules.standing(certificate.spans(), certificate.sanction_facts(), on=on)
    running = any(term.last_day >= on and not term.given_back for term in certificate.terms.current())
    return running and standing is not Standing.REVOKED


def _remove_documents(person: User, forgetting: Forgetting) -> None:
    """The file and what it says go; the code stays, and leads whoever holds a print to what the registry says."""
    papers = CertificateDocument.objects.filter(term__certificate__holder=person)
    paths = [str(document.file.name) for document in papers.exclude(file="")]
    for document in papers.filter(file="", sha256="").exclude(facts={}):
        with suppress(documents.PDFsWait):  # where no PDF can be made there is none
            paths.append(documents.path_of(document.facts))
    for path in paths:
        digest = PurePath(path).stem
        outbox.put("certification.remove_document", digest, key=f"remove_document:{digest}")
    papers.update(facts={}, sha256="", file="", replaced_at=Coalesce("replaced_at", forgetting.at))


KEEPS = (
    Kept(
        "Numbers and terms of your certificates, and the days on which one was suspended or revoked",
        "Clients ask what held on a day, and what the registry said has to stay true.",
        "For good.",
        False,
        "They stay, and name nobody. A certificate that is still running ends: its last day is the day on which your account is erased.",
    ),
    Kept(
        "Certificates as documents, and what stands on them",
        "For you to download and to show.",
        "While you have an account.",
        True,
        "Removed. The code on a printed certificate still leads to the entry of its number, without your name.",
    ),
    Kept(
        "Statements on the Code that you signed",
        "A renewal rests on your word.",
        "For good.",
        False,
        "That a statement was signed, and its text, stay. The name you typed is removed.",
    ),
    Kept(
        "Reasons that the office wrote down, words about a decision that the public reads, reminders not sent yet",
        "So that a decision can be explained, and you hear in time what is to be done.",
        "While you have an account; words that the public reads, as long as the decision says.",
        True,
        "Removed. As long as the public reads of a decision about you, the account cannot be erased.",
    ),
)

personal.register(
    personal.Part(
        app="certification",
        title="Your certificates",
        keeps=KEEPS,
        tells=frozenset(
            {
                "certification.Certificate",
                "certification.Term",
                "certification.Sanction",
                "certification.Hold",
                "certification.Statement",
                "certification.RequirementMet",
                "certification.CertificateDocument",
            }
        ),
        tell=tell,
        forget=forget,
        files=files,
        against=against,
    )
)
