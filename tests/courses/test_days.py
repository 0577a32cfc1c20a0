"""Thirty days are over when they are over, whether or not a worker was there to see it."""

from datetime import timedelta

import pytest
from django.urls import reverse

from audit import clock
from courses import attempts, progress, rules
from courses.models import Answer, Attempt, Completion, CoursePage
from tests.courses.test_attempts import DAY, check_of
from tests.factories.certification import CertificateFactory
from tests.factories.courses import NOON, course, final_of, key_of, person_in, ready_for_the_final, wrong_at

pytestmark = pytest.mark.django_db
DUE = NOON + 30 * DAY
LATE = NOON + 40 * DAY


def begun(*answers: int, right: bool = True, page=None) -> Attempt:
    """A final begun at noon, with these questions answered on the next day."""
    page = page or course(final=4)
    attempt = attempts.start(ready_for_the_final(page), final_of(page), at=NOON)
    choices = {n: key_of(attempt)[n] if right else wrong_at(attempt, n) for n in answers}
    if choices:
        attempts.save(attempt, choices, at=NOON + DAY)
    return attempt


def as_it_is(attempt: Attempt) -> tuple:
    attempt = Attempt.objects.get(pk=attempt.pk)
    return attempt.outcome, attempt.points, attempt.submitted_at


def test_an_attempt_is_over_thirty_days_after_its_start():
    assert rules.closes_at(NOON, days=30) == DUE
    attempt = begun()
    assert not attempt.is_over(at=DUE - timedelta(seconds=1))
    assert attempt.is_over(at=DUE)


def test_no_answer_is_taken_after_that_and_what_was_saved_counts():
    attempt = begun(1, 2)

    with pytest.raises(attempts.Refused, match="It was handed in as it stood then"):
        attempts.answer(attempt, 3, key_of(attempt)[3], at=LATE)

    assert as_it_is(attempt) == ("not_yet", 2, DUE)
    assert set(Answer.objects.filter(attempt=attempt).values_list("position", flat=True)) == {1, 2}


def test_a_second_before_it_is_over_an_answer_counts():
    attempt = begun(1, 2)

    attempts.answer(attempt, 3, key_of(attempt)[3], at=DUE - timedelta(seconds=1))
    attempts.submit(attempt, by=attempt.enrollment.person, at=LATE)

    assert as_it_is(attempt) == ("passed", 3, DUE)
    assert Completion.objects.get().completed_at == DUE


def test_handing_in_late_is_handed_in_by_the_day_that_was_due():
    attempt = begun(1)

    attempts.submit(attempt, by=attempt.enrollment.person, at=LATE)

    assert as_it_is(attempt) == ("not_yet", 1, DUE)


def test_an_attempt_without_an_answer_is_put_aside_by_then_and_another_begins():
    attempt = begun()

    second = attempts.start(attempt.enrollment, attempt.module, at=LATE)

    assert as_it_is(attempt) == ("unused", 0, DUE)
    assert (second.number, second.started_at) == (2, LATE)


def test_who_begins_again_late_waits_from_the_day_that_was_due_and_the_first_is_closed_although_the_second_is_refused():
    attempt = begun(1)

    with pytest.raises(attempts.NotYet) as refusal:
        attempts.start(attempt.enrollment, attempt.module, at=DUE + timedelta(hours=23))

    assert refusal.value.bars == [rules.Bar.WAIT]
    assert as_it_is(attempt) == ("not_yet", 1, DUE)
    assert attempts.start(attempt.enrollment, attempt.module, at=DUE + timedelta(hours=24)).number == 2


def test_the_days_are_those_that_were_promised_at_the_start():
    attempt = begun(1)
    CoursePage.objects.update(open_days=5)

    attempts.answer(Attempt.objects.get(pk=attempt.pk), 2, key_of(attempt)[2], at=NOON + 20 * DAY)

    assert (
        attempts.start(person_in(attempt.enrollment.course, at=LATE), check_of(attempt.enrollment.course), at=LATE).paper["open_days"] == 5
    )


def test_the_job_closes_by_the_same_day_however_late_it_comes():
    attempt = begun(1, 2, 3)

    assert attempts.close_stale(at=LATE) == 1

    assert as_it_is(attempt) == ("passed", 3, DUE)
    assert Completion.objects.get().completed_at == DUE
    assert attempts.close_stale(at=LATE) == 0


@pytest.fixture
def forgotten(client) -> Attempt:
    """A final begun forty days ago, with three right answers and no worker since; its person at the browser."""
    page = course(final=4)
    start = clock.now() - 40 * DAY
    attempt = attempts.start(ready_for_the_final(page, at=start), final_of(page), at=start)
    attempts.save(attempt, {n: key_of(attempt)[n] for n in (1, 2, 3)}, at=start)
    client.force_login(attempt.enrollment.person)
    return attempt


def pages(attempt: Attempt) -> list[str]:
    slug = attempt.enrollment.course.slug
    own = [attempt.address("question", 4), attempt.address("all"), attempt.address("review"), attempt.address("result")]
    return [reverse("course", args=[slug]), reverse("quiz", args=[slug]), *own]


@pytest.mark.parametrize("place", range(6))
def test_every_page_says_that_it_is_over(client, forgotten, place):
    text = client.get(pages(forgotten)[place], follow=True).content.decode()

    assert "It was handed in as it stood then" in text
    assert as_it_is(forgotten) == ("passed", 3, forgotten.started_at + 30 * DAY)
    assert "It was handed in as it stood then" not in client.get(pages(forgotten)[place], follow=True).content.decode()


@pytest.mark.parametrize("place", [2, 3, 4])
def test_what_is_posted_late_is_not_taken_and_says_so(client, forgotten, place):
    answer = client.post(pages(forgotten)[place], {"q4-choice": key_of(forgotten)[4]}, follow=True)

    assert "It was handed in as it stood then" in answer.content.decode()
    assert "The course is complete" in answer.content.decode()
    assert not Answer.objects.filter(attempt=forgotten, position=4).exists()


def test_a_coachs_own_page_knows_it_too(client, forgotten):
    certificate = CertificateFactory(holder=forgotten.enrollment.person)
    certificate.scheme.review_course_key = forgotten.enrollment.course.key
    certificate.scheme.save()

    text = client.get("/my/", follow=True).content.decode()

    assert "Quiz under way" not in text
    assert as_it_is(forgotten)[0] == "passed"


def test_a_check_is_over_by_date_too(client):
    start = clock.now() - 40 * DAY
    page = course()
    run = person_in(page, at=start)
    attempt = attempts.start(run, check_of(page), at=start)
    attempts.save(attempt, {1: key_of(attempt)[1]}, at=start)
    client.force_login(run.person)

    text = client.get(reverse("check", args=[page.slug, "m1"]), follow=True).content.decode()

    assert "Go on with the check" not in text
    assert "Passed" in text
    assert as_it_is(attempt) == ("passed", 1, start + 30 * DAY)
    assert progress.summary(run.person, page, at=clock.now()).checks_passed == 1
