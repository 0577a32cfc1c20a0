"""Writes docs/complaint-machine.md from the table of steps."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from complaints.states.diagram import page

PAGE = Path(__file__).resolve().parents[3] / "docs" / "complaint-machine.md"


class Command(BaseCommand):
    help = "Writes docs/complaint-machine.md, the way of a complaint as diagrams and tables, from complaints/states/."

    def handle(self, *args: Any, **options: Any) -> None:
        PAGE.write_text(page())
        self.stdout.write(f"Wrote {PAGE.relative_to(PAGE.parents[1])}.")
