"""The end of the ledger, once a day: the row, the second place, and what is said where they do not fit."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from audit import anchors, chain, guards, invariants, log
from audit.facts import Anchor
from audit.models import DailyAnchor, Seal

DAY = datetime(2026, 11, 23, 17, tzinfo=UTC)
A, B = "a" * 64, "b" * 64


@pytest.fixture(autouse=True)
def second_place(settings, tmp_path):
    settings.LEDGER_ANCHORS = tmp_path / "anchors"
    return settings.LEDGER_ANCHORS


@pytest.fixture
def entered(ana, noted, time_machine):
    """So many more sealed entries at an instant, which is now from then on."""

    def enter(at, entries=1):
        time_machine.move_to(at)
        for turn in range(entries):
            log.record(noted, ana, by=ana, turn=turn)
        chain.seal()

    return enter


def found(**more):
    return list(log.verify(**more))


def test_the_anchor_of_a_day_holds_the_last_seal_and_is_made_once(entered):
    entered(DAY, 3)

    (row,) = anchors.make(at=DAY)
    entered(DAY + timedelta(hours=2))
    assert anchors.make(at=DAY + timedelta(hours=2)) == []

    assert (row.day, row.number, row.mac) == (date(2026, 11, 23), 3, Seal.objects.get(number=3).mac)
    assert DailyAnchor.objects.count() == 1


def test_a_day_begins_in_the_associations_zone(entered):
    entered("2026-11-24T04:30:00Z")

    assert anchors.make(at=datetime(2026, 11, 24, 4, 30, tzinfo=UTC))[0].day == date(2026, 11, 23)


def test_before_the_first_seal_there_is_nothing_to_write_down(db):
    assert anchors.make(at=DAY) == []


def test_a_day_that_was_missed_is_held_by_its_last_seal(entered):
    entered(DAY)
    anchors.make(at=DAY)
    entered(DAY + timedelta(days=1), 2)
    entered(DAY + timedelta(days=1, hours=1))
    entered(DAY + timedelta(days=4))

    made = anchors.make(at=DAY + timedelta(days=4))

    assert [(row.day.day, row.number) for row in made] == [(24, 4), (27, 5)]
    assert list(anchors.missing(at=DAY + timedelta(days=5))) == []


def test_a_day_without_its_anchor_is_found(entered):
    entered(DAY)
    anchors.make(at=DAY)
    entered(DAY + timedelta(days=1))
    entered(DAY + timedelta(days=2))

    said = [finding for sentence, finding in invariants.broken() if sentence.startswith("The end of the ledger")]
    assert said == ["no anchor was made on 2026-11-24"]


def test_today_and_quiet_days_miss_no_anchor(entered):
    entered(DAY)
    anchors.make(at=DAY)
    entered(DAY + timedelta(days=9))

    assert list(anchors.missing(at=DAY + timedelta(days=9))) == []


@pytest.mark.parametrize(
    "change", ["number = number - 1", "mac = 'x'", "day = '2026-11-01'", "made_at = '2026-11-01 00:00:00+00:00'", "code = 'x'"]
)
def test_an_anchor_that_was_changed_is_found(entered, request, change):
    entered(DAY, 3)
    anchors.make(at=DAY)
    request.getfixturevalue("intrude")(f"UPDATE audit_dailyanchor SET {change}")

    day = "2026-11-01" if change.startswith("day") else "2026-11-23"
    assert found()[0] == f"the anchor of {day} was changed, or was made without the key"


@pytest.mark.parametrize("sql", ["UPDATE audit_dailyanchor SET number = 1", "DELETE FROM audit_dailyanchor"])
def test_the_database_refuses_to_change_or_remove_an_anchor(entered, sql):
    entered(DAY)
    anchors.make(at=DAY)

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite has REPLACE")
def test_an_anchor_cannot_be_replaced(entered):
    entered(DAY)
    anchors.make(at=DAY)

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT OR REPLACE INTO audit_dailyanchor SELECT * FROM audit_dailyanchor")


@pytest.mark.postgres
@pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL has TRUNCATE")
def test_the_anchors_cannot_be_emptied_at_a_stroke(db):
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE audit_dailyanchor")


def test_the_anchors_of_a_key_that_was_replaced_are_good(entered, settings):
    entered(DAY)
    anchors.make(at=DAY)
    settings.LEDGER_KEY = f"newer,{settings.LEDGER_KEY}"

    assert found() == []


# The second place


def test_a_line_is_added_once(second_place):
    for anchor in (Anchor(1, A, date(2026, 11, 23)), Anchor(2, B, date(2026, 11, 24)), Anchor(1, A, date(2026, 11, 23))):
        anchors.append(second_place, anchor)

    assert second_place.read_text() == f"2026-11-23 1 {A}\n2026-11-24 2 {B}\n"


def test_half_a_line_of_a_power_cut_is_followed_by_the_whole_one_and_is_no_finding(second_place):
    second_place.write_text(f"2026-11-22 1 {A}\n2026-11-23 2 bbbbb")

    anchors.append(second_place, Anchor(2, B, date(2026, 11, 23)))

    assert second_place.read_text().splitlines()[1:] == ["2026-11-23 2 bbbbb", f"2026-11-23 2 {B}"]
    assert [anchor.number for anchor in anchors.read(second_place)] == [1, 2]


def test_a_folder_that_is_gone_is_an_error_and_the_effect_is_tried_again(tmp_path):
    with pytest.raises(OSError):
        anchors.append(tmp_path / "gone" / "anchors", Anchor(1, A, date(2026, 11, 23)))


def test_an_anchor_that_has_not_arrived_after_a_day_is_found(entered, time_machine, second_place):
    entered(DAY)
    anchors.make(at=DAY)
    time_machine.move_to(DAY + timedelta(hours=23))
    assert found() == []

    time_machine.move_to(DAY + timedelta(hours=25))
    assert found() == [f"the anchors in the second place were not checked: {second_place} cannot be read"]

    anchors.append(second_place, Anchor(1, "c" * 64, date(2026, 11, 1)))
    assert f"the anchor of 2026-11-23 is not in {second_place}" in found()


def test_a_line_that_says_something_else_is_found(entered, second_place):
    entered(DAY, 3)
    (row,) = anchors.make(at=DAY)
    anchors.append(second_place, Anchor(2, row.mac, row.day))

    assert found() == [
        f"the anchor of 2026-11-23 holds to seal 3 in the table, and to seal 2 in {second_place}",
        "seal 2 is not the one that the anchor of 2026-11-23 knows: the chain was made anew",
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "holds no anchor"),
        ("Dear all\n", "holds no anchor"),
        (f"2026-11-23 1 {A}\n2026-11-24 2 {'b' * 60}\n", "line 2 of .+ is no anchor"),
        (f"2026-13-23 1 {A}\n", "line 1 of .+ is no anchor"),
        (f"1 {A} 4\n", "line 1 of .+ is no anchor"),
    ],
)
def test_a_file_that_cannot_be_read_as_anchors_is_told_and_nothing_is_checked(db, tmp_path, text, words):
    (tmp_path / "given").write_text(text)

    with pytest.raises(CommandError, match=f"{words}. Nothing was checked"):
        call_command("verify_ledger", "--anchors", tmp_path / "given")


@pytest.mark.parametrize("content", [None, b"\xff\xfe5"], ids=["gone", "no text"])
def test_a_file_that_is_gone_or_no_text_is_told(db, tmp_path, content):
    if content is not None:
        (tmp_path / "given").write_bytes(content)

    with pytest.raises(CommandError, match=r"cannot be read\. Nothing was checked"):
        call_command("verify_ledger", "--anchors", tmp_path / "given")


def test_a_second_place_that_holds_something_else_is_found(db, second_place):
    second_place.write_text("something else")

    assert found() == [f"the anchors in the second place were not checked: {second_place} holds no anchor"]


def test_an_older_database_put_in_place_of_the_ledger_is_found_by_the_second_place(entered, second_place):
    entered(DAY)
    anchors.append(second_place, Anchor(9, A, date(2026, 11, 24)))

    assert found() == [
        f"the anchor of 2026-11-24 is in {second_place}, and not in the table",
        "the chain ends at seal 1, but the anchor of 2026-11-24 knows seal 9: the end was cut off, 8 of the seals at least",
    ]


def test_the_anchors_trigger_that_is_gone_is_found(db, intrude):
    assert ("The ledger refuses change and removal", "the trigger audit_dailyanchor_stays is gone") in list(invariants.broken())
    guards.install(connection)
    assert guards.standing(connection) == guards.expected(connection.vendor)


@pytest.mark.parametrize("days", [1, 3])
def test_checking_the_anchors_asks_as_much_for_one_day_as_for_three(entered, second_place, django_assert_num_queries, days):
    for day in range(days):
        entered(DAY + timedelta(days=day))
        for row in anchors.make(at=DAY + timedelta(days=day)):
            anchors.append(second_place, anchors.of(row))

    with django_assert_num_queries(2):
        assert list(anchors.findings(second_place, is_given=False, at=DAY)) == []


def test_an_anchor_reads_as_it_is_written():
    for anchor in (Anchor(7, A), Anchor(7, A, date(2026, 11, 23))):
        assert Anchor.parse(str(anchor)) == anchor
