"""What Wagtail offers for any page, and what becomes of it on pages on which records hang."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse
from wagtail.models import Page, Revision, Site

from audit import clock
from courses.models import CatalogPage, LessonPage, ModulePage, Question
from tests.courses.test_editing import administrator, author, half_way  # noqa: F401
from tests.factories.courses import QuestionFactory, catalog, course
from tests.factories.indexes import unindexed

pytestmark = pytest.mark.django_db


@pytest.fixture
def front_page():
    """The home page that is shipped. Wagtail remembers where a site begins, and is told to forget it."""
    with unindexed():
        call_command("load_texts", verbosity=0)
    Site.clear_site_root_paths_cache()
    yield Site.objects.get(is_default_site=True).root_page
    Site.clear_site_root_paths_cache()


@pytest.mark.parametrize("kind", ["home", "catalog", "course", "module", "lesson"])
def test_no_page_is_scheduled(client, administrator, front_page, kind):  # noqa: F811
    page = course()
    one = {
        "home": front_page,
        "catalog": catalog(),
        "course": page,
        "module": ModulePage.objects.descendant_of(page).first(),
        "lesson": LessonPage.objects.descendant_of(page).first(),
    }[kind]

    text = client.get(reverse("wagtailadmin_pages:edit", args=[one.pk])).content.decode()

    assert "expire_at" not in text
    assert "go_live_at" not in text


def test_a_date_that_was_set_before_or_slips_into_a_draft_takes_nothing_out_of_use(half_way):  # noqa: F811
    long_ago, soon = clock.now() - timedelta(days=1), clock.now() + timedelta(days=1)
    lesson = LessonPage.objects.descendant_of(half_way.course).first()
    question = QuestionFactory(module=ModulePage.objects.descendant_of(half_way.course).get())
    for thing in (lesson, question):
        thing.expire_at = long_ago
        thing.save()
        thing.expire_at, thing.go_live_at = long_ago, soon
        thing.save_revision().publish()

    call_command("publish_scheduled", verbosity=0)

    assert LessonPage.objects.get(pk=lesson.pk).live
    assert Question.objects.get(pk=question.pk).live
    assert not Page.objects.exclude(expire_at=None, go_live_at=None).exists()
    assert not Revision.objects.exclude(approved_go_live_at=None).exists()


@pytest.mark.parametrize("kind", ["catalog", "course", "module", "lesson"])
def test_an_alias_is_not_offered_and_where_it_is_asked_for_all_the_same_refused_in_words(client, administrator, half_way, kind):  # noqa: F811
    page = {
        "catalog": catalog(),
        "course": half_way.course,
        "module": ModulePage.objects.descendant_of(half_way.course).get(),
        "lesson": LessonPage.objects.descendant_of(half_way.course).first(),
    }[kind]
    address, before = reverse("wagtailadmin_pages:copy", args=[page.pk]), Page.objects.count()

    assert 'name="alias"' not in client.get(address).content.decode()
    answer = client.post(
        address, {"new_title": "A", "new_slug": "a", "new_parent_page": page.get_parent().pk, "alias": "on", "copy_subpages": "on"}
    )

    assert answer.status_code == 200
    assert "it cannot be an alias" in answer.content.decode()
    assert Page.objects.count() == before


@pytest.mark.parametrize("which", ["home", "catalog"])
@pytest.mark.parametrize("act", ["delete", "unpublish"])
def test_the_pages_above_the_courses_stay_and_say_why(client, administrator, half_way, which, act):  # noqa: F811
    page = catalog() if which == "catalog" else catalog().get_parent()

    answer = client.post(reverse(f"wagtailadmin_pages:{act}", args=[page.pk]), follow=True)

    text = answer.content.decode()
    assert answer.status_code == 200
    assert "1 run through the course" in text
    assert "It therefore cannot be deleted or unpublished." in text
    assert "It can be retired instead" not in text
    assert "Retire it" not in text
    assert CatalogPage.objects.live().exists()


def test_a_page_above_the_courses_is_not_retired_by_a_forged_form(client, administrator, half_way):  # noqa: F811
    assert client.post(reverse("courses_records", args=["page", catalog().pk])).status_code == 404
