"""A worker is killed again and again, without a word; no effect is lost, and none happens twice."""

import contextlib
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings

from accounts import mail

MESSAGES = 200
KILLS = 6
PATIENCE = 120  # seconds for a worker to start or to finish what is left, on a busy machine


class House:
    """A folder with everything of one small installation, and what can be asked of it."""

    def __init__(self, folder: Path, database: str = "", broker: str = "") -> None:
        self.folder, self.database = folder, database
        self.env = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.faults.settings", "FAULTS_DIR": str(folder)}
        self.env |= {"FAULTS_DATABASE": database} if database else {}
        self.env |= {"FAULTS_BROKER": broker} if broker else {}

    def run(self, *arguments: object) -> None:
        subprocess.run([sys.executable, *map(str, arguments)], env=self.env, cwd=settings.BASE_DIR, check=True, timeout=300)

    def start_worker(self) -> subprocess.Popen[bytes]:
        """Worker and beat in a process group of their own."""
        command = "-m celery -A tests.faults.worker worker -P threads -c 4 --without-gossip --without-mingle --without-heartbeat -l ERROR"
        beat = ["-B", "-s", str(self.folder / "beat")]
        return subprocess.Popen([sys.executable, *command.split(), *beat], env=self.env, cwd=settings.BASE_DIR, start_new_session=True)

    def ask(self, query: str) -> list[tuple[object, ...]]:
        if self.database:
            import psycopg

            with psycopg.connect(self.database) as connection:
                return connection.execute(query).fetchall()
        with contextlib.closing(sqlite3.connect(self.folder / "site.sqlite3", timeout=20)) as connection:
            return connection.execute(query).fetchall()

    def done(self) -> int:
        return int(str(self.ask("SELECT count(*) FROM outbox_outboxmessage WHERE done_at IS NOT NULL")[0][0]))

    def letters(self) -> list[str]:
        """The Message-ID of every letter, a repeat included."""
        texts = (path.read_text() for path in (self.folder / "mail").glob("*.log"))
        return [found for text in texts for found in re.findall(r"^Message-ID: (\S+)$", text, re.MULTILINE)]


def kill(worker: subprocess.Popen[bytes]) -> None:
    """End the worker and its beat as a power cut would."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()


def wait_until(condition) -> None:
    until = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < until, "nothing happens any more"
        time.sleep(0.05)


@contextlib.contextmanager
def database_of_its_own(server: str, name: str) -> Iterator[str]:
    """A fresh database on the PostgreSQL that the suite runs on."""
    import psycopg

    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        try:
            yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def house(tmp_path):
    """On SQLite and Celery's folders, or on the servers that DATABASE_URL and BROKER_URL name."""
    server, broker = os.environ.get("DATABASE_URL", ""), os.environ.get("BROKER_URL", "")
    if server.startswith("postgres"):
        with database_of_its_own(_any_database_of(server), f"faults_{os.getpid()}") as database:
            yield House(tmp_path, database, broker)
    else:
        yield House(tmp_path)


def _any_database_of(server: str) -> str:
    return urlunsplit(urlsplit(server)._replace(path="/postgres"))


@pytest.mark.faults
def test_a_worker_that_is_killed_again_and_again_loses_no_effect_and_repeats_none(house):
    moments = random.Random(20261123)
    house.run("manage.py", "migrate", "--run-syncdb", "-v", "0")
    house.run("-m", "tests.faults.put", MESSAGES)

    for _ in range(KILLS):
        before = house.done()
        worker = house.start_worker()
        try:
            wait_until(lambda before=before: house.done() > before)
            time.sleep(moments.uniform(0, 0.8))
        finally:
            kill(worker)
    left = MESSAGES - house.done()
    worker = house.start_worker()
    try:
        wait_until(lambda: house.done() == MESSAGES)
    finally:
        kill(worker)

    keys = [f"effect:{number}" for number in range(MESSAGES)]
    assert left > 0, "every kill came too late to prove anything"
    assert house.ask("SELECT max(tries) FROM outbox_outboxmessage")[0][0] > 1, "no kill met a worker at work"
    assert house.ask("SELECT count(*) FROM outbox_outboxmessage WHERE gave_up_at IS NOT NULL OR claimed_until IS NOT NULL") == [(0,)]
    assert sorted(key for (key,) in house.ask("SELECT key FROM effects_row")) == sorted(keys[0::2])
    assert set(house.letters()) == {mail.message_id(key) for key in keys[1::2]}
    assert len(house.letters()) - MESSAGES // 2 <= KILLS * 4, "more repeats than workers that were killed between letter and note"
