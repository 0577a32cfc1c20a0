"""Fictional people for an empty site."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "demo"
    verbose_name = "Fictional people for an empty site"
