"""A published edition stays as it is, by whatever way of the admin somebody comes, and whatever their rights are."""

import re

import pytest
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.urls import reverse
from wagtail.models import Revision, WorkflowState

from accounts.facts import SiteRole
from certification.forms import PublishForm
from certification.views.acts import what_is_shown
from cms import code
from cms.models import Clause, Edition, Wording
from cms.models.editions import Frozen
from tests.cms.editing import author, form_of, office, reviewer, url
from tests.factories import cms
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
VIEWS = [pattern.name for pattern in Edition.snippet_viewset.get_urlpatterns()]
SAVING = ("edit", "revisions_revert", "add")
ACTIONS = ["action-publish", "action-submit", "action-restart-workflow", "action-cancel-workflow", "action-workflow-action", "action-save"]


@pytest.fixture
def frozen():
    """An edition of the Code that was drafted, sent back, reworded, approved and published."""
    cms.texts()
    others = Clause.objects.filter(text="code", cites=None).exclude(pk__in=["CE-00", "PS-07"]).values_list("pk", flat=True)
    draft = cms.draft(retired=tuple(others))
    Edition.objects.filter(pk=draft.pk).update(live=False)
    draft = Edition.objects.get(pk=draft.pk)
    writer, reader = author("writer@example.org"), reviewer("reader@example.org")
    draft.save_revision(user=writer)
    draft.get_workflow().start(draft, writer)
    task = draft.current_workflow_task_state
    task.task.specific.on_action(task, reader, "reject", comment="Say it plainly.")
    draft.wordings.add(*(reworded(w) for w in draft.in_order() if w.clause_id == "PS-07"))
    draft.save_revision(user=writer)
    draft.current_workflow_state.resume(writer)
    task = Edition.objects.get(pk=draft.pk).current_workflow_task_state
    task.task.specific.on_action(task, reader, "approve")
    edition = code.publish(draft, weight="minor", in_force_on=cms.DAY, by=None)
    assert edition.bodies()["PS-07"] == "Plain words."
    return edition


def reworded(wording: Wording) -> Wording:
    wording.body = "Plain words."
    return wording


def everything() -> list:
    """All that a reader, a statement or a completion could ever lean on, and what a review left behind."""
    rows = [list(model.objects.order_by("pk").values()) for model in (Edition, Wording, Clause, WorkflowState)]
    return [*rows, list(Revision.objects.order_by("pk").values_list("pk", "content", "approved_go_live_at"))]


def address(view: str, edition: Edition) -> str:
    """The address of a view of the editor for this edition, with ids of its own revisions and reviews."""
    states = WorkflowState.objects.for_instance(edition)
    task = states.get().task_states.first()
    oldest, newest = edition.revisions.order_by("pk").first(), edition.revisions.order_by("pk").last()
    known = {
        "pk": edition.pk,
        "revision_id": oldest.pk,
        "revision_id_a": oldest.pk,
        "revision_id_b": newest.pk,
        "action_name": "reject",
        "task_state_id": task.pk,
        "workflow_state_id": states.get().pk,
        "task_id": task.task_id,
    }
    pattern = next(str(one.pattern) for one in Edition.snippet_viewset.get_urlpatterns() if one.name == view)
    wanted = re.findall(r"<(?:\w+:)?(\w+)>", pattern)
    return reverse(f"wagtailsnippets_cms_edition:{view}", kwargs={name: known[name] for name in wanted})


@pytest.fixture(params=[SiteRole.SITE_ADMINISTRATOR, SiteRole.AUTHOR])
def somebody(request, client, frozen):
    """Who works in the office, reviews, and is an administrator or an author as well."""
    client.force_login(UserFactory(roles=[request.param, SiteRole.STAFF]))
    return client


def test_no_view_of_the_editor_changes_it(somebody, frozen):
    before = everything()
    form = form_of(frozen, name="Renamed", reworded={"PS-07": "Forged."}) | {"workflow-action-name": "approve", "comment": "x"}
    posts = [form | {action: "1"} for action in ACTIONS]

    for view in VIEWS:
        where = address(view, frozen)
        answers = [somebody.get(where), *(somebody.post(where, data) for data in (posts if view in SAVING else posts[:1]))]
        answers.append(somebody.post(where, form, headers={"accept": "application/json"}))
        assert {answer.status_code for answer in answers} <= {200, 302, 400, 403, 404, 405}, view
        assert everything() == before, view


def test_no_other_door_of_the_admin_changes_it(somebody, frozen):
    before = everything()

    for where in (
        reverse("wagtail_bulk_action", args=["cms", "edition", "delete"]) + f"?id={frozen.pk}",
        reverse("edition_difference", args=[frozen.pk]),
        reverse("place_piece", args=[frozen.pk]),
        reverse("withdraw_edition", args=[frozen.pk]),
        f"/staff/editions/{frozen.pk}/publish/",
    ):
        form = {"index": 0, "body": "", "weight": "material", "in_force_on": "2199-01-01", "seen": frozen.digest()}
        form["confirm"] = what_is_shown(PublishForm(form))
        assert somebody.get(where).status_code in (200, 302, 405)
        assert somebody.post(where, form).status_code in (200, 302, 405)

    assert everything() == before


def test_its_form_is_locked_and_says_why(client, frozen):
    client.force_login(author())

    page = client.get(url("edit", frozen)).content.decode()

    assert "This edition is published; its wording is frozen. A change comes as a new edition." in page
    assert 'name="action-publish"' not in page
    assert 'name="action-unpublish"' not in page


def test_what_was_once_scheduled_does_not_come_back_by_itself(frozen):
    draft = cms.draft("third", changes={"PS-08": "Later words."})
    revision = draft.save_revision(approved_go_live_at=draft.recorded_at)
    Edition.objects.filter(pk=draft.pk).update(expire_at=draft.recorded_at, go_live_at=draft.recorded_at, has_unpublished_changes=False)
    third = code.publish(draft, weight="minor", in_force_on=cms.DAY.replace(year=2027), by=None)
    before = everything()

    call_command("publish_scheduled", verbosity=0)

    assert everything() == before
    assert Revision.objects.get(pk=revision.pk).approved_go_live_at is None
    assert third.live


@pytest.mark.parametrize(
    "act",
    [
        lambda edition: edition.save(),
        lambda edition: edition.delete(),
        lambda edition: edition.save_revision(),
        lambda edition: edition.unpublish(),
        lambda edition: edition.revisions.first().publish(),
        lambda edition: edition.get_workflow().start(edition, None) and edition.save(),
    ],
    ids=["save", "delete", "a new revision", "unpublish", "publish an old revision", "a new review"],
)
def test_no_verb_of_wagtail_changes_it(frozen, act):
    before = everything()

    with pytest.raises(Frozen, match="its wording is frozen"), transaction.atomic():
        act(frozen)

    assert everything() == before


def test_who_still_holds_the_draft_in_memory_is_refused_too():
    cms.texts()
    old = cms.draft()
    edition = code.publish(old, weight="minor", in_force_on=cms.DAY, by=None)
    assert old.state == "draft"

    for act in (old.save, old.delete, old.save_revision):
        with pytest.raises(Frozen), transaction.atomic():
            act()

    assert Edition.objects.get(pk=edition.pk).bodies() == edition.bodies()


def test_the_database_keeps_it_when_everything_else_is_passed_by(frozen):
    with pytest.raises(DatabaseError), transaction.atomic():
        Edition.objects.filter(pk=frozen.pk).update(slug="other")


def test_the_office_reads_the_difference_of_a_published_edition(client, frozen):
    client.force_login(author())

    page = client.get(reverse("edition_difference", args=[frozen.pk])).content.decode()

    assert "frozen" in page
    assert "Withdraw" not in page
    client.force_login(office("clerk@example.org"))
    assert client.get(reverse("edition_difference", args=[frozen.pk])).status_code == 200
    client.force_login(UserFactory())
    assert client.get(reverse("edition_difference", args=[frozen.pk])).status_code == 403
