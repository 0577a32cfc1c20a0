"""Lines to call: shipped with their sources, kept by the office, and looked at again every half year."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from cms import loading, rules
from cms.models import CrisisLine
from tests.factories.accounts import StaffFactory

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 25)


def line(**other) -> CrisisLine:
    facts = {
        "country": "Utopia",
        "kind": "talk",
        "name": "Night line",
        "phone": "555 0100",
        "languages": "English",
        "hours": "Every day, all day",
        "source": "https://night-line.example.org/",
        "checked_on": TODAY,
    }
    return CrisisLine(**{**facts, **other})


def test_every_shipped_line_says_where_and_when_it_was_read():
    assert loading.load_crisis_lines() == 4

    for row in CrisisLine.objects.all():
        row.full_clean(exclude=["checked_on"])
        assert row.source.startswith("https://")
        assert row.checked_on is not None
        assert row.hours
        assert row.languages


def test_loading_again_brings_back_nothing_that_the_office_took_away():
    loading.load_crisis_lines()
    CrisisLine.objects.filter(phone="988").delete()

    assert loading.load_crisis_lines() == 0
    assert not CrisisLine.objects.filter(phone="988").exists()


@pytest.mark.parametrize(("days", "due"), [(0, False), (180, False), (181, True), (None, True)])
def test_a_line_is_to_be_checked_on_the_day_after_180_days_and_where_it_never_was(days, due):
    line(checked_on=None if days is None else TODAY - timedelta(days=days)).save()

    assert CrisisLine.objects.to_check(on=TODAY).exists() is due
    assert timedelta(days=180) == rules.CHECKED_FOR


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"phone": "", "link": ""}, "phone"),
        ({"phone": "call us"}, "phone"),
        ({"phone": "555\u202e0100"}, "phone"),
        ({"phone": "5550100;ext=1"}, "phone"),
        ({"link": "http://night-line.example.org/"}, "link"),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"source": "http://night-line.example.org/"}, "source"),
        ({"kind": "anything"}, "kind"),
        ({"checked_on": date(2999, 1, 1)}, "checked_on"),
    ],
)
def test_a_line_that_nobody_could_rely_on_is_refused_at_its_field(wrong, field):
    with pytest.raises(ValidationError) as refused:
        line(**wrong).full_clean()

    assert field in refused.value.message_dict


def test_the_database_keeps_no_line_that_cannot_be_reached():
    with pytest.raises(IntegrityError), transaction.atomic():
        line(phone="", link="").save()


def test_the_office_reads_how_many_lines_are_to_be_checked(client):
    line(checked_on=date(2020, 1, 1)).save()
    client.force_login(StaffFactory())

    page = client.get("/staff/").content.decode()

    assert "1 line was last checked more than 180 days ago" in page
    CrisisLine.objects.update(checked_on=date(2999, 1, 1))
    assert "Crisis lines" not in client.get("/staff/").content.decode()
