"""Two tabs, double clicks, impatient people: at the same moment, on a real server."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from audit.models import Entry
from courses import attempts, completions, enrollments, retiring
from courses.models import Accommodation, Answer, Attempt, Completion, Enrollment, ModulePage
from tests.courses.test_finals import another_final
from tests.factories.accounts import StaffFactory, UserFactory
from tests.factories.courses import NOON, course, final_of, key_of, ready_for_the_final, sit

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def at_once(act: Callable[[], Any], times: int = 6) -> list[Any]:
    """The results, or the exceptions, of doing one thing several times at the same moment."""
    gate = Barrier(times)

    def one(_: int) -> Any:
        gate.wait()
        try:
            return act()
        except Exception as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(one, range(times)))


def test_one_run_is_opened():
    page, person = course(), UserFactory()

    runs = at_once(lambda: enrollments.start(person, page, at=NOON))

    assert len(set(runs)) == 1
    assert Enrollment.objects.count() == 1


def test_one_attempt_is_begun():
    run = ready_for_the_final(page := course(final=4))

    begun = at_once(lambda: attempts.start(run, final_of(page), at=NOON))

    assert len(set(begun)) == 1
    assert Attempt.objects.filter(module=final_of(page)).count() == 1


def test_a_quiz_begun_before_the_course_opens_one_run_and_one_attempt():
    page, person = course(), UserFactory()
    check = ModulePage.objects.descendant_of(page).get(quiz="check")

    begun = at_once(lambda: attempts.begin(person, page, check, at=NOON))

    assert len(set(begun)) == 1
    assert Attempt.objects.get().enrollment == Enrollment.objects.get()
    assert Entry.objects.count() == 2


def test_one_answer_is_kept_and_one_completion_is_made():
    run = ready_for_the_final(page := course(final=4))
    attempt = attempts.start(run, final_of(page), at=NOON)
    key = key_of(attempt)

    at_once(lambda: attempts.save(attempt, key, at=NOON))
    handed_in = at_once(lambda: attempts.submit(attempt, by=run.person, at=NOON))

    assert Answer.objects.filter(attempt=attempt).count() == 4
    assert {one.outcome for one in handed_in} == {"passed"}
    assert Completion.objects.count() == 1


def test_no_answer_slips_in_after_handing_in():
    run = ready_for_the_final(page := course(final=4))
    attempt = attempts.start(run, final_of(page), at=NOON)
    key = key_of(attempt)
    attempts.save(attempt, {1: key[1]}, at=NOON)
    acts = iter([lambda: attempts.submit(attempt, by=run.person, at=NOON), *[lambda: attempts.save(attempt, key, at=NOON)] * 5])

    at_once(lambda: next(acts)())

    attempt.refresh_from_db()
    assert attempt.points == Answer.objects.filter(attempt=attempt).count()


def test_one_form_opens_attempts_once():
    run, office = ready_for_the_final(course(final=4)), StaffFactory()

    opened = at_once(lambda: enrollments.extend(run, attempts=2, reason="We talked.", by=office, at=NOON, key="a-form"))

    assert len(set(opened)) == 1
    assert Accommodation.objects.get().attempts == 2
    assert Entry.objects.filter(action="courses.attempts_granted").count() == 1


def test_of_two_finals_one_stays_in_use():
    page, author = course(final=4), StaffFactory()
    finals = [final_of(page), another_final(page)]
    acts = iter([lambda: retiring.retire(finals[0], by=author, at=NOON), lambda: retiring.retire(finals[1], by=author, at=NOON)])

    answers = at_once(lambda: next(acts)(), times=2)

    assert sorted(type(answer).__name__ for answer in answers) == ["CannotRetire", "NoneType"]
    assert ModulePage.objects.filter(quiz="final", retired_at=None).count() == 1


def test_an_attempt_whose_days_are_over_is_handed_in_once():
    run = ready_for_the_final(page := course(final=4))
    attempt = attempts.start(run, final_of(page), at=NOON)
    attempts.save(attempt, key_of(attempt), at=NOON)
    late = NOON + timedelta(days=40)

    at_once(lambda: attempts.settle(Attempt.objects.get(pk=attempt.pk), at=late))

    assert Completion.objects.get().completed_at == NOON + timedelta(days=30)
    assert Entry.objects.filter(action="courses.attempt_submitted", subject_id=str(attempt.pk)).count() == 1


def test_a_run_is_completed_once_by_whichever_route_comes_first():
    run = ready_for_the_final(page := course(final=4))
    attempt = sit(run, final_of(page), wrong=2)
    office = UserFactory()
    by_quiz = [lambda: completions.record(Enrollment.objects.get(pk=run.pk), attempt=attempt, at=NOON)] * 3
    otherwise = [lambda: completions.record_otherwise(Enrollment.objects.get(pk=run.pk), reason="A talk", by=office, at=NOON)] * 3
    acts = iter([act for pair in zip(by_quiz, otherwise, strict=True) for act in pair])

    made = at_once(lambda: next(acts)())

    assert set(made) == {Completion.objects.get()}
