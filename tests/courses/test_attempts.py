"""Attempts: frozen, saved one by one, graded once."""

from datetime import timedelta
from fractions import Fraction

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from audit.models import Entry
from courses import attempts, completions, enrollments, makeups, progress
from courses.models import Answer, Attempt, Completion, MakeUp, ModulePage, Question, QuestionVersion
from courses.rules import Bar
from tests.factories.accounts import StaffFactory
from tests.factories.courses import (
    NOON,
    QuestionFactory,
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
DAY = timedelta(days=1)


def check_of(page):
    return ModulePage.objects.descendant_of(page).get(quiz="check")


def test_a_second_start_finds_the_open_attempt():
    run = person_in(page := course())

    first = attempts.start(run, check_of(page), at=NOON)

    assert attempts.start(run, check_of(page), at=NOON + DAY) == first
    assert Attempt.objects.count() == 1


def test_the_database_itself_refuses_a_second_open_attempt():
    run = person_in(page := course())
    first = attempts.start(run, check_of(page), at=NOON)

    with pytest.raises(IntegrityError), transaction.atomic():
        Attempt.objects.create(enrollment=run, module=first.module, number=2, paper=first.paper, started_at=NOON)


def test_the_final_opens_when_everything_is_read_and_checked():
    page = course(final=4)
    run = person_in(page)

    with pytest.raises(attempts.NotYet) as refusal:
        attempts.start(run, final_of(page), at=NOON)

    assert refusal.value.bars == [Bar.LESSONS, Bar.CHECKS]
    assert not Attempt.objects.exists()

    read_everything(run)
    sit(run, check_of(page))
    assert attempts.start(run, final_of(page), at=NOON).is_open


def test_an_edited_question_leaves_the_open_attempt_as_it_was():
    run = person_in(page := course(questions=2))
    attempt = attempts.start(run, check_of(page), at=NOON)
    question = Question.objects.get(versions=attempt.items[0]["version"])

    question.stem = "Asked anew?"
    question.save_revision().publish()

    asked = QuestionVersion.objects.get(pk=attempt.items[0]["version"])
    assert asked.data["stem"] != "Asked anew?"
    attempts.save(attempt, key_of(attempt), at=NOON)
    assert attempts.submit(attempt, by=run.person, at=NOON).points == 2
    later = attempts.start(run, check_of(page), at=NOON)
    assert "Asked anew?" in [QuestionVersion.objects.get(pk=item["version"]).data["stem"] for item in later.items]


def test_answers_can_be_changed_until_the_final_is_handed_in():
    run = ready_for_the_final(page := course(final=4))
    attempt = attempts.start(run, final_of(page), at=NOON)

    attempts.answer(attempt, 1, wrong_at(attempt, 1), at=NOON)
    attempts.answer(attempt, 1, key_of(attempt)[1], at=NOON)

    assert Answer.objects.get(attempt=attempt).choice == key_of(attempt)[1]


def test_an_answer_in_a_check_stays_as_given():
    run = person_in(page := course())
    attempt = attempts.start(run, check_of(page), at=NOON)
    attempts.answer(attempt, 1, wrong_at(attempt, 1), at=NOON)

    with pytest.raises(attempts.Refused, match="already"):
        attempts.answer(attempt, 1, key_of(attempt)[1], at=NOON)

    assert Answer.objects.get(attempt=attempt).choice == wrong_at(attempt, 1)


@pytest.mark.parametrize(("position", "choice"), [(0, None), (3, None), (1, ["nonsense"]), (1, []), (1, "two")])
def test_what_is_no_answer_to_this_paper_leaves_no_row(position, choice):
    run = person_in(page := course())
    attempt = attempts.start(run, check_of(page), at=NOON)
    first = attempt.items[0]["order"]

    with pytest.raises(attempts.Refused):
        attempts.answer(attempt, position, first[:2] if choice == "two" else [first[0]] if choice is None else choice, at=NOON)

    assert not Answer.objects.exists()


def test_a_closed_attempt_takes_no_answer():
    run = person_in(page := course())
    attempt = sit(run, check_of(page))

    with pytest.raises(attempts.Refused, match="handed in"):
        attempts.answer(attempt, 1, key_of(attempt)[1], at=NOON)
    with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
        Answer.objects.filter(attempt=attempt).update(choice=["forged"])


def test_handing_in_twice_is_handing_in_once():
    run = person_in(page := course())
    attempt = sit(run, check_of(page))

    again = attempts.submit(attempt, by=run.person, at=NOON + DAY)

    assert again.submitted_at == NOON


def test_nothing_answered_cannot_be_handed_in():
    run = person_in(page := course())
    attempt = attempts.start(run, check_of(page), at=NOON)

    with pytest.raises(attempts.Refused, match="Nothing is answered"):
        attempts.submit(attempt, by=run.person, at=NOON)


def test_who_answers_by_the_key_passes_and_completes():
    run = ready_for_the_final(page := course(final=4))

    attempt = sit(run, final_of(page))

    made = completions.of(run.person, page.key).get()
    assert (attempt.points, attempt.outcome) == (4, "passed")
    assert (made.attempt, made.completed_at, made.enrollment.closed_at) == (attempt, NOON, NOON)


def test_half_a_point_too_few_is_not_yet():
    page = course(final=4, asking={"type": "multiple", "right": "ab"})
    run = ready_for_the_final(page)
    attempt = attempts.start(run, final_of(page), at=NOON)
    choices = key_of(attempt)
    choices[3], choices[4] = choices[3][:1], attempt.items[3]["order"]

    attempts.save(attempt, choices, at=NOON)
    attempt = attempts.submit(attempt, by=run.person, at=NOON)

    assert (attempt.points, attempt.paper["pass_points"], attempt.outcome) == (Fraction(5, 2), 3, "not_yet")


def test_three_tries_with_their_waits_and_then_only_the_office():
    page = course(final=4)
    run = ready_for_the_final(page)
    final = final_of(page)

    sit(run, final, wrong=3, at=NOON)
    with pytest.raises(attempts.NotYet) as soon:
        attempts.start(run, final, at=NOON + timedelta(hours=23))
    sit(run, final, wrong=3, at=NOON + DAY)
    sit(run, final, wrong=3, at=NOON + 4 * DAY)
    with pytest.raises(attempts.NotYet) as over:
        attempts.start(run, final, at=NOON + 400 * DAY)

    assert (soon.value.bars, over.value.bars) == ([Bar.WAIT], [Bar.NO_ATTEMPT_LEFT])
    enrollments.extend(run, attempts=1, reason="We talked it through.", by=StaffFactory(), at=NOON + 5 * DAY)
    assert sit(run, final, at=NOON + 5 * DAY).number == 4
    assert Completion.objects.count() == 1


def test_a_new_run_cannot_be_opened_to_dodge_the_wait():
    page = course(final=4)
    run = ready_for_the_final(page)
    sit(run, final_of(page), wrong=3)

    assert enrollments.start(run.person, page, at=NOON + DAY) == run


def test_an_old_attempt_with_an_answer_counts_and_one_without_does_not():
    page = course(final=4)
    answered, empty = ready_for_the_final(page), ready_for_the_final(page)
    first = attempts.start(answered, final_of(page), at=NOON)
    second = attempts.start(empty, final_of(page), at=NOON)
    attempts.answer(first, 1, key_of(first)[1], at=NOON)

    assert attempts.close_stale(at=NOON + 29 * DAY) == 0
    assert attempts.close_stale(at=NOON + 30 * DAY) == 2

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.outcome, first.points) == ("not_yet", 1)
    assert second.outcome == "unused"
    assert attempts.start(empty, final_of(page), at=NOON + 31 * DAY).number == 2


def critical_course():
    """A final in which two questions stand on a critical clause, one of which is drawn."""
    page = course(final=4)
    final = final_of(page)
    Question.objects.filter(module=final).update(section="standards")
    QuestionFactory.create_batch(3, module=final, clauses="CF-04", critical=True, section="confidentiality")
    for question in Question.objects.filter(module=final, section="standards"):
        question.save_revision().publish()
    ModulePage.objects.filter(pk=final.pk).update(blueprint={"confidentiality": 1, "standards": 3}, min_critical=1)
    return page


def sit_missing_the_critical_one(page):
    run = ready_for_the_final(page)
    attempt = attempts.start(run, final_of(page), at=NOON)
    choices = key_of(attempt)
    critical = next(n for n, item in enumerate(attempt.items, 1) if QuestionVersion.objects.get(pk=item["version"]).data["critical"])
    choices[critical] = wrong_at(attempt, critical)
    attempts.save(attempt, choices, at=NOON)
    return attempts.submit(attempt, by=run.person, at=NOON)


def right_choice(makeup: MakeUp) -> list[str]:
    return [option["id"] for option in makeup.version.data["options"] if option["correct"]]


def test_a_missed_critical_clause_keeps_the_completion_waiting_until_it_is_right():
    attempt = sit_missing_the_critical_one(critical_course())
    person = attempt.enrollment.person

    assert (attempt.outcome, attempt.points) == ("passed", 3)
    assert makeups.outstanding(attempt) == ["CF-04"]
    assert not Completion.objects.exists()

    first = makeups.ask(attempt, "CF-04", at=NOON)
    assert makeups.ask(attempt, "CF-04", at=NOON) == first
    wrong = next(option for option in first.order if option not in right_choice(first))
    assert not makeups.answer(first, [wrong], by=person, at=NOON).right
    assert not Completion.objects.exists()

    second = makeups.ask(attempt, "CF-04", at=NOON + DAY)
    assert second.version_id != first.version_id
    makeups.answer(second, right_choice(second), by=person, at=NOON + DAY)
    assert Completion.objects.get().completed_at == NOON + DAY
    with pytest.raises(makeups.Refused):
        makeups.ask(attempt, "CF-04", at=NOON + DAY)


def test_a_makeup_is_answered_once():
    attempt = sit_missing_the_critical_one(critical_course())
    makeup = makeups.ask(attempt, "CF-04", at=NOON)
    makeups.answer(makeup, right_choice(makeup), by=attempt.enrollment.person, at=NOON)

    with pytest.raises(makeups.Refused, match="already"):
        makeups.answer(makeup, right_choice(makeup), by=attempt.enrollment.person, at=NOON)


def test_a_version_and_a_paper_stay_as_they_are():
    run = person_in(page := course())
    attempt = attempts.start(run, check_of(page), at=NOON)

    for act in (
        lambda: QuestionVersion.objects.update(sha256="x"),
        lambda: QuestionVersion.objects.all().delete(),
        lambda: Attempt.objects.filter(pk=attempt.pk).update(paper={}),
        lambda: Attempt.objects.filter(pk=attempt.pk).delete(),
    ):
        with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
            act()


def test_staff_record_another_route_with_a_reason():
    run = person_in(page := course(final=4))

    with pytest.raises(enrollments.ReasonMissing):
        completions.record_otherwise(run, reason=" ", by=StaffFactory(), at=NOON)
    assert not Completion.objects.exists()
    made = completions.record_otherwise(run, reason="A live session of two hours.", by=StaffFactory(), at=NOON)

    assert (made.route, made.attempt, made.enrollment.closed_at) == ("other", None, NOON)
    assert completions.of(run.person, page.key).get() == made
    assert run.accommodations.get().reason == "A live session of two hours."


def test_ten_runs_in_a_row_keep_their_history():
    page = course(final=4)
    first = ready_for_the_final(page)
    sit(first, final_of(page))
    for year in range(1, 10):
        at = NOON + 365 * year * DAY
        run = enrollments.start(first.person, page, at=at, again=True)
        read_everything(run, at=at)
        sit(run, check_of(page), at=at)
        sit(run, final_of(page), at=at)

    assert [made.enrollment.number for made in completions.of(first.person, page.key)] == list(range(1, 11))


def test_an_assigned_run_stands_beside_the_persons_own():
    page = course()
    own = person_in(page)

    assigned = enrollments.assign(own.person, page, by=StaffFactory(), at=NOON)

    assert enrollments.assign(own.person, page, by=StaffFactory(), at=NOON) == assigned != own
    assert enrollments.start(own.person, page, at=NOON) == assigned


def test_a_course_without_a_final_is_complete_when_all_is_read_and_checked():
    page = course()
    run = person_in(page)
    read_everything(run)
    assert not Completion.objects.exists()

    sit(run, check_of(page))

    assert completions.of(run.person, page.key).exists()


def test_a_person_who_passed_is_told_what_is_left_and_where():
    page = critical_course()
    attempt = sit_missing_the_critical_one(page)

    summary = progress.summary(attempt.enrollment.person, page, at=NOON)

    assert summary.state is progress.State.TO_PUT_RIGHT
    assert [duty.clause for duty in summary.to_put_right] == ["CF-04"]


def test_the_summary_says_where_to_go_on():
    page = course(final=4)
    run = person_in(page)
    started = progress.summary(run.person, page, at=NOON)
    read_everything(run)
    sit(run, check_of(page))
    ready = progress.summary(run.person, page, at=NOON)
    sit(run, final_of(page), wrong=3)
    waiting = progress.summary(run.person, page, at=NOON)

    assert (started.state, started.next_step, started.lessons_done) == (progress.State.LEARNING, "Go on with the lesson “Lesson 1”", 0)
    assert (ready.state, ready.lessons_done, ready.checks_passed) == (progress.State.READY, 2, 1)
    assert (waiting.state, waiting.attempts_used, waiting.opens_at) == (progress.State.WAITING, 1, NOON + DAY)
    assert (ready.next_step, waiting.next_step) == ("Go on to the final quiz", "Look at your attempts")
    assert [one.is_blocked for one in (started, ready, waiting)] == [False, False, True]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [(0, ["attempt_started", "attempt_submitted", "course_completed"]), (4, ["attempt_started", "attempt_submitted"])],
    ids=["passed", "not yet"],
)
def test_the_ledger_tells_of_handing_in_whatever_comes_of_it_and_before_what_comes_of_it(wrong, told):
    run = ready_for_the_final(page := course(final=4))
    before = Entry.objects.count()

    sit(run, final_of(page), wrong=wrong)

    actions = Entry.objects.order_by("pk").values_list("action", flat=True)[before:]
    assert list(actions) == [f"courses.{name}" for name in told]


def test_the_ledger_tells_of_a_clause_put_right_and_then_of_the_completion():
    attempt = sit_missing_the_critical_one(critical_course())
    before = Entry.objects.count()

    makeup = makeups.ask(attempt, "CF-04", at=NOON)
    makeups.answer(makeup, right_choice(makeup), by=attempt.enrollment.person, at=NOON)

    told = list(Entry.objects.order_by("pk").values_list("action", flat=True)[before:])
    assert told == ["courses.clause_put_right", "courses.course_completed"]
