"""Submit, ask for changes, approve: editions, pages and questions, by an author and a reviewer who have these rights and no others."""

import pytest
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from wagtail.models import GroupApprovalTask, Page, TaskState, Workflow, WorkflowContentType, WorkflowState

from accounts.facts import SiteRole
from accounts.rules import STAFF
from audit import clock, log
from cms import code, loading
from cms.models import Edition, PlainPage
from courses.models import ModulePage, Question
from tests.cms.editing import author, form_of, office, reviewer, url
from tests.courses.test_editing import edit_url
from tests.courses.test_editing import form_of as form_of_question
from tests.factories import cms
from tests.factories.accounts import AdministratorFactory, UserFactory
from tests.factories.courses import QuestionFactory, course
from tests.logins import Client

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_indexes")]


def as_(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def writer():
    return as_(author())


@pytest.fixture
def reader():
    return as_(reviewer())


@pytest.fixture
def draft():
    """A draft that nobody approved yet, as an import leaves it."""
    cms.texts()
    edition = cms.draft(changes={"PS-07": "First thoughts."})
    Edition.objects.filter(pk=edition.pk).update(live=False)
    return Edition.objects.get(pk=edition.pk)


def fresh(thing):
    return type(thing).objects.get(pk=thing.pk)


def task_of(thing) -> TaskState:
    return fresh(thing).current_workflow_task_state


def save(client, draft, **more):
    return client.post(url("edit", draft), form_of(draft, **more), follow=True)


def act(client, draft, action: str, **more):
    """What a reviewer does in the window that asks for a comment."""
    return client.post(url("workflow_action", draft, action, task_of(draft).pk), more, follow=True)


def reasons(draft) -> list[str]:
    return code.unready(fresh(draft))


UNREVIEWED = "No review has approved this wording yet: in the editor, submit the draft for review."


def test_an_edition_is_submitted_sent_back_reworded_approved_and_then_published_by_the_office(writer, reader, draft):
    publishing = f"/staff/editions/{draft.pk}/publish/"
    clerk = as_(office())
    assert reasons(draft) == [UNREVIEWED]

    save(writer, draft, **{"action-submit": "1"})
    assert reasons(draft) == ["A review of the draft is under way; it ends first."]
    act(reader, draft, "reject", comment="Say it plainly.")
    assert reasons(draft) == ["The review asked for changes; make them and submit the draft again."]
    history = writer.get(url("workflow_history_detail", draft, WorkflowState.objects.get().pk)).content.decode()
    assert "Say it plainly." in history

    save(writer, draft, reworded={"PS-07": "Plain words."}, **{"action-submit": "1"})
    assert fresh(draft).review == "in progress"
    act(reader, draft, "approve")
    assert reasons(draft) == []
    assert fresh(draft).state == "draft"
    assert fresh(draft).status_string == "approved draft"

    page = clerk.get(publishing)
    assert "Plain words." in page.content.decode()
    chosen = {"weight": "minor", "in_force_on": clock.today(), "seen": page.context["seen"]}
    clerk.post(publishing, {**chosen, "confirm": clerk.post(publishing, chosen).context["shown"]})
    assert code.edition_in_force(on=clock.today()).bodies()["PS-07"] == "Plain words."


def test_the_difference_offers_to_each_what_each_may_do(writer, reader, draft):
    where, administrator = reverse("edition_difference", args=[draft.pk]), as_(AdministratorFactory())
    before = [client.get(where).content.decode() for client in (writer, reader, administrator)]
    save(writer, draft, **{"action-submit": "1"})
    act(reader, draft, "approve")
    after = [client.get(where).content.decode() for client in (writer, reader, administrator)]

    assert ["/publish/" in page for page in before] == [False, False, False]
    assert ["/publish/" in page for page in after] == [False, True, False]
    assert ["It is ready. Whoever works in the office publishes it" in page for page in after] == [True, False, True]
    assert ["Withdraw the draft" in page for page in after] == [True, False, True]
    assert reader.post(reverse("withdraw_edition", args=[draft.pk]))["Location"] == "/admin/"


def test_what_is_edited_after_its_approval_is_reviewed_again(writer, reader, draft):
    save(writer, draft, **{"action-submit": "1"})
    act(reader, draft, "approve")

    save(writer, draft, reworded={"PS-07": "Second thoughts."})

    assert reasons(draft) == [UNREVIEWED]
    assert fresh(draft).newest().bodies()["PS-07"] == "Second thoughts."


def both():
    """Somebody who writes and reviews."""
    return UserFactory(roles=[SiteRole.AUTHOR, SiteRole.STAFF])


ALONE = "The person who saved this wording last also approved it."


def test_who_saved_a_draft_last_does_not_carry_it_to_its_day_by_their_own_approval(reader, draft):
    alice = as_(both())
    save(alice, draft, reworded={"PS-07": "Mine alone."}, **{"action-submit": "1"})
    act(alice, draft, "approve")

    assert [reason.startswith(ALONE) for reason in reasons(draft)] == [True]
    with pytest.raises(code.NotPublishable, match=ALONE):
        code.publish(draft, weight="minor", in_force_on=cms.DAY, by=None)

    save(alice, draft, reworded={"PS-07": "Mine alone."}, **{"action-submit": "1"})
    act(reader, draft, "approve")
    assert reasons(draft) == []
    published = code.publish(draft, weight="minor", in_force_on=cms.DAY, by=None)
    assert "approved_alone" not in log.history(published).get(action="cms.edition_published").detail.facts


def test_a_reviewer_who_rewords_while_approving_is_read_by_somebody_else_as_well(writer, reader, draft):
    office("second@example.org")
    save(writer, draft, **{"action-submit": "1"})
    save(reader, draft, reworded={"PS-07": "Improved."}, **{"action-workflow-action": "1", "workflow-action-name": "approve"})

    assert [reason.startswith(ALONE) for reason in reasons(draft)] == [True]


def test_where_nobody_else_could_approve_it_is_published_and_the_ledger_says_so(draft):
    alice = as_(both())
    save(alice, draft, reworded={"PS-07": "Mine alone."}, **{"action-submit": "1"})
    act(alice, draft, "approve")

    assert reasons(draft) == []
    published = code.publish(draft, weight="minor", in_force_on=cms.DAY, by=None)
    assert log.history(published).get(action="cms.edition_published").detail.facts["approved_alone"] is True


def test_an_edit_that_is_submitted_and_waits_is_not_published(writer, reader, draft):
    save(writer, draft, **{"action-submit": "1"})
    act(reader, draft, "approve")
    save(writer, draft, reworded={"PS-07": "Second thoughts."}, **{"action-submit": "1"})

    with pytest.raises(code.NotPublishable, match="A review of the draft is under way"):
        code.publish(draft, weight="minor", in_force_on=cms.DAY, by=None)


def test_an_author_neither_publishes_nor_approves_an_edition(writer, draft):
    page = save(writer, draft, reworded={"PS-07": "Mine."}, **{"action-publish": "1"}).content.decode()
    assert 'name="action-publish"' not in page
    assert "Submit to Moderators approval" in page
    assert not fresh(draft).live

    save(writer, draft, **{"action-submit": "1"})
    forged = [
        act(writer, draft, "approve"),
        writer.post(url("edit", draft), form_of(draft, **{"action-workflow-action": "1", "workflow-action-name": "approve"})),
        writer.post(url("edit", draft), form_of(draft, **{"action-publish": "1"})),
    ]

    assert all(answer.status_code == 200 for answer in forged)
    assert not fresh(draft).live
    assert task_of(draft).status == "in_progress"
    assert as_(author("other@example.org")).get(f"/staff/editions/{draft.pk}/publish/").status_code == 403


def test_a_draft_in_review_is_locked_for_its_author_and_open_to_its_reviewer(writer, reader, draft):
    save(writer, draft, **{"action-submit": "1"})

    save(writer, draft, reworded={"PS-07": "Slipped in."})
    assert fresh(draft).newest().bodies()["PS-07"] == "First thoughts."
    save(reader, draft, reworded={"PS-07": "Improved."}, **{"action-workflow-action": "1", "workflow-action-name": "approve"})

    assert fresh(draft).newest().bodies()["PS-07"] == "Improved."
    assert reasons(draft) == []


def test_a_reviewer_approves_an_edition_and_does_not_publish_it_from_the_editor(reader, writer, draft):
    page = save(reader, draft, **{"action-publish": "1"}).content.decode()
    assert "A draft is submitted for review here" in page
    assert not fresh(draft).live

    save(writer, draft, **{"action-submit": "1"})
    page = reader.get(url("edit", draft)).content.decode()
    assert "Approve and Publish" not in page
    assert "Approve with comment" in page
    act(reader, draft, "approve")

    reader.post(url("unpublish", draft))
    assert fresh(draft).live


def test_where_no_review_is_asked_for_the_office_publishes_the_draft_as_it_was_saved_last(writer, draft):
    WorkflowContentType.objects.all().delete()
    save(writer, draft, reworded={"PS-07": "Saved last."})

    assert reasons(draft) == []
    assert code.publish(draft, weight="minor", in_force_on=cms.DAY, by=None).bodies()["PS-07"] == "Saved last."


def test_somebody_who_is_no_reviewer_of_this_review_does_not_approve(draft, writer):
    save(writer, draft, **{"action-submit": "1"})

    for roles in ([], [SiteRole.AUDITOR], [SiteRole.AUTHOR]):
        act(as_(UserFactory(roles=roles)), draft, "approve")

    assert task_of(draft).status == "in_progress"


def test_the_task_of_one_edition_does_not_approve_another(writer, reader, draft):
    other = cms.draft("third", changes={"PS-08": "Other words."})
    Edition.objects.filter(pk=other.pk).update(live=False)
    save(writer, draft, **{"action-submit": "1"})

    reader.post(url("workflow_action", other, "approve", task_of(draft).pk))

    assert not fresh(other).live


# Pages.


@pytest.fixture
def page():
    cms.texts()
    loading.plant()
    return PlainPage.objects.get(slug="privacy")


def page_form(page: PlainPage, **changes) -> dict:
    own = {"title": page.title, "slug": page.slug, "introduction": page.introduction, "body-count": "0", "show_in_menus": "on"}
    comments = {f"comments-{name}_FORMS": number for name, number in {"TOTAL": 0, "INITIAL": 0, "MIN_NUM": 0, "MAX_NUM": 1000}.items()}
    return own | comments | changes


def edit_page(client, page, **changes):
    return client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), page_form(page, **changes), follow=True)


def page_task(client, page, action: str, **more):
    task = Page.objects.get(pk=page.pk).specific.current_workflow_task_state
    return client.post(reverse("wagtailadmin_pages:workflow_action", args=[page.pk, action, task.pk]), more)


def test_a_page_is_submitted_sent_back_and_approved(writer, reader, page):
    edit_page(writer, page, introduction="First.", **{"action-submit": "1"})
    page_task(reader, page, "reject", comment="Say more.")
    assert fresh(page).current_workflow_state.status == "needs_changes"
    state = fresh(page).current_workflow_state
    assert "Say more." in writer.get(reverse("wagtailadmin_pages:workflow_history_detail", args=[page.pk, state.pk])).content.decode()

    edit_page(writer, page, introduction="Second.", **{"action-submit": "1"})
    assert "Second." not in Client().get("/privacy/").content.decode()
    page_task(reader, page, "approve")

    assert "Second." in Client().get("/privacy/").content.decode()


def test_an_author_publishes_no_page_alone_by_any_way(writer, page):
    shown = writer.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    assert 'name="action-publish"' not in shown

    answer = edit_page(writer, page, introduction="Alone.", **{"action-publish": "1"}).content.decode()
    bulk = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    home = page.get_parent()
    writer.post(f"{bulk}?id={page.pk}")
    writer.post(f"{bulk}?id={home.pk}", {"include_descendants": "on"})
    writer.post(reverse("wagtailadmin_api:pages:action", args=[page.pk, "publish"]))
    copy = {"new_title": "A copy", "new_slug": "copy", "new_parent_page": home.pk, "publish_copies": "on"}
    writer.post(reverse("wagtailadmin_pages:copy", args=[page.pk]), copy)
    writer.post(
        reverse("wagtailadmin_pages:add", args=["cms", "plainpage", home.pk]),
        page_form(PlainPage(title="New", slug="new"), **{"action-publish": "1"}),
    )

    assert "It is kept as a draft and not published: it is reviewed first." in answer
    assert fresh(page).get_latest_revision_as_object().introduction == "Alone."
    assert "Alone." not in Client().get("/privacy/").content.decode()
    assert dict(Page.objects.filter(slug__in=["copy", "new"]).values_list("slug", "live")) == {"copy": False, "new": False}


def test_the_admin_offers_no_acts_on_pages_beside_its_screens(page):
    administrator = as_(AdministratorFactory())

    for action in ("publish", "unpublish", "delete", "move", "copy", "revert_to_page_revision", "create_alias", "convert_alias"):
        assert administrator.post(reverse("wagtailadmin_api:pages:action", args=[page.pk, action])).status_code == 404
    assert administrator.get(reverse("wagtailadmin_api:pages:listing")).status_code == 200
    assert fresh(page).live


def test_a_reviewer_and_an_administrator_publish_a_page_at_once(reader, page):
    edit_page(reader, page, introduction="By a reviewer.", **{"action-publish": "1"})
    assert "By a reviewer." in Client().get("/privacy/").content.decode()

    administrator = as_(AdministratorFactory())
    edit_page(administrator, page, introduction="By an administrator.", **{"action-publish": "1"})
    assert "By an administrator." in Client().get("/privacy/").content.decode()


def test_where_no_review_is_asked_for_an_author_publishes_a_page(writer, page):
    Workflow.objects.get().deactivate()

    edit_page(writer, page, introduction="Alone.", **{"action-publish": "1"})

    assert "Alone." in Client().get("/privacy/").content.decode()


# Questions.


@pytest.fixture
def question():
    cms.clauses("SC-01")
    return QuestionFactory(module=ModulePage.objects.descendant_of(course()).get(), clauses="SC-01")


@pytest.fixture
def reviewed():
    """The association asks for a review of questions, by its staff, who have no right to edit one."""
    task = GroupApprovalTask.objects.create(name="Two eyes more")
    task.groups.add(Group.objects.get(name=STAFF))
    workflow = Workflow.objects.create(name="Questions")
    workflow.workflow_tasks.create(task=task)
    workflow.save()
    WorkflowContentType.objects.create(content_type=ContentType.objects.get_for_model(Question), workflow=workflow)
    return as_(reviewer("reader@example.org"))


def task_view(client, question, action: str, **more):
    task = fresh(question).current_workflow_task_state
    return client.post(reverse("wagtailsnippets_courses_question:workflow_action", args=[question.pk, action, task.pk]), more)


def test_a_question_is_submitted_sent_back_and_approved_which_freezes_a_version(writer, question, reviewed):
    writer.post(edit_url(question), form_of_question(question, stem="First?", **{"action-submit": "1"}))
    task_view(reviewed, question, "reject", comment="Ask one thing.")
    assert fresh(question).current_workflow_state.status == "needs_changes"

    writer.post(edit_url(question), form_of_question(question, stem="Second?", **{"action-submit": "1"}))
    assert question.versions.count() == 1
    task_view(reviewed, question, "approve")

    assert [version.data["stem"] for version in question.versions.all()][1:] == ["Second?"]


def test_an_author_publishes_no_question_alone_where_a_review_is_asked_for(writer, question, reviewed):
    assert 'name="action-publish"' not in writer.get(edit_url(question)).content.decode()

    writer.post(edit_url(question), form_of_question(question, stem="Alone?", **{"action-publish": "1"}))
    writer.post(reverse("wagtailsnippets_courses_question:add"), form_of_question(question, stem="New?", **{"action-publish": "1"}))

    assert question.versions.count() == 1
    assert fresh(question).get_latest_revision_as_object().stem == "Alone?"
    assert not Question.objects.get(stem="New?").live


def test_where_none_is_asked_for_an_author_publishes_a_question(writer, question):
    assert 'name="action-publish"' in writer.get(edit_url(question)).content.decode()

    writer.post(edit_url(question), form_of_question(question, stem="Alone?", **{"action-publish": "1"}))

    assert question.versions.count() == 2


def test_each_step_of_a_review_is_on_the_record_of_the_admin(writer, reader, draft):
    save(writer, draft, **{"action-submit": "1"})
    act(reader, draft, "approve", comment="Well said.")

    page = reader.get(url("history", draft)).content.decode()

    assert "Moderators approval" in page
    assert "Well said." in page
    assert not log.history(draft).filter(action="cms.edition_published").exists()
