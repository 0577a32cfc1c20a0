"""The house itself: what starts it, and what keeps an unsafe one from starting."""

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import Tags, register


class ConfigConfig(AppConfig):
    name = "config"
    verbose_name = "The house"

    def ready(self) -> None:
        from config import celery, checks, demonstration, office

        checks.refuse_unsafe(settings)
        register(demonstration.check, Tags.database)
        office.start_choosers_without_scripts()
        celery.app.set_default()
