"""Courses in Wagtail's admin: what is protected, what can be retired, and which clauses are covered."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets import Button
from wagtail.models import Page
from wagtail.snippets.models import register_snippet

from courses import protection
from courses.models import CatalogPage, CoursePage, LessonPage, ModulePage, Question
from courses.models.content import LAST_FINAL
from courses.views import editing
from courses.viewsets import QuestionViewSet

OURS = (CatalogPage, CoursePage, ModulePage, LessonPage)

register_snippet(QuestionViewSet)


def refuse(request: HttpRequest, things: list[Any], doing: str) -> HttpResponse | None:
    """Send the author to what hangs on the first protected thing, or None when nothing does."""
    for thing in things:
        if records := protection.hanging(thing):
            kind = "question" if isinstance(thing, Question) else "page"
            instead = " It can be retired instead." if editing.can_be_retired(thing.specific if kind == "page" else thing) else ""
            messages.error(request, f"“{thing}” cannot be {doing}: {', '.join(records)} hang on it.{instead}")
            return redirect("courses_records", kind, thing.pk)
        if isinstance(thing, Page) and isinstance(module := thing.specific, ModulePage) and module.completes_alone():
            messages.error(request, f"“{thing}” cannot be {doing}. {LAST_FINAL}")
            return redirect("courses_records", "page", thing.pk)
    return None


def ours(pages: list[Page]) -> list[Page]:
    """The pages of courses among these, and what stands above them in a deletion."""
    return [page for page in pages if isinstance(page.specific, OURS) or CoursePage.objects.descendant_of(page).exists()]


@hooks.register("before_delete_page")
def keep_pages(request: HttpRequest, page: Page) -> HttpResponse | None:
    return refuse(request, ours([page]), "deleted")


@hooks.register("before_unpublish_page")
def keep_pages_published(request: HttpRequest, page: Page) -> HttpResponse | None:
    return refuse(request, ours([page]), "unpublished")


@hooks.register("before_move_page")
def keep_pages_in_their_course(request: HttpRequest, page: Page, destination: Page) -> HttpResponse | None:
    """Within its course a page may move, and its old address leads to the new one."""
    away = ours([page]) and not isinstance(page.specific, (CatalogPage, CoursePage)) and protection.moves_away(page, destination)
    return refuse(request, [page], "moved to another course") if away else None


@hooks.register("before_bulk_action")
def keep_many_pages(request: HttpRequest, action_type: str, objects: list[Any], action: Any) -> HttpResponse | None:
    pages = ours([thing for thing in objects if isinstance(thing, Page)])
    if action_type == "move":
        destination = action.cleaned_form.cleaned_data.get("chooser") if action.cleaned_form else None
        return next((answer for page in pages if destination and (answer := keep_pages_in_their_course(request, page, destination))), None)
    doing = {"delete": "deleted", "unpublish": "unpublished"}.get(action_type)
    return refuse(request, pages, doing) if doing else None


@hooks.register("before_delete_snippet")
def keep_questions(request: HttpRequest, instances: Any) -> HttpResponse | None:
    return refuse(request, [thing for thing in instances if isinstance(thing, Question)], "deleted")


@hooks.register("before_unpublish")
def keep_questions_published(request: HttpRequest, instance: Any) -> HttpResponse | None:
    return refuse(request, [instance], "unpublished") if isinstance(instance, Question) else None


@hooks.register("after_create_snippet")
@hooks.register("after_edit_snippet")
def say_what_is_not_drawn(request: HttpRequest, instance: Any) -> None:
    if isinstance(instance, Question) and (drawn := instance.module.blueprint) and instance.section not in drawn:
        words = f"It is not drawn at the moment: the quiz of “{instance.module}” takes nothing from “{instance.get_section_display()}”."
        messages.warning(request, words)


@hooks.register("register_page_header_buttons")
def records_of_a_page(page: Page, user: Any, view_name: str, next_url: str | None = None) -> Any:
    if isinstance(page.specific_deferred, (CoursePage, ModulePage, LessonPage)):
        yield Button("Records and retiring", reverse("courses_records", args=["page", page.pk]), icon_name="lock", priority=70)


@hooks.register("register_snippet_listing_buttons")
def records_of_a_question(snippet: Any, user: Any, next_url: str | None = None) -> Any:
    if isinstance(snippet, Question):
        yield Button("Records and retiring", reverse("courses_records", args=["question", snippet.pk]), icon_name="lock", priority=70)


@hooks.register("register_admin_urls")
def addresses() -> list[Any]:
    return [
        path("courses/records/<str:kind>/<int:pk>/", editing.records, name="courses_records"),
        path("courses/void/<int:pk>/", editing.void, name="courses_void"),
        path("reports/coverage/", editing.coverage_report, name="courses_coverage"),
    ]


@hooks.register("register_reports_menu_item")
def coverage_in_the_menu() -> MenuItem:
    return MenuItem("Coverage of clauses", reverse("courses_coverage"), icon_name="list-ul", order=600)
