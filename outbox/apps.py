"""Effects that outlive a crash."""

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "outbox"
    verbose_name = "Effects that outlive a crash"
