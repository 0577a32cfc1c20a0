"""Imports coaches from a spreadsheet saved as CSV."""

import csv
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from certification import importing
from certification.models import Scheme

LARGEST = 64 * 1024 * 1024  # bytes: half a million coaches


class Command(BaseCommand):
    help = (
        "Reads number, name, email, first_issued, term_from, term_to and, if there, latin_name, sanctions, language. "
        "Prints a verdict for each row; adds all of them or none. Sends no letter."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="only print the verdicts")
        parser.add_argument("--scheme", default="TRC", help="prefix of the scheme")

    def handle(self, *, file: Path, dry_run: bool, scheme: str, **options: Any) -> None:
        found = Scheme.objects.filter(prefix=scheme).first()
        if found is None:
            raise CommandError(f"there is no scheme {scheme}; run load_scheme first. Nothing was imported.")
        rows = self._rows(file)
        importing.judge(rows, found)
        for row in rows:
            said = "".join(f"; {words}" for words in [*row.reasons, *row.notes])
            self.stdout.write(f"line {row.line}: {row.number or '(no number)'}: {row.verdict}{said}")
        refused = [row for row in rows if row.reasons]
        if refused:
            raise CommandError(f"{len(refused)} of {len(rows)} rows refused, the first in line {refused[0].line}. Nothing was imported.")
        new = sum(row.verdict is importing.Verdict.ADD for row in rows)
        if earlier := sum(row.days["first_issued"] < row.days["term_from"] for row in rows):
            self.stdout.write(
                f"{earlier} were first issued before their term here begins: that day is kept for the office, and the registry "
                "answers for no day before term_from, because the file holds one term a coach"
            )
        if dry_run:
            self.stdout.write(f"dry run: {new} would be added, {len(rows) - new} no change; nothing was written")
            return
        try:
            importing.add(rows, found, by=None)
        except importing.Overtaken as refusal:
            raise CommandError(f"{refusal}. Nothing was imported; run the same command again.") from None
        self.stdout.write(f"added {new}, no change {len(rows) - new}")

    def _rows(self, file: Path) -> list[importing.Row]:
        try:
            with file.open("rb") as stream:
                data = stream.read(LARGEST + 1)
            if len(data) > LARGEST:
                raise CommandError(f"{file}: larger than {LARGEST // 1024 // 1024} MB. Split it. Nothing was imported.")
            rows = importing.read(data.decode("utf-8-sig").splitlines(keepends=True))
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}. Nothing was imported.") from None
        except UnicodeDecodeError as error:
            raise CommandError(f"{file}: byte {error.start} is not UTF-8. Save the file as UTF-8. Nothing was imported.") from None
        except csv.Error as error:
            raise CommandError(f"{file}: this is no table of coaches: {error}. Nothing was imported.") from None
        except importing.Unreadable as error:
            raise CommandError(f"{file}: {error}. Nothing was imported.") from None
        if not rows:
            raise CommandError(f"{file}: no row. Nothing was imported.")
        return rows
