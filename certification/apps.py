"""Certificates, terms, standing and renewal."""

from importlib import import_module

from django.apps import AppConfig


class CertificationConfig(AppConfig):
    name = "certification"
    verbose_name = "Certificates, terms, standing and renewal"

    def ready(self) -> None:
        """Handlers of the outbox and invariants register themselves."""
        for module in ("documents", "notices", "invariants", "kept", "pdf.letter"):
            import_module(f"certification.{module}")
