"""manage.py break_glass: recovery codes for the last administrator, who lost every device."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts import devices
from accounts.models import User
from audit import clock


class Command(BaseCommand):
    help = "Print recovery codes for an administrator who lost every device; on the record, and the auditors are told."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="the address the administrator logs in with")

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        """CommandError with every reason where it is not for this person, or two other administrators could help."""
        person = User.objects.filter(email=email.strip().lower()).first()
        if person is None:
            raise CommandError(f"Nobody logs in with {email}. No codes were made.")
        try:
            codes = devices.break_glass(person, at=clock.real())
        except devices.NotReset as refusal:
            raise CommandError(f"{refusal} No codes were made.") from None
        self.stdout.write("Each of these works once, after the password. Earlier ones are void. They are not shown again.\n")
        for code in codes:
            self.stdout.write(f"  {code}")
        self.stdout.write("\nLog in with one, add a device at once, and make new recovery codes.")
