"""The ledger and the clock."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "audit"
    verbose_name = "The ledger and the clock"
