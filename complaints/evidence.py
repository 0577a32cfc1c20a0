"""Files that somebody sends: looked at, sealed as they came, and shown as a cleaned copy that is sealed too.

A file that is refused refuses itself alone, with a word of a closed list, and leaves no bytes. Cleaning happens in the worker. Files are
sealed in one piece (docs/decisions/0130), in a storage of their own, under the uid of the case and of the file.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import IO, Any, Protocol

from django.core.exceptions import RequestDataTooBig
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.db import transaction
from django.db.models import Sum
from django.http import HttpResponse
from django.utils.http import content_disposition_header

from accounts import cleaning, uploads
from accounts.models import User
from accounts.uploads import LARGEST, PAGES, PIXELS, Kind, Why
from audit import clock, log
from complaints import actions, crypto, papers
from complaints.facts import EvidenceState, Party, Purpose
from complaints.models import Case, CaseKey, Evidence, Receipt
from complaints.models.sealed import storage
from complaints.papers import Erased, NotYours
from outbox import queue as outbox
from outbox.models import OutboxMessage
from outbox.queue import handles

MOST = 10  # files of one message
ROOM = 100 * 1024 * 1024  # bytes of originals of one case
LARGEST_COPY = 100 * 1024 * 1024  # bytes: a picture that was packed very well is larger drawn anew
ORIGINAL, COPY = "original", "copy"
MEDIA_TYPES = {Kind.PDF: "application/pdf", Kind.JPEG: "image/jpeg", Kind.PNG: "image/png", Kind.TXT: "text/plain"}
KINDS = {media_type: kind for kind, media_type in MEDIA_TYPES.items()}
SUFFIXES = {"application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png", "text/plain": ".txt"}

PRINT_IT = "Please open it, print it to PDF, and send that."
WORDS = {
    Why.NAME: "The name of this file holds invisible characters. Please give it a new name and send it again.",
    Why.KIND: f"We can take PDF, JPEG, PNG and plain text. {PRINT_IT} Pictures from a phone can be sent as JPEG.",
    Why.EMPTY: "This file is empty. Please look whether it was saved, and send it again.",
    Why.SIZE: f"This file is larger than {LARGEST // 1024 // 1024} MB. Please make it smaller, or send it in parts.",
    Why.ARCHIVE: f"An archive is hidden in this file. {PRINT_IT}",
    Why.PAGE: f"This file is a web page, or one is hidden in it. {PRINT_IT}",
    Why.CONTENT: f"What is in this file is not what its name says. It may be damaged. {PRINT_IT}",
    Why.DAMAGED: f"We could not open this file. It may be damaged. {PRINT_IT}",
    Why.POINTS: f"A picture in this file has more than {PIXELS // 1_000_000} million points. Please make it smaller and send it again.",
    Why.LETTERS: f"The letters in this file cannot be read. {PRINT_IT}",
    Why.MORE: f"This file holds more than text. {PRINT_IT}",
    Why.EXPANSION: f"This file unfolds to far more than its size. {PRINT_IT}",
    Why.LOCKED: f"This file is locked with a password. {PRINT_IT}",
    Why.PAGES: f"This file has no page, or more than {PAGES}. Please send it in parts.",
    Why.ACTIVE: f"This file holds a program or a form that acts by itself. {PRINT_IT}",
    Why.DEPTH: f"This file is built in a way that we cannot read. {PRINT_IT}",
    Why.ATTACHED: f"Another file is attached to this one. Please send that one by itself. {PRINT_IT}",
    Why.COUNT: f"We take {MOST} files at a time. Please send this one with your next message.",
    Why.ROOM: f"All files of one complaint together can be {ROOM // 1024 // 1024} MB. Please ask us how to send more.",
}
BEFORE_YOU_SEND = (
    "Files can show more than you mean to: faces, names of other people, telephone numbers in a picture of a screen. "
    "Please look before you send. "
    "We remove what a file tells aside, such as where a picture was taken, from the copy that people read; the original stays locked away."
)


class Sent(Protocol):
    """A file as a form brings it."""

    name: str | None
    size: int | None

    def read(self, size: int = ..., /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Opened:
    """A file for whoever may see it: its name as it may be shown, and its bytes."""

    name: str
    media_type: str
    data: bytes


class NotShown(Exception):
    """There is nothing to show: the copy is not made yet, or the file was refused."""


# Receiving


def receive(case: Case, files: Iterable[Sent], *, party: Party, by: User | None) -> list[Evidence]:
    """Look at each file and keep what may be taken; answers a row for each, in their order. Those refused say why (`words`).

    Each file stands alone: what is refused leaves the others kept. Raises papers.Erased.
    """
    kept, taken = [], 0
    for file in files:
        data = file.read(LARGEST + 1)
        why, kind = _looked_at(data, file.name or "", taken=taken)
        one = _keep(case, data, file.name or "", kind=kind, why=why, size=max(len(data), file.size or 0), party=party, by=by)
        taken += one.state != EvidenceState.REFUSED
        kept.append(one)
    return kept


def words(one: Evidence) -> str:
    """Why a file was refused and what to do, for whoever sent it; "" where it was not."""
    return WORDS[Why(one.refused_for)] if one.refused_for else ""


def name_of(one: Evidence) -> str:
    """The name of a file as it may be shown to whoever may see the file; it is never written anywhere. Raises papers.Erased."""
    return _name(one, papers.key_of(one.case))


def _looked_at(data: bytes, name: str, *, taken: int) -> tuple[Why | None, Kind | None]:
    if taken >= MOST:
        return Why.COUNT, None
    verdict = uploads.look(data, name, alone=True)
    return (None, verdict.kind) if verdict.accepted else (verdict.why[0], None)


@transaction.atomic
def _keep(case: Case, data: bytes, name: str, *, kind: Kind | None, why: Why | None, size: int, party: Party, by: User | None) -> Evidence:
    """The row, sealed, and the original in the storage. The key is held, so that no erasure and no other file comes between."""
    key = papers.key_for_writing(case)
    if why is None and _room_taken(case) + len(data) > ROOM:
        why = Why.ROOM
    state = EvidenceState.REFUSED if why else EvidenceState.PENDING
    one = Evidence(case=case, party=party.value, size=size, state=state.value, refused_for=why.value if why else "", made_by=by)
    one.received_at = clock.now()
    one.sealed_name = crypto.seal(key, uploads.plain_name(name), place=one.place(case.uid, "sealed_name"))
    if why is None and kind is not None:
        one.media_type = MEDIA_TYPES[kind]
        digest = hashlib.sha256(data).digest()
        one.sealed_digest = crypto.seal(key, digest, place=one.place(case.uid, "sealed_digest"))
        _store(one, case, ORIGINAL, crypto.seal(key, data, place=one.place(case.uid, ORIGINAL)))
    one.save(force_insert=True)
    if why is not None:
        log.record(actions.FILE_REFUSED, case, by=by, file=str(one.uid), why=why.value)
    else:
        log.record(actions.FILE_RECEIVED, case, by=by, file=str(one.uid), media_type=one.media_type, size=size)
        outbox.put("complaints.clean_evidence", one.uid, key=f"evidence:{one.uid}:clean")
    return one


def _room_taken(case: Case) -> int:
    return Evidence.objects.filter(case=case).exclude(state=EvidenceState.REFUSED.value).aggregate(all=Sum("size"))["all"] or 0


# Cleaning, in the worker


@handles("complaints.clean_evidence")
def clean(message: OutboxMessage) -> None:
    """Make the copy that people read, once. A file from which none can be made is refused, and its original removed.

    Where the case was erased meanwhile, nothing is left of the file. What goes wrong with storage or keys is tried again.
    """
    one = Evidence.objects.select_related("case").get(uid=message.subject_id)
    if one.state == EvidenceState.REFUSED:
        storage().delete(one.path(one.case.uid, ORIGINAL))  # a worker was killed after it had said so
    if one.state != EvidenceState.PENDING:
        return
    try:
        key = papers.key_of(one.case)
        data = crypto.unseal(key, _stored(one, one.case, ORIGINAL), place=one.place(one.case.uid, ORIGINAL))
    except Erased:
        remove_all(one.case)  # a worker was killed that had made a copy meanwhile
        return
    copy = _copy(data, KINDS[one.media_type])
    if copy is not None:
        _store(one, one.case, COPY, crypto.seal(key, copy, place=one.place(one.case.uid, COPY)))
    if not _end(one, cleaned=copy is not None):
        storage().delete(one.path(one.case.uid, COPY))
    if copy is None:
        storage().delete(one.path(one.case.uid, ORIGINAL))


def _copy(data: bytes, kind: Kind) -> bytes | None:
    """The cleaned copy; None where none can be made, which is the file's doing, whatever the decoder says."""
    try:
        copy = cleaning.cleaned(data, kind)
    except MemoryError:
        raise
    except Exception:
        return None
    return copy if 0 < len(copy) <= LARGEST_COPY else None


@transaction.atomic
def _end(one: Evidence, *, cleaned: bool) -> bool:
    """Note what came of the cleaning, once, and not where the case was erased meanwhile; answers whether the copy may stay."""
    held = CaseKey.objects.select_for_update().get(case_id=one.case_id)
    if held.destroyed_at is not None:
        return False
    waiting = Evidence.objects.filter(pk=one.pk, state=EvidenceState.PENDING.value)
    if cleaned:
        if waiting.update(state=EvidenceState.ACCEPTED.value):
            log.record(actions.FILE_CLEANED, one.case, by=None, file=str(one.uid))
        return True
    if waiting.update(state=EvidenceState.REFUSED.value, refused_for=Why.DAMAGED.value):
        log.record(actions.FILE_REFUSED, one.case, by=None, file=str(one.uid), why=Why.DAMAGED.value)
    return True


@handles("complaints.remove_files")
def remove_files(message: OutboxMessage) -> None:
    """Remove every file of an erased case; nothing where they are gone already, or the case is not erased."""
    case = Case.objects.get(uid=message.subject_id)
    if papers.is_erased(case):
        remove_all(case)


def remove_all(case: Case) -> int:
    """Remove every file of a case from the storage, those too that a killed process left without a row; answers how many."""
    kept = storage()
    try:
        _, names = kept.listdir(case.uid.hex)
    except FileNotFoundError:
        return 0
    for name in names:
        kept.delete(f"{case.uid.hex}/{name}")
    kept.delete(case.uid.hex)
    return len(names)


# Showing


def open_copy(one: Evidence, *, by: User, why: Purpose) -> Opened:
    """The copy, for a person: an entry in the ledger first. Raises NotShown, papers.Erased, crypto.Unopened and crypto.LostKey."""
    key = _key_to_show(one)
    log.read(one.case, by=by, why=why.value, file=str(one.uid))
    return _opened(one, key, COPY)


def open_original(one: Evidence, *, by: User, why: Purpose) -> Opened:
    """The file as it came, with everything that it tells aside; on the record as such. Raises as `open_copy`, and Unopened where it does
    not fit its digest."""
    key = _key_to_show(one)
    log.read(one.case, by=by, why=why.value, file=str(one.uid), original=True)
    opened = _opened(one, key, ORIGINAL)
    if hashlib.sha256(opened.data).digest() != _digest(one, key):
        raise crypto.Unopened
    return opened


def open_for_complainant(one: Evidence, *, receipt: Receipt) -> Opened:
    """The copy of a file that whoever holds the code sent; on no record. Raises papers.NotYours, and otherwise as `open_copy`."""
    if one.case_id != receipt.case_id or one.party != Party.COMPLAINANT.value:
        raise NotYours
    return _opened(one, _key_to_show(one), COPY)


def digest_of(one: Evidence) -> str:
    """SHA-256 of the original, hexadecimal: for whoever has to say that it is the file that came. Raises NotShown and papers.Erased."""
    return _digest(one, _key_to_show(one)).hex()


def answer(opened: Opened) -> HttpResponse:
    """A file as an answer: to be saved, never shown on our own pages; nothing in it runs, no cache keeps it."""
    response = HttpResponse(opened.data, content_type=opened.media_type)
    response.headers["Content-Disposition"] = content_disposition_header(True, opened.name)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox; frame-ancestors 'none'"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "no-store, private"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _key_to_show(one: Evidence) -> bytes:
    key = papers.key_of(one.case)
    if one.state != EvidenceState.ACCEPTED:
        raise NotShown
    return key


def _opened(one: Evidence, key: bytes, what: str) -> Opened:
    data = crypto.unseal(key, _stored(one, one.case, what), place=one.place(one.case.uid, what))
    return Opened(name=_with_suffix(_name(one, key), one.media_type), media_type=one.media_type, data=data)


def _name(one: Evidence, key: bytes) -> str:
    if one.sealed_name is None:
        raise Erased
    return crypto.unseal(key, bytes(one.sealed_name), place=one.place(one.case.uid, "sealed_name")).decode()


def _with_suffix(name: str, media_type: str) -> str:
    """The name ends as its content is: what is saved opens in the program for it, and in no other."""
    fits = [suffix for kind in [KINDS[media_type]] for suffix in uploads.SUFFIXES[kind]]
    return name if name.lower().endswith(tuple(fits)) else f"{name}{SUFFIXES[media_type]}"


def _digest(one: Evidence, key: bytes) -> bytes:
    if one.sealed_digest is None:
        raise Erased
    return crypto.unseal(key, bytes(one.sealed_digest), place=one.place(one.case.uid, "sealed_digest"))


# What becomes of it in the case


def disclose(files: Sequence[Evidence], *, by: User, on: date) -> int:
    """Note that the parties got these files on a day; answers how many are new to them. One that is refused or pending is passed over."""
    return _date(files, "disclosed_on", actions.FILE_DISCLOSED, by=by, on=on)


def rely_on(files: Sequence[Evidence], *, by: User, on: date) -> int:
    """Note that whoever decides relies on these files, from a day; answers how many are new."""
    return _date(files, "relied_on", actions.FILE_RELIED_ON, by=by, on=on)


@transaction.atomic
def _date(files: Sequence[Evidence], column: str, action: Any, *, by: User, on: date) -> int:
    count = 0
    for one in files:
        fresh = Evidence.objects.filter(pk=one.pk, state=EvidenceState.ACCEPTED.value, **{column: None})
        if fresh.update(**{column: on}):
            log.record(action, one.case, by=by, file=str(one.uid), on=on)
            count += 1
    return count


# The storage


def _store(one: Evidence, case: Case, what: str, sealed: bytes) -> None:
    """Whole under its own name: what a killed process left there is written over."""
    kept, path = storage(), one.path(case.uid, what)
    kept.delete(path)
    name = kept.save(path, ContentFile(sealed))
    if name != path:  # another worker, whose lease had run out, kept the same file in the same moment
        kept.delete(name)


def _stored(one: Evidence, case: Case, what: str) -> bytes:
    """Raises crypto.Unopened where the file is gone: it was there."""
    try:
        with storage().open(one.path(case.uid, what)) as file:
            return bytes(file.read())
    except FileNotFoundError:
        raise crypto.Unopened from None


# Uploading


class InMemory(FileUploadHandler):
    """Keeps what is sent in memory, for the views that take evidence: Django's own would write a large file to the disk in clear.

    A file that is too large is kept up to the byte that makes it so, and refuses itself; all files together end the request.
    """

    def new_file(self, *told: Any, **more: Any) -> None:
        super().new_file(*told, **more)
        self.kept, self.length = BytesIO(), 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.length += len(raw_data)
        self.all = getattr(self, "all", 0) + len(raw_data)
        if self.all > ROOM:
            raise RequestDataTooBig("the files together are too large")
        if self.kept.tell() <= LARGEST:
            self.kept.write(raw_data[: LARGEST + 1 - self.kept.tell()])

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        self.kept.seek(0)
        held: IO[bytes] = self.kept
        return InMemoryUploadedFile(held, self.field_name, self.file_name, self.content_type, self.length, self.charset)  # type: ignore[arg-type]
