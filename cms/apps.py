"""The texts as data, and the pages."""

from django.apps import AppConfig


class CmsConfig(AppConfig):
    name = "cms"
    verbose_name = "The texts as data, and the pages"

    def ready(self) -> None:
        from cms import kept  # noqa: F401
