"""Invites the people of a table saved as CSV."""

from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import invitees


class Command(BaseCommand):
    help = (
        "Reads name, email and, if there, latin_name, language. Prints a verdict for each row; makes accounts and sends invitations to "
        "those who can be invited, in one transaction. Whoever is here or was invited is left as they are."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="only print the verdicts")

    def handle(self, *, file: Path, dry_run: bool, **options: Any) -> None:
        rows = self._rows(file)
        invitees.judge(rows)
        for row in rows:
            self.stdout.write(
                f"line {row.line}: {row.email or '(no address)'}: {row.verdict.value}{''.join(f'; {why}' for why in row.reasons)}"
            )
        verdicts = Counter(row.verdict for row in rows) if dry_run else invitees.invite(rows, by=None)
        told = invitees.summary(verdicts, done=not dry_run)
        self.stdout.write(f"dry run: {told}; nothing was written" if dry_run else told)
        if refused := [row for row in rows if row.reasons]:
            others = "nobody was invited: this was a dry run" if dry_run else "the others were looked after as listed"
            raise CommandError(f"{len(refused)} of {len(rows)} rows not usable, the first in line {refused[0].line}; {others}.")

    def _rows(self, file: Path) -> list[invitees.Row]:
        try:
            with file.open("rb") as stream:
                return invitees.read(stream.read(invitees.LARGEST + 1), file.name)
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}. Nobody was invited.") from None
        except invitees.Unreadable as refusal:
            raise CommandError(f"{file}: {refusal} Nobody was invited.") from None
