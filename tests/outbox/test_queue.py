"""Putting effects into the outbox."""

import threading
from datetime import timedelta

import pytest
from celery import current_app
from django.db import IntegrityError, connection, connections, transaction

from audit import clock, log
from outbox import delivery, queue
from outbox.models import OutboxMessage


@pytest.fixture
def told(monkeypatch):
    """The tasks that reached the broker."""
    tasks = []
    monkeypatch.setattr(current_app, "send_task", lambda name, args, retry: tasks.append((name, args)))
    return tasks


def test_an_effect_is_noted_with_its_kind_its_row_and_its_key(message):
    assert (message.kind, message.subject_id, message.key, message.tries) == ("tests.effect", "7", "one", 0)


def test_the_same_key_is_the_same_effect(effect, message):
    again = queue.put("tests.effect", 8, key="one", due_at=clock.now() + timedelta(days=1))

    assert again == message.pk
    assert OutboxMessage.objects.values_list("subject_id", "due_at").get() == ("7", message.due_at)


def test_the_same_key_again_does_not_bring_back_what_has_happened(effect, message):
    delivery.deliver(message.pk)
    queue.put("tests.effect", 7, key="one")
    delivery.sweep()

    assert effect.seen == ["one"]


def test_a_kind_that_nothing_handles_is_refused(db):
    with pytest.raises(LookupError, match="nothing handles"):
        queue.put("tests.unheard", 7, key="one")

    assert not OutboxMessage.objects.exists()


def test_two_handlers_for_a_kind_are_refused(effect):
    with pytest.raises(ValueError, match="two handlers"):
        queue.handles("tests.effect")(effect)


def test_putting_takes_one_statement_for_a_new_key_and_for_a_known_one(db, effect, django_assert_num_queries):
    for _ in range(2):
        with django_assert_num_queries(1):
            queue.put("tests.effect", 7, key="one")


def test_the_worker_is_told_after_the_commit_with_an_id_alone(effect, db, told, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        pk = queue.put("tests.effect", 7, key="one")
        assert told == []

    assert told == [("outbox.deliver", [pk])]


def test_the_worker_is_not_told_of_what_is_due_later(effect, db, told, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        queue.put("tests.effect", 7, key="one", due_at=clock.now() + timedelta(days=1))

    assert told == []


@pytest.mark.django_db(transaction=True)
def test_an_effect_whose_cause_is_rolled_back_is_neither_noted_nor_told(effect, told):
    with transaction.atomic():
        queue.put("tests.effect", 7, key="one")
        transaction.set_rollback(True)

    assert told == []
    assert not OutboxMessage.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_down_leaves_the_effect_to_the_sweep(effect, monkeypatch, caplog):
    def down(*args, **kwargs):
        raise ConnectionRefusedError("redis of Ana")

    monkeypatch.setattr(current_app, "send_task", down)
    with transaction.atomic():
        pk = queue.put("tests.effect", 7, key="one")

    assert caplog.messages == [f"message {pk} waits for the sweep: ConnectionRefusedError"]
    assert delivery.sweep() == 1
    assert effect.seen == ["one"]


def test_what_was_given_up_can_be_tried_again_on_the_record(message, effect, clerk, told, django_capture_on_commit_callbacks):
    give_up(message)
    with django_capture_on_commit_callbacks(execute=True):
        queue.retry(message, by=clerk)

    message.refresh_from_db()
    assert (message.gave_up_at, message.tries) == (None, 0)
    assert told == [("outbox.deliver", [message.pk])]
    assert [(e.action, e.actor_id) for e in log.history(message)] == [("outbox.delivery_retried", str(clerk.pk))]
    assert delivery.deliver(message.pk)
    assert effect.seen == ["one"]


def test_what_waits_for_its_next_try_can_be_tried_at_once(message, effect, clerk):
    effect.error = OSError()
    delivery.deliver(message.pk)
    effect.error = None
    queue.retry(message, by=clerk)

    assert delivery.sweep() == 1
    assert effect.seen == ["one", "one"]


@pytest.mark.parametrize(
    "state",
    [
        {},
        {"done_at": clock.now(), "tries": 2},
        {"last_error": "OSError", "claimed_until": clock.now() + timedelta(days=1), "tries": 2},
    ],
    ids=["never tried", "happened", "in a worker's hands"],
)
def test_anything_else_cannot_be_tried_again(message, clerk, state):
    OutboxMessage.objects.filter(pk=message.pk).update(**state)
    before = OutboxMessage.objects.values().get()

    with pytest.raises(queue.NotRetriable):
        queue.retry(message, by=clerk)

    assert OutboxMessage.objects.values().get() == before
    assert not log.history(message).exists()


def test_the_offices_list_holds_what_went_wrong_and_has_not_happened_given_up_first(db, effect):
    now = clock.now()
    rows = {
        "fresh": {},
        "done": {"done_at": now, "last_error": "", "tries": 1},
        "trying": {"last_error": "OSError", "tries": 1},
        "given up": {"last_error": "OSError", "tries": 20, "gave_up_at": now},
    }
    for key, state in rows.items():
        OutboxMessage.objects.create(kind="tests.effect", subject_id="7", key=key, **state)

    assert [message.key for message in OutboxMessage.objects.undelivered()] == ["given up", "trying"]


@pytest.mark.parametrize(
    "state",
    [
        {"done_at": clock.now(), "gave_up_at": clock.now(), "last_error": "OSError"},
        {"done_at": clock.now(), "claimed_until": clock.now()},
        {"gave_up_at": clock.now(), "last_error": "OSError", "claimed_until": clock.now()},
        {"gave_up_at": clock.now()},
    ],
    ids=["done and given up", "done and claimed", "given up and claimed", "given up without a reason"],
)
def test_the_database_refuses_a_message_that_contradicts_itself(message, state):
    with pytest.raises(IntegrityError), transaction.atomic():
        OutboxMessage.objects.filter(pk=message.pk).update(**state)


@pytest.mark.postgres
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_two_causes_with_one_key_at_once_note_one_effect(effect):
    ids = []
    together = threading.Barrier(4)

    def run():
        together.wait()
        ids.append(queue.put("tests.effect", 7, key="one"))
        connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert set(ids) == {OutboxMessage.objects.get().pk}


def give_up(message):
    OutboxMessage.objects.filter(pk=message.pk).update(gave_up_at=clock.now(), tries=20, last_error="OSError")
