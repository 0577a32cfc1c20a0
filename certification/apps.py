"""Certificates, terms, standing and renewal."""

from django.apps import AppConfig


class CertificationConfig(AppConfig):
    name = "certification"
    verbose_name = "Certificates, terms, standing and renewal"

    def ready(self) -> None:
        from certification import documents  # noqa: F401  (registers its handler)
