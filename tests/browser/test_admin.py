"""Wagtail's admin under a policy without inline scripts: every screen opens, and what inline scripts used to start works.

This is the alarm at each new Wagtail: a screen that writes an inline script again is named here (config/office.py).
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import get_resolver, reverse
from PIL import Image
from playwright.sync_api import Page as Tab
from playwright.sync_api import expect
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents.models import Document
from wagtail.images.models import Image as Picture
from wagtail.models import Collection, GroupApprovalTask, Site, UploadedFile, Workflow, WorkflowContentType, WorkflowPage, WorkflowTask

from accounts.models import User
from cms.models import Clause, CodePage, Edition, HomePage, PlainPage
from courses.models import Question
from tests.factories import cms
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.browser

# Addresses that no screen stands behind, each with the reason.
NO_SCREEN = re.compile(
    "wagtailadmin_error_test"  # breaks on purpose
    "|wagtailadmin_(login|logout|password_reset.*)"  # leads to our own log-in (config/urls.py)
)


@dataclass
class House:
    """One of everything that an address of the admin may ask for."""

    administrator: User
    page: PlainPage
    home: HomePage
    code: CodePage
    question: Question
    edition: Edition
    clause: Clause
    workflow: Workflow
    redirect: Redirect
    document: Document
    picture: Picture
    collection: Collection
    upload: UploadedFile
    violations: list[str] = field(default_factory=list)

    def names(self, pattern: str) -> dict[str, Any]:
        """Values for every name that an address may hold, as the pattern means them."""
        state = self.page.current_workflow_state
        revisions = self.question.revisions.order_by("pk") if "courses_question" in pattern else self.edition.revisions.order_by("pk")
        if "wagtailadmin_pages" in pattern:
            revisions = self.page.revisions.order_by("pk")
        if "courses_question" in pattern:
            state = self.question.current_workflow_state
        elif "cms_edition" in pattern:
            state = self.edition.current_workflow_state
        page = self.page.pk
        app, model = ("accounts", "user") if "bulk" in pattern else ("cms", "plainpage")
        if "tag" in pattern:
            app, model = "taggit", "tag"
        if "add_task" in pattern:
            app, model = "wagtailcore", "groupapprovaltask"
        return {
            "pk": self._pk(pattern),
            "page_id": page,
            "parent_page_id": self.home.pk,
            "page_to_move_id": page,
            "destination_id": self.code.pk,
            "page_pk": page,
            "workflow_pk": self.workflow.pk,
            "content_type_app_name": "cms",
            "content_type_model_name": "plainpage",
            "app_label": app,
            "app_name": app,
            "model_name": model,
            "action": "set_active_state",
            "action_name": "approve",
            "task_state_id": state.current_task_state.pk if state else None,
            "task_id": state.current_task_state.task_id if state else self.workflow.tasks.get().pk,
            "workflow_state_id": state.pk if state else None,
            "revision_id": revisions.last().pk,
            "revision_id_a": revisions.first().pk,
            "revision_id_b": revisions.last().pk,
            "collection_id": self.collection.pk,
            "redirect_id": self.redirect.pk,
            "document_id": self.document.pk,
            "doc_id": self.document.pk,
            "image_id": self.picture.pk,
            "filter_spec": "width-100",
            "uploaded_file_id": self.upload.pk,
            "kind": "page",
            "object_id": page,
            "session_id": 1,
        }

    def _pk(self, pattern: str) -> Any:
        kinds = {
            "courses_question": self.question,
            "cms_edition": self.edition,
            "cms_clause": self.clause,
            "wagtailsites": Site.objects.get(),
            "wagtailusers_users": self.administrator,
            "wagtailusers_groups": self.administrator.groups.first(),
            "wagtailadmin_collections": self.collection,
            "edition_difference": self.edition,
            "place_piece": self.edition,
            "courses_void": self.question,
            "wagtaildocs": self.document,
            "documents": self.document,
            "images": self.picture,
            "wagtailimages": self.picture,
            "edit_task": self.workflow.tasks.get(),
            "disable_task": self.workflow.tasks.get(),
            "enable_task": self.workflow.tasks.get(),
            "wagtailadmin_workflows": self.workflow,
            "courses_records": Question.objects.first().module,
        }
        return next((thing.pk for name, thing in kinds.items() if name in pattern), self.page.pk)


def picture() -> ContentFile:
    drawn = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(drawn, "PNG")
    return ContentFile(drawn.getvalue(), "harbor.png")


@pytest.fixture
def house(live_site: str, settings, tmp_path) -> House:
    settings.MEDIA_ROOT = tmp_path
    for command in ("load_texts", "load_courses"):
        call_command(command, verbosity=0)
    administrator = User.objects.create_superuser("administrator@example.org")
    administrator.groups.add(Group.objects.get(name="Staff"))
    UserFactory.create_batch(3)
    workflow = Workflow.objects.create(name="A second pair of eyes")
    task = GroupApprovalTask.objects.create(name="Look at it")
    task.groups.add(Group.objects.get(name="Staff"))
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    home = HomePage.objects.get()
    WorkflowPage.objects.create(workflow=workflow, page=home)
    page = home.add_child(instance=PlainPage(title="Opening hours", slug="opening-hours"))
    page.save_revision(user=administrator).publish()
    page.title = "Opening times"
    page.save_revision(user=administrator)
    workflow.start(page, administrator)
    question, edition = Question.objects.order_by("pk").first(), cms.draft()
    for thing in (question, edition):
        thing.save_revision(user=administrator)
        thing.save_revision(user=administrator)
        WorkflowContentType.objects.update_or_create(content_type=ContentType.objects.get_for_model(thing), defaults={"workflow": workflow})
        workflow.start(thing, administrator)
    return House(
        administrator=administrator,
        page=page,
        home=home,
        code=CodePage.objects.get(),
        question=question,
        edition=edition,
        clause=Clause.objects.first(),
        workflow=workflow,
        redirect=Redirect.objects.create(old_path="/old", redirect_link="/registry/"),
        document=Document.objects.create(title="Notes", file=SimpleUploadedFile("notes.txt", b"Some notes.")),
        picture=Picture.objects.create(title="Harbor", file=picture(), width=40, height=30),
        collection=Collection.get_first_root_node().add_child(instance=Collection(name="Photographs")),
        upload=UploadedFile.objects.create(for_content_type=None, file=picture(), uploaded_by_user=administrator),
    )


@pytest.fixture
def tab(context, house: House, come_as) -> Tab:
    """The administrator's tab; what the policy refuses is noted."""
    come_as(house.administrator)
    context.expose_function("noteViolation", lambda text: house.violations.append(text))
    context.add_init_script(
        "document.addEventListener('securitypolicyviolation', e =>"
        " window.noteViolation(`${e.documentURI} ${e.effectiveDirective} ${e.blockedURI} ${e.sourceFile}:${e.lineNumber} ${e.sample}`))"
    )
    tab = context.new_page()
    tab.on("pageerror", lambda error: house.violations.append(f"{tab.url} {error}"))
    return tab


def names_of_addresses() -> Iterator[tuple[str, list[str]]]:
    """Every address of the admin by name, with the names that it holds."""

    def walk(patterns: list[Any], space: str, inside: bool) -> Iterator[tuple[str, list[str]]]:
        for pattern in patterns:
            here = inside or str(pattern.pattern) == "admin/"
            if hasattr(pattern, "url_patterns"):
                yield from walk(pattern.url_patterns, f"{space}{pattern.namespace}:" if pattern.namespace else space, here)
            elif here and pattern.name:
                yield space + pattern.name, list(pattern.pattern.converters or pattern.pattern.regex.groupindex)

    yield from walk(get_resolver().url_patterns, "", False)


def addresses(house: House) -> list[tuple[str, str]]:
    """Name and address, filled in from the house. Raises KeyError or NoReverseMatch where the house has nothing for one."""
    wanted = [(name, keys) for name, keys in names_of_addresses() if not NO_SCREEN.fullmatch(name)]
    return [(name, reverse(name, kwargs={key: house.names(name)[key] for key in keys})) for name, keys in wanted]


def many_at_once(house: House) -> list[tuple[str, str]]:
    """What is done to several things at once has one address, and a query that says to which."""
    told = [
        ("wagtailcore", "page", ["delete", "move", "publish", "unpublish"], house.page),
        ("wagtailimages", "image", ["delete", "add_tags", "add_to_collection"], house.picture),
        ("wagtaildocs", "document", ["delete", "add_tags", "add_to_collection"], house.document),
        ("accounts", "user", ["delete", "set_active_state", "assign_role"], house.administrator),
        ("courses", "question", ["delete"], house.question),
    ]
    return [
        (f"{action} {model}", f"/admin/bulk/{app}/{model}/{action}/?id={thing.pk}")
        for app, model, actions, thing in told
        for action in actions
    ]


def test_every_screen_opens_without_a_violation(house, tab):
    broken, opened = [], 0
    for name, address in [*addresses(house), *many_at_once(house)]:
        answer = tab.context.request.get(address, max_redirects=0)
        kind = answer.headers.get("content-type", "")
        if answer.status not in (200, 302, 404, 405):
            broken.append(f"{name} {address}: {answer.status}")
        if answer.status != 200 or "attachment" in answer.headers.get("content-disposition", ""):
            continue
        if "json" in kind:
            broken += [f"{name} {address}: {tag}" for tag in inline_scripts(answer.text())]
        if "text/html" in kind:
            tab.goto(address)
            tab.wait_for_load_state("networkidle")
            opened += 1

    assert house.violations == []
    assert broken == []
    assert opened > 150


def inline_scripts(text: str) -> list[str]:
    """The tags of scripts without an address in a piece of a page that is handed over as JSON."""
    tags = re.findall(r"<script[^>]*>", text.replace('\\"', '"'))
    return [tag for tag in tags if "src=" not in tag and "application/json" not in tag]


def test_the_policy_of_the_admin_refuses_what_is_written_inline(house, tab):
    """The alarm rings: without this the test above would prove nothing."""
    tab.goto("/admin/")

    tab.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=\"data:,\" onerror=\"window.ran = true\">')")
    tab.evaluate("document.body.append(Object.assign(document.createElement('script'), {text: 'window.ran = true'}))")
    tab.wait_for_timeout(300)

    assert tab.evaluate("window.ran") is None
    assert len(house.violations) == 2


@pytest.mark.parametrize(
    ("screen", "box"),
    [
        ("wagtailsnippets_courses_question:list", "#listing-results"),
        ("wagtailsnippets_cms_edition:list", "#listing-results"),
        ("courses_coverage", ".office-table"),
    ],
)
def test_on_a_narrow_screen_a_wide_list_moves_in_its_own_box_up_to_its_last_column(house, tab, screen, box):
    tab.set_viewport_size({"width": 320, "height": 800})
    tab.goto(reverse(screen))

    last = tab.locator(f"{box} thead th").last
    assert last.bounding_box()["x"] > 320
    tab.locator(box).evaluate("box => { box.scrollLeft = box.scrollWidth }")

    there = last.bounding_box()
    assert there["x"] >= 0
    assert there["x"] + there["width"] <= 321
    assert tab.evaluate("document.scrollingElement.scrollWidth <= document.documentElement.clientWidth")


def test_a_list_is_narrowed_to_days_from_the_calendar(house, tab):
    tab.goto(reverse("wagtailadmin_reports:site_history"))
    tab.get_by_role("button", name="Show filters").click()
    tab.get_by_role("button", name="Date").click()

    tab.locator("input[name=timestamp_from]:visible").click()

    expect(tab.locator(".xdsoft_datetimepicker:visible")).to_have_count(1)
    assert house.violations == []


def test_a_page_is_previewed_beside_its_editor(house, tab):
    tab.goto(reverse("wagtailadmin_pages:edit", args=[house.page.pk]))

    tab.get_by_role("button", name="Toggle preview").click()

    expect(tab.frame_locator("iframe[title='Preview']").last.get_by_role("heading", level=1)).to_contain_text("Opening")
    assert house.violations == []


def test_a_row_is_added_to_a_page_and_its_clause_chosen_among_all(house, tab):
    tab.goto(reverse("wagtailadmin_pages:edit", args=[house.home.pk]))
    before = house.home.promises.count()

    tab.get_by_role("button", name="Add promise").click()
    row = tab.locator(f"#inline_child_promises-{before}")
    row.get_by_role("button", name="Choose").first.click()
    tab.locator(".modal-body").get_by_role("link", name="SC-01", exact=False).first.click()
    expect(row.locator("[data-chooser-title]")).to_contain_text("SC-01")
    row.locator("input[name$=title]").fill("A promise")
    row.locator("input[name$=words]").fill("In one sentence.")
    row.get_by_role("button", name="Move up").first.click()
    tab.get_by_role("button", name="Save draft").click()
    expect(tab.locator(".messages")).to_contain_text("has been updated")

    kept = HomePage.objects.get().get_latest_revision_as_object().promises.all()
    assert [(promise.title, promise.clause_id) for promise in kept][-2] == ("A promise", "SC-01")
    assert house.violations == []


def test_a_page_is_chosen_for_a_redirect(house, tab):
    tab.goto(reverse("wagtailredirects:add"))
    tab.locator("input[name=old_path]").fill("/hours")

    tab.get_by_role("button", name="Choose a page").click()
    tab.locator(".modal-body a.choose-page").first.click()
    expect(tab.locator("[data-chooser-title]")).to_contain_text(house.home.title)
    tab.locator("input[name=old_path]").press("Enter")
    tab.wait_for_url("**/admin/redirects/")

    assert Redirect.objects.get(old_path="/hours").redirect_page_id == house.home.pk
    assert house.violations == []


def test_a_task_is_chosen_for_a_workflow(house, tab):
    tab.goto(reverse("wagtailadmin_workflows:add"))
    tab.locator("input[name=name]").fill("Another pair of eyes")

    tab.get_by_role("button", name="Add task").click()
    tab.get_by_role("button", name="Choose a task").first.click()
    tab.locator(".modal-body").get_by_role("tab", name="Existing").or_(tab.locator(".modal-body [href='#tab-existing']")).first.click()
    tab.locator(".modal-body").get_by_role("link", name="Look at it").first.click()
    expect(tab.locator("[data-chooser-title]").first).to_contain_text("Look at it")

    assert house.violations == []
