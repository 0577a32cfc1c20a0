"""Fills an empty site with the demonstration's people and their histories."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts import anchors
from audit import chain, clock
from cms import code
from courses.models import CoursePage
from demo import cast, codes, histories

WORTH_A_LOG_IN = {"coach", "author", "staff", "auditor", "site_administrator"}


class Command(BaseCommand):
    help = "Fill an empty site with fictional coaches and office people, their histories played through the real steps."

    def handle(self, *args: Any, **options: Any) -> None:
        """All or nothing, and once; CommandError in production and before the texts and courses are loaded."""
        if settings.DEMO_CLOCK_FILE is None:
            raise CommandError("This site lives on real days: fictional people have no place here. Nobody was added.")
        if code.edition_in_force(on=clock.today()) is None or not CoursePage.objects.exists():
            raise CommandError("The texts and courses come first: run load_texts and load_courses. Nobody was added.")
        with transaction.atomic():
            added = histories.fill()
            codes.give_apps()
        chain.seal()
        if anchors.make(at=clock.now()):
            chain.seal()
        self.stdout.write(f"{added} people added." if added else "No change.")
        self.stdout.write(f"Everybody's password is {cast.PASSWORD}")
        self.stdout.write("Then a code is asked for. It changes every half minute:  .venv/bin/python manage.py demo_code EMAIL")
        for person in cast.people().values():
            if WORTH_A_LOG_IN & set(person.roles):
                self.stdout.write(f"  {person.email:<34}{person.story}")
