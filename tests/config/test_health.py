"""/readyz tells an operator what does not work, and /healthz only that the process lives."""

import time
from datetime import timedelta

import pytest
from django.core.cache import cache

from audit import clock
from config import health
from config.tasks import heartbeat
from outbox.models import OutboxMessage

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_remembered():
    cache.delete(health.HEARTBEAT)


def test_the_process_answers(client):
    assert client.get("/healthz").content == b"ok\n"


def test_all_is_well_once_the_scheduler_was_heard(client):
    heartbeat()

    answer = client.get("/readyz")

    assert answer.json() == dict.fromkeys(["database", "migrations", "cache", "broker", "heartbeat", "outbox", "disk"], "ok")
    assert answer.status_code == 200


def test_a_scheduler_that_was_never_heard_of_is_named(client):
    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["heartbeat"] == "scheduler and worker have not been heard of yet"


def test_a_scheduler_that_fell_silent_is_named(client):
    cache.set(health.HEARTBEAT, time.time() - 75, timeout=None)

    assert client.get("/readyz").json()["heartbeat"].startswith("scheduler and worker were last heard of 75 seconds")


def test_an_effect_that_waits_too_long_is_counted(client):
    heartbeat()
    OutboxMessage.objects.create(kind="k", subject_id="1", key="late", due_at=clock.now() - timedelta(minutes=6))
    OutboxMessage.objects.create(kind="k", subject_id="1", key="soon", due_at=clock.now() + timedelta(days=1))

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["outbox"] == "1 effects have been due for more than five minutes"


def test_a_full_disk_is_named(client, monkeypatch):
    monkeypatch.setattr(health, "LEAST_DISK", 10**18)

    assert "MB of disk are left" in client.get("/readyz").json()["disk"]


def test_what_breaks_is_named_by_its_kind_and_no_secret(client, settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://:hidden@127.0.0.1:1/0"}}

    answer = client.get("/readyz")

    assert answer.json()["cache"] == "ConnectionError"
    assert b"hidden" not in answer.content
