"""The one door for the words of a case: written sealed, read on the record, and gone when the key of the case is destroyed.

Words go in and out as values. They stand in no log, ledger entry, message of the outbox, error or address, and neither does a key.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from django.db import connection, transaction

from accounts.models import User
from audit import clock, log
from complaints import actions, crypto
from complaints.facts import PaperKind, Party, Purpose
from complaints.models import Case, CaseKey, Erasure, Evidence, Paper, Receipt
from outbox import queue as outbox


class Erased(Exception):
    """The key of the case was destroyed: nobody reads a word of it any more, and nothing is added."""

    def __init__(self) -> None:
        super().__init__("this case was erased: its key is destroyed")


class NotYours(Exception):
    """The paper is not one between this complainant and the office."""

    def __init__(self) -> None:
        super().__init__("this paper is not for whoever holds this code")


@transaction.atomic
def write(case: Case, kind: PaperKind, text: str, *, by: User | None, party: Party = Party.OFFICE, of: UUID | None = None) -> Paper:
    """Keep words of a case, sealed; `by` is None for whoever has no account. The case gets its key with its first paper.

    `party`: whose words, or for whose eyes. `of`: the uid of the step, vote or letter whose words they are. Raises Erased.
    """
    key = key_for_writing(case)
    paper = Paper(uid=uuid4(), case=case, kind=kind.value, party=party.value, of=of, made_by=by, made_at=clock.now())
    paper.sealed = crypto.seal(key, text, place=paper.place(case.uid))
    paper.save(force_insert=True)
    return paper


def read(paper: Paper, *, by: User, why: Purpose) -> str:
    """The words of a paper, for a person: an entry in the ledger first. Raises Erased, crypto.Unopened and crypto.LostKey."""
    return read_all([paper], by=by, why=why)[0]


def read_all(papers: Sequence[Paper], *, by: User, why: Purpose) -> list[str]:
    """The words of papers of one case that are shown at a time, in their order: one entry in the ledger. Raises as `read` does.

    The entry comes first and stays where a paper does not open. Call it outside a transaction that may be undone.
    """
    if not papers:
        return []
    case, key = _case_and_key(papers)
    log.read(case, by=by, why=why.value, papers=[str(paper.uid) for paper in papers])
    return [_open(paper, case, key) for paper in papers]


def read_for_complainant(papers: Sequence[Paper], *, receipt: Receipt) -> list[str]:
    """The words of papers between whoever holds the code and the office. When they read is on no record: it could tell on them.

    Raises NotYours for a paper of another case or of others, and otherwise as `read` does.
    """
    if any(paper.case_id != receipt.case_id or paper.party != Party.COMPLAINANT.value for paper in papers):
        raise NotYours
    return read_for_machine(papers)


def read_for_machine(papers: Sequence[Paper]) -> list[str]:
    """The words of papers of one case that the system needs to go on, such as an address to write to. Shown to nobody; no entry.

    Raises Erased, crypto.Unopened and crypto.LostKey.
    """
    if not papers:
        return []
    case, key = _case_and_key(papers)
    return [_open(paper, case, key) for paper in papers]


def key_of(case: Case) -> bytes:
    """What the case is sealed under, for complaints/evidence.py. Raises Erased and crypto.LostKey; LookupError where nothing was sealed."""
    held = CaseKey.objects.filter(case_id=case.pk).first()
    if held is None:
        raise LookupError("nothing was sealed in this case yet")
    return _unwrapped(held, case)


def key_for_writing(case: Case) -> bytes:
    """The same, with a new key for a case that has none; held until the transaction ends, so that nothing is erased meanwhile.

    Raises Erased and crypto.LostKey.
    """
    held = CaseKey.objects.select_for_update().filter(case_id=case.pk).first()
    if held is None:
        wrapped, version = crypto.wrap(crypto.new_key(), case.uid)
        # Of two that come first at once one makes the key, and both seal under that one.
        CaseKey.objects.bulk_create([CaseKey(case=case, wrapped=wrapped, version=version)], ignore_conflicts=True)
        held = CaseKey.objects.select_for_update().get(case_id=case.pk)
    return _unwrapped(held, case)


def is_erased(case: Case) -> bool:
    """Whether the key of the case was destroyed."""
    return CaseKey.objects.filter(case_id=case.pk).exclude(destroyed_at=None).exists()


@transaction.atomic
def destroy_key(case: Case, *, by: User | None, at: datetime) -> bool:
    """Erase what was told in a case: its key, sealed words and names here, its files by the outbox; False where that was done before.

    What is left is the tombstone: the row of the case, kinds and days of papers. The list of erasures tells it to a restored backup.
    """
    held = CaseKey.objects.select_for_update().filter(case_id=case.pk).first()
    if held is None:
        CaseKey.objects.create(case=case, wrapped=None, version="", destroyed_at=at)
    elif held.destroyed_at is not None:
        return False
    else:
        _overwrite()
        CaseKey.objects.filter(case_id=case.pk).update(wrapped=None, version="", destroyed_at=at)
    Paper.objects.filter(case_id=case.pk).exclude(sealed=None).update(sealed=None)
    Evidence.objects.filter(case_id=case.pk).update(sealed_name=None, sealed_digest=None)
    if not Erasure.objects.filter(case_uid=case.uid).exists():  # a list that was brought back may know it already
        Erasure.objects.create(case_uid=case.uid, erased_at=at)
    log.record(actions.KEY_DESTROYED, case, by=by)
    outbox.put("complaints.remove_files", case.uid, key=f"case:{case.uid}:remove_files")
    outbox.put("complaints.list_erasure", case.uid, key=f"case:{case.uid}:list_erasure")
    return True


def _overwrite() -> None:
    """SQLite would leave the old bytes in its free pages; what PostgreSQL and disks leave opens with CASE_KEYS alone (decision 128)."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete = ON")


def _case_and_key(papers: Sequence[Paper]) -> tuple[Case, bytes]:
    (case_id,) = {paper.case_id for paper in papers}
    held = CaseKey.objects.select_related("case").get(case_id=case_id)
    return held.case, _unwrapped(held, held.case)


def _unwrapped(held: CaseKey, case: Case) -> bytes:
    if held.destroyed_at is not None or held.wrapped is None:
        raise Erased
    return crypto.unwrap(bytes(held.wrapped), case.uid, held.version)


def _open(paper: Paper, case: Case, key: bytes) -> str:
    if paper.sealed is None:
        raise Erased
    return crypto.unseal(key, bytes(paper.sealed), place=paper.place(case.uid)).decode()
