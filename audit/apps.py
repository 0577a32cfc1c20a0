"""The ledger and the clock."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class AuditConfig(AppConfig):
    name = "audit"
    verbose_name = "The ledger and the clock"

    def ready(self) -> None:
        """Learn the closed list of actions and the invariants of every app."""
        autodiscover_modules("actions", "invariants")
