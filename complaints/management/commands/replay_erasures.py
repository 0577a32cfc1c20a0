"""manage.py replay_erasures: erases in a restored database what had been erased after the backup was made."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from complaints import erasures


class Command(BaseCommand):
    help = "Destroy the keys and files of cases that were erased after this backup was made. Can be stopped and run again at any time."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", help="a list of erasures; without it the one beside LEDGER_ANCHORS")

    def handle(self, *args: Any, file: str | None, **options: Any) -> None:
        """Say what was erased again; CommandError where a line of the list was not written by this site, or there is no list."""
        path = Path(file) if file else erasures.place()
        try:
            cases = [*erasures.read(path), *erasures.listed()]
        except OSError as problem:
            raise CommandError(
                f"{path}: {problem.strerror}. Nothing was erased. Name the list; there is none where no case was ever erased."
            ) from None
        except erasures.NotReplayed as refusal:
            raise CommandError("\n".join([*refusal.reasons, "Nothing was erased."])) from None
        done = erasures.replay(cases)
        self.stdout.write(f"{done.again} erased again, {done.already} were erased already, {done.unknown} are not in this database.")
