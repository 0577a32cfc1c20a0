"""`manage.py verify_ledger`: proves that nothing in the ledger was changed, removed or added behind its back."""

from itertools import islice
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit import anchors, log
from audit.facts import Anchor

LONGEST = 200  # characters of an anchor
SHOWN = 20  # after a break at the beginning every later link may be a finding


class Command(BaseCommand):
    help = "Walk the ledger, hold it against every anchor, and say what was done to it and where; exit 1 on any finding."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--anchor", metavar="FILE", type=Path, help="holds the number and code of a seal, kept outside the database")
        parser.add_argument(
            "--anchors",
            dest="kept",
            metavar="FILE",
            type=Path,
            help="holds anchors of many days, as mailed to the auditor; read instead of LEDGER_ANCHORS",
        )
        parser.add_argument("--write-anchor", metavar="FILE", type=Path, help="keep the end of an intact ledger in FILE")

    def handle(self, *, anchor: Path | None, kept: Path | None, write_anchor: Path | None, **options: Any) -> None:
        if kept:
            _look_into(kept)
        findings = log.verify(_read(anchor) if anchor else None, file=kept)
        if first := list(islice(findings, SHOWN)):
            more = sum(1 for _ in findings)
            raise CommandError("\n".join([*first, *([f"and {more} more"] if more else [])]))
        end = anchors.end()
        if write_anchor and end:
            _keep(write_anchor, end)
        self.stdout.write(f"The ledger is intact. Its end: {end or 'nothing is sealed yet'}")


def _look_into(path: Path) -> None:
    try:
        anchors.read(path)
    except anchors.Unreadable as refusal:
        raise CommandError(f"{refusal}. Nothing was checked.") from None


def _keep(path: Path, end: Anchor) -> None:
    """Whole or not at all: a disk that is full must not cost the anchor before."""
    new = path.with_name(f"{path.name}.new")
    try:
        new.write_text(f"{end}\n")
        new.replace(path)
    except OSError as refusal:
        raise CommandError(f"{path} cannot be written: {refusal.strerror}. The ledger is intact, but its end was not kept.") from None


def _read(path: Path) -> Anchor:
    try:
        with path.open() as file:
            return Anchor.parse(file.read(LONGEST))
    except (OSError, ValueError):
        raise CommandError(
            f"{path} cannot be read as an anchor: one line with the number and the code of a seal. Nothing was checked."
        ) from None
