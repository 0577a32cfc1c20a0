"""A new run through a completed course begins when its person says so, and not by a stray click."""

import pytest
from django.urls import reverse

from courses import enrollments
from courses.models import Attempt, Enrollment, LessonMark
from tests.factories.accounts import StaffFactory, UserFactory
from tests.factories.courses import NOON, course, final_of, ready_for_the_final, sit

pytestmark = pytest.mark.django_db


@pytest.fixture
def completed(client) -> Enrollment:
    run = ready_for_the_final(page := course(name="kindness", final=4))
    sit(run, final_of(page))
    client.force_login(run.person)
    run.refresh_from_db()
    return run


def addresses(run: Enrollment) -> dict[str, str]:
    slug = run.course.slug
    return {"lesson": f"/learn/{slug}/m1/l1/", "check": reverse("check", args=[slug, "m1"]), "quiz": reverse("quiz", args=[slug])}


@pytest.mark.parametrize("where", ["lesson", "check", "quiz"])
def test_a_click_after_completion_opens_no_run_and_says_what_would(client, completed, where):
    answer = client.post(addresses(completed)[where], follow=True)

    assert Enrollment.objects.get() == completed
    assert "You completed this course" in answer.content.decode()
    assert Attempt.objects.count() == 2
    assert LessonMark.objects.count() == 2


@pytest.mark.parametrize("where", ["lesson", "check", "quiz"])
def test_no_page_of_a_completed_course_offers_such_a_click(client, completed, where):
    text = client.get(addresses(completed)[where]).content.decode()

    assert not any(words in text for words in ("Mark as read and go on", "Begin the check", "Begin the quiz"))
    assert "You completed this course" in text or "You completed this course on" in text


def test_taking_the_course_again_is_a_click_of_its_own_and_twice_is_once(client, completed):
    page = completed.course.get_absolute_url()
    assert "Take the course again" in client.get(page).content.decode()

    for _click in range(2):
        answer = client.post(page, {"again": "1"})

    assert answer.url == "/learn/kindness/m1/l1/"
    assert list(Enrollment.objects.order_by("number").values_list("number", "closed_at")) == [(1, completed.closed_at), (2, None)]
    assert "Mark as read and go on" in client.get(answer.url).content.decode()


def test_a_post_without_the_word_begins_nothing(client, completed):
    client.post(completed.course.get_absolute_url())

    assert Enrollment.objects.count() == 1


def test_taking_it_again_asks_for_a_log_in(client):
    page = course()

    assert client.post(page.get_absolute_url(), {"again": "1"}).url.startswith("/accounts/login/")
    assert not Enrollment.objects.exists()


def test_the_verb_itself_refuses_and_says_why(completed):
    with pytest.raises(enrollments.CannotEnroll, match="You completed this course"):
        enrollments.start(completed.person, completed.course, at=NOON)

    again = enrollments.start(completed.person, completed.course, at=NOON, again=True)
    assert enrollments.start(completed.person, completed.course, at=NOON) == again


def test_a_run_that_was_assigned_is_taken_up_after_a_completion(completed):
    assigned = enrollments.assign(completed.person, completed.course, by=StaffFactory(), at=NOON)

    assert enrollments.start(completed.person, completed.course, at=NOON) == assigned


def test_the_first_lesson_marked_begins_the_first_run(client):
    course(name="kindness")
    person = UserFactory()
    client.force_login(person)

    client.post("/learn/kindness/m1/l1/")

    assert Enrollment.objects.get(person=person).marks.count() == 1
