"""The way from the admin to the office's screens, and the admin's own screens about the rules of a scheme."""

from typing import Any

from django.http import HttpRequest
from django.urls import path, reverse
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from accounts import access
from certification.views import schemes


class OfficeItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return access.may_work_in_office(request.user)


@hooks.register("register_admin_menu_item")
def office() -> MenuItem:
    return OfficeItem("Certificates", reverse("office"), icon_name="tick-inverse", order=150)


@hooks.register("register_admin_urls")
def addresses() -> list[Any]:
    return [
        path("schemes/", schemes.scheme_list, name="scheme_list"),
        path("schemes/<int:pk>/", schemes.scheme_rules, name="scheme_rules"),
    ]


class RulesItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return access.may_administer(request.user)


@hooks.register("register_settings_menu_item")
def rules() -> MenuItem:
    return RulesItem("Rules of certification", reverse("scheme_list"), icon_name="list-ul", order=10)
