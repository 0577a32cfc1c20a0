"""What the public reads."""

from importlib import import_module

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "registry"
    verbose_name = "What the public reads"

    def ready(self) -> None:
        """Invariants register themselves."""
        import_module("registry.invariants")
