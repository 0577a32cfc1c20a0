"""`manage.py verify_ledger`: proves that nothing in the ledger was changed, removed or added behind its back."""

from itertools import islice
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit import log, verification
from audit.verification import Anchor

SHOWN = 20  # after a break at the beginning every later link may be a finding


class Command(BaseCommand):
    help = "Walk the ledger and name the first bad entry; exit 1 on any finding."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--anchor", metavar="FILE", type=Path, help="holds the number and code of a seal, kept outside the database")
        parser.add_argument("--write-anchor", metavar="FILE", type=Path, help="keep the end of an intact ledger in FILE")

    def handle(self, *, anchor: Path | None, write_anchor: Path | None, **options: Any) -> None:
        findings = log.verify(_read(anchor) if anchor else None)
        if first := list(islice(findings, SHOWN)):
            more = sum(1 for _ in findings)
            raise CommandError("\n".join([*first, *([f"and {more} more"] if more else [])]))
        end = verification.end()
        if write_anchor and end:
            write_anchor.write_text(f"{end}\n")
        self.stdout.write(f"The ledger is intact. Its end: {end or 'nothing is sealed yet'}")


def _read(path: Path) -> Anchor:
    try:
        return Anchor.parse(path.read_text())
    except (OSError, ValueError):
        raise CommandError(
            f"{path} cannot be read as an anchor: one line with the number and the code of a seal. Nothing was checked."
        ) from None
