"""manage.py demo_code EMAIL: a code of the second step that counts now, for a person of the demonstration."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from demo import codes


class Command(BaseCommand):
    help = "Print a code that counts now for a person of the demonstration. Right after one was used, wait half a minute for another."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="the address the person logs in with")

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        """CommandError where people are real, and for whom the demonstration does not know."""
        if settings.DEMO_CLOCK_FILE is None:
            raise CommandError("People are real on this site: the codes of a demonstration are not to be had here.")
        try:
            self.stdout.write(codes.code_for(email))
        except codes.NoApp:
            raise CommandError(f"Nobody in this demonstration logs in with {email} and a code.") from None
