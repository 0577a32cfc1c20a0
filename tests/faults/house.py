"""One small installation in a folder of its own, what can be asked of it, and how all of it is killed at once."""

import contextlib
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from django.conf import settings

PATIENCE = 240  # seconds for a process to start, or to finish what is left, on a busy machine
LEASH = [sys.executable, "-I", "-S", str(Path(settings.BASE_DIR) / "config" / "leash.py")]

Process = subprocess.Popen[bytes]


class House:
    """A folder, a database and a broker, and the processes that were started on them."""

    def __init__(self, folder: Path, database: str = "", broker: str = "") -> None:
        self.folder, self.database = folder, database
        self.env = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.faults.settings", "FAULTS_DIR": str(folder)}
        self.env |= {"FAULTS_DATABASE": database} if database else {}
        self.env |= {"FAULTS_BROKER": broker} if broker else {}
        self.started: list[Process] = []

    def run(self, *arguments: object) -> None:
        subprocess.run([sys.executable, *map(str, arguments)], env=self.env, cwd=settings.BASE_DIR, check=True, timeout=2 * PATIENCE)

    def start(self, *arguments: object) -> Process:
        """A process that ends when the tests do, however that comes about."""
        command = [*LEASH, str(os.getpid()), "1", "TERM", sys.executable, *map(str, arguments)]
        self.started.append(subprocess.Popen(command, env=self.env, cwd=settings.BASE_DIR))
        return self.started[-1]

    def kill(self, *, amid: str = "") -> None:
        """End everything that runs here as a power cut would: all of it, at once, without a word.

        With `amid`, such as "outbox_outboxmessage WHERE claimed_until IS NOT NULL", at a moment when there are such rows.
        """
        self.send(signal.SIGSTOP)
        until = time.monotonic() + PATIENCE
        while amid and not self.count(amid):
            assert time.monotonic() < until, "that moment never comes"
            self.send(signal.SIGCONT)
            time.sleep(0.02)
            self.send(signal.SIGSTOP)
        self.send(signal.SIGKILL)
        while self.started:
            self.started.pop().wait()

    def send(self, order: signal.Signals) -> None:
        for pid in family([process.pid for process in self.started]):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, order)

    def ask(self, query: str) -> list[tuple[object, ...]]:
        if self.database:
            import psycopg

            with psycopg.connect(self.database) as connection:
                return connection.execute(query).fetchall()
        with contextlib.closing(sqlite3.connect(self.folder / "site.sqlite3", timeout=60)) as connection:
            return connection.execute(query).fetchall()

    def count(self, rows: str) -> int:
        return int(str(self.ask(f"SELECT count(*) FROM {rows}")[0][0]))

    def done(self) -> int:
        return self.count("outbox_outboxmessage WHERE done_at IS NOT NULL")

    def wait_until_done(self, effects: int) -> None:
        """As long as one more is done every few minutes."""
        while (before := self.done()) < effects:
            wait_until(lambda before=before: self.done() > before)

    def letters(self) -> list[str]:
        """The Message-ID of every letter, a repeat included."""
        texts = (path.read_text() for path in (self.folder / "mail").glob("*.log"))
        return [found for text in texts for found in re.findall(r"^Message-ID: (\S+)$", text, re.MULTILINE)]


def family(roots: list[int]) -> list[int]:
    """Processes with all that descend from them, as /proc tells it. One that was waited for is no more."""
    parents = {}
    for place in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            parents[int(place.parent.name)] = int(place.read_text().rpartition(")")[2].split()[1])
    found = list(roots)
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid]
    return found


def wait_until(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < until, "nothing happens any more"
        time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])
