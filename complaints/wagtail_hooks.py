"""What the admin shows of casework: whether the office has the people for it. Nothing of a case."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component

from accounts import access
from audit import clock
from complaints import staffing


class StaffingPanel(Component):
    """On the first page of the admin, for site administrators."""

    name = "staffing"
    order = 260
    template_name = "complaints/admin/staffing.html"

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        return {"card": staffing.card(on=clock.today()), "appointments": reverse("appointments")}


@hooks.register("construct_homepage_panels")
def staffing_panel(request: HttpRequest, panels: list[Component]) -> None:
    if access.may_administer(request.user):
        panels.append(StaffingPanel())


class AppointmentsItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return access.may_administer(request.user)


@hooks.register("register_settings_menu_item")
def who_works_on_cases() -> MenuItem:
    return AppointmentsItem("Appointments to cases", reverse("appointments"), icon_name="group", order=602)
