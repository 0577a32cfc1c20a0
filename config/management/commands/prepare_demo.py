"""manage.py prepare_demo: brings a demonstration's database and content to what this checkout holds, in one process."""

import io
from typing import Any

from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError

STEPS = [
    ("migrate", "the database", {"verbosity": 0, "interactive": False}),
    ("createcachetable", "the cache", {"verbosity": 0}),
    ("load_texts", "principles and Code", {}),
    ("load_courses", "courses", {}),
    ("demo_people", "people and their histories", {}),
]
SAID_BY_PEOPLE = "demo_people.txt"


class Command(BaseCommand):
    help = "Migrate, load the content and the demonstration's people. Run again, it changes only what is new."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.DEMO_CLOCK_FILE is None:
            raise CommandError("This is not a demonstration (DEMO_CLOCK_FILE is None). Nothing was changed.")
        for name, what, arguments in STEPS:
            if name in get_commands():
                self.stdout.write(f"Preparing {what}")
                self.stdout.flush()
                said = io.StringIO()
                call_command(name, stdout=said, **arguments)
                if name == "demo_people":
                    (settings.VAR_DIR / SAID_BY_PEOPLE).write_text(said.getvalue())
