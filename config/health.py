"""Whether this installation can do its work now: what an operator's monitor asks every minute."""

import shutil
import time
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from audit import clock
from config.celery import app
from outbox.models import OutboxMessage

HEARTBEAT = "config.heartbeat"
OLDEST_HEARTBEAT = 60  # seconds; the schedule beats every ten
LONGEST_LAG = timedelta(minutes=5)  # an effect that is due waits no longer in an outbox that works
LEAST_DISK = 200 * 1024 * 1024  # bytes

_migrated: set[str] = set()


class NotReady(Exception):
    """One part does not work; the text says which and how."""


def state() -> dict[str, str]:
    """Every part with "ok" or what is the matter; nothing here names a person or a secret."""
    return {name: answer(check) for name, check in CHECKS.items()}


def answer(check: Callable[[], None]) -> str:
    try:
        check()
    except NotReady as reason:
        return str(reason)
    except Exception as problem:  # whatever breaks, the page answers: that is its purpose
        return type(problem).__name__
    return "ok"


def beat() -> None:
    """Note that scheduler and worker are alive: the scheduler put this into the queue, and the worker ran it."""
    cache.set(HEARTBEAT, time.time(), timeout=None)


def database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def migrations() -> None:
    """Asked of the database until it is whole; a running process cannot fall behind again."""
    if _migrated:
        return
    executor = MigrationExecutor(connection)
    if waiting := executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise NotReady(f"{len(waiting)} migrations wait: manage.py migrate")
    _migrated.add(connection.alias)


def round_trip() -> None:
    token = str(time.time())
    cache.set("config.round_trip", token, timeout=60)
    if cache.get("config.round_trip") != token:
        raise NotReady("the cache does not keep what it is given")


def broker() -> None:
    with app.connection_for_read() as line:
        line.ensure_connection(max_retries=1, timeout=2)


def heartbeat() -> None:
    last = cache.get(HEARTBEAT)
    if last is None:
        raise NotReady("scheduler and worker have not been heard of yet")
    if (age := time.time() - last) > OLDEST_HEARTBEAT:
        raise NotReady(f"scheduler and worker were last heard of {age:.0f} seconds ago")


def outbox() -> None:
    late = OutboxMessage.objects.filter(done_at=None, gave_up_at=None, due_at__lt=clock.now() - LONGEST_LAG).count()
    if late:
        raise NotReady(f"{late} effects have been due for more than five minutes")


def disk() -> None:
    free = shutil.disk_usage(settings.BASE_DIR).free
    if free < LEAST_DISK:
        raise NotReady(f"{free // 1024 // 1024} MB of disk are left")


CHECKS: dict[str, Callable[[], None]] = {
    "database": database,
    "migrations": migrations,
    "cache": round_trip,
    "broker": broker,
    "heartbeat": heartbeat,
    "outbox": outbox,
    "disk": disk,
}
