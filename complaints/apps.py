"""Complaints: from a stranger's story to a decision that two people signed."""

from django.apps import AppConfig


class ComplaintsConfig(AppConfig):
    name = "complaints"
    verbose_name = "Complaints and casework"
