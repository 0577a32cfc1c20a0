"""The numbers and names that an author publishes: whole, within bounds, fitting each other, or refused in words."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from courses import attempts, papers, progress, retiring, rules
from courses.models import Attempt, CoursePage, LessonPage, ModulePage, Question
from tests.courses.test_editing import author, edit_url, editor, form_of  # noqa: F401
from tests.factories.accounts import StaffFactory
from tests.factories.cms import clauses
from tests.factories.courses import NOON, QuestionFactory, course, final_of, ready_for_the_final, sit

pytestmark = pytest.mark.django_db
UNREADABLE_WAITS = ["soon", [0, "x", 72], {"a": 1}, [0, -999, 99999999999], [True, 24, 72], 24, [0, 1.5, 72], [[0], 24, 72]]
UNREADABLE_BLUEPRINTS = [{"scope": "seven"}, [1, 2], "x", {"scope": -3, "standards": 7}, {"scope": True}, {"scope": 4, "": 0}]


def posted(page, **changes) -> dict:
    """What the browser posts for the edit form of a course or module."""
    course_fields = ("title", "slug", "subtitle", "summary", "audience", "outcomes", "content_warning")
    governing = ("attempts_allowed", "open_days", "without_final")
    fields = (
        (*course_fields, *governing) if isinstance(page, CoursePage) else ("title", "slug", "quiz", "draw", "pass_points", "min_critical")
    )
    data = {name: getattr(page, name) for name in fields} | {"wait_hours": "0, 24, 72", "blueprint": "", "reviewed_edition": ""}
    return nested_form_data({**data, "comments": inline_formset([]), "action-publish": "1", **changes})


def edit(client, page, **changes) -> str:
    return client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), posted(page, **changes), follow=True).content.decode()


@pytest.mark.parametrize("stored", UNREADABLE_WAITS)
def test_waits_that_cannot_be_read_are_refused_and_where_they_are_stored_all_the_same_the_usual_ones_count(client, stored):
    page = course(final=4)
    run = ready_for_the_final(page)
    sit(run, final_of(page), wrong=3)
    page.wait_hours = stored
    with pytest.raises(ValidationError):
        page.save()
    CoursePage.objects.filter(pk=page.pk).update(wait_hours=stored)
    page.refresh_from_db()
    client.force_login(run.person)

    assert progress.summary(run.person, page, at=NOON).opens_at == rules.opens_at(rules.Run(used=1, last_submitted=NOON))
    for path in (page.get_absolute_url(), reverse("quiz", args=[page.slug]), "/my/"):
        assert client.get(path).status_code == 200


@pytest.mark.parametrize("waits", [[0], [0, 24], [0, 24, 72, 72]])
def test_there_is_one_wait_for_each_attempt(waits):
    page = course(final=4)
    page.wait_hours = waits

    with pytest.raises(ValidationError, match="3 attempts, so write 3 waits"):
        page.save()


@pytest.mark.parametrize("field", ["attempts_allowed", "open_days"])
@pytest.mark.parametrize("value", [0, 9999])
def test_attempts_and_days_keep_within_bounds(field, value):
    page = course(final=4)
    setattr(page, field, value)

    with pytest.raises(ValidationError):
        page.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        CoursePage.objects.filter(pk=page.pk).update(**{field: value})


@pytest.mark.parametrize("stored", UNREADABLE_BLUEPRINTS)
def test_a_blueprint_that_cannot_be_read_is_refused_and_where_it_is_stored_all_the_same_no_quiz_begins(client, stored):
    page = course(final=4)
    run = ready_for_the_final(page)
    final = final_of(page)
    final.blueprint = stored
    with pytest.raises(ValidationError):
        final.save()
    ModulePage.objects.filter(pk=final.pk).update(blueprint=stored)
    client.force_login(run.person)

    answer = client.post(reverse("quiz", args=[page.slug]), follow=True)

    assert answer.status_code == 200
    assert "too few questions at the moment" in answer.content.decode()
    assert not Attempt.objects.filter(module=final).exists()


@pytest.mark.parametrize(
    ("blueprint", "words"),
    [
        ({"scope": 3}, "asks for 3 questions and the quiz for 4"),
        ({"nosuch": 4}, "There is no section “nosuch”"),
        ({"scope": 0, "standards": 4}, "a whole number from 1 on"),
    ],
)
def test_a_blueprint_names_known_sections_and_adds_up(blueprint, words):
    final = final_of(course(final=4))
    final.blueprint = blueprint

    with pytest.raises(ValidationError, match=words):
        final.save()


@pytest.mark.parametrize(
    "changes", [{"pass_points": 5}, {"pass_points": 0}, {"min_critical": 5}, {"draw": 0, "pass_points": 0}, {"draw": 999}]
)
def test_the_numbers_of_a_quiz_fit_each_other(changes):
    final = final_of(course(final=4))
    for name, value in changes.items():
        setattr(final, name, value)

    with pytest.raises(ValidationError):
        final.save()


@pytest.mark.parametrize("changes", [{"pass_points": 5}, {"pass_points": 0}, {"min_critical": 5}])
def test_the_database_itself_refuses_a_quiz_that_nobody_or_everybody_passes(changes):
    final = final_of(course(final=4))

    with pytest.raises(IntegrityError), transaction.atomic():
        ModulePage.objects.filter(pk=final.pk).update(**changes)


def test_no_paper_is_smaller_than_the_points_it_asks_for():
    page = course(final=4)
    final = final_of(page)
    final.draw, final.pass_points = 2, 3

    with pytest.raises(rules.PoolTooSmall):
        papers.freeze(final, {}, seed=1)


def test_authors_write_waits_and_sections_as_they_speak(client, editor):  # noqa: F811
    page = course(final=4)
    final = final_of(page)
    QuestionFactory.create_batch(4, module=final, section="standards")
    shown = client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    assert 'value="0, 24, 72"' in shown

    edit(client, page, wait_hours="0, 48, 96", attempts_allowed="3")
    edit(client, final, blueprint="scope: 3\nstandards: 1")

    page.refresh_from_db()
    final.refresh_from_db()
    assert (page.wait_hours, final.blueprint) == ([0, 48, 96], {"scope": 3, "standards": 1})
    assert "scope: 3\nstandards: 1</textarea>" in client.get(reverse("wagtailadmin_pages:edit", args=[final.pk])).content.decode()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("soon", "Write whole hours"),
        ("0, 24", "3 attempts, so write 3 waits"),
        ("0, -1, 72", "Write whole hours"),
        ("0, 24, 99999999999", "8760 hours at most"),
    ],
)
def test_waits_come_back_as_typed_with_words(client, editor, typed, words):  # noqa: F811
    page = course(final=4)

    text = edit(client, page, wait_hours=typed)

    assert words in text
    assert f'value="{typed}"' in text
    page.refresh_from_db()
    assert page.wait_hours == [0, 24, 72]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("scope", "such as “scope: 7”"),
        ("scope: seven", "such as “scope: 7”"),
        ("scope: 2\nscope: 2", "“scope” stands here twice"),
        ("nosuch: 4", "There is no section “nosuch”"),
        ("scope: 3\nstandards: 1", "standards: 1 asked for, 0 in use"),
    ],
)
def test_a_blueprint_comes_back_as_typed_with_words(client, editor, typed, words):  # noqa: F811
    final = final_of(course(final=4))

    text = edit(client, final, blueprint=typed)

    assert words in text
    assert f"{typed}</textarea>" in text
    final.refresh_from_db()
    assert final.blueprint == {}


def test_a_quiz_is_published_with_enough_questions_and_drafted_with_fewer(client, editor):  # noqa: F811
    page = course(final=4)
    final = final_of(page)

    assert "14 asked for, 12 in use" in edit(client, final, draw="14", pass_points="12")
    final.refresh_from_db()
    assert final.draw == 4
    client.post(reverse("wagtailadmin_pages:edit", args=[final.pk]), posted(final, draw="14", pass_points="12", **{"action-publish": ""}))
    final.refresh_from_db()
    assert final.get_latest_revision_as_object().draw == 14

    QuestionFactory.create_batch(2, module=final)
    edit(client, final, draw="14", pass_points="12")
    final.refresh_from_db()
    assert final.draw == 14


def test_too_few_critical_questions_and_too_few_clauses_are_counted_too():
    final = final_of(course(final=4, asking={"clauses": "SC-01"}))
    assert final.shortage() == ["4 asked for, each on a clause of its own, and the 12 in use are on 1"]

    final = final_of(course(final=4))
    final.min_critical = 2
    assert final.shortage() == ["2 critical questions asked for, 0 in use"]


def test_retiring_a_question_that_its_quiz_cannot_do_without_says_so(client, author):  # noqa: F811
    page = course(questions=2)
    question = Question.objects.first()

    text = client.post(reverse("courses_records", args=["question", question.pk]), follow=True).content.decode()

    assert "It is retired." in text
    assert "2 asked for, 1 in use" in text
    retiring.offer_again(question, by=StaffFactory())
    assert ModulePage.objects.descendant_of(page).get().shortage() == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"section": "nosuch"}, "nosuch is not one of the available choices"),
        ({"clauses": "SC-01, ZZ-99"}, "No text has the clause ZZ-99"),
        ({"clauses": "SC-01, SC-01"}, "SC-01 stands here twice"),
    ],
)
def test_a_question_names_a_known_section_and_clauses_that_exist(client, author, changes, words):  # noqa: F811
    clauses("SC-01")
    question = QuestionFactory(module=ModulePage.objects.descendant_of(course()).get(), clauses="SC-01")

    answer = client.post(edit_url(question), form_of(question, **changes, **{"action-publish": "1"}))

    assert words in answer.content.decode()
    assert question.versions.count() == 1


def test_a_question_for_a_section_that_its_quiz_does_not_draw_from_is_published_and_says_so(client, author):  # noqa: F811
    clauses("SC-01")
    final = final_of(course(final=4))
    ModulePage.objects.filter(pk=final.pk).update(blueprint={"scope": 4})
    question = QuestionFactory(module=final, clauses="SC-01")

    answer = client.post(edit_url(question), form_of(question, section="standards", **{"action-publish": "1"}), follow=True)

    assert "It is not drawn at the moment" in answer.content.decode()
    assert question.versions.count() == 2


def test_a_lesson_is_not_published_on_a_clause_that_no_text_has(client, editor):  # noqa: F811
    clauses("SC-01")
    lesson = LessonPage.objects.descendant_of(course()).first()
    address = reverse("wagtailadmin_pages:edit", args=[lesson.pk])
    data = {
        "title": "Kinder",
        "slug": lesson.slug,
        "minutes": "5",
        "body-count": "0",
        "action-publish": "1",
        "comments": inline_formset([]),
    }

    refused = client.post(address, nested_form_data({**data, "clauses": "SC-01, ZZ-99"}))
    assert "No text has the clause ZZ-99" in refused.content.decode()

    client.post(address, nested_form_data({**data, "clauses": "SC-01"}))
    assert LessonPage.objects.get(pk=lesson.pk).clauses == "SC-01"


def test_an_attempt_begins_where_a_quiz_asks_more_than_its_blueprint_once_did():
    """A stored blueprint that no longer fits its draw makes no paper of another size."""
    page = course(final=4)
    run = ready_for_the_final(page)
    ModulePage.objects.filter(pk=final_of(page).pk).update(blueprint={"scope": 2})

    with pytest.raises(rules.PoolTooSmall):
        attempts.start(run, final_of(page), at=NOON)
