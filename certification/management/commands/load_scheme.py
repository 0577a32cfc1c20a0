"""Adds the certification scheme with the numbers the Code and the association's rules give it."""

from typing import Any

from django.core.management.base import BaseCommand

from certification.models import Scheme


class Command(BaseCommand):
    help = "Adds the scheme if there is none with its prefix; a scheme that was edited stays as it is."

    def handle(self, **options: Any) -> None:
        _, is_new = Scheme.objects.get_or_create(prefix="TRC", defaults={"name": "Certified Trauma Recovery Coach"})
        self.stdout.write("scheme: added" if is_new else "scheme: no change")
