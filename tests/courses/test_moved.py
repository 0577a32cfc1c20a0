"""Bookmarks and open tabs from before a course got another address lead on, quizzes too."""

import pytest
from django.urls import reverse

from audit import clock
from courses import attempts
from courses.models import Answer, Attempt, ModulePage
from tests.courses.test_attempts import check_of
from tests.factories.courses import course, final_of, key_of, ready_for_the_final

pytestmark = pytest.mark.django_db


@pytest.fixture
def under_way(client) -> Attempt:
    """An open final; its person at the browser."""
    run = ready_for_the_final(page := course(name="kindness", final=4), at=clock.now())
    client.force_login(run.person)
    return attempts.start(run, final_of(page), at=clock.now())


def rename(page, slug: str, callbacks) -> None:
    with callbacks(execute=True):
        page.slug = slug
        page.save_revision().publish()


def test_a_quiz_under_the_old_address_of_its_course_leads_on(client, under_way, django_capture_on_commit_callbacks):
    rename(under_way.enrollment.course, "compassion", django_capture_on_commit_callbacks)
    pk = under_way.pk

    for rest in ("quiz/", f"quiz/{pk}/1/", f"quiz/{pk}/all/", f"quiz/{pk}/review/", "m1/check/"):
        assert client.get(f"/learn/kindness/{rest}").url == f"/learn/compassion/{rest}"
    assert client.get("/learn/kindness/quiz/", follow=True).status_code == 200


def test_an_answer_posted_to_the_old_address_is_saved(client, under_way, django_capture_on_commit_callbacks):
    rename(under_way.enrollment.course, "compassion", django_capture_on_commit_callbacks)

    away = client.post(f"/learn/kindness/quiz/{under_way.pk}/1/", {"q1-choice": key_of(under_way)[1]})
    assert away.status_code == 307
    client.post(away.url, {"q1-choice": key_of(under_way)[1]})

    assert Answer.objects.get(attempt=under_way, position=1).choice == key_of(under_way)[1]


def test_a_check_under_the_old_address_of_its_module_leads_on_after_two_names_changed(
    client, under_way, django_capture_on_commit_callbacks
):
    page = under_way.enrollment.course
    attempt = Attempt.objects.get(module=check_of(page))
    rename(ModulePage.objects.get(pk=attempt.module_id), "first-steps", django_capture_on_commit_callbacks)
    rename(page, "compassion", django_capture_on_commit_callbacks)

    for old in ("kindness/m1", "kindness/first-steps"):
        assert client.get(f"/learn/{old}/check/", follow=True).redirect_chain[-1][0] == "/learn/compassion/first-steps/check/"
    text = client.get(f"/learn/kindness/m1/check/{attempt.pk}/result/", follow=True).content.decode()
    assert "2 of 2 points" in text


@pytest.mark.parametrize(
    "path", ["/learn/nothing/quiz/", "/learn/nothing/m1/check/", "/learn/kindness/m9/check/", "/learn/kindness/quiz/999/1/"]
)
def test_what_never_was_is_not_found(client, under_way, path):
    assert client.get(path).status_code == 404


def test_another_persons_attempt_is_not_found_under_an_old_address_either(client, under_way, django_capture_on_commit_callbacks):
    other = ready_for_the_final(under_way.enrollment.course, at=clock.now())
    rename(under_way.enrollment.course, "compassion", django_capture_on_commit_callbacks)
    client.force_login(other.person)

    assert client.get(f"/learn/kindness/quiz/{under_way.pk}/1/", follow=True).status_code == 404


def test_a_form_that_is_wrong_leads_to_the_result_of_a_closed_attempt(client, under_way):
    attempts.save(under_way, {1: key_of(under_way)[1]}, at=clock.now())
    attempts.submit(under_way, by=under_way.enrollment.person, at=clock.now())

    for path in (under_way.address("all"), under_way.address("question", 1)):
        answer = client.post(path, {"q1-choice": "forged"}, follow=True)
        assert answer.redirect_chain[-1][0] == under_way.address("result")
        assert "handed in already" in answer.content.decode()


def test_times_name_their_zone(client, under_way, settings):
    attempts.save(under_way, {1: key_of(under_way)[1]}, at=clock.now())
    closed = attempts.submit(under_way, by=under_way.enrollment.person, at=clock.now())
    page = under_way.enrollment.course

    for path in (page.get_absolute_url(), reverse("quiz", args=[page.slug]), closed.address("result")):
        text = " ".join(client.get(path).content.decode().split())
        assert text.count("The next attempt opens on <time datetime=") == 1
        assert any(f" {zone}</time>" in text for zone in ("EDT", "EST"))
