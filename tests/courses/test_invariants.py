"""Each invariant finds what breaks it."""

from fractions import Fraction

import pytest
from django.db import IntegrityError, connection, transaction

from audit.invariants import broken
from courses.models import Attempt, Completion, CoursePage, Enrollment, ModulePage, Question, QuestionVersion
from tests.factories.accounts import UserFactory
from tests.factories.courses import NOON, course, final_of, ready_for_the_final, sit

pytestmark = pytest.mark.django_db


@pytest.fixture
def completed():
    run = ready_for_the_final(page := course(final=4))
    sit(run, final_of(page))
    assert [finding for sentence, finding in broken() if "ledger" not in sentence.lower()] == []
    return run


def findings() -> str:
    return "\n".join(finding for _, finding in broken())


def test_points_that_nobody_earned_are_found(completed):
    Attempt.objects.filter(module__quiz="final").update(points=Fraction(3))

    assert "holds 3 points and earned 4" in findings()


def test_an_outcome_that_does_not_follow_is_found(completed):
    Attempt.objects.filter(module__quiz="final").update(outcome="not_yet")

    assert "has 4 points and is not_yet" in findings()
    assert "rests on an attempt that does not carry it" in findings()


def test_an_open_run_with_a_completion_is_found(completed):
    Enrollment.objects.update(closed_at=None)

    assert "leaves its run open" in findings()


def test_a_completion_of_somebody_else_is_found(completed):
    Completion.objects.update(person=UserFactory())

    assert "another person or course" in findings()


def test_a_completion_that_rests_on_a_check_is_found(completed):
    Completion.objects.update(attempt=Attempt.objects.get(module__quiz="check"))

    assert "rests on a check and not on a final quiz" in findings()


def test_numbers_that_cannot_be_read_are_found(completed):
    CoursePage.objects.update(wait_hours="soon")
    ModulePage.objects.filter(quiz="final").update(blueprint={"scope": 3})

    assert ", waits: Write whole hours" in findings()
    assert ", blueprint: This asks for 3 questions and the quiz for 4" in findings()


def test_a_missing_trigger_and_a_changed_version_are_found(completed):
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER courses_version_stays" + ("" if connection.vendor == "sqlite" else " ON courses_questionversion"))
    QuestionVersion.objects.filter(pk=QuestionVersion.objects.first().pk).update(sha256="0" * 64)

    assert "the trigger courses_version_stays is gone" in findings()
    assert "does not match its digest" in findings()


@pytest.mark.postgres
@pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL has TRUNCATE")
@pytest.mark.parametrize("table", ["courses_questionversion", "courses_attempt", "courses_answer"])
def test_what_is_kept_is_not_emptied_at_a_stroke_and_a_table_that_could_be_is_named(completed, table):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(IntegrityError, match="_is_not_emptied"), transaction.atomic():
            cursor.execute(f"TRUNCATE {table} CASCADE")
        assert Attempt.objects.exists()
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {table}_is_not_emptied")

    assert f"the trigger {table}_is_not_emptied is gone" in findings()


def test_a_question_without_a_version_is_found():

    module = ModulePage.objects.descendant_of(course(questions=0)).get()
    Question.objects.create(key="Q-BARE", stem="?", module=module, section="scope", clauses="SC-01")

    assert "question Q-BARE has no version" in findings()


def test_an_attempt_that_ends_before_it_begins_is_found(completed):
    attempt = Attempt.objects.first()
    Attempt.objects.filter(pk=attempt.pk).update(started_at=attempt.submitted_at.replace(year=2030))

    assert "ends before it begins" in findings()


def by_hand(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_a_run_that_opens_after_what_was_done_in_it_is_found(completed):
    completion = Completion.objects.get()
    by_hand(
        "UPDATE courses_enrollment SET opened_at = %s, closed_at = %s WHERE id = %s",
        NOON.replace(year=2030),
        NOON.replace(year=2031),
        completed.pk,
    )

    assert f"completion {completion.pk} is earlier than the start of its run" in findings()
    assert f"attempt {completion.attempt_id} begins before its run opens" in findings()


def test_a_course_completed_before_its_attempt_began_is_found(completed):
    completion = Completion.objects.get()
    by_hand(
        "UPDATE courses_attempt SET started_at = %s, submitted_at = %s WHERE id = %s",
        NOON.replace(year=2030),
        NOON.replace(year=2031),
        completion.attempt_id,
    )

    assert [finding for _, finding in broken() if "completion" in finding] == [
        f"completion {completion.pk} is earlier than the start of its attempt"
    ]


def test_a_completion_that_leaves_a_critical_clause_to_put_right_is_found():
    run = ready_for_the_final(page := course(final=4, asking={"critical": True}))
    attempt = sit(run, final_of(page), wrong=1)
    assert attempt.outcome == "passed"
    Completion.objects.create(enrollment=run, person=run.person, course=run.course, completed_at=NOON, attempt=attempt)

    assert "leaves a critical clause to put right" in findings()
