"""The texts in Wagtail's admin."""

from typing import Any

from django.http import HttpRequest
from django.urls import path, reverse
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets import Button
from wagtail.snippets.models import register_snippet

from accounts import access
from cms import views
from cms.viewsets import ClauseViewSet, EditionViewSet

register_snippet(EditionViewSet)
register_snippet(ClauseViewSet)


@hooks.register("register_admin_urls")
def addresses() -> list[Any]:
    return [
        path("editions/import/", views.import_edition, name="import_edition"),
        path("editions/<int:pk>/difference/", views.edition_difference, name="edition_difference"),
        path("editions/<int:pk>/place/", views.place_piece, name="place_piece"),
    ]


class ImportItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return access.may_write_content(request.user)


@hooks.register("register_admin_menu_item")
def bring_in() -> MenuItem:
    return ImportItem("Import a text", reverse("import_edition"), icon_name="upload", order=222)


@hooks.register("register_snippet_listing_buttons")
def differences(snippet: Any, user: Any, next_url: str | None = None) -> list[Any]:
    if snippet._meta.label_lower != "cms.edition":
        return []
    return [Button("Difference", reverse("edition_difference", args=[snippet.pk]), icon_name="resubmit", priority=5)]
