"""The shipped content comes in once."""

import pytest
from django.core.management import call_command

from courses.importing import lesson_blocks
from courses.models import LessonPage, ModulePage, Question, QuestionVersion

pytestmark = pytest.mark.django_db


def test_the_shipped_courses_come_in_once(capsys):
    call_command("load_courses")
    call_command("load_courses")

    assert (LessonPage.objects.count(), ModulePage.objects.count(), Question.objects.count()) == (21, 9, 102)
    assert QuestionVersion.objects.count() == 102
    assert capsys.readouterr().out.splitlines() == ["33 pages and 102 questions brought in.", "No change."]


def test_a_lesson_becomes_headings_text_and_a_line_to_remember():
    blocks = lesson_blocks("x", "One.\n\n- a\n- b\n\n## In practice\n\nTwo.\n\n**To remember:** be *kind*.\n")

    assert [(block["type"], block["value"]) for block in blocks] == [
        ("text", "<p>One.</p>\n<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("heading", "In practice"),
        ("text", "<p>Two.</p>"),
        ("remember", "<p>Be <em>kind</em>.</p>"),
    ]


def test_a_table_becomes_a_comparison():
    (block,) = lesson_blocks("x", "| A | B |\n| --- | --- |\n| one | two |")

    assert block["value"]["right"] == "B"
    assert [pair["value"] for pair in block["value"]["rows"]] == [{"left": "one", "right": "two"}]
