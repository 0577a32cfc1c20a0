"""The end of the ledger goes to every auditor by mail and into the second place, once a day, whatever dies in between."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from accounts import tasks
from audit import anchors, chain, clock, guards, invariants, log
from audit.models import DailyAnchor, Verification
from outbox import delivery
from outbox.models import OutboxMessage
from tests.factories.accounts import AuditorFactory, StaffFactory

pytestmark = pytest.mark.django_db
DAY = datetime(2026, 11, 23, 17, tzinfo=UTC)


@pytest.fixture(autouse=True)
def second_place(settings, tmp_path):
    settings.LEDGER_ANCHORS = tmp_path / "anchors"
    return settings.LEDGER_ANCHORS


@pytest.fixture
def auditors(time_machine):
    time_machine.move_to(DAY)
    StaffFactory()
    people = [AuditorFactory(full_name="Nuru Abebe"), AuditorFactory()]
    gone = AuditorFactory()
    type(gone).objects.filter(pk=gone.pk).update(is_active=False)
    chain.seal()
    OutboxMessage.objects.all().delete()
    return people


def keys():
    return sorted(OutboxMessage.objects.values_list("key", flat=True))


def test_the_anchor_of_a_day_is_mailed_to_each_auditor_and_written_down_once(auditors, second_place, mailoutbox):
    for _ in range(3):
        tasks.anchor()
    row = DailyAnchor.objects.get()
    assert keys() == ["anchor:2026-11-23:kept", *sorted(f"anchor:2026-11-23:mail:{person.pk}" for person in auditors)]

    delivery.sweep()
    line = f"2026-11-23 {row.number} {row.mac}"
    assert second_place.read_text() == f"{line}\n"
    assert sorted(mail.to[0] for mail in mailoutbox) == sorted(person.email for person in auditors)
    assert all(line in mail.body and "Please keep this e-mail" in mail.body for mail in mailoutbox)
    assert any("Nuru Abebe" in mail.body for mail in mailoutbox)
    assert list(log.verify()) == []


def test_the_next_day_has_its_own(auditors, time_machine, second_place):
    tasks.anchor()
    time_machine.move_to(DAY + timedelta(days=1))
    chain.seal()
    tasks.anchor()
    delivery.sweep()

    assert [anchor.day.day for anchor in anchors.read(second_place)] == [23, 24]
    assert list(log.verify()) == []


def test_an_auditor_may_check_the_ledger_against_the_letters(auditors, mailoutbox, tmp_path):
    tasks.anchor()
    delivery.sweep()
    (tmp_path / "letters").write_text("\n".join(mail.body for mail in mailoutbox))

    assert list(log.verify(file=tmp_path / "letters")) == []


def test_a_second_place_that_is_away_delays_the_line_and_loses_none(auditors, settings, tmp_path, time_machine):
    settings.LEDGER_ANCHORS = tmp_path / "away" / "anchors"
    tasks.anchor()
    delivery.sweep()
    assert OutboxMessage.objects.get(kind="accounts.anchor_kept").last_error == "FileNotFoundError"

    settings.LEDGER_ANCHORS.parent.mkdir()
    time_machine.move_to(DAY + timedelta(minutes=5))
    delivery.sweep()
    assert [anchor.day.day for anchor in anchors.read(settings.LEDGER_ANCHORS)] == [23]


def test_a_worker_that_died_after_writing_writes_no_second_line(auditors, second_place):
    tasks.anchor()
    anchors.append(second_place, anchors.of(DailyAnchor.objects.get()))
    delivery.sweep()

    assert len(second_place.read_text().splitlines()) == 1


def test_an_anchor_that_was_removed_from_the_table_is_told_by_the_ledger(auditors):
    tasks.anchor()
    guards.remove(connection)
    DailyAnchor.objects.all().delete()
    guards.install(connection)

    said = [finding for sentence, finding in invariants.broken() if sentence.startswith("The end of the ledger")]
    assert said == ["the anchor of 2026-11-23 is gone from the table"]


def test_auditors_are_warned_once_where_the_last_verification_found_something(auditors, mailoutbox):
    Verification.objects.create(asked_at=DAY, ended_at=clock.now(), count=2, findings=["entry 7 (seal 7) was changed", "and so on"])
    for _ in range(2):
        tasks.anchor()
    delivery.sweep()

    warnings = [mail for mail in mailoutbox if "does not verify" in mail.subject]
    assert sorted(mail.to[0] for mail in warnings) == sorted(person.email for person in auditors)
    assert all("found 2 things" in mail.body and "entry 7" not in mail.body for mail in warnings)


def test_nobody_is_warned_of_what_was_well_at_last(auditors):
    Verification.objects.create(asked_at=DAY, ended_at=clock.now(), count=2)
    Verification.objects.create(asked_at=DAY, ended_at=clock.now())
    tasks.anchor()

    assert not OutboxMessage.objects.filter(kind="accounts.ledger_broken").exists()
