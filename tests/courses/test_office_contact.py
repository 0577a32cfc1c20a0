"""Whoever is told to write to the office is told where."""

from datetime import timedelta

import pytest
from django.urls import reverse

from audit import clock
from courses.models import ModulePage
from tests.courses.test_finals import missed_three_times, put_out_of_use
from tests.factories.certification import CertificateFactory
from tests.factories.courses import course, final_of, person_in

pytestmark = pytest.mark.django_db
ADDRESS = "coaching.office@example.org"


@pytest.fixture(autouse=True)
def address(settings):
    settings.OFFICE_EMAIL = ADDRESS


def main_of(answer) -> str:
    """What stands in the middle of the page: the foot has the address, too."""
    text = answer.content.decode()
    return text[text.index("<main") : text.index("</main>")]


def test_after_the_last_attempt_every_page_says_where_to_write(client):
    run = missed_three_times(page := course(final=4))
    client.force_login(run.person)
    last = run.attempts.order_by("number").last()

    for path in (page.get_absolute_url(), reverse("quiz", args=[page.slug]), last.address("result")):
        assert f'<a href="mailto:{ADDRESS}">{ADDRESS}</a>' in main_of(client.get(path))


def test_after_the_last_attempt_the_way_to_the_office_stands_before_everything_else(client):
    run = missed_three_times(page := course(final=4))
    client.force_login(run.person)

    for path in (page.get_absolute_url(), reverse("quiz", args=[page.slug])):
        text = main_of(client.get(path))
        assert text.count('class="button"') == 1
        assert f'<a class="button" href="mailto:{ADDRESS}">Write to the office</a>' in text
        assert "Go on" not in text
        assert "questions" not in text[: text.index("Write to the office")]
        assert "There is no deadline" not in text
        assert "A certificate has: it ends on its last day" in text


def test_where_no_final_is_open_and_where_a_quiz_has_too_few_questions_too(client):
    run = missed_three_times(page := course(final=4))
    put_out_of_use(final_of(page), "retired")
    client.force_login(run.person)
    assert f"mailto:{ADDRESS}" in main_of(client.get(page.get_absolute_url()))

    other = course(questions=0)
    client.force_login(person_in(other).person)
    module = ModulePage.objects.descendant_of(other).get()
    answer = client.post(reverse("check", args=[other.slug, module.slug]), follow=True)
    assert f"tell the office, {ADDRESS}" in main_of(answer)


def test_a_coach_who_can_no_longer_renew_reads_where_to_write(client):
    today = clock.today()
    held = CertificateFactory(term__first_day=today - timedelta(days=900), term__last_day=today - timedelta(days=171))
    client.force_login(held.holder)

    for path in ("/my/", f"/my/renewal/?certificate={held.number}"):
        assert f"mailto:{ADDRESS}" in main_of(client.get(path))


@pytest.mark.parametrize("path", ["/learn/", "/accounts/login/", "/registry/"])
def test_the_foot_of_every_page_has_it(client, path):
    text = client.get(path).content.decode()

    assert f"mailto:{ADDRESS}" in text[text.index("<footer") :]
