"""A lesson has changed since somebody read it when its words have, and only then."""

from importlib import import_module

import pytest
from django.apps import apps
from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from courses.blocks import digest
from courses.models import LessonMark, LessonPage
from tests.courses.test_editing import editor  # noqa: F401
from tests.factories.cms import clauses
from tests.factories.courses import course, person_in, read_everything

pytestmark = pytest.mark.django_db
BODY = "<p>A <strong>client</strong> asks &amp; waits.</p>\n<ul>\n<li>first</li>\n<li>second</li>\n</ul>"
ROWS = [{"type": "item", "value": {"left": "one", "right": "two"}, "id": "r1"}]


@pytest.fixture
def lesson():
    """A lesson as it is shipped, made from Markdown, and read by somebody."""
    clauses("SC-01")
    page = course(lessons=1)
    found = LessonPage.objects.descendant_of(page).get()
    found.body = [
        {"type": "text", "value": BODY, "id": "b1"},
        {"type": "comparison", "value": {"left": "A", "right": "B", "rows": ROWS}, "id": "b2"},
        {"type": "remember", "value": "<p>Be kind.</p>", "id": "b3"},
    ]
    found.content_warning, found.objectives, found.activity = "Mentions loss.", "See it.", "Think of one."
    found.save_revision().publish()
    read_everything(person_in(page))
    return LessonPage.objects.get(pk=found.pk)


def is_changed(lesson: LessonPage) -> bool:
    return LessonMark.objects.get().digest != LessonPage.objects.get(pk=lesson.pk).digest


def test_publishing_from_the_editor_without_a_change_is_no_change(client, editor, lesson):  # noqa: F811
    body = [
        ("text", rich_text(BODY, features=["bold", "italic", "ol", "ul", "link"])),
        ("comparison", {"left": "A", "right": "B", "rows": streamfield([("item", {"left": "one", "right": "two"})])}),
        ("remember", rich_text("<p>Be kind.</p>", features=["bold", "italic"])),
    ]
    kept = {name: getattr(lesson, name) for name in ("title", "slug", "minutes", "clauses", "content_warning", "objectives", "activity")}
    data = nested_form_data({**kept, "body": streamfield(body), "comments": inline_formset([]), "action-publish": "1"})

    client.post(reverse("wagtailadmin_pages:edit", args=[lesson.pk]), data)

    published = LessonPage.objects.get(pk=lesson.pk)
    assert published.latest_revision_id != lesson.latest_revision_id
    assert "data-block-key" in published.body[0].value.source
    assert not is_changed(lesson)


@pytest.mark.parametrize("field", ["content_warning", "objectives", "activity"])
def test_what_stands_around_the_text_belongs_to_what_was_read(lesson, field):
    setattr(lesson, field, "Said anew.")
    lesson.save_revision().publish()

    assert is_changed(lesson)


@pytest.mark.parametrize(
    ("place", "value"),
    [(0, BODY.replace("waits", "waits long")), (0, BODY.replace("second", "")), (2, "<p>Be kinder.</p>")],
)
def test_other_words_are_a_change(lesson, place, value):
    lesson.body[place].value = type(lesson.body[place].value)(value)
    lesson.save_revision().publish()

    assert is_changed(lesson)


def test_another_order_and_another_comparison_are_changes(lesson):
    raw = list(lesson.body.raw_data)
    lesson.body = [raw[2], raw[0], raw[1]]
    lesson.save_revision().publish()
    assert is_changed(lesson)

    read_everything(LessonMark.objects.get().enrollment)
    assert not is_changed(lesson)
    lesson.body[2].value["rows"][0]["right"] = "three"
    lesson.save_revision().publish()
    assert is_changed(lesson)


def test_words_do_not_run_from_one_field_into_the_next(lesson):
    lesson.objectives, lesson.activity = "See it. Think", "of one."
    lesson.save_revision().publish()

    assert is_changed(lesson)


def test_a_sign_that_only_looks_like_markup_is_read():
    assert digest([{"type": "heading", "value": "x <y and z"}]) != digest([{"type": "heading", "value": "x "}])


def test_marks_made_before_the_upgrade_stay_what_they_were(lesson):
    LessonPage.objects.update(digest="old way of the lesson as it is")
    LessonMark.objects.update(digest="old way of the lesson as it is")
    migration = import_module("courses.migrations.0016_digests_of_words")

    migration.read_anew(apps, None)
    assert not is_changed(lesson)

    LessonMark.objects.update(digest="old way of an earlier one")
    migration.read_anew(apps, None)
    assert is_changed(lesson)
