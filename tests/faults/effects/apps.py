"""An app whose effects can be counted after a crash."""

from django.apps import AppConfig


class EffectsConfig(AppConfig):
    name = "tests.faults.effects"

    def ready(self) -> None:
        from tests.faults.effects import handlers  # noqa: F401
