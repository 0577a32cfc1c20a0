"""A course with a final quiz is complete when the final quiz is passed, whatever becomes of its pages."""

from importlib import import_module

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse

from audit.models import Entry
from courses import attempts, completions, makeups, progress, reading, retiring
from courses.models import Attempt, Completion, CoursePage, LessonPage, ModulePage
from tests.courses.test_attempts import DAY, check_of, critical_course, right_choice, sit_missing_the_critical_one
from tests.courses.test_editing import author  # noqa: F401
from tests.factories.accounts import StaffFactory
from tests.factories.courses import NOON, QuestionFactory, course, final_of, person_in, read_everything, ready_for_the_final, sit

pytestmark = pytest.mark.django_db
WORDS = "From 2026 on the association talks the Code through in a live meeting."


def missed_three_times(page):
    run = ready_for_the_final(page)
    for days in (0, 1, 4):
        sit(run, final_of(page), wrong=3, at=NOON + days * DAY)
    return run


def another_final(page: CoursePage) -> ModulePage:
    made = page.add_child(instance=ModulePage(title="New final", slug="new-final", key="new-final", quiz="final", draw=4, pass_points=3))
    QuestionFactory.create_batch(6, module=made)
    return made


def do_everything_again(run) -> None:
    """What completes a course without a final quiz."""
    sit(run, check_of(run.course), at=NOON + 9 * DAY)
    reading.mark(run, LessonPage.objects.descendant_of(run.course).first(), at=NOON + 9 * DAY)


def put_out_of_use(final: ModulePage, way: str) -> None:
    """Past every screen, as a script or an older release could leave it."""
    changes = {"retired": {"retired_at": NOON}, "unpublished": {"live": False}}
    ModulePage.objects.filter(pk=final.pk).update(**changes[way])


@pytest.mark.parametrize("way", ["retired", "unpublished"])
def test_a_final_out_of_use_completes_nobody(way):
    run = missed_three_times(page := course(final=4))
    put_out_of_use(final_of(page), way)

    do_everything_again(run)

    assert not Completion.objects.exists()
    assert progress.summary(run.person, page, at=NOON + 9 * DAY).state is progress.State.NOT_OPEN


def test_the_course_page_of_a_final_out_of_use_says_so_and_whom_to_ask(client):
    run = missed_three_times(page := course(final=4))
    put_out_of_use(final_of(page), "retired")
    client.force_login(run.person)

    assert "the final quiz is not open at the moment" in client.get(page.get_absolute_url()).content.decode()


def test_the_last_final_is_not_retired_and_says_what_to_do_first(client, author):  # noqa: F811
    page = course(final=4)
    records = reverse("courses_records", args=["page", final_of(page).pk])
    assert "It cannot be retired yet." in (shown := client.get(records).content.decode())
    assert "Retire it" not in shown

    answer = client.post(records, follow=True)

    assert "It is the final quiz of its course, and nothing else completes it." in answer.content.decode()
    assert final_of(page).retired_at is None
    assert not Entry.objects.filter(action="courses.content_retired").exists()
    with pytest.raises(retiring.CannotRetire):
        retiring.retire(final_of(page), by=author, at=NOON)


@pytest.mark.parametrize("act", ["delete", "unpublish"])
def test_the_last_final_is_neither_deleted_nor_unpublished_even_without_a_record(client, author, act):  # noqa: F811
    page = course(without_final="")
    person_in(page)
    final = page.add_child(instance=ModulePage(title="Final", slug="final", key="bare", quiz="final", draw=4, pass_points=3))

    answer = client.post(reverse(f"wagtailadmin_pages:{act}", args=[final.pk]), follow=True)

    assert "It is the final quiz of its course" in answer.content.decode()
    assert ModulePage.objects.get(pk=final.pk).live


def test_a_final_is_retired_once_another_one_is_in_use():
    page = course(final=4)
    old, new = final_of(page), another_final(page)

    retiring.retire(old, by=StaffFactory(), at=NOON)

    with pytest.raises(retiring.CannotRetire):
        retiring.retire(new, by=StaffFactory(), at=NOON)


def test_attempts_are_counted_over_every_final_of_a_run():
    page = course(final=4)
    run = missed_three_times(page)
    old, new = final_of(page), another_final(page)
    retiring.retire(old, by=StaffFactory(), at=NOON + 5 * DAY)

    with pytest.raises(attempts.NotYet, match="All attempts are used"):
        attempts.start(run, new, at=NOON + 9 * DAY)


def test_an_open_attempt_at_a_final_that_was_replaced_is_gone_on_with():
    page = course(final=4)
    run = ready_for_the_final(page)
    begun = attempts.start(run, final_of(page), at=NOON)
    old, new = final_of(page), another_final(page)
    retiring.retire(old, by=StaffFactory(), at=NOON)

    assert attempts.start(run, new, at=NOON) == begun
    summary = progress.summary(run.person, page, at=NOON)
    assert (summary.state, summary.url) == (progress.State.SITTING, begun.address("review"))


def test_who_passed_a_final_that_was_replaced_still_puts_right_what_was_missed():
    page = critical_course()
    attempt = sit_missing_the_critical_one(page)
    old = final_of(page)
    another_final(page)
    retiring.retire(old, by=StaffFactory(), at=NOON)
    person = attempt.enrollment.person
    assert progress.summary(person, page, at=NOON).state is progress.State.TO_PUT_RIGHT

    makeup = makeups.ask(attempt, "CF-04", at=NOON)
    makeups.answer(makeup, right_choice(makeup), by=person, at=NOON)

    assert completions.of(person).get().attempt == attempt


def test_with_the_words_of_an_author_reading_and_checks_complete_and_the_words_are_kept():
    page = course(final=4)
    run = missed_three_times(page)
    CoursePage.objects.filter(pk=page.pk).update(without_final=WORDS)
    do_everything_again(run)
    assert not Completion.objects.exists(), "the final is still in use"

    retiring.retire(final_of(page), by=StaffFactory(), at=NOON + 5 * DAY)
    run.course.refresh_from_db()
    do_everything_again(run)

    made = Completion.objects.get()
    assert (made.route, made.without_final, made.attempt.module) == ("read", WORDS, check_of(page))
    CoursePage.objects.filter(pk=page.pk).update(without_final="")
    made.refresh_from_db()
    assert made.without_final == WORDS


def test_a_course_that_never_had_a_final_needs_the_words_too():
    page = course(without_final="")
    run = person_in(page)
    read_everything(run)
    sit(run, check_of(page))
    assert not Completion.objects.exists()

    CoursePage.objects.filter(pk=page.pk).update(without_final="A short course, read once.")
    run.course.refresh_from_db()
    reading.mark(run, LessonPage.objects.descendant_of(page).first(), at=NOON)

    assert Completion.objects.get().without_final == "A short course, read once."


def test_the_database_keeps_a_completion_without_a_final_only_with_its_words():
    page = course()
    run = person_in(page)
    attempt = sit(run, check_of(page))

    with pytest.raises(IntegrityError), transaction.atomic():
        Completion.objects.create(enrollment=run, person=run.person, course=page, completed_at=NOON, attempt=attempt, route="read")


def test_a_quiz_that_was_sat_stays_the_kind_it_is():
    page = course(final=4)
    missed_three_times(page)
    final = final_of(page)
    final.quiz = "check"

    with pytest.raises(ValidationError, match="People have sat this quiz"):
        final.save()
    with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
        ModulePage.objects.filter(pk=final.pk).update(quiz="check")
    with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
        ModulePage.objects.filter(pk=check_of(page).pk).update(quiz="final")


def test_the_last_final_becomes_no_check_before_anybody_sat_it_either():
    page = course(final=4)
    final = final_of(page)
    final.quiz = "check"

    with pytest.raises(ValidationError, match="It is the final quiz of its course"):
        final.save()

    CoursePage.objects.filter(pk=page.pk).update(without_final=WORDS)
    final.save()
    assert Attempt.objects.count() == 0


def test_a_draft_from_before_the_question_was_asked_keeps_the_words():
    page = course()
    content = page.serializable_data()
    del content["without_final"]

    assert page.with_content_json(content).without_final == page.without_final


def test_courses_that_never_had_a_final_say_so_after_the_upgrade_and_others_do_not():
    never, has = course(without_final=""), course(final=4)
    Completion.objects.all().delete()
    for page in (never, has):
        run = person_in(page)
        attempt = sit(run, check_of(page))
        Completion.objects.create(enrollment=run, person=run.person, course=page, completed_at=NOON, attempt=attempt)

    import_module("courses.migrations.0011_words_of_courses_without_a_final").say_so(apps, None)

    told = dict(CoursePage.objects.values_list("pk", "without_final"))
    assert (told[never.pk], told[has.pk]) == ("This course never had a final quiz.", "")
    assert [made.route for made in Completion.objects.order_by("pk")] == ["read", "quiz"]
