"""Each invariant of the outbox, broken by SQL."""

from datetime import timedelta

import pytest
from django.db import connection

from audit import clock, invariants
from outbox import delivery, queue

NOTHING_LIES_ABOUT = "Every effect that is due happens or is given up"
HANDLED = "Every effect that waits has a handler"
TRIED = "What has happened or was given up was tried"
CLAIMS_END = "No worker holds an effect for longer than the lease"
TRIES_END = "No effect is tried more often than agreed"


def broken():
    return [(sentence, finding) for sentence, finding in invariants.broken() if "message" in finding]


def run(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        assert cursor.rowcount == 1


def test_an_outbox_in_use_breaks_nothing(message, effect):
    effect.error = OSError()
    delivery.deliver(message.pk)
    queue.put("tests.effect", 7, key="two")
    queue.put("tests.effect", 7, key="three", due_at=clock.now() + timedelta(days=30))

    assert broken() == []


@pytest.mark.parametrize(
    ("change", "sentence", "finding"),
    [
        ("due_at = '2020-01-01 00:00:00+00:00'", NOTHING_LIES_ABOUT, "message {} has been due for more than a day"),
        ("kind = 'tests.unheard'", HANDLED, "message {} is of a kind that nothing handles"),
        ("done_at = created_at", TRIED, "message {} ended without a try"),
        ("gave_up_at = created_at, last_error = 'OSError'", TRIED, "message {} ended without a try"),
        ("claimed_until = '2999-01-01 00:00:00+00:00'", CLAIMS_END, "message {} is claimed for longer than the lease"),
        ("tries = 21", TRIES_END, "message {} was tried more often than agreed"),
    ],
)
def test_a_broken_invariant_is_found(message, change, sentence, finding):
    run(f"UPDATE outbox_outboxmessage SET {change} WHERE id = %s", message.pk)

    assert broken() == [(sentence, finding.format(message.pk))]
