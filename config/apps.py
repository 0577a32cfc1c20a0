"""The house itself: what starts it, and what keeps an unsafe one from starting."""

from django.apps import AppConfig
from django.conf import settings


class ConfigConfig(AppConfig):
    name = "config"
    verbose_name = "The house"

    def ready(self) -> None:
        from config import celery, checks

        checks.refuse_unsafe(settings)
        celery.app.set_default()
