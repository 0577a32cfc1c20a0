"""What the learners' and the authors' screens ask of the database: as much for a long course, paper or history as for a short one."""

import pytest
from django.urls import reverse

from audit import clock
from courses import enrollments, makeups
from courses.models import Attempt, Enrollment, MakeUp, ModulePage, Question
from tests.courses.test_attempts import critical_course, right_choice, sit_missing_the_critical_one
from tests.factories.accounts import AdministratorFactory, UserFactory
from tests.factories.courses import course, final_of, key_of, person_in, ready_for_the_final, sit

pytestmark = pytest.mark.django_db


def check_of(page) -> ModulePage:
    return ModulePage.objects.descendant_of(page).filter(quiz="check").order_by("path").first()


@pytest.mark.parametrize("count", [10, 200])
def test_a_stranger_reads_a_long_course_at_the_price_of_a_short_one(client, django_assert_num_queries, count):
    page = course(lessons=count, name="kindness")

    with django_assert_num_queries(3):
        client.get("/learn/")
    with django_assert_num_queries(2):
        client.get("/learn/kindness/")
    with django_assert_num_queries(3):
        client.get("/learn/kindness/m1/l1/")
    with django_assert_num_queries(2):
        client.get("/learn/kindness/m1/")
    assert page


@pytest.mark.parametrize("count", [10, 200])
@pytest.mark.parametrize("runs", [1, 3])
def test_a_coach_reads_a_lesson_of_a_long_course_at_the_price_of_a_short_one(client, django_assert_num_queries, count, runs):
    run = person_in(course(lessons=count, name="kindness"))
    for _ in range(runs - 1):
        Enrollment.objects.filter(pk=run.pk).update(closed_at=clock.now())
        run = enrollments.start(run.person, run.course, at=clock.now(), again=True)
    client.force_login(run.person)

    with django_assert_num_queries(6):
        client.get("/learn/kindness/m1/l1/")


@pytest.mark.parametrize("count", [10, 200])
def test_marking_a_lesson_costs_the_same_in_a_long_course(client, django_assert_num_queries, count):
    page = course(lessons=count, name="kindness", final=4)
    client.force_login(UserFactory())

    with django_assert_num_queries(24):
        client.post("/learn/kindness/m1/l1/")
    with django_assert_num_queries(13):
        client.post("/learn/kindness/m1/l1/")
    assert page


@pytest.mark.parametrize("count", [2, 6])
def test_a_check_costs_the_same_for_many_questions(client, django_assert_num_queries, count):
    page = course(questions=count * 2)
    module = check_of(page)
    ModulePage.objects.filter(pk=module.pk).update(draw=count)
    run = person_in(page, at=clock.now())
    client.force_login(run.person)
    start = reverse("check", args=[page.slug, module.slug])

    with django_assert_num_queries(6):
        client.get(start)
    with django_assert_num_queries(12):
        client.post(start)
    attempt = Attempt.objects.get()
    with django_assert_num_queries(7):
        client.get(attempt.address("question", 1))
    for position, choice in key_of(attempt).items():
        with django_assert_num_queries(9):
            client.post(attempt.address("question", position), {f"q{position}-choice": choice})
    with django_assert_num_queries(5):
        client.get(attempt.address("question", 1))
    with django_assert_num_queries(4):
        client.get(attempt.address("result"))
    with django_assert_num_queries(13):
        client.post(attempt.address("result"))
    with django_assert_num_queries(5):
        client.get(attempt.address("result"))


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_before_the_final_costs_the_same_after_many_attempts(client, django_assert_num_queries, rows):
    page = course(final=4)
    run = ready_for_the_final(page)
    for _ in range(rows):
        attempt = sit(run, final_of(page), wrong=4)
        Attempt.objects.filter(pk=attempt.pk).update(submitted_at="2020-01-01T00:00Z", started_at="2020-01-01T00:00Z")
    client.force_login(run.person)

    with django_assert_num_queries(8):
        client.get(reverse("quiz", args=[page.slug]))
    with django_assert_num_queries(8):
        client.get(attempt.address("result"))


@pytest.mark.parametrize("tries", [1, 3])
def test_putting_right_costs_the_same_after_many_tries(client, django_assert_num_queries, tries):
    attempt = sit_missing_the_critical_one(critical_course())
    for _ in range(tries):
        makeup = makeups.ask(attempt, "CF-04", at=clock.now())
        wrong = next(option for option in makeup.order if option not in right_choice(makeup))
        makeups.answer(makeup, [wrong], by=attempt.enrollment.person, at=clock.now())
    client.force_login(attempt.enrollment.person)
    path = attempt.address("again", "CF-04")

    with django_assert_num_queries(7):
        client.get(attempt.address("result"))
    with django_assert_num_queries(8):
        client.get(path)
    with django_assert_num_queries(21):
        client.get(f"{path}?next=1")
    makeup = MakeUp.objects.get(answered_at=None)
    with django_assert_num_queries(26):
        client.post(path, {f"q{makeup.number}-choice": right_choice(makeup)})


@pytest.mark.parametrize("rows", [1, 3])
def test_the_authors_screens_cost_the_same_for_many_records(client, django_assert_num_queries, rows):
    page = course(final=4)
    for _ in range(rows):
        sit(ready_for_the_final(page), final_of(page))
    question = Question.objects.filter(module=final_of(page)).first()
    client.force_login(AdministratorFactory())
    addresses = {
        reverse("courses_records", args=["page", page.pk]): 16,
        reverse("courses_records", args=["question", question.pk]): 14,
        reverse("courses_void", args=[question.versions.get().pk]): 15,
    }
    for address in addresses:
        client.get(address)

    for address, number in addresses.items():
        with django_assert_num_queries(number):
            client.get(address)
