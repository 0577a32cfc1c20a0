"""Where somebody who passed finds what is left to put right."""

import pytest
from django.urls import reverse

from courses import makeups, progress
from courses.models import Attempt, MakeUp
from tests.courses.test_attempts import critical_course, right_choice, sit_missing_the_critical_one
from tests.factories.certification import CertificateFactory
from tests.factories.cms import clauses
from tests.factories.courses import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def passed(client) -> Attempt:
    """A final quiz passed with one duty missed, its person at the browser."""
    clauses("CF-04")
    attempt = sit_missing_the_critical_one(critical_course())
    client.force_login(attempt.enrollment.person)
    return attempt


def test_the_next_step_is_the_duty_that_was_missed_by_its_title(passed):
    summary = progress.summary(passed.enrollment.person, passed.enrollment.course, at=NOON)

    assert (summary.url, summary.next_step) == (passed.address("again", "CF-04"), "Answer one more question on “Clause CF-04”")
    assert [(duty.clause, duty.title, duty.url) for duty in summary.to_put_right] == [("CF-04", "Clause CF-04", summary.url)]


def test_the_course_and_the_quiz_lead_to_the_question_with_the_title_of_the_duty(client, passed):
    for path in (passed.enrollment.course.get_absolute_url(), reverse("quiz", args=[passed.enrollment.course.slug])):
        text = client.get(path).content.decode()

        assert f'<a class="button" href="{passed.address("again", "CF-04")}">Answer one more question on “Clause CF-04”</a>' in text
        assert "Clause CF-04</a>" in text
        assert "You have enough points." in text
    assert "Clause CF-04" in client.get(passed.address("result")).content.decode()


def test_a_coachs_own_page_leads_there_too(client, passed):
    course = passed.enrollment.course
    certificate = CertificateFactory(holder=passed.enrollment.person)
    certificate.scheme.review_course_key = course.key
    certificate.scheme.save()

    text = client.get("/my/").content.decode()

    assert passed.address("again", "CF-04") in text
    assert "Answer one more question on “Clause CF-04”" in text


def test_the_question_says_where_its_lesson_is_and_waits_for_whoever_pauses(client, passed):
    text = client.get(passed.address("again", "CF-04")).content.decode()

    assert "beside you" not in text
    assert "Pause: the question waits for you" in text
    makeup = MakeUp.objects.get()
    client.get(passed.address("again", "CF-04"))
    assert MakeUp.objects.get() == makeup


def test_a_clause_that_no_text_holds_yet_is_named_by_its_number():
    passed = sit_missing_the_critical_one(critical_course())

    assert progress.summary(passed.enrollment.person, passed.enrollment.course, at=NOON).next_step == "Answer one more question on “CF-04”"


def test_once_it_is_right_the_course_is_complete_and_nothing_is_left(client, passed):
    makeup = makeups.ask(passed, "CF-04", at=NOON)
    makeups.answer(makeup, right_choice(makeup), by=passed.enrollment.person, at=NOON)

    summary = progress.summary(passed.enrollment.person, passed.enrollment.course, at=NOON)
    assert (summary.state, summary.to_put_right) == (progress.State.COMPLETED, [])
