"""Checks and the final quiz on screen, and what is refused there."""

from datetime import timedelta

import pytest
from django.urls import reverse

from audit import clock
from courses import attempts, makeups
from courses.enrollments import extend
from courses.models import Answer, Attempt, Completion, MakeUp, ModulePage, QuestionVersion
from tests.courses.test_attempts import critical_course, right_choice, sit_missing_the_critical_one
from tests.factories.accounts import StaffFactory, UserFactory
from tests.factories.courses import NOON, QuestionFactory, course, final_of, key_of, person_in, ready_for_the_final, sit, wrong_at

pytestmark = pytest.mark.django_db


def body(answer) -> str:
    return answer.content.decode()


def secrets(attempt: Attempt) -> list[str]:
    versions = QuestionVersion.objects.in_bulk([item["version"] for item in attempt.items])
    return [option["rationale"] for version in versions.values() for option in version.data["options"]]


def test_what_is_said_of_the_questions_of_a_later_attempt_is_true(client):
    """Of a dozen questions the first three papers of four have each its own; the fourth asks some again."""
    page = course(final=4, attempts_allowed=4, wait_hours=[0, 0, 0, 0])
    run = ready_for_the_final(page)
    client.force_login(run.person)
    papers = [{item["version"] for item in sit(run, final_of(page), wrong=3).items} for _ in range(4)]

    assert set.union(*papers[:3]) == set.union(*papers)
    assert len(set.union(*papers)) == 12
    said = "Questions that you have not had yet come first; some that you had may be among them again."
    assert said in body(client.get(reverse("quiz", args=[page.slug])))
    extend(run, attempts=1, reason="A talk", by=StaffFactory(), at=NOON)
    page = body(client.get(Attempt.objects.filter(module__quiz="final").first().address("result")))
    assert said in page
    assert "asks other questions" not in page


def started_final(client, **fields) -> Attempt:
    page = course(final=4, **fields)
    run = ready_for_the_final(page, at=clock.now())
    client.force_login(run.person)
    client.post(reverse("quiz", args=[page.slug]))
    return Attempt.objects.get(module=final_of(page))


def started_check(client, **fields) -> Attempt:
    run = person_in(page := course(**fields), at=clock.now())
    client.force_login(run.person)
    client.post(reverse("check", args=[page.slug, "m1"]))
    return Attempt.objects.get()


def test_quizzes_ask_for_a_log_in(client):
    page = course(final=4)

    for path in (reverse("quiz", args=[page.slug]), reverse("check", args=[page.slug, "m1"])):
        assert client.get(path).url.startswith("/accounts/login/")
        assert client.post(path).url.startswith("/accounts/login/")
    assert not Attempt.objects.exists()


def test_the_final_says_what_stands_before_it(client):
    page = course(final=4)
    client.force_login(person_in(page).person)

    text = body(client.get(reverse("quiz", args=[page.slug])))

    assert "Lessons marked as read: 0 of 2." in text
    assert "Checks passed: 0 of 1." in text
    assert "Begin the quiz" not in text
    client.post(reverse("quiz", args=[page.slug]))
    assert not Attempt.objects.exists()


def test_a_whole_final_without_script_from_start_to_completion(client):
    attempt = started_final(client)
    path = attempt.address("question", 1)
    for position, choice in key_of(attempt).items():
        assert path == attempt.address("question", position)
        path = client.post(path, {f"q{position}-choice": choice}).url
    assert path == attempt.address("review")
    assert "All 4 questions are answered." in body(client.get(path))

    result = client.post(path, follow=True)

    assert "The course is complete" in body(result)
    assert secrets(attempt)[0] in body(result)
    assert Completion.objects.get().attempt == attempt


def test_an_open_final_shows_no_key_and_no_reason(client):
    attempt = started_final(client)
    attempts.save(attempt, key_of(attempt), at=clock.now())

    pages = [attempt.address("question", n) for n in range(1, 5)] + [attempt.address("all"), attempt.address("review")]
    for text in [body(client.get(path)) for path in pages] + [body(client.get(attempt.address("result"), follow=True))]:
        assert "Option" in text or "Look over" in text
        assert not any(secret in text for secret in secrets(attempt))
        assert "correct" not in text
        assert "rationale" not in text


def test_an_open_final_cannot_be_opened_as_a_check(client):
    attempt = started_final(client)
    attempts.save(attempt, key_of(attempt), at=clock.now())
    course_slug, module = attempt.enrollment.course.slug, attempt.module.slug

    assert client.get(reverse("check_question", args=[course_slug, module, attempt.pk, 1])).status_code == 404
    assert client.get(reverse("check_question", args=[course_slug, "m1", attempt.pk, 1])).status_code == 404


def test_the_page_before_handing_in_names_what_is_open(client):
    attempt = started_final(client)
    attempts.answer(attempt, 2, key_of(attempt)[2], at=clock.now())

    text = body(client.get(attempt.address("review")))

    assert "3 of 4 questions are not answered yet" in text
    assert text.count("Not answered yet") == 3


def test_another_device_goes_on_where_the_first_one_stopped(client):
    attempt = started_final(client)
    attempts.answer(attempt, 1, key_of(attempt)[1], at=clock.now())

    assert client.post(reverse("quiz", args=[attempt.enrollment.course.slug])).url == attempt.address("question", 2)
    assert "checked" in body(client.get(attempt.address("question", 1)))


def test_save_and_pause_keeps_the_answer_and_needs_none(client):
    attempt = started_final(client)

    home = client.post(attempt.address("question", 1), {"q1-choice": key_of(attempt)[1][0], "pause": "1"}).url
    assert home == attempt.enrollment.course.get_absolute_url()
    assert client.post(attempt.address("question", 2), {"pause": "1"}).url == home
    assert Answer.objects.filter(attempt=attempt).count() == 1


def test_all_questions_on_one_page_save_what_is_filled_in(client):
    attempt = started_final(client)
    key = key_of(attempt)

    client.post(attempt.address("all"), {"q1-choice": key[1], "q3-choice": key[3]})

    assert dict(Answer.objects.filter(attempt=attempt).values_list("position", "choice")) == {1: key[1], 3: key[3]}


def test_all_questions_on_one_page_can_be_chosen_at_the_start_and_later(client):
    page = course(final=4)
    client.force_login(ready_for_the_final(page, at=clock.now()).person)
    quiz = reverse("quiz", args=[page.slug])
    assert "Begin with all questions on one page" in body(client.get(quiz))

    begun = client.post(quiz, {"together": "1"})
    attempt = Attempt.objects.get(module=final_of(page))
    assert begun.url == attempt.address("all")
    attempts.answer(attempt, 1, key_of(attempt)[1], at=clock.now())

    assert "Go on with all questions on one page" in body(client.get(quiz))
    assert client.post(quiz, {"together": "1"}).url == attempt.address("all")
    assert client.post(quiz).url == attempt.address("question", 2)


def test_a_check_has_no_page_for_all_its_questions(client):
    page = course()
    client.force_login(person_in(page, at=clock.now()).person)

    begun = client.post(reverse("check", args=[page.slug, "m1"]), {"together": "1"})

    assert begun.url == Attempt.objects.get().address("question", 1)


def test_a_miss_shows_sections_and_lessons_and_no_key(client):
    attempt = started_final(client)
    for position in key_of(attempt):
        client.post(attempt.address("question", position), {f"q{position}-choice": wrong_at(attempt, position)})

    text = body(client.post(attempt.address("review"), follow=True))

    assert "Not yet" in text
    assert "0 of 4 points" in text
    assert "fail" not in text.lower()
    assert "The next attempt opens on" in text
    assert not any(secret in text for secret in secrets(attempt))
    assert not Completion.objects.exists()


def test_a_check_gives_the_reasons_of_every_option_after_each_answer(client):
    attempt = started_check(client)
    path = attempt.address("question", 1)
    assert not any(secret in body(client.get(path)) for secret in secrets(attempt))

    text = body(client.post(path, {"q1-choice": wrong_at(attempt, 1)}, follow=True))

    version = QuestionVersion.objects.get(pk=attempt.items[0]["version"])
    assert all(option["rationale"] in text for option in version.data["options"])
    assert "Not quite" in text


def test_a_check_is_handed_in_and_leads_on(client):
    attempt = started_check(client)
    for position, choice in key_of(attempt).items():
        client.post(attempt.address("question", position), {f"q{position}-choice": choice})

    text = body(client.post(attempt.address("result"), follow=True))

    assert "Passed" in text
    assert "2 of 2 points" in text


def test_an_ordering_question_is_answered_by_places(client):
    page = course(checks=1, questions=0)
    module = ModulePage.objects.descendant_of(page).get()
    QuestionFactory.create_batch(2, module=module, type="ordering", right="")
    run = person_in(page)
    client.force_login(run.person)
    client.post(reverse("check", args=[page.slug, "m1"]))
    attempt = Attempt.objects.get()
    order, right = attempt.items[0]["order"], key_of(attempt)[1]
    places = {f"q1-place-{n}": right.index(option) + 1 for n, option in enumerate(order)}

    twice = client.post(attempt.address("question", 1), {**places, "q1-place-0": "1", "q1-place-1": "1"})
    assert "each number once" in body(twice)
    assert not Answer.objects.exists()

    client.post(attempt.address("question", 1), places)
    assert Answer.objects.get().choice == right


def test_a_refused_answer_comes_back_with_words_and_a_link_to_the_question(client):
    attempt = started_final(client)

    answer = client.post(attempt.address("question", 1), {})

    assert "Nothing is chosen yet. Choose an answer, then save." in body(answer)
    assert 'href="#question-1"' in body(answer)
    assert not Answer.objects.filter(attempt=attempt).exists()


@pytest.mark.parametrize(
    "data", [{"q1-choice": "forged"}, {"q1-choice": ["", ""]}, {"points": "20"}, {"q2-choice": "x"}, {"outcome": "passed"}]
)
def test_a_forged_answer_leaves_no_row(client, data):
    attempt = started_final(client)

    client.post(attempt.address("question", 1), data)

    assert not Answer.objects.filter(attempt=attempt).exists()
    assert Attempt.objects.get(pk=attempt.pk).is_open


def test_a_forged_score_or_completion_counts_for_nothing(client):
    attempt = started_final(client)
    client.post(attempt.address("question", 1), {"q1-choice": wrong_at(attempt, 1)})

    client.post(attempt.address("review"), {"sure": "1", "points": "9999", "outcome": "passed", "completed_at": "2026-01-01"})

    attempt.refresh_from_db()
    assert (attempt.points, attempt.outcome) == (0, "not_yet")
    assert not Completion.objects.exists()


def test_another_persons_attempt_is_not_there(client):
    attempt = started_final(client)
    client.force_login(UserFactory())

    for page in (attempt.address("question", 1), attempt.address("all"), attempt.address("review"), attempt.address("again", "SC-01")):
        assert client.get(page).status_code == 404
        assert client.post(page, {"q1-choice": key_of(attempt)[1]}).status_code == 404
    assert client.get(attempt.address("result")).status_code == 404
    assert not Answer.objects.filter(attempt=attempt).exists()


def test_a_question_that_is_not_on_the_paper_is_not_there(client):
    attempt = started_final(client)

    assert client.post(attempt.address("question", 5), {"q5-choice": "x"}).status_code == 404
    assert client.post(attempt.address("question", 0), {"q0-choice": "x"}).status_code == 404


def test_a_closed_attempt_takes_no_more(client):
    attempt = started_final(client)
    attempts.save(attempt, {1: wrong_at(attempt, 1)}, at=clock.now())
    attempts.submit(attempt, by=attempt.enrollment.person, at=clock.now())

    for path, data in (
        (attempt.address("question", 1), {"q1-choice": key_of(attempt)[1]}),
        (attempt.address("all"), {"q2-choice": key_of(attempt)[2]}),
    ):
        client.post(path, data)
    client.post(attempt.address("review"))

    assert dict(Answer.objects.filter(attempt=attempt).values_list("position", "choice")) == {1: wrong_at(attempt, 1)}


def test_a_missed_duty_is_put_right_on_screen(client):
    attempt = sit_missing_the_critical_one(critical_course())
    client.force_login(attempt.enrollment.person)
    result = body(client.get(attempt.address("result")))
    assert "<h1>Almost done: one more question</h1>" in result
    assert "As soon as that is right, the course is complete." in result

    path = attempt.address("again", "CF-04")
    client.get(path)
    makeup = MakeUp.objects.get()
    assert not any(option["rationale"] in body(client.get(path)) for option in makeup.version.data["options"])
    wrong = next(option for option in makeup.order if option not in right_choice(makeup))
    assert "Not yet. Read why" in body(client.post(path, {"q1-choice": wrong}, follow=True))
    client.get(f"{path}?next=1")
    second = MakeUp.objects.get(answered_at=None)
    done = body(client.post(path, {"q2-choice": right_choice(second)}, follow=True))

    assert "The course is complete" in done
    assert Completion.objects.count() == 1
    assert makeups.outstanding(attempt) == []


def test_after_the_third_miss_the_page_names_the_office_and_no_clock(client):
    page = course(final=4)
    run = ready_for_the_final(page)
    for days in (0, 1, 4):
        sit(run, final_of(page), wrong=3, at=NOON + timedelta(days=days))
    client.force_login(run.person)

    text = body(client.get(reverse("quiz", args=[page.slug])))

    assert "All attempts are used; the office opens the next one with you" in text
    assert "Begin the quiz" not in text


@pytest.mark.parametrize("count", [4, 12])
def test_a_question_and_its_answer_cost_the_same_on_a_long_paper(client, django_assert_num_queries, count):
    page = course(final=count)
    run = ready_for_the_final(page, at=clock.now())
    attempt = attempts.start(run, final_of(page), at=clock.now())
    client.force_login(run.person)
    path, choice = attempt.address("question", 1), {"q1-choice": key_of(attempt)[1]}

    with django_assert_num_queries(4):
        client.get(path)
    with django_assert_num_queries(8):
        client.post(path, choice)


@pytest.mark.parametrize("count", [4, 12])
def test_a_whole_attempt_on_one_page_costs_the_same_for_a_long_paper(client, django_assert_num_queries, count):
    page = course(final=count)
    run = ready_for_the_final(page, at=clock.now())
    client.force_login(run.person)
    quiz = reverse("quiz", args=[page.slug])

    with django_assert_num_queries(8):
        client.get(quiz)
    with django_assert_num_queries(13):
        client.post(quiz, {"together": "1"})
    attempt = Attempt.objects.get(module=final_of(page))
    choices = {f"q{n}-choice": choice for n, choice in key_of(attempt).items()}
    every, review, result = attempt.address("all"), attempt.address("review"), attempt.address("result")
    with django_assert_num_queries(4):
        client.get(every)
    with django_assert_num_queries(8):
        client.post(every, choices)
    with django_assert_num_queries(3):
        client.get(review)
    with django_assert_num_queries(15):
        client.post(review)
    with django_assert_num_queries(5):
        client.get(result)
    assert Completion.objects.exists()


def test_with_questions_open_the_strong_button_goes_on_answering_and_handing_in_says_how_many_are_open(client):
    attempt = started_final(client)
    empty = body(client.get(attempt.address("review")))
    attempts.answer(attempt, 1, key_of(attempt)[1], at=clock.now())
    begun = body(client.get(attempt.address("review")))
    attempts.save(attempt, key_of(attempt), at=clock.now())
    whole = body(client.get(attempt.address("review")))

    assert f'<a class="button" href="{attempt.address("question", 1)}">Answer the first question</a>' in empty
    assert f'<a class="button" href="{attempt.address("question", 2)}">Go on answering: question 2</a>' in begun
    assert [text.count("button--quiet") for text in (empty, begun, whole)] == [0, 1, 0]
    assert ["Hand in" in empty, "Hand in with 3 open" in begun, ">Hand in</button>" in whole] == [False, True, True]
    assert "You can hand in once at least one question is answered." in empty
    assert begun.index("Go on answering") < begun.index("Hand in with 3 open")
    assert "the 3 open questions then earn no point" in begun
    assert all("its answers cannot be changed afterwards" in text and "button--grave" in text for text in (begun, whole))


def test_whoever_hands_in_with_questions_open_is_asked_once_more(client):
    attempt = started_final(client)
    client.post(attempt.address("question", 1), {"q1-choice": wrong_at(attempt, 1)})

    asked = body(client.post(attempt.address("review")))
    attempt.refresh_from_db()

    assert attempt.is_open
    assert "Nothing was handed in yet. Tick the box if you mean it, or go on answering." in asked
    assert client.post(attempt.address("review"), {"sure": "1"})["Location"] == attempt.address("result")
    attempt.refresh_from_db()
    assert not attempt.is_open


def test_the_answers_shown_say_what_was_right_and_what_was_chosen(client):
    attempt = started_check(client)
    wrong = wrong_at(attempt, 1)

    text = body(client.post(attempt.address("question", 1), {"q1-choice": wrong}, follow=True))

    told = ["Right, but you did not choose it", "Not right, but you chose it", "Not right, and you did not choose it"]
    assert [text.count(words) for words in told] == [1, 1, 2]
    assert [text.count(f"answer--{look}") for look in ("hit", "missed", "wrong", "left")] == [0, 1, 1, 2]


def test_a_step_put_in_the_wrong_place_is_not_shown_as_right(client):
    page = course(checks=1, questions=0)
    QuestionFactory.create_batch(2, module=ModulePage.objects.descendant_of(page).get(), type="ordering", right="")
    client.force_login(person_in(page).person)
    client.post(reverse("check", args=[page.slug, "m1"]))
    attempt = Attempt.objects.get()
    first, second, *rest = key_of(attempt)[1]
    given = [second, first, *rest]

    places = {f"q1-place-{n}": given.index(option) + 1 for n, option in enumerate(attempt.items[0]["order"])}
    text = body(client.post(attempt.address("question", 1), places, follow=True))

    assert "Place 1: you put it in place 2" in text
    assert "Place 3: right, you put it here" in text
    assert [text.count(f"answer--{look}") for look in ("hit", "missed", "wrong", "left")] == [2, 0, 2, 0]
