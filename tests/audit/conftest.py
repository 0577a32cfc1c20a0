"""A short ledger, and a way to change it behind its back."""

import pytest
from django.db import connection, transaction

from accounts.models import User
from audit import chain, guards, log
from audit.registered import Forget, register

NOTED = register("tests.noted", "Something was noted", forget=Forget.EMPTY)
COUNTED = register("tests.counted", "Something was counted", forget=Forget.KEEP)


@pytest.fixture
def noted():
    return NOTED


@pytest.fixture
def counted():
    return COUNTED


@pytest.fixture
def ana(db):
    return User.objects.create_user("ana@example.org")


@pytest.fixture
def ben(db):
    return User.objects.create_user("ben@example.org")


@pytest.fixture
def five(ana):
    """Five sealed entries by Ana on herself."""
    entries = [log.record(NOTED, ana, by=ana, name="Ana", turn=turn) for turn in range(1, 6)]
    chain.seal()
    return entries


@pytest.fixture
def intrude(db):
    """Run SQL as somebody who owns the database, without triggers and foreign keys; taken back after the test."""

    def run(sql, *values):
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            assert cursor.rowcount

    with transaction.atomic():
        connection.check_constraints()
        guards.remove(connection)
        yield run
        transaction.set_rollback(True)
