"""Imports an official text as draft editions."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit import clock
from cms import importing
from cms.facts import SECTIONS
from cms.reading import EXPECTED, LARGEST, Unreadable

OPTIONS = {"confirm": "--confirm", "accept_counts": "--accept-counts", "name": "--edition NAME"}


class Command(BaseCommand):
    help = "Official text -> a draft edition of each text that differs, with counts. Publishes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--edition", help="name of the draft; default: the day of the import")
        parser.add_argument("--confirm", action="store_true", help="the border that was guessed is right")
        parser.add_argument("--accept-counts", action="store_true", help="the text really has these counts")

    def handle(self, *, file: Path, edition: str | None, confirm: bool, accept_counts: bool, **options: Any) -> None:
        try:
            with file.open("rb") as stream:
                data = stream.read(LARGEST + 1)
            done = importing.import_text(
                data, name=edition or "", source=file.name, by=None, on=clock.today(), confirm=confirm, accept_counts=accept_counts
            )
        except OSError as refusal:
            raise CommandError(f"{file} cannot be opened: {refusal.strerror}. Nothing was stored.") from refusal
        except importing.Refused as refusal:
            self.table(refusal.counts, self.stderr)
            reasons = [f"{objection.words} ({OPTIONS[objection.answer]})" for objection in refusal.objections]
            raise CommandError("\n".join([*reasons, "Nothing was stored."])) from refusal
        except Unreadable as refusal:
            raise CommandError("\n".join([*refusal.reasons, "Nothing was stored."])) from refusal
        self.tell(done)

    def tell(self, done: importing.Imported) -> None:
        self.table(done.counts, self.stdout)
        for note in done.notes:
            self.stdout.write(note)
        for known in done.known:
            kind = "edition" if known.is_published else "draft"
            self.stdout.write(f"{known.text}: the {kind} “{known.name}” says this already")
        for new in done.editions:
            self.stdout.write(f"draft edition of {new.text}, “{new.name}”: /admin/editions/{new.pk}/difference/")
        for old in done.waiting:
            self.stdout.write(f"still there: the earlier draft “{old.name}” of {old.text}: /admin/editions/{old.pk}/difference/")
        if done.unplaced:
            waits = "piece waits" if done.unplaced == 1 else "pieces wait"
            self.stdout.write(f"{done.unplaced} {waits} in the admin for a person to say which clause it is.")
        if not done.editions:
            self.stdout.write("no change")

    def table(self, counts: dict[str, int], out: Any) -> None:
        for section, number in counts.items():
            told = "" if number == EXPECTED[section] else "  different"
            out.write(f"{SECTIONS[section].title:36s}{number:4d}  expected {EXPECTED[section]:3d}{told}")
        out.write(f"{'pieces':36s}{sum(counts.values()):4d}  expected {sum(EXPECTED.values()):3d}")
