"""The way from the admin to the office's screens."""

from django.http import HttpRequest
from django.urls import reverse
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from accounts import access


class OfficeItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return access.may_work_in_office(request.user)


@hooks.register("register_admin_menu_item")
def office() -> MenuItem:
    return OfficeItem("Certificates", reverse("office"), icon_name="tick-inverse", order=150)
