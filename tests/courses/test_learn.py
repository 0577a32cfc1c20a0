"""Courses and lessons on screen."""

import pytest
from django.urls import reverse
from wagtail.models import Page

from courses.models import CoursePage, Enrollment, LessonMark, LessonPage, ModulePage
from tests.factories.accounts import UserFactory
from tests.factories.courses import course, person_in, read_everything

pytestmark = pytest.mark.django_db


def address(lesson: LessonPage) -> str:
    module = ModulePage.objects.parent_of(lesson).get()
    return reverse("lesson", args=[module.get_parent().slug, module.slug, lesson.slug])


def first_lesson(page) -> LessonPage:
    return LessonPage.objects.descendant_of(page).order_by("path").first()


def test_everybody_can_read_without_an_account(client):
    page = course(name="kindness")
    lesson = first_lesson(page)

    assert "Kindness" in client.get("/learn/").content.decode()
    assert lesson.title in client.get("/learn/kindness/").content.decode()
    assert "Body of lesson 1." in client.get(address(lesson)).content.decode()


@pytest.mark.parametrize("draft", [CoursePage, ModulePage])
def test_nothing_below_a_draft_is_read_marked_or_asked(client, draft):
    page = course(lessons=1, final=4)
    check = ModulePage.objects.descendant_of(page).get(quiz="check")
    places = [address(first_lesson(page)), reverse("check", args=[page.slug, check.slug])]
    places += [reverse("module", args=[page.slug, check.slug])]
    places += [reverse("course", args=[page.slug]), reverse("quiz", args=[page.slug])] if draft is CoursePage else []
    client.force_login(UserFactory())
    assert [client.get(place).status_code for place in places] == [200, 200, 302, 200, 200][: len(places)]

    Page.objects.filter(pk__in=draft.objects.values("pk")).update(live=False)

    assert {client.get(place).status_code for place in places} == {404}
    assert {client.post(place).status_code for place in places} <= {404, 405}
    assert not Enrollment.objects.exists()


def test_the_warning_stands_before_what_it_warns_of(client):
    lesson = first_lesson(course())
    lesson.content_warning = "Mentions loss, without detail."
    lesson.offers_leaving = True
    lesson.save()

    text = client.get(address(lesson)).content.decode()

    assert text.index("Mentions loss") < text.index("See it.") < text.index("Body of lesson 1.")
    assert text.index("keeps this page in its history") < text.index("Leave this page") < text.index("See it.")
    assert '<a class="button button--quiet" href="https://www.wikipedia.org/" rel="noreferrer">Leave this page</a>' in text


def test_reading_starts_the_course_and_goes_on(client):
    page = course(lessons=2)
    person = UserFactory()
    client.force_login(person)
    first, second = LessonPage.objects.descendant_of(page).order_by("path")

    answer = client.post(address(first))

    assert answer.url == address(second)
    assert Enrollment.objects.get(person=person).marks.get().lesson == first
    assert client.post(address(second)).url == reverse("check", args=[page.slug, "m1"])


def test_marking_asks_for_a_log_in_and_stores_nothing(client):
    lesson = first_lesson(course())

    answer = client.post(address(lesson))

    assert answer.url.startswith("/accounts/login/")
    assert not LessonMark.objects.exists()


def test_a_lesson_edited_half_way_keeps_its_mark_and_says_so(client):
    page = course()
    run = person_in(page)
    read_everything(run)
    client.force_login(run.person)
    lesson = first_lesson(page)
    assert "Changed since you read it" not in client.get(page.get_absolute_url()).content.decode()

    lesson.body = [{"type": "text", "value": "<p>Said anew.</p>"}]
    lesson.save_revision().publish()

    assert client.get(page.get_absolute_url()).content.decode().count("Changed since you read it") == 1
    assert "This lesson changed since you read it. Your mark is kept." in client.get(address(lesson)).content.decode()
    assert run.marks.count() == 2
    client.post(address(lesson))
    assert "Changed since" not in client.get(page.get_absolute_url()).content.decode()


def test_a_draft_that_is_not_published_changes_nothing_for_readers(client):
    lesson = first_lesson(course())
    lesson.body = [{"type": "text", "value": "<p>Only a draft.</p>"}]
    lesson.save_revision()

    assert "Only a draft." not in client.get(address(lesson)).content.decode()


@pytest.mark.parametrize("path", ["/learn/nothing/", "/learn/kindness/m9/", "/learn/kindness/m1/l9/", "/learn/other/m1/l1/"])
def test_what_is_not_there_is_not_found(client, path):
    course(name="kindness")

    assert client.get(path).status_code == 404


def test_a_module_leads_to_its_place_in_the_course(client):
    course(name="kindness")

    assert client.get("/learn/kindness/m1/").url == "/learn/kindness/#m1"


def test_a_draft_course_is_not_listed(client):
    page = course(name="kindness")
    page.unpublish()

    assert "Kindness" not in client.get("/learn/").content.decode()
    assert client.get("/learn/kindness/").status_code == 404


@pytest.mark.parametrize("count", [10, 200])
def test_a_lesson_costs_the_same_in_a_long_course(client, django_assert_num_queries, count):
    page = course(lessons=count)
    run = person_in(page)
    read_everything(run)
    client.force_login(run.person)
    lesson = address(first_lesson(page))

    with django_assert_num_queries(6):
        client.get(lesson)
    with django_assert_num_queries(7):
        client.get(page.get_absolute_url())


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_every_number_of_courses(client, django_assert_num_queries, rows):
    for _ in range(rows):
        page = course()
    client.force_login(person_in(page).person)

    with django_assert_num_queries(7):
        client.get("/learn/")


def test_a_link_to_a_lesson_or_a_check_says_what_it_is_and_no_title_reads_as_an_order(client):
    page = course(lessons=2, final=4)
    first, second = LessonPage.objects.descendant_of(page).order_by("path")
    LessonPage.objects.filter(pk=first.pk).update(title="Report abuse now")

    stranger = client.get(page.get_absolute_url()).content.decode()
    assert "Begin with the lesson “Report abuse now”</a>" in stranger
    client.force_login(person_in(page).person)
    assert "Go on with the lesson “Report abuse now”</a>" in client.get(page.get_absolute_url()).content.decode()
    assert "<small>Before</small> The lesson “Report abuse now”</a>" in client.get(address(second)).content.decode()
    assert "<small>Next</small> The check “Part 1”</a>" in client.get(address(second)).content.decode()


def test_the_minutes_of_a_course_are_those_of_its_lessons_and_questions_wherever_they_are_told(client):
    page = course(lessons=3, checks=2, final=4)
    LessonPage.objects.descendant_of(page).update(minutes=12)
    other = course(lessons=1, checks=1)

    text = client.get(page.get_absolute_url()).content.decode()

    assert "48 minutes in all, in parts as short as you like: 36 minutes to read, about 12 minutes for the questions" in text
    assert [text.count(f"<span>{minutes} min</span>") for minutes in (12, 2, 8)] == [3, 2, 1]
    listed = client.get("/learn/").content.decode()
    assert "48 minutes in all" in listed
    assert "12 minutes in all" in listed[listed.index(other.title) :]


def test_the_warning_and_whom_to_call_stand_before_the_button_that_begins(client):
    page = course(content_warning="Some lessons mention abuse.")

    text = client.get(page.get_absolute_url()).content.decode()

    assert text.index("please call your local emergency number") < text.index("Some lessons mention abuse.") < text.index("Begin with the")
