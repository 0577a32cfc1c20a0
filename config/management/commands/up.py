"""manage.py up: the site, the worker and the scheduler under one supervisor."""

import os
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Serve the site, the worker and the scheduler; --help of the supervisor lists its options."
    requires_system_checks = []

    def run_from_argv(self, argv: list[str]) -> None:
        """Become the supervisor: it is small, and knows nothing of Django."""
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", settings.SETTINGS_MODULE)
        os.chdir(settings.BASE_DIR)
        os.execv(sys.executable, [sys.executable, "-m", "config.supervisor", *argv[2:]])  # noqa: S606

    def handle(self, *args: Any, **options: Any) -> None:
        self.run_from_argv(["manage.py", "up"])
