"""Carrying effects out."""

import sys
import threading
from datetime import timedelta

import pytest
from django.db import connection, connections

from audit import clock
from outbox import delivery, queue, tasks
from outbox.models import OutboxMessage


def state(message):
    message.refresh_from_db()
    return {name: getattr(message, name) for name in ("tries", "claimed_until", "last_error", "gave_up_at")} | {
        "done": bool(message.done_at)
    }


def test_a_message_is_carried_out_once(message, effect):
    assert delivery.deliver(message.pk)
    assert not delivery.deliver(message.pk)

    assert effect.seen == ["one"]
    assert state(message) == {"tries": 1, "claimed_until": None, "last_error": "", "gave_up_at": None, "done": True}


def test_the_handler_gets_the_claimed_message(message, monkeypatch):
    got = []
    monkeypatch.setitem(
        queue.HANDLERS, "tests.effect", lambda message: got.append((message.subject_id, message.tries, message.claimed_until))
    )
    before = clock.now()
    delivery.deliver(message.pk)

    ((subject, tries, until),) = got
    assert (subject, tries) == ("7", 1)
    assert delivery.LEASE <= until - before <= delivery.LEASE + timedelta(seconds=10)


@pytest.mark.django_db(transaction=True)
def test_the_handler_runs_outside_any_transaction(message, monkeypatch):
    inside = []
    monkeypatch.setitem(queue.HANDLERS, "tests.effect", lambda message: inside.append(connection.in_atomic_block))
    delivery.deliver(message.pk)

    assert inside == [False]


def test_a_message_that_is_not_due_waits(effect, db):
    pk = queue.put("tests.effect", 7, key="one", due_at=clock.now() + timedelta(seconds=60))

    assert not delivery.deliver(pk)
    assert delivery.sweep() == 0
    with clock.moved(timedelta(seconds=61)):
        assert delivery.sweep() == 1


def test_an_unknown_message_is_no_error(db):
    assert not delivery.deliver(99)


def test_a_handler_that_goes_wrong_is_tried_again_after_a_pause(message, effect):
    effect.error = OSError("letter to ana@example.org bounced")
    delivery.deliver(message.pk)

    assert state(message) == {"tries": 1, "claimed_until": None, "last_error": "OSError", "gave_up_at": None, "done": False}
    assert timedelta(seconds=25) < message.due_at - clock.now() <= timedelta(seconds=30)
    assert not delivery.deliver(message.pk)

    effect.error = None
    with clock.moved(timedelta(seconds=31)):
        assert delivery.deliver(message.pk)
    assert state(message) == {"tries": 2, "claimed_until": None, "last_error": "", "gave_up_at": None, "done": True}


def test_neither_the_row_nor_the_log_tells_what_the_error_said(db, effect, caplog):
    message = OutboxMessage.objects.get(pk=queue.put("tests.effect", 7, key="a-key-that-no-path-holds"))
    effect.error = OSError("letter to ana@example.org bounced")
    delivery.deliver(message.pk)

    assert message.key not in caplog.text
    assert "ana@example.org" not in caplog.text + str(OutboxMessage.objects.values().get())
    assert f"message {message.pk} (tests.effect), try 1: OSError at " in caplog.text


def test_the_pauses_grow_and_span_a_weekend():
    pauses = [delivery.pause(tries) for tries in range(1, delivery.MAX_TRIES)]

    assert pauses[:3] == [timedelta(seconds=30), timedelta(seconds=60), timedelta(seconds=120)]
    assert pauses[-1] == timedelta(hours=6)
    assert timedelta(hours=60) < sum(pauses, timedelta()) < timedelta(hours=72)


def test_after_the_last_try_the_message_is_given_up_and_on_the_offices_list(message, effect):
    effect.error = OSError()
    for day in range(delivery.MAX_TRIES + 3):
        with clock.moved(timedelta(days=day)):
            delivery.deliver(message.pk)

    assert len(effect.seen) == delivery.MAX_TRIES
    assert state(message)["gave_up_at"] is not None
    assert [message.key for message in OutboxMessage.objects.undelivered()] == ["one"]


def test_a_claimed_message_is_left_to_its_worker_until_the_lease_runs_out(message, effect):
    OutboxMessage.objects.filter(pk=message.pk).update(claimed_until=clock.now() + delivery.LEASE, tries=1)
    assert delivery.sweep() == 0

    with clock.moved(delivery.LEASE):
        assert delivery.sweep() == 1
    assert state(message) == {"tries": 2, "claimed_until": None, "last_error": "", "gave_up_at": None, "done": True}


def test_a_message_that_killed_every_worker_is_given_up(message, effect):
    OutboxMessage.objects.filter(pk=message.pk).update(claimed_until=clock.now(), tries=delivery.MAX_TRIES)
    assert delivery.sweep() == 0

    assert effect.seen == []
    assert state(message)["last_error"] == "WorkerLost"
    assert message.gave_up_at


def test_a_message_that_kills_its_workers_is_taken_up_after_pauses_that_grow(message, monkeypatch):
    """A kill is played by an exit that no handler's error is: nothing is noted after the claim."""

    def kill(message):
        raise SystemExit

    monkeypatch.setitem(queue.HANDLERS, "tests.effect", kill)
    waited = []
    at = clock.now()
    for _ in range(5):
        with clock.moved(at - clock.now()), pytest.raises(SystemExit):
            delivery.deliver(message.pk)
        message.refresh_from_db()
        free = max(message.claimed_until, message.due_at)
        waited.append(round((free - at).total_seconds()))
        at = free + timedelta(seconds=1)

    assert waited == [60, 60, 120, 240, 480]


def test_a_message_that_killed_its_worker_twice_is_on_the_offices_list_until_it_has_happened(message, effect, clerk, monkeypatch):
    monkeypatch.setitem(queue.HANDLERS, "tests.effect", lambda message: sys.exit())
    for minutes in (0, 2):
        with clock.moved(timedelta(minutes=minutes)), pytest.raises(SystemExit):
            delivery.deliver(message.pk)
    assert list(OutboxMessage.objects.undelivered().values_list("key", "last_error")) == [("one", "WorkerLost")]

    monkeypatch.setitem(queue.HANDLERS, "tests.effect", effect)
    with clock.moved(timedelta(minutes=4)):
        queue.retry(message, by=clerk)
        assert delivery.sweep() == 1
    assert not OutboxMessage.objects.undelivered().exists()


def test_others_go_first_where_a_message_has_killed_its_worker(message, effect, monkeypatch):
    OutboxMessage.objects.filter(pk=message.pk).update(tries=3)
    monkeypatch.setitem(queue.HANDLERS, "tests.effect", lambda message: sys.exit())
    with pytest.raises(SystemExit):
        delivery.deliver(message.pk)
    monkeypatch.setitem(queue.HANDLERS, "tests.effect", effect)
    with clock.moved(delivery.LEASE + timedelta(seconds=1)):
        queue.put("tests.effect", 7, key="two")
        assert delivery.sweep() == 1

    assert effect.seen == ["two"]


def test_help_is_called_where_a_handler_hangs(message, monkeypatch):
    helped = threading.Event()
    monkeypatch.setattr(delivery, "HANGS", timedelta(seconds=0.01))
    monkeypatch.setitem(queue.HANDLERS, "tests.effect", lambda message: helped.wait(60))

    delivery.deliver(message.pk, rescue=lambda message: helped.set())

    assert helped.is_set()


def test_no_help_is_called_once_a_handler_is_through(message, effect, monkeypatch):
    timers = []
    monkeypatch.setattr(delivery, "Timer", lambda *args: timers.append(threading.Timer(*args)) or timers[-1])
    effect.error = OSError()

    delivery.deliver(message.pk, rescue=lambda message: None)

    (timer,) = timers
    timer.join(60)
    assert timer.finished.is_set()
    assert not timer.is_alive()


def test_a_huge_backlog_is_carried_out_in_order_and_its_next_is_found_by_the_index(db, effect):
    now = clock.now()
    OutboxMessage.objects.bulk_create(
        OutboxMessage(kind="tests.effect", subject_id="7", key=str(n), due_at=now - timedelta(seconds=n)) for n in range(1, 3001)
    )

    for _ in range(3):
        delivery.deliver(delivery._next(clock.now()))

    assert effect.seen == ["3000", "2999", "2998"]
    if connection.vendor == "sqlite":
        plan = OutboxMessage.objects.free(at=now).order_by("due_at", "pk").explain()
        assert "outbox_message_waiting" in plan


def test_a_worker_that_was_thought_dead_and_comes_back_with_an_error_leaves_the_message_to_its_successor(message, monkeypatch):
    taken = clock.now() + timedelta(hours=1)

    def slow(message):
        OutboxMessage.objects.filter(pk=message.pk).update(claimed_until=taken, tries=2)
        raise OSError

    monkeypatch.setitem(queue.HANDLERS, "tests.effect", slow)
    delivery.deliver(message.pk)

    assert state(message) == {"tries": 2, "claimed_until": taken, "last_error": "", "gave_up_at": None, "done": False}


def test_a_worker_that_was_thought_dead_and_succeeded_has_succeeded(message, monkeypatch):
    def slow(message):
        OutboxMessage.objects.filter(pk=message.pk).update(claimed_until=None, gave_up_at=clock.now(), last_error="WorkerLost")

    monkeypatch.setitem(queue.HANDLERS, "tests.effect", slow)
    delivery.deliver(message.pk)

    assert state(message) == {"tries": 1, "claimed_until": None, "last_error": "", "gave_up_at": None, "done": True}


def test_the_sweep_takes_the_longest_overdue_first_and_goes_on_after_an_error(db, effect):
    for key, minutes in [("later", 1), ("first", 3), ("second", 2)]:
        queue.put("tests.effect", 7, key=key, due_at=clock.now() - timedelta(minutes=minutes))
    effect.error = OSError()

    assert delivery.sweep() == 3
    assert effect.seen == ["first", "second", "later"]


def test_a_message_whose_handler_is_gone_is_tried_again_and_not_lost(message, monkeypatch):
    monkeypatch.delitem(queue.HANDLERS, "tests.effect")
    delivery.deliver(message.pk)

    assert state(message)["last_error"] == "KeyError"


def test_the_sweep_stops_when_its_time_is_over(db, effect):
    queue.put("tests.effect", 7, key="one")

    assert delivery.sweep(seconds=0) == 0
    assert delivery.sweep() == 1


def test_delivering_takes_three_statements(message, effect, django_assert_num_queries):
    with django_assert_num_queries(3):
        delivery.deliver(message.pk)


@pytest.mark.parametrize("done", [1, 3])
def test_a_sweep_with_nothing_to_do_takes_two_statements(db, effect, done, django_assert_num_queries):
    for key in range(done):
        delivery.deliver(queue.put("tests.effect", 7, key=str(key)))

    with django_assert_num_queries(2):
        delivery.sweep()


def test_the_tasks_carry_out_and_sweep(message, effect):
    tasks.deliver(message.pk)
    queue.put("tests.effect", 7, key="two")
    tasks.sweep()

    assert effect.seen == ["one", "two"]


@pytest.mark.django_db(transaction=True)
def test_of_several_workers_at_once_one_carries_a_message_out(effect, message):
    tried = []
    together = threading.Barrier(4)

    def run():
        together.wait()
        tried.append(delivery.deliver(message.pk))
        connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(tried) == [False, False, False, True]
    assert effect.seen == ["one"]
