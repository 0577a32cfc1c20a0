"""Complaints: from a stranger's story to a decision that two people signed."""

from importlib import import_module

from django.apps import AppConfig


class ComplaintsConfig(AppConfig):
    name = "complaints"
    verbose_name = "Complaints and casework"

    def ready(self) -> None:
        """Handlers of the outbox, kinds of proposals, invariants and what is kept about people register themselves."""
        for module in (
            "appointments",
            "appeals",
            "casework",
            "decisions",
            "hearings",
            "interim",
            "reinstatements",
            "retention",
            "erasures",
            "evidence",
            "invariants",
            "kept",
            "letters",
            "machine",
            "notices",
            "people_invariants",
            "people_kept",
        ):
            import_module(f"complaints.{module}")
