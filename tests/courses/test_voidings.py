"""Withdrawing a bad version of a question: who gets the point, and that nobody is asked it again."""

import pytest
from django.urls import reverse

from audit.models import Entry
from courses import attempts, coverage, invariants, makeups, papers, rules, voidings
from courses.models import Completion, MakeUp, ModulePage, Question, QuestionVersion
from tests.courses.test_attempts import critical_course, sit_missing_the_critical_one
from tests.factories.accounts import AdministratorFactory, StaffFactory
from tests.factories.cms import clauses
from tests.factories.courses import NOON, course, final_of, person_in, ready_for_the_final

pytestmark = pytest.mark.django_db


def withdraw(version: QuestionVersion, **more) -> voidings.Effect:
    return voidings.void(version, **{"reason": "Two of its answers are right.", "by": StaffFactory(), "at": NOON, **more})


def check_of(page) -> ModulePage:
    return ModulePage.objects.descendant_of(page).get()


def asked_of(page, times: int = 30) -> set[int]:
    """The versions that so many new papers of a check ask."""
    return {item["version"] for seed in range(times) for item in papers.freeze(check_of(page), {}, seed=seed)["items"]}


def test_no_new_paper_asks_a_version_that_was_withdrawn():
    page = course(questions=3)
    bad = Question.objects.first().versions.get()
    assert bad.pk in asked_of(page)

    withdraw(bad)

    assert bad.pk not in asked_of(page)
    assert len(asked_of(page)) == 2


def test_a_new_version_of_a_withdrawn_question_is_asked_again():
    page = course(questions=3)
    question = Question.objects.first()
    withdraw(question.versions.get())

    question.stem = "What fits best, said better?"
    question.save_revision().publish()

    assert question.versions.last().pk in asked_of(page)
    assert question.versions.first().pk not in asked_of(page)


def test_publishing_the_same_words_again_brings_nothing_back():
    page = course(questions=3)
    question = Question.objects.first()
    withdraw(bad := question.versions.get())

    question.save_revision().publish()

    assert bad.pk not in asked_of(page)


def test_withdrawing_an_older_version_leaves_the_newer_one_in_use():
    page = course(questions=3)
    question = Question.objects.first()
    question.stem = "What fits best, said better?"
    question.save_revision().publish()

    effect = withdraw(question.versions.first())

    assert effect.lacking == []
    assert question.versions.last().pk in asked_of(page)


def test_a_withdrawn_question_fills_no_place_of_a_critical_one():
    page = critical_course()
    for question in Question.objects.filter(critical=True):
        withdraw(question.versions.get())

    with pytest.raises(rules.PoolTooSmall):
        papers.freeze(final_of(page), {}, seed=1)


def test_whoever_puts_a_duty_right_is_asked_no_withdrawn_question():
    attempt = sit_missing_the_critical_one(critical_course())
    had = {item["version"] for item in attempt.items}
    first, *others = QuestionVersion.objects.filter(data__critical=True).exclude(pk__in=had)
    withdraw(first)

    for time in range(3):
        makeup = makeups.ask(attempt, "CF-04", at=NOON)
        assert makeup.version in others, time
        wrong = next(one for one in makeup.order if one not in papers.right(makeup.version.data))
        makeups.answer(makeup, [wrong], by=attempt.enrollment.person, at=NOON)


def test_where_every_other_question_was_withdrawn_the_missed_one_is_asked_again():
    attempt = sit_missing_the_critical_one(critical_course())
    had = {item["version"] for item in attempt.items}
    for version in QuestionVersion.objects.filter(data__critical=True).exclude(pk__in=had):
        withdraw(version)

    assert makeups.ask(attempt, "CF-04", at=NOON).version_id in had


def test_a_clause_whose_only_question_was_withdrawn_lacks_one():
    clauses("CF-04")
    page = course(questions=3)
    Question.objects.filter(module=check_of(page)).update(clauses="SC-01")
    question = Question.objects.first()
    Question.objects.filter(pk=question.pk).update(clauses="CF-04")
    assert "a question" not in next(row for row in coverage.rows() if row.clause.pk == "CF-04").gaps

    withdraw(question.versions.get())

    assert "a question" in next(row for row in coverage.rows() if row.clause.pk == "CF-04").gaps


def test_an_author_reads_before_and_after_that_the_quiz_can_no_longer_be_taken(client):
    page = course(questions=2)
    client.force_login(AdministratorFactory())
    address = reverse("courses_void", args=[Question.objects.first().versions.get().pk])

    before = client.get(address).content.decode()
    after = client.post(address, {"reason": "Two of its answers are right."}, follow=True).content.decode()

    assert "2 asked for, 1 in use" in before
    assert f"The quiz of “{check_of(page)}” can no longer be taken: 2 asked for, 1 in use." in after


def test_where_enough_questions_are_left_nobody_is_alarmed(client):
    course(questions=3)
    client.force_login(AdministratorFactory())
    address = reverse("courses_void", args=[Question.objects.first().versions.get().pk])

    assert "can no longer be taken" not in client.get(address).content.decode()
    assert "can no longer be taken" not in client.post(address, {"reason": "Bad."}, follow=True).content.decode()


def test_a_coach_is_told_kindly_where_too_few_questions_are_left(client):
    page = course(questions=2)
    withdraw(Question.objects.first().versions.get())
    client.force_login(person_in(page).person)

    answer = client.post(reverse("check", args=[page.slug, check_of(page).slug]), follow=True).content.decode()

    assert "This quiz has too few questions at the moment." in answer
    assert "nothing of yours is lost" in answer


def test_an_attempt_that_is_open_keeps_its_question_and_gets_the_point():
    run = ready_for_the_final(page := course(final=4))
    attempt = attempts.start(run, final_of(page), at=NOON)

    withdraw(QuestionVersion.objects.get(pk=attempt.items[0]["version"]))

    attempt.refresh_from_db()
    assert [shown.points for shown in papers.marked(attempt)] == [1, 0, 0, 0]


@pytest.mark.parametrize("answered", [True, False])
def test_whoever_had_it_to_put_a_duty_right_has_done_so_and_completes_the_course(client, answered):
    clauses("CF-04")
    attempt = sit_missing_the_critical_one(critical_course())
    makeup = makeups.ask(attempt, "CF-04", at=NOON)
    wrong = next(one for one in makeup.order if one not in papers.right(makeup.version.data))
    if answered:
        makeups.answer(makeup, [wrong], by=attempt.enrollment.person, at=NOON)
    assert not Completion.objects.exists()

    author = AdministratorFactory()
    client.force_login(author)
    address = reverse("courses_void", args=[makeup.version_id])
    assert "1 had it to put a duty right" in client.get(address).content.decode()
    for _click in range(2):
        client.post(address, {"reason": "Two of its answers are right."})

    makeup.refresh_from_db()
    assert makeup.right
    assert makeup.choice == ([wrong] if answered else None)
    assert Completion.objects.get().attempt == attempt
    assert Entry.objects.filter(action="courses.clause_put_right", actor_id=str(author.pk)).count() == 1
    assert [finding for check in (invariants.completions_are_earned, invariants.points_follow_from_the_paper) for finding in check()] == []
    client.force_login(attempt.enrollment.person)
    page = client.get(attempt.address("again", "CF-04")).content.decode()
    assert "Right. This one is settled." in page
    assert "This question was withdrawn." in page


def test_a_duty_that_was_put_right_by_another_question_meanwhile_stays_as_it_is():
    attempt = sit_missing_the_critical_one(critical_course())
    person = attempt.enrollment.person
    first = makeups.ask(attempt, "CF-04", at=NOON)
    makeups.answer(first, [next(one for one in first.order if one not in papers.right(first.version.data))], by=person, at=NOON)
    second = makeups.ask(attempt, "CF-04", at=NOON)
    makeups.answer(second, papers.right(second.version.data), by=person, at=NOON)

    withdraw(first.version)

    assert list(MakeUp.objects.order_by("number").values_list("right", flat=True)) == [False, True]
    assert Completion.objects.count() == 1


def test_an_author_does_not_withdraw_the_question_that_keeps_their_own_duty_open():
    attempt = sit_missing_the_critical_one(critical_course())
    makeup = makeups.ask(attempt, "CF-04", at=NOON)

    with pytest.raises(voidings.CannotVoid, match="nobody decides about themselves"):
        withdraw(makeup.version, by=attempt.enrollment.person)
