"""The texts in Wagtail's admin, and the reviews that its pages and drafts ask for."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.api.views import PagesAdminAPIViewSet
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets import Button
from wagtail.models import Page, WorkflowMixin
from wagtail.permissions import policy_registry
from wagtail.snippets.models import register_snippet

from accounts import access as roles
from cms import access, views
from cms.models import Edition
from cms.viewsets import ClauseViewSet, CrisisLineViewSet, EditionViewSet

PUBLISHING = ("action-publish", "action-unpublish")

register_snippet(EditionViewSet)
register_snippet(ClauseViewSet)
register_snippet(CrisisLineViewSet)


@hooks.register("register_admin_urls")
def addresses() -> list[Any]:
    return [
        path("editions/import/", views.import_edition, name="import_edition"),
        path("editions/<int:pk>/difference/", views.edition_difference, name="edition_difference"),
        path("editions/<int:pk>/place/", views.place_piece, name="place_piece"),
        path("editions/<int:pk>/withdraw/", views.withdraw_edition, name="withdraw_edition"),
    ]


class ImportItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return roles.may_write_content(request.user)


@hooks.register("register_admin_menu_item")
def bring_in() -> MenuItem:
    return ImportItem("Import a text", reverse("import_edition"), icon_name="upload", order=222)


@hooks.register("register_snippet_listing_buttons")
def differences(snippet: Any, user: Any, next_url: str | None = None) -> list[Any]:
    if snippet._meta.label_lower != "cms.edition":
        return []
    return [Button("Difference", reverse("edition_difference", args=[snippet.pk]), icon_name="resubmit", priority=5)]


@hooks.register("construct_snippet_action_menu")
def offer_what_is_allowed(items: list[Any], request: HttpRequest, context: dict[str, Any]) -> None:
    """No button that publishes for whoever has to ask; and none for an edition, which the office publishes on a screen of its own."""
    model = context["model"]
    if not issubclass(model, WorkflowMixin):
        return
    if model is Edition or not policy_registry.get_by_type(model).user_has_permission(request.user, "publish"):
        items[:] = [item for item in items if item.name not in PUBLISHING]
    for item in items:
        if model is Edition and item.name == "approve":
            item.label = "Approve with comment" if item.launch_modal else "Approve"


@hooks.register("before_publish")
def editions_are_published_by_the_office(request: HttpRequest, instance: Any) -> HttpResponse | None:
    if not isinstance(instance, Edition):
        return None
    words = "Saved. A draft is submitted for review here; once it is approved, the office publishes it and chooses its day."
    messages.warning(request, words)
    return redirect("wagtailsnippets_cms_edition:edit", instance.pk)


@hooks.register("before_unpublish")
def editions_are_never_taken_back(request: HttpRequest, instance: Any) -> HttpResponse | None:
    if not isinstance(instance, Edition):
        return None
    messages.error(request, "A published edition stays published. What is wrong in it is mended by a new edition.")
    return redirect("edition_difference", instance.pk)


@hooks.register("construct_page_action_menu")
def offer_what_is_allowed_on_pages(items: list[Any], request: HttpRequest, context: dict[str, Any]) -> None:
    page = context.get("page") or context.get("parent_page")
    if page and not access.may_publish_alone(request.user, page.get_workflow(), page):
        items[:] = [item for item in items if item.name != "action-publish"]


def keep_as_draft(request: HttpRequest, pages: Iterable[Page], button: str = "action-publish") -> None:
    """Whoever has to ask and says "publish" all the same saves a draft: what was typed is kept, and nobody reads it yet."""
    if button not in request.POST or all(access.may_publish_alone(request.user, page.get_workflow(), page) for page in pages):
        return
    posted = request.POST.copy()
    del posted[button]
    request.POST = posted  # type: ignore[assignment]
    messages.warning(request, "It is kept as a draft and not published: it is reviewed first. Submit it for review.")


@hooks.register("before_create_page")
def new_pages_are_reviewed(request: HttpRequest, parent: Page, page_class: type[Page]) -> None:
    keep_as_draft(request, [parent])


@hooks.register("before_edit_page")
def pages_are_reviewed(request: HttpRequest, page: Page) -> None:
    keep_as_draft(request, [page])


@hooks.register("before_bulk_action")
def many_pages_are_reviewed(request: HttpRequest, action_type: str, objects: list[Any], action: Any) -> HttpResponse | None:
    """Many pages are published at once only where none of them has a review before it."""
    if action_type != "publish":
        return None
    pages = [thing for thing in objects if isinstance(thing, Page)]
    below = [draft for page in pages for draft in page.get_descendants().not_live()] if "include_descendants" in request.POST else []
    for page in [*pages, *below]:
        if not access.may_publish_alone(request.user, page.get_workflow(), page):
            messages.warning(request, f"Nothing is published: “{page}” is reviewed first. Submit it for review.")
            return redirect("wagtailadmin_pages:edit", page.pk)
    return None


@hooks.register("before_copy_page")
def copies_are_reviewed(request: HttpRequest, page: Page) -> None:
    to = request.POST.get("new_parent_page", "")
    keep_as_draft(request, [page, *Page.objects.filter(pk=int(to) if to.isdecimal() and len(to) < 10 else None)], "publish_copies")


class PagesToRead(PagesAdminAPIViewSet):
    """The admin's own interface for pages, without its acts: they would publish, delete and move past every hook of this site."""

    actions: dict[str, Any] = {}


@hooks.register("construct_admin_api")
def only_to_read(router: Any) -> None:
    router.register_endpoint("pages", PagesToRead)
