"""The list of erased cases outside the database, and doing the erasures again that a restored backup does not know.

The second place is beside the anchors of the ledger: the file that LEDGER_ANCHORS names, with `.erasures` at its end. Each line is signed
under LEDGER_KEY, for whoever can add a line there could have cases erased.
"""

import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID

from django.conf import settings

from audit import anchors, chain, clock, log
from complaints import actions, evidence, papers
from complaints.models import Case, Erasure
from outbox.models import OutboxMessage
from outbox.queue import handles

LONGEST_FILE = 64 * 1024 * 1024  # bytes: half a million erasures


class NotReplayed(ValueError):
    """The list cannot be trusted as it is; nothing was done. `reasons` names every line."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


@dataclass(frozen=True, slots=True)
class Replayed:
    """What came of it: cases erased now, those that were so already, those that this database does not have."""

    again: int
    already: int
    unknown: int


def place() -> Path:
    """The file of the second place."""
    beside = Path(settings.LEDGER_ANCHORS)
    return beside.with_name(f"{beside.name}.erasures")


def line_of(erasure: Erasure) -> str:
    """Case, day, and the signature of both: "UUID 2031-05-03 HEX"."""
    day = clock.day_of(erasure.erased_at)
    return f"{erasure.case_uid} {day} {_signature(erasure.case_uid, day, chain.keys()[0])}"


@handles("complaints.list_erasure")
def list_erasure(message: OutboxMessage) -> None:
    """Add an erasure to the second place, once. While that is away it is tried again."""
    anchors.append_line(place(), line_of(Erasure.objects.get(case_uid=message.subject_id)))


def read(path: Path) -> list[UUID]:
    """The cases on a list. Empty lines, and what a power cut left of a line, are passed over. Raises NotReplayed and OSError."""
    with path.open(encoding="utf-8", errors="replace") as file:
        lines = [line.strip() for line in file.read(LONGEST_FILE).splitlines()]
    found, reasons = [], []
    for number, line in enumerate(lines, start=1):
        case = _read(line)
        if case is not None:
            found.append(case)
        elif line and not any(later.startswith(line) for later in lines[number:]):
            reasons.append(f"Line {number} of {path} is no erasure that this site wrote.")
    if reasons:
        raise NotReplayed(reasons)
    return found


def listed() -> list[UUID]:
    """The cases on the list in this database."""
    return list(Erasure.objects.order_by("pk").values_list("case_uid", flat=True))


def replay(cases: Iterable[UUID]) -> Replayed:
    """Erase these cases again where this database still opens them, and remove files that came back. Can be stopped and repeated."""
    wanted = list(dict.fromkeys(cases))
    there = list(Case.objects.filter(uid__in=wanted))
    again = 0
    for case in there:
        again += papers.destroy_key(case, by=None, at=clock.now())
        evidence.remove_all(case)
    log.record(actions.ERASURES_REPLAYED, Erasure(pk=0), by=None, again=again, listed=len(wanted))
    return Replayed(again=again, already=len(there) - again, unknown=len(wanted) - len(there))


def _read(line: str) -> UUID | None:
    parts = line.split()
    if len(parts) != 3:
        return None
    try:
        case, day = UUID(parts[0]), date.fromisoformat(parts[1])
    except ValueError:
        return None
    keys, said = chain.keys(), parts[2].encode()
    return case if any(hmac.compare_digest(_signature(case, day, key).encode(), said) for key in keys) else None


def _signature(case: UUID, day: date, key: str) -> str:
    return hmac.new(key.encode(), json.dumps(["erasure", str(case), day.isoformat()]).encode(), "sha256").hexdigest()
