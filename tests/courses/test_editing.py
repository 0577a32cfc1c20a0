"""What authors do in the admin, and what it cannot harm."""

import re

import pytest
from django.db.models import ProtectedError
from django.test import Client
from django.urls import reverse

from accounts.facts import SiteRole
from audit import clock
from audit.models import Entry
from courses import attempts
from courses.models import Answer, Attempt, Completion, CoursePage, LessonMark, LessonPage, ModulePage, Question, QuestionVersion, Voiding
from tests.factories.accounts import AdministratorFactory, AuthorFactory, UserFactory
from tests.factories.cms import clauses
from tests.factories.courses import (
    NOON,
    QuestionFactory,
    catalog,
    course,
    final_of,
    key_of,
    person_in,
    read_everything,
    ready_for_the_final,
    sit,
    wrong_at,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def all_clauses():
    """Those that questions of the factory ask about."""
    clauses(*(f"SC-{number:02}" for number in range(1, 91)))


@pytest.fixture
def author(client):
    """An author and nothing more: what is proved here needs no administrator."""
    user = AuthorFactory()
    client.force_login(user)
    return user


@pytest.fixture
def editor(client):
    """An author who may approve as well, so that what is reviewed first may be published from the form."""
    user = UserFactory(roles=[SiteRole.AUTHOR, SiteRole.STAFF])
    client.force_login(user)
    return user


@pytest.fixture
def administrator(client):
    """Who may delete, as far as any rights go."""
    user = AdministratorFactory()
    client.force_login(user)
    return user


@pytest.fixture
def half_way():
    """A run with a mark and an attempt."""
    run = person_in(page := course(name="kindness"))
    read_everything(run)
    sit(run, ModulePage.objects.descendant_of(page).get())
    return run


def form_of(question: Question, **changes) -> dict:
    """What the browser posts for the edit form of a question."""
    data = {
        "stem": question.stem,
        "type": question.type,
        "clauses": question.clauses,
        "module": question.module_id,
        "section": question.section,
        "level": question.level,
        "difficulty": "0.75",
        "options-count": str(len(question.options)),
    }
    for place, option in enumerate(question.options):
        data |= {
            f"options-{place}-deleted": "",
            f"options-{place}-order": str(place),
            f"options-{place}-type": "option",
            f"options-{place}-id": str(option.id),
            f"options-{place}-value-text": option.value["text"],
            f"options-{place}-value-rationale": option.value["rationale"],
        }
        if option.value["correct"]:
            data[f"options-{place}-value-correct"] = "on"
    return {**data, **changes}


def edit_url(question: Question) -> str:
    return reverse("wagtailsnippets_courses_question:edit", args=[question.pk])


def test_an_edited_question_is_previewed_published_and_asked_anew_while_the_open_attempt_keeps_the_old(client, author):
    page = course(questions=2)
    question = Question.objects.order_by("pk").first()
    run = person_in(page)
    module = ModulePage.objects.descendant_of(page).get()
    attempt = attempts.start(run, module, at=clock.now())
    old = question.stem
    preview = reverse("wagtailsnippets_courses_question:preview_on_edit", args=[question.pk])

    client.post(preview, form_of(question, stem="Asked anew?"))
    as_learner = client.get(f"{preview}?mode=learner").content.decode()
    with_key = client.get(f"{preview}?mode=key").content.decode()
    client.post(edit_url(question), form_of(question, stem="Asked anew?", **{"action-publish": "1"}))

    assert "Asked anew?" in as_learner
    assert "Reason a" not in as_learner
    assert "Reason a" in with_key
    assert [version.data["stem"] for version in question.versions.all()] == [old, "Asked anew?"]
    learner = Client()
    learner.force_login(run.person)
    shown = [learner.get(attempt.address("question", n)).content.decode() for n in (1, 2)]
    assert any(old in text for text in shown)
    assert not any("Asked anew?" in text for text in shown)
    attempts.save(attempt, key_of(attempt), at=clock.now())
    attempts.submit(attempt, by=run.person, at=clock.now())
    again = attempts.start(run, module, at=clock.now())
    assert any("Asked anew?" in learner.get(again.address("question", n)).content.decode() for n in (1, 2))


def test_a_draft_and_its_autosave_make_no_version(client, author):
    question = QuestionFactory(module=ModulePage.objects.descendant_of(course()).get())
    for stem in ("First thought", "Second thought"):
        client.post(edit_url(question), form_of(question, stem=stem))
    question.refresh_from_db()
    latest = question.get_latest_revision()

    draft = latest.as_object()
    draft.stem = "Third thought"
    draft.save_revision(user=author, overwrite_revision=latest)

    assert latest.object_id == str(question.pk)
    assert question.versions.count() == 1
    assert question.has_unpublished_changes


def test_publishing_without_a_change_makes_no_version():
    question = QuestionFactory(module=ModulePage.objects.descendant_of(course()).get())

    question.save_revision().publish()
    question.refresh_from_db()
    question.save_revision().publish()

    assert question.versions.count() == 1


def test_a_question_with_two_right_answers_to_one_is_not_published(client, author):
    question = QuestionFactory(module=ModulePage.objects.descendant_of(course()).get())

    answer = client.post(edit_url(question), form_of(question, **{"options-1-value-correct": "on", "action-publish": "1"}))

    assert "2 of the options are marked as right" in answer.content.decode()
    assert question.versions.count() == 1


def test_a_copied_question_has_a_key_of_its_own(client, author):
    question = QuestionFactory(module=ModulePage.objects.descendant_of(course()).get())

    form = client.get(reverse("wagtailsnippets_courses_question:copy", args=[question.pk]))
    client.post(reverse("wagtailsnippets_courses_question:add"), form_of(question, stem="A copy", **{"action-publish": "1"}))

    assert form.status_code == 200
    copy = Question.objects.get(stem="A copy")
    assert copy.key != question.key
    assert Question.objects.get(pk=question.pk).stem == question.stem


def test_a_question_that_was_frozen_is_not_deleted_and_says_why(client, administrator, half_way):
    asked = Attempt.objects.get().items[0]["version"]
    question = Question.objects.get(versions=asked)

    answer = client.post(reverse("wagtailsnippets_courses_question:delete", args=[question.pk]), follow=True)

    text = answer.content.decode()
    assert "1 attempt that asked it" in text
    assert "can be retired instead" in text
    assert Question.objects.filter(pk=question.pk).exists()
    with pytest.raises(ProtectedError):
        question.delete()


def test_questions_are_not_deleted_in_bulk_or_unpublished(client, author, half_way):
    question = Question.objects.first()
    bulk = reverse("wagtail_bulk_action", args=["courses", "question", "delete"])

    client.post(f"{bulk}?id={question.pk}")
    client.post(reverse("wagtailsnippets_courses_question:unpublish", args=[question.pk]))

    question.refresh_from_db()
    assert question.live


@pytest.mark.parametrize("kind", ["course", "module", "lesson"])
@pytest.mark.parametrize("act", ["delete", "unpublish"])
def test_pages_with_records_are_neither_deleted_nor_unpublished(client, administrator, half_way, kind, act):
    page = {
        "course": half_way.course,
        "module": ModulePage.objects.descendant_of(half_way.course).get(),
        "lesson": LessonPage.objects.descendant_of(half_way.course).first(),
    }[kind]

    answer = client.post(reverse(f"wagtailadmin_pages:{act}", args=[page.pk]), follow=True)

    assert "hang on it. It can be retired instead." in answer.content.decode()
    page.refresh_from_db()
    assert page.live
    assert LessonMark.objects.count() == 2


@pytest.mark.parametrize("act", ["delete", "unpublish"])
def test_nor_in_bulk(client, author, half_way, act):
    lesson = LessonPage.objects.descendant_of(half_way.course).first()

    client.post(f"{reverse('wagtail_bulk_action', args=['wagtailcore', 'page', act])}?id={lesson.pk}", {"include_descendants": "on"})

    lesson.refresh_from_db()
    assert lesson.live


def test_nor_with_the_page_above_them(client, author, half_way):
    client.post(reverse("wagtailadmin_pages:delete", args=[catalog().pk]))

    assert LessonPage.objects.descendant_of(half_way.course).count() == 2


def test_the_database_itself_keeps_a_page_with_records(half_way):
    with pytest.raises(ProtectedError):
        LessonPage.objects.descendant_of(half_way.course).first().delete()


def test_a_page_without_records_is_deleted(client, author):
    lesson = LessonPage.objects.descendant_of(course()).first()

    client.post(reverse("wagtailadmin_pages:delete", args=[lesson.pk]))

    assert not LessonPage.objects.filter(pk=lesson.pk).exists()


def test_a_lesson_does_not_move_to_another_course(client, author, half_way):
    lesson = LessonPage.objects.descendant_of(half_way.course).first()
    elsewhere = ModulePage.objects.descendant_of(course(name="other", lessons=0)).get()

    answer = client.post(reverse("wagtailadmin_pages:move_confirm", args=[lesson.pk, elsewhere.pk]), follow=True)

    assert "cannot be moved to another course" in answer.content.decode()
    assert LessonPage.objects.get(pk=lesson.pk).get_parent().specific != elsewhere


def test_a_lesson_moved_within_its_course_keeps_its_mark_and_its_old_address_leads_on(client, editor, django_capture_on_commit_callbacks):
    page = course(name="kindness", checks=2, lessons=2)
    run = person_in(page)
    read_everything(run)
    lesson = LessonPage.objects.descendant_of(page).get(slug="l1")
    second = ModulePage.objects.descendant_of(page).get(slug="m2")

    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("wagtailadmin_pages:move_confirm", args=[lesson.pk, second.pk]))

    assert client.get("/learn/kindness/m1/l1/", follow=True).redirect_chain[-1][0].endswith("/learn/kindness/m2/l1/")
    assert run.marks.filter(lesson=lesson).exists()


def test_a_copied_page_has_a_key_of_its_own_and_no_records(client, author, half_way):
    lesson = LessonPage.objects.descendant_of(half_way.course).first()

    client.post(
        reverse("wagtailadmin_pages:copy", args=[lesson.pk]),
        {"new_title": "A copy", "new_slug": "copy", "new_parent_page": lesson.get_parent().pk, "publish_copies": "on"},
    )

    copy = LessonPage.objects.get(slug="copy")
    assert copy.key != lesson.key
    assert not copy.marks.exists()


def test_a_lesson_with_records_is_retired_and_leaves_the_course(client, author, half_way):
    lesson = LessonPage.objects.descendant_of(half_way.course).first()
    records = reverse("courses_records", args=["page", lesson.pk])
    assert "1 lesson marked as read" in client.get(records).content.decode()

    client.post(records)

    assert lesson.title not in client.get("/learn/kindness/").content.decode()
    assert "no longer part of the course" in client.get("/learn/kindness/m1/l1/").content.decode()
    assert LessonMark.objects.filter(lesson=lesson).exists()
    lesson.refresh_from_db()
    lesson.save_revision().publish()
    lesson.refresh_from_db()
    assert lesson.retired_at
    client.post(records, {"to": "use"})
    assert lesson.title in client.get("/learn/kindness/").content.decode()


def test_a_retired_question_is_drawn_no_more(client, author):
    page = course(questions=3)
    retired = Question.objects.first()
    client.post(reverse("courses_records", args=["question", retired.pk]))

    attempt = attempts.start(person_in(page), ModulePage.objects.descendant_of(page).get(), at=NOON)

    assert retired.versions.get().pk not in [item["version"] for item in attempt.items]


def test_a_double_click_retires_once_and_the_other_button_offers_again(client, author):
    course(questions=3)
    question = Question.objects.first()
    records = reverse("courses_records", args=["question", question.pk])

    for _click in range(2):
        client.post(records)
    question.refresh_from_db()
    assert question.retired_at
    assert Entry.objects.filter(action="courses.content_retired").count() == 1

    client.post(records, {"to": "use"})
    question.refresh_from_db()
    assert question.retired_at is None


def test_a_bad_question_gives_everybody_the_point_after_a_dry_run(client, author):
    page = course(final=4)
    run = ready_for_the_final(page)
    attempt = attempts.start(run, final_of(page), at=NOON)
    choices = key_of(attempt) | {1: wrong_at(attempt, 1), 2: wrong_at(attempt, 2)}
    attempts.save(attempt, choices, at=NOON)
    attempts.submit(attempt, by=run.person, at=NOON)
    bad = attempt.items[0]["version"]
    assert not Completion.objects.exists()

    dry = client.get(reverse("courses_void", args=[bad])).content.decode()
    assert "1 would pass because of it" in dry
    assert "It cannot be undone." in dry
    assert '<button class="button serious" type="submit">Declare this version void</button>' in dry
    assert not Voiding.objects.exists()
    assert "required" in client.post(reverse("courses_void", args=[bad]), {"reason": " "}).content.decode()
    assert not Voiding.objects.exists()
    for _click in range(2):
        client.post(reverse("courses_void", args=[bad]), {"reason": "Two of its answers are right."})

    assert Entry.objects.filter(action="courses.question_voided").count() == 1
    attempt.refresh_from_db()
    assert (attempt.points, attempt.outcome) == (3, "passed")
    assert Completion.objects.get().attempt == attempt
    assert Answer.objects.get(attempt=attempt, position=1).choice == choices[1]


def test_a_person_without_the_right_retires_nothing(client, half_way):
    client.force_login(half_way.person)
    lesson = LessonPage.objects.first()

    client.post(reverse("courses_records", args=["page", lesson.pk]))

    lesson.refresh_from_db()
    assert lesson.retired_at is None


@pytest.mark.parametrize(
    ("quiz", "questions", "missing"),
    [
        ("", "0", "A lesson and a question"),
        ("check", "1 (1 in checks, 0 in the final quiz)", "A lesson"),
        ("final", "1 (0 in checks, 1 in the final quiz)", "A lesson"),
    ],
)
def test_a_question_anywhere_covers_a_clause_and_what_is_missing_fits_the_numbers(client, administrator, quiz, questions, missing):
    clauses("PS-09")
    if quiz:
        module = ModulePage.objects.filter(quiz=quiz).descendant_of(course(final=2, checks=1)).get()
        QuestionFactory(module=module, clauses="PS-09")

    assert shown_coverage(client, gaps="") == ["0", questions, missing]


@pytest.mark.parametrize("what", ["the course", "the module", "the lesson and the question"])
def test_what_no_learner_can_reach_covers_nothing_and_is_said_to_stand_in_a_draft(client, administrator, what):
    clauses("PS-09")
    page = course(lessons=1)
    module, lesson = ModulePage.objects.get(), LessonPage.objects.get()
    lesson.clauses = "PS-09"
    lesson.save()
    question = QuestionFactory(module=module, clauses="PS-09")
    assert shown_coverage(client) == ["1", "1 (1 in checks, 0 in the final quiz)", "Nothing"]

    for one in {"the course": [page], "the module": [module]}.get(what, [lesson, question]):
        one.unpublish()

    assert shown_coverage(client) == [
        "0, and 1 in a draft",
        "0, and 1 in a draft",
        "A lesson (1 in a draft) and a question (1 in a draft)",
    ]


@pytest.mark.parametrize("what", [CoursePage, ModulePage])
def test_what_stands_in_what_is_retired_covers_nothing_and_is_no_draft(client, administrator, what):
    clauses("PS-09")
    course(lessons=1)
    LessonPage.objects.update(clauses="PS-09")
    QuestionFactory(module=ModulePage.objects.get(), clauses="PS-09")

    what.objects.update(retired_at=NOON)

    assert shown_coverage(client) == ["0", "0", "A lesson and a question"]


def shown_coverage(client, **asked):
    page = client.get(reverse("courses_coverage"), asked).content.decode()
    row = re.search(r"<th scope=.row.>PS-09</th>(.*?)</tr>", page)[1]
    return re.findall(r"<td>([^<]*)</td>", row)[1:]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_coverage_report_costs_the_same_for_any_number(client, administrator, django_assert_num_queries, rows):
    QuestionFactory.create_batch(rows, module=ModulePage.objects.descendant_of(course(lessons=rows)).get())
    page = reverse("courses_coverage")
    client.get(page)

    with django_assert_num_queries(15):
        answer = client.get(page)

    assert "Coverage of clauses" in answer.content.decode()


def test_purging_revisions_harms_no_version():
    question = QuestionFactory(module=ModulePage.objects.descendant_of(course()).get())
    question.stem = "Second"
    question.save_revision().publish()

    question.revisions.all().delete()

    assert QuestionVersion.objects.filter(question=question).count() == 2


def test_a_question_is_found_by_its_key_its_words_and_its_clause(client, administrator):
    module = ModulePage.objects.descendant_of(course()).get()
    wanted = QuestionFactory(key="Q-LANTERN", stem="Who carries the light?", clauses="PS-07", module=module)

    for words in ("lantern", "carries the light", "ps-07"):
        page = client.get(reverse("wagtailsnippets_courses_question:list"), {"q": words})

        assert [question.pk for question in page.context["object_list"]] == [wanted.pk], words
