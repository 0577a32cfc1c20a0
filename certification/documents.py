"""Certificates on paper: the facts each states, frozen, and the file made from them; once a term, whatever crashes between."""

import hashlib
from collections.abc import Iterable
from datetime import UTC
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from django.db import transaction

from accounts.models import Name, User
from audit import clock
from certification import numbers
from certification.models import Certificate, CertificateDocument, Term
from certification.pdf import certificate
from certification.pdf.press import PDFsWait
from cms import code as code_of_ethics
from outbox import queue
from outbox.models import OutboxMessage

__all__ = ["PDFsWait", "deliver_certificate", "facts_of", "make", "render"]

render = certificate.render


@queue.handles("certification.deliver_certificate")
def deliver_certificate(message: OutboxMessage) -> None:
    """Make the document of a term and then announce the term; nothing for a term that was voided meanwhile,
    and nothing that would name a person who was forgotten.

    A document made again is not announced: the letter about the correction speaks of it.
    Raises PDFsWait where PDFs cannot be made: the message is tried again later, and no mail speaks of a paper not there.
    """
    term = Term.objects.select_related("certificate__scheme", "certificate__holder", "statement__edition").get(pk=message.subject_id)
    if term.voided_at is not None or term.certificate.holder.erased_at is not None:
        return
    if make(term) is None:
        return
    if message.key == f"term:{term.pk}:deliver":
        queue.put("certification.term_granted", term.pk, key=f"term:{term.pk}:mail")


def delayed(terms: Iterable[int]) -> set[int]:
    """Of the terms with these ids, those whose document could not be made so far and is tried again, or waits for the office."""
    wanted = [str(pk) for pk in terms]
    stuck = OutboxMessage.objects.undelivered().filter(kind="certification.deliver_certificate", subject_id__in=wanted)
    return {int(subject) for subject in stuck.values_list("subject_id", flat=True)}


def make(term: Term) -> CertificateDocument | None:
    """The document in use of a term, with its file; None for a term voided meanwhile. Done again, it ends as if done once."""
    document = _frozen(term)
    if document and not document.sha256:
        content = render(document.facts)
        digest = hashlib.sha256(content).hexdigest()
        path = _stored(document.file.storage, content, digest)
        # Who was forgotten while this was made has no facts on it any more, and gets no file.
        if CertificateDocument.objects.filter(pk=document.pk).exclude(facts={}).update(sha256=digest, file=path):
            document.sha256, document.file.name = digest, path
        else:
            document.file.storage.delete(path)
    return document


def path_of(facts: dict[str, Any]) -> str:
    """Where the file of these facts is kept, whether or not it was noted. Raises PDFsWait."""
    return f"certificates/{hashlib.sha256(render(facts)).hexdigest()}.pdf"


@transaction.atomic
def _frozen(term: Term) -> CertificateDocument | None:
    """The row first: from here on the facts are those, whenever the file is made. It takes the place of a document replaced.

    The certificate is locked as by every correction: what was corrected a moment ago is read, and what is corrected in a moment
    finds the row and takes it out of use.
    """
    Certificate.objects.locked(term.certificate_id)
    term = Term.objects.select_related("certificate__scheme", "certificate__holder", "statement__edition").get(pk=term.pk)
    # The holder is locked as by forgetting: who was forgotten meanwhile gets no document.
    holder = User.objects.select_for_update().get(pk=term.certificate.holder_id)
    if term.voided_at is not None or holder.erased_at is not None:
        return None
    code = numbers.make_code()
    document, is_new = CertificateDocument.objects.get_or_create(
        term=term, replaced_at=None, defaults={"verify_code": code, "facts": facts_of(term, code=code)}
    )
    if is_new and (last := _without_successor(term)):
        CertificateDocument.objects.filter(pk=last.pk).update(replaced_by=document)
    return document


def _without_successor(term: Term) -> CertificateDocument | None:
    """The document last taken out of use: of this term, or of the one it was corrected from."""
    taken_back = CertificateDocument.objects.exclude(replaced_at=None).filter(replaced_by=None)
    return taken_back.filter(term__in=[term.pk, term.replaces_id or term.pk]).order_by("pk").last()


def _stored(storage: Storage, content: bytes, digest: str) -> str:
    """Keep the file under its own digest and answer its name. A file cut short by a crash is written anew."""
    path = f"certificates/{digest}.pdf"
    if storage.exists(path):
        with storage.open(path) as file:
            if hashlib.sha256(file.read()).hexdigest() == digest:
                return path
        storage.delete(path)
    name = storage.save(path, ContentFile(content))
    if name == path:
        return path
    storage.delete(name)  # another worker, whose lease had run out, kept the same file in the same moment
    return _stored(storage, content, digest)


def facts_of(term: Term, *, code: str) -> dict[str, Any]:
    """What the certificate of a term states, in plain values: read from the records, never from the clock."""
    held = term.certificate
    granted_on = min(term.first_day, clock.day_of(term.recorded_at))
    edition = term.statement.edition if term.statement else code_of_ethics.edition_in_force("code", on=granted_on)
    name: Name | None = held.holder.name
    if name is None:
        raise LookupError(f"the holder of {held} has no name to print")
    return {
        "version": 1,
        "name": name.full_name,
        "latin_name": name.latin_name,
        "language": name.language or certificate.language_of(name.full_name),
        "dir": certificate.direction_of(name.full_name),
        "number": held.number,
        "scheme": held.scheme.name,
        "first_day": term.first_day.isoformat(),
        "last_day": term.last_day.isoformat(),
        "code": code,
        "site_url": settings.SITE_URL,
        "issuer": settings.ASSOCIATION_NAME,
        "edition": edition.name if edition else "",
        "edition_from": edition.in_force_on.isoformat() if edition and edition.in_force_on else "",
        "made_at": max(term.recorded_at, name.recorded_at).astimezone(UTC).isoformat(timespec="seconds"),
    }
