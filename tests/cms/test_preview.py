"""The preview of a draft: the page as everybody would read it, marked as a draft, in the words that stand in the editor."""

import pytest
from django.core.management import call_command
from wagtail.models import Page

from cms.models import CodePage, Edition
from tests.cms.editing import author, form_of, reviewer, url
from tests.factories import cms
from tests.factories.accounts import UserFactory
from tests.factories.indexes import unindexed

pytestmark = pytest.mark.django_db
MARK = "Draft, not published."


@pytest.fixture
def site():
    with unindexed():
        call_command("load_texts", verbosity=0)


@pytest.fixture
def editor(client, site):
    client.force_login(author())
    return client


def preview(editor, draft: Edition, **changes) -> str:
    """What the panel shows while these changes are in the form and not saved."""
    answer = editor.post(url("preview_on_edit", draft), form_of(draft, **changes)).json()
    assert answer == {"is_valid": True, "is_available": True}
    return editor.get(url("preview_on_edit", draft) + "?mode=&in_preview_panel=true").content.decode()


def test_the_code_is_previewed_as_its_page_reads(editor):
    page = preview(editor, cms.draft("second"), reworded={"PS-07": "Words nobody saved."})

    assert MARK in page
    assert "Words nobody saved." in page
    assert CodePage.objects.get().introduction in page
    assert 'id="standards"' in page
    assert "a draft: it comes into force once it is published" in page
    assert "Demonstration wording" not in page
    assert Edition.objects.get(slug="second").newest().bodies()["PS-07"] != "Words nobody saved."


@pytest.mark.parametrize(("text", "words"), [("principles", "How we work with clients"), ("therapy", "In short")])
def test_the_other_texts_are_previewed_on_their_own_pages(editor, text, words):
    page = preview(editor, cms.draft("second", text=text))

    assert MARK in page
    assert words in page
    assert Page.objects.get(slug={"principles": "principles", "therapy": "therapy-or-coaching"}[text]).title in page


def test_the_difference_of_order_and_a_new_clause_show_in_the_preview(editor):
    draft = cms.draft("second", changes={cms.clause(13).pk: "A new duty."}, retired=("SC-10",))

    page = preview(editor, draft)

    assert page.index("PS-12") < page.index("PS-13")
    assert 'id="sc-10"' not in page


def test_without_its_page_a_text_is_previewed_under_its_own_title(editor):
    CodePage.objects.get().delete()

    assert "<h1>Code of Ethics</h1>" in preview(editor, cms.draft("second"))


def test_a_preview_that_speaks_of_suicide_says_whom_to_call(editor):
    assert "please call your local emergency number" in preview(editor, cms.draft("second"))


def test_a_reviewer_previews_what_is_to_be_approved(client, site):
    draft = cms.draft("second", changes={"PS-07": "To be approved."})
    draft.save_revision(user=None)
    draft.get_workflow().start(draft, None)
    client.force_login(reviewer())
    task = Edition.objects.get(pk=draft.pk).current_workflow_task_state.task

    page = client.get(url("workflow_preview", draft, task.pk)).content.decode()

    assert MARK in page
    assert "To be approved." in page


def test_a_published_edition_is_shown_without_the_mark(editor):
    page = preview(editor, cms.published("second", changes={"PS-07": "Frozen words."}))

    assert MARK not in page
    assert "Frozen words." in page


def test_an_old_revision_is_previewed_in_its_own_words(editor):
    draft = cms.draft("second", changes={"PS-07": "First."})
    revision = draft.save_revision()
    draft.wordings.set([w for w in draft.in_order() if w.clause_id != "PS-07"])
    draft.save_revision()

    page = editor.get(url("revisions_view", draft, revision.pk)).content.decode()

    assert MARK in page
    assert "First." in page
    editor.force_login(UserFactory())
    assert editor.get(url("revisions_view", draft, revision.pk)).status_code == 403


def test_strangers_preview_nothing(client, site):
    draft = cms.draft("second")

    assert client.get(url("preview_on_edit", draft)).status_code == 302
    assert client.get(url("workflow_preview", draft, 1)).status_code == 302
