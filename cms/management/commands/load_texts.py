"""Loads the shipped texts and the pages that show them."""

from typing import Any

from django.core.management.base import BaseCommand

from cms import loading


class Command(BaseCommand):
    help = "Loads clauses, demonstration editions and crisis lines, and plants the pages; run again, it changes nothing."

    def handle(self, **options: Any) -> None:
        added = loading.load_texts()
        pages = loading.plant()
        lines = loading.load_crisis_lines()
        self.stdout.write(f"texts: {added} rows added" if added else "texts: no change")
        self.stdout.write(f"pages: {pages} made" if pages else "pages: no change")
        self.stdout.write(f"crisis lines: {lines} added" if lines else "crisis lines: no change")
