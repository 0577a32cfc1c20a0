"""The triggers, on either engine. Each attempt stands in its own savepoint."""

import pytest
from django.db import IntegrityError, connection, transaction

from audit import guards
from audit.models import Detail, Entry, Seal, Unsealed


def refused(sql, *values):
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


@pytest.mark.parametrize(
    "column", ["id = id + 100", "at = at", "action = 'x'", "subject_id = '9'", "actor_id = '9'", "about_id = '9'", "detail_digest = 'x'"]
)
def test_no_column_of_an_entry_can_be_changed(five, column):
    refused(f"UPDATE audit_entry SET {column}")


def test_no_seal_can_be_changed(five):
    refused("UPDATE audit_seal SET mac = 'x'")
    refused("UPDATE audit_seal SET number = number + 100")


@pytest.mark.parametrize("table", ["audit_seal", "audit_detail", "audit_entry"])
def test_nothing_can_be_removed(five, table):
    refused(f"DELETE FROM {table}")


@pytest.mark.parametrize(
    "change",
    [
        "facts = '{}'",
        "salt = ''",
        "facts = '{}', salt = ''",
        "facts = '{\"a\": 1}', salt = '', forgotten_at = CURRENT_TIMESTAMP",
        "facts = '{}', forgotten_at = CURRENT_TIMESTAMP",
        "entry_id = entry_id + 100, facts = '{}', salt = '', forgotten_at = CURRENT_TIMESTAMP",
    ],
)
def test_details_can_only_be_emptied_whole_and_dated(five, change):
    refused(f"UPDATE audit_detail SET {change}")


def test_emptied_details_cannot_be_touched_again(five):
    emptying = "UPDATE audit_detail SET facts = '{}', salt = '', forgotten_at = CURRENT_TIMESTAMP"
    with connection.cursor() as cursor:
        cursor.execute(emptying)

    refused(emptying)
    refused("UPDATE audit_detail SET forgotten_at = NULL")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite has REPLACE")
@pytest.mark.parametrize("table", ["audit_entry", "audit_detail", "audit_seal"])
def test_a_row_cannot_be_replaced(five, table):
    refused(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")


@pytest.mark.parametrize(
    ("table", "key"), [("audit_entry", "id"), ("audit_entry", "uid"), ("audit_detail", "entry_id"), ("audit_seal", "number")]
)
def test_an_insert_over_a_row_cannot_change_it(five, table, key):
    refused(f"INSERT INTO {table} SELECT * FROM {table} WHERE true ON CONFLICT ({key}) DO UPDATE SET {key} = excluded.{key}")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite has REPLACE")
@pytest.mark.parametrize(("table", "key"), [("audit_entry", "id"), ("audit_detail", "entry_id"), ("audit_seal", "number")])
def test_an_update_cannot_replace_another_row(five, table, key):
    refused(f"UPDATE OR REPLACE {table} SET {key} = {key} + 1")


@pytest.mark.postgres
@pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL has TRUNCATE")
@pytest.mark.parametrize("table", ["audit_entry", "audit_detail", "audit_seal"])
def test_nothing_can_be_emptied_at_a_stroke(five, table):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    refused(f"TRUNCATE {table} CASCADE")


def test_a_new_entry_waits_for_its_seal_by_itself(ana, noted):
    Entry.objects.create(action=noted.name, subject_kind="accounts.user", subject_id="1", detail_digest="0" * 64)

    assert Unsealed.objects.count() == 1


def test_every_trigger_stands_after_the_migrations(db):
    assert guards.standing(connection) == guards.expected(connection.vendor)


def test_triggers_that_were_taken_away_can_be_put_back(db):
    guards.remove(connection)
    assert guards.standing(connection) == set()

    guards.install(connection)
    guards.install(connection)
    assert guards.standing(connection) == guards.expected(connection.vendor)


@pytest.mark.django_db(transaction=True)
def test_a_transactional_test_may_fill_the_ledger(five):
    assert Seal.objects.count() == Detail.objects.count() == 5


@pytest.mark.django_db(transaction=True)
def test_and_the_next_one_finds_it_empty_and_guarded():
    assert not Entry.objects.exists()
    assert guards.standing(connection) == guards.expected(connection.vendor)
