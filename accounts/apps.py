"""People, their names and their log-in."""

from importlib import import_module

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "People, their names and their log-in"

    def ready(self) -> None:
        import_module("accounts.notices")
