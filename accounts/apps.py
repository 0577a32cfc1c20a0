"""People, their names and their log-in."""

from importlib import import_module

from django.apps import AppConfig
from wagtail.users.apps import WagtailUsersAppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    default = True
    verbose_name = "People, their names and their log-in"

    def ready(self) -> None:
        for module in ("notices", "roles", "recoveries", "erasures", "kept"):
            import_module(f"accounts.{module}")


class PeopleInAdminConfig(WagtailUsersAppConfig):
    """Stands for wagtail.users in INSTALLED_APPS."""

    user_viewset = "accounts.viewsets.UserViewSet"
    group_viewset = "accounts.viewsets.GroupViewSet"
