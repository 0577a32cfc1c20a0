"""Pages of a course that speak of suicide, abuse or violence say whom to call."""

import pytest
from django.core.management import call_command
from django.urls import reverse
from wagtail.models import Site

from audit import clock
from cms import rules
from cms.models import Clause
from courses import attempts, papers
from courses.models import Attempt, CoursePage, LessonPage, ModulePage, QuestionVersion
from tests.courses.test_attempts import critical_course, sit_missing_the_critical_one
from tests.factories.cms import clauses
from tests.factories.courses import QuestionFactory, course, final_of, key_of, person_in, ready_for_the_final, sit

pytestmark = pytest.mark.django_db
SIGNPOST = "please call your local emergency number"


def body(answer) -> str:
    return answer.content.decode()


@pytest.fixture
def shipped():
    call_command("load_texts", verbosity=0)
    call_command("load_courses", verbosity=0)
    Site.clear_site_root_paths_cache()


@pytest.mark.long
def test_the_lessons_and_courses_that_speak_of_harm_say_whom_to_call(client, shipped):
    lessons = {one.key: body(client.get(one.get_url())).count(SIGNPOST) for one in LessonPage.objects.all()}
    courses = {one.key: body(client.get(one.get_url())).count(SIGNPOST) for one in CoursePage.objects.all()}

    assert {key for key, times in lessons.items() if times} == {"a-3", "b-2", "b-6", "b-8", "b-11", "c-4"}
    assert {key for key, times in courses.items() if times} == {"code-of-ethics-review", "therapy-vs-coaching"}
    assert max([*lessons.values(), *courses.values()]) == 1


def test_a_lesson_that_speaks_of_suicide_in_its_text_alone_says_whom_to_call(client):
    page = course()
    lesson = LessonPage.objects.descendant_of(page).first()
    assert SIGNPOST not in body(client.get(lesson.get_url()))

    lesson.body = [{"type": "text", "value": "<p>She plans to end <b>her life</b> this week.</p>"}]
    lesson.save_revision().publish()

    assert body(client.get(lesson.get_url())).count(SIGNPOST) == 1
    assert lesson.make_preview_request().content.decode().count(SIGNPOST) == 1


def test_the_shipped_questions_on_suicide_self_harm_and_abuse_say_whom_to_call_before_the_answer(shipped):
    keys = ["Q-SC-2", "Q-SC-10", "Q-SC-11", "Q-CF-4", "Q-CF-12", "Q-CF-13", "Q-CF-14"]
    versions = QuestionVersion.objects.filter(question__key__in=keys).select_related("question")

    assert {version.question.key: rules.speaks_of_harm(*papers.words(version.data)) for version in versions} == dict.fromkeys(keys, True)


@pytest.mark.parametrize(("kind", "wrong"), [("final", 3), ("check", 2)])
def test_where_it_is_not_yet_enough_a_page_that_names_such_a_lesson_says_whom_to_call(client, kind, wrong):
    run = ready_for_the_final(page := course(final=4))
    attempt = sit(run, ModulePage.objects.descendant_of(page).get(quiz=kind), wrong=wrong)
    missed = QuestionVersion.objects.get(pk=attempt.items[-1]["version"])
    LessonPage.objects.update(clauses=missed.data["clauses"][0])
    client.force_login(run.person)
    assert SIGNPOST not in body(client.get(attempt.address("result")))

    LessonPage.objects.descendant_of(page).filter(slug="l1").update(title="Reporting abuse", draft_title="Reporting abuse")

    answer = body(client.get(attempt.address("result")))
    assert "Reporting abuse" in answer
    assert answer.count(SIGNPOST) == 1


@pytest.mark.parametrize(("stem", "times"), [("A child is being abused. What fits best?", 1), ("A client is late. What fits best?", 0)])
def test_every_page_of_a_quiz_that_speaks_of_harm_says_whom_to_call(client, stem, times):
    run = ready_for_the_final(page := course(final=4, asking={"stem": stem}))
    client.force_login(run.person)
    attempt = attempts.start(run, final_of(page), at=clock.now())

    pages = [attempt.address("question", 1), attempt.address("all")]
    assert [body(client.get(path)).count(SIGNPOST) for path in pages] == [times, times]
    attempts.save(attempt, key_of(attempt), at=clock.now())
    attempts.submit(attempt, by=run.person, at=clock.now())
    assert body(client.get(attempt.address("result"))).count(SIGNPOST) == times


def test_a_check_says_whom_to_call_before_and_after_the_answer(client):
    page = course(questions=0)
    module = ModulePage.objects.descendant_of(page).get()
    QuestionFactory.create_batch(2, module=module, stem="A client says: he hits me, and I think of suicide.")
    client.force_login(person_in(page).person)
    client.post(reverse("check", args=[page.slug, module.slug]))
    path = Attempt.objects.get().address("question", 1)

    assert body(client.get(path)).count(SIGNPOST) == 1
    assert body(client.post(path, {})).count(SIGNPOST) == 1
    answered = client.post(path, {"q1-choice": key_of(Attempt.objects.get())[1]}, follow=True)
    assert body(answered).count(SIGNPOST) == 1


def test_putting_right_a_duty_that_speaks_of_harm_says_whom_to_call(client):
    clauses("CF-04")
    Clause.objects.filter(pk="CF-04").update(title="Reporting abuse")
    attempt = sit_missing_the_critical_one(critical_course())
    client.force_login(attempt.enrollment.person)

    assert body(client.get(attempt.address("again", "CF-04"))).count(SIGNPOST) == 1
