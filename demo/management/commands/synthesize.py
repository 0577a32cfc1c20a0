"""Fills a site with synthetic coaches, for measuring."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from audit import clock
from certification.models import Scheme
from demo import synthetic

MOST = 9_999_999  # their numbers have seven digits


class Command(BaseCommand):
    help = "Add synthetic coaches with terms, sanctions and history until N are there. The same seed gives the same coaches."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--coaches", type=int, required=True, metavar="N")
        parser.add_argument("--seed", type=int, default=17024)

    def handle(self, *args: Any, coaches: int, seed: int, **options: Any) -> None:
        """Add what is missing to N coaches.

        CommandError for a number below 1, in production, beside accounts of real people, and where no scheme is there yet.
        """
        if not 1 <= coaches <= MOST:
            raise CommandError(f"--coaches takes a number from 1 to {MOST}. Nothing was added.")
        if settings.DEMO_CLOCK_FILE is None:
            raise CommandError("This site lives on real days: synthetic coaches have no place here. Nothing was added.")
        if real := synthetic.real_people():
            accounts = "1 account has an address" if real == 1 else f"{real} accounts have addresses"
            raise CommandError(
                f"{accounts} outside the domains reserved for examples (example.org and the like): real people may be on record here, "
                "and synthetic coaches would stand in the registry beside them. Use an empty database. Nothing was added."
            )
        if not Scheme.objects.exists():
            raise CommandError("There is no scheme yet: run load_texts, load_courses and demo_people first. Nothing was added.")
        added = synthetic.write(coaches, seed=seed, on=clock.today())
        self.stdout.write(f"{added} synthetic coaches added, {coaches} there.")
