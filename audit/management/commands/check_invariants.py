"""`manage.py check_invariants`: proves the whole database against every invariant of every app."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit import invariants


class Command(BaseCommand):
    help = "Check every invariant and print each finding; exit 1 on any."

    def handle(self, *args: Any, **options: Any) -> None:
        findings = 0
        for sentence, finding in invariants.broken():
            findings += 1
            self.stdout.write(f"{sentence}: {finding}")
        if findings:
            raise CommandError(f"Not everything holds: {findings} found.")
        self.stdout.write(f"All {len(invariants.INVARIANTS)} invariants hold.")
