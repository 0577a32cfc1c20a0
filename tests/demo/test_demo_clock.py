"""The day of a demonstration moves on for everybody."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import User
from audit import clock


@pytest.fixture(autouse=True)
def own_clock(settings, tmp_path):
    settings.DEMO_CLOCK_FILE = tmp_path / "demo_clock"


def test_moves_add_up_and_reset_returns_to_the_real_day():
    real = timezone.localdate()

    call_command("demo_clock", "+31d")
    call_command("demo_clock", "+2d")
    moved = clock.today()
    call_command("demo_clock", "reset")

    assert moved - real == timedelta(days=33)
    assert clock.today() == real


@pytest.mark.parametrize("words", ["31", "+31", "tomorrow", "+99999d", "-3d", "+1w"])
def test_a_move_that_is_not_understood_moves_nothing(words):
    with pytest.raises(CommandError, match="Nothing was moved"):
        call_command("demo_clock", f" {words}".strip() if not words.startswith("-") else f" {words}")

    assert clock.demo_days() == 0


def test_a_demonstration_does_not_leave_the_calendar():
    call_command("demo_clock", "+7300d")

    with pytest.raises(CommandError, match="7300 days at most"):
        call_command("demo_clock", "+1d")

    assert clock.demo_days() == 7300


@pytest.mark.django_db
def test_the_pages_say_that_the_day_is_moved(client):
    call_command("demo_clock", "+31d")

    assert f"{clock.today():%Y}" in client.get("/accounts/login/").content.decode()
    assert clock.today() - timezone.localdate() == timedelta(days=31)


@pytest.mark.django_db
def test_the_admin_says_so_too_and_a_site_on_real_days_says_nothing(client, settings):
    client.force_login(User.objects.create_superuser("admin@example.org"))
    call_command("demo_clock", "+31d")

    page = client.get("/admin/").content.decode()
    assert f'<time datetime="{clock.today():%Y-%m-%d}">' in page
    assert "31 days from the real one" in page

    settings.DEMO_CLOCK_FILE = None
    assert "demo-bar" not in client.get("/admin/").content.decode()
