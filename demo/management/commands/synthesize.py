"""Fills a site with synthetic coaches, for measuring."""

from argparse import ArgumentParser
from typing import Any

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
        """Add what is missing to N coaches; CommandError for a number below 1 and where no scheme is there yet."""
        if not 1 <= coaches <= MOST:
            raise CommandError(f"--coaches takes a number from 1 to {MOST}. Nothing was added.")
        if not Scheme.objects.exists():
            raise CommandError("There is no scheme yet: run load_texts, load_courses and demo_people first. Nothing was added.")
        added = synthetic.write(coaches, seed=seed, on=clock.today())
        self.stdout.write(f"{added} synthetic coaches added, {coaches} there.")
