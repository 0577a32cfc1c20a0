"""The end of the chain of each day: made, written down in a second place, and held against the ledger and against each other."""

import contextlib
import fcntl
import hmac
import json
import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from audit import chain, clock
from audit.facts import Anchor
from audit.models import DailyAnchor, Seal

LONGEST_FILE = 16 * 1024 * 1024  # bytes: 400 years of anchors
ON_ITS_WAY = timedelta(days=1)  # an anchor may be so long on its way to the second place


class Unreadable(ValueError):
    """The file holds no anchor, or cannot be read."""


def end() -> Anchor | None:
    """The last point of the chain as it is now, to be kept outside the database; None before the first seal."""
    last = Seal.objects.order_by("-number").first()
    return Anchor(last.number, last.mac) if last else None


@transaction.atomic
def make(*, at: datetime) -> list[DailyAnchor]:
    """The anchor of the day of `at`, once, and those of days since the one before that had seals and none; answers the new ones.

    A day that was missed is held by its last seal. Nothing before the first seal.
    """
    chain.take_turns()
    today, latest = clock.day_of(at), DailyAnchor.objects.order_by("-day").first()
    made = [_make(day, seal, at=at) for day, seal in _missed(latest, before=today)] if latest else []
    last = Seal.objects.order_by("-number").first()
    if last and not DailyAnchor.objects.filter(day__gte=today).exists():
        made.append(_make(today, last, at=at))
    return made


def _missed(latest: DailyAnchor, *, before: date) -> list[tuple[date, Seal]]:
    """The last seal of each day after that of the latest anchor and before today."""
    later = Seal.objects.filter(number__gt=latest.number).order_by("number").only("number", "mac", "sealed_at")
    days = {clock.day_of(seal.sealed_at): seal for seal in later.iterator()}
    return sorted((day, seal) for day, seal in days.items() if latest.day < day < before)


def _make(day: date, seal: Seal, *, at: datetime) -> DailyAnchor:
    row = DailyAnchor(day=day, number=seal.number, mac=seal.mac, made_at=at)
    row.code = code(row, chain.keys()[0])
    row.save(force_insert=True)
    return row


def code(row: DailyAnchor, key: str) -> str:
    """HMAC-SHA256 under `key` over every other column of the row, hexadecimal."""
    said = ["anchor", row.day.isoformat(), row.number, row.mac, row.made_at.astimezone(UTC).isoformat(timespec="microseconds")]
    return hmac.new(key.encode(), json.dumps(said).encode(), "sha256").hexdigest()


def of(row: DailyAnchor) -> Anchor:
    return Anchor(row.number, row.mac, row.day)


def append(path: Path, anchor: Anchor) -> None:
    """Add the line of an anchor at the end of the file, once. Raises OSError."""
    append_line(path, str(anchor))


def append_line(path: Path, line: str) -> None:
    """Add a line at the end of a file in the second place, once. Raises OSError.

    One write at the end, so that the file may be one that can only grow. What a power cut left of a line stays, and the whole line
    follows it; `read` passes such a beginning over.
    """
    with _held(path) as (file, text):
        if line in text.splitlines():
            return
        os.write(file, f"{'' if not text or text.endswith(chr(10)) else chr(10)}{line}\n".encode())
        os.fsync(file)


@contextlib.contextmanager
def _held(path: Path) -> Iterator[tuple[int, str]]:
    """The file, made where there is none, open for appending by this process alone, and what it holds."""
    file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o640)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file, os.pread(file, LONGEST_FILE, 0).decode(errors="replace")
    finally:
        os.close(file)


def read(path: Path) -> list[Anchor]:
    """The anchors in a file, a line each, in its order; empty lines and words around them, as in a letter, are passed over.

    Raises Unreadable for a file that cannot be read, holds no anchor, or has a line that begins like one and is none.
    """
    try:
        with path.open(encoding="utf-8") as file:
            lines = [line.strip() for line in file.read(LONGEST_FILE).splitlines()]
    except (OSError, ValueError):
        raise Unreadable(f"{path} cannot be read") from None
    found = []
    for number, line in enumerate(lines, start=1):
        try:
            found.append(Anchor.parse(line))
        except ValueError:
            if line[:1].isdigit() and not any(later.startswith(line) for later in lines[number:]):
                raise Unreadable(f"line {number} of {path} is no anchor") from None
    if not found:
        raise Unreadable(f"{path} holds no anchor")
    return found


def findings(path: Path, *, is_given: bool, at: datetime) -> Iterator[str]:
    """What is wrong between the anchors in the table, those in the file, and the chain.

    Of a file that was given only the lines are checked, for it may be part of all; the second place has to hold every anchor.
    """
    rows = {row.day: row for row in DailyAnchor.objects.order_by("day")}
    seals, keys = Seal.objects.in_bulk([row.number for row in rows.values()]), chain.keys()
    for row in rows.values():
        if not any(hmac.compare_digest(code(row, key), row.code) for key in keys):
            yield f"the anchor of {row.day} was changed, or was made without the key"
        yield from _against(of(row), seals.get(row.number))
    try:
        kept = read(path) if is_given or rows or os.path.exists(path) else []
    except Unreadable as problem:
        overdue = [row for row in rows.values() if row.made_at < at - ON_ITS_WAY]
        if is_given or os.path.exists(path) or overdue:
            yield f"the anchors in the second place were not checked: {problem}"
        return
    for anchor in kept:
        yield from _beside(anchor, rows, path)
    days = {anchor.day for anchor in kept}
    for row in rows.values():
        if not is_given and row.day not in days and row.made_at < at - ON_ITS_WAY:
            yield f"the anchor of {row.day} is not in {path}"


def _beside(anchor: Anchor, rows: dict[date, DailyAnchor], path: Path) -> Iterator[str]:
    """One line of the file against the row of its day and, where that is another, against the chain."""
    row = rows.get(anchor.day) if anchor.day else None
    if row and (row.number, row.mac) == (anchor.number, anchor.mac):
        return
    if row:
        yield f"the anchor of {row.day} holds to seal {row.number} in the table, and to seal {anchor.number} in {path}"
    elif anchor.day:
        yield f"the anchor of {anchor.day} is in {path}, and not in the table"
    yield from against(anchor)


def against(anchor: Anchor) -> Iterator[str]:
    """What is wrong with the chain, if the anchor is right."""
    yield from _against(anchor, Seal.objects.filter(number=anchor.number).first())


def _against(anchor: Anchor, seal: Seal | None) -> Iterator[str]:
    which = f" of {anchor.day}" if anchor.day else ""
    if seal is None:
        last = end()
        cut = anchor.number - (last.number if last else 0)
        yield (
            f"the chain ends at seal {last.number if last else 0}, but the anchor{which} knows seal {anchor.number}: "
            + (f"the end was cut off, {cut} of the seals at least" if cut > 0 else "that seal was removed")
        )
    elif not hmac.compare_digest(seal.mac, anchor.mac):
        yield f"seal {seal.number} is not the one that the anchor{which} knows: the chain was made anew"


def missing(*, at: datetime) -> Iterator[date]:
    """Days gone by on which something was sealed and which have no anchor, from the first anchor on."""
    first = DailyAnchor.objects.order_by("day").first()
    if first is None:
        return
    begin = timezone.make_aware(datetime.combine(first.day, time.min))
    instants = Seal.objects.filter(sealed_at__gte=begin, number__gt=first.number).values_list("sealed_at", flat=True)
    sealed = {clock.day_of(instant) for instant in instants.distinct().iterator()}
    there = set(DailyAnchor.objects.values_list("day", flat=True))
    yield from sorted(day for day in sealed - there if first.day < day < clock.day_of(at))
