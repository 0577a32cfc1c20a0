"""Moves the day for all processes of a demonstration."""

import re
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from audit import clock

FARTHEST = 20 * 365  # days: ten renewals; terms much later would leave the calendar


class Command(BaseCommand):
    help = "Move the day of a demonstration: `demo_clock +31d` goes on 31 days, `demo_clock reset` returns to the real day."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("move", nargs="?", default="", help="+31d, or reset; nothing shows the day")

    def handle(self, *args: Any, move: str, **options: Any) -> None:
        """Write the demonstration's offset in whole days; CommandError where days are real or the words are not understood.

        Days only go on: what was recorded on a later day cannot have happened yet on an earlier one. `reset` is for an empty demonstration.
        """
        if settings.DEMO_CLOCK_FILE is None:
            raise CommandError("This site lives on real days: the clock of a demonstration is not to be had here. Nothing was moved.")
        file = Path(settings.DEMO_CLOCK_FILE)
        if move == "reset":
            file.unlink(missing_ok=True)
        elif match := re.fullmatch(r"\+(\d{1,4})d", move):
            if clock.demo_days() + int(match[1]) > FARTHEST:
                raise CommandError(f"A demonstration goes on {FARTHEST} days at most. Nothing was moved.")
            file.parent.mkdir(parents=True, exist_ok=True)
            whole = file.with_suffix(".new")
            whole.write_text(str(clock.demo_days() + int(match[1])))
            whole.replace(file)
        elif move:
            raise CommandError(f"{move!r} is not understood. Write +31d to go on 31 days, or reset. Nothing was moved.")
        self.stdout.write(f"It is {clock.today():%A, %-d %B %Y} here ({clock.demo_days()} days on).")
