"""A checkout of its own for the commands that people type, and a way to watch what they leave behind."""

import http.client
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 240  # seconds for a first start on a machine that does other work
BARE = {"PATH": "/usr/bin:/bin"}


class Make:
    """`make demo`, or another target, in a checkout, as started from a shell."""

    def __init__(self, checkout: Path, *arguments: str, target: str = "demo", surroundings: dict[str, str] | None = None) -> None:
        self.checkout = checkout
        self.process = subprocess.Popen(
            ["/usr/bin/make", target, *arguments],
            cwd=checkout,
            env=surroundings or BARE,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.lines: list[str] = []
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        self.lines.extend(iter(self.process.stdout.readline, ""))

    @property
    def said(self) -> str:
        return "".join(self.lines)

    def until(self, words: str) -> str:
        """The line that begins with `words`, once it is printed."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            for line in list(self.lines):
                if line.startswith(words):
                    return line
            if self.process.poll() is not None and not self.reader.is_alive():
                break
            time.sleep(0.1)
        raise AssertionError(f"never said {words!r}, but:\n{self.said}")

    @property
    def port(self) -> int:
        return int(self.until("Ready: ").rstrip().rstrip("/").rsplit(":", 1)[1])

    def get(self, path: str) -> int:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        line.request("GET", path)
        return line.getresponse().status

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def over(self) -> int:
        code = self.process.wait(60)
        self.reader.join(10)
        return code


def processes(checkout: Path) -> list[str]:
    """The command lines of all processes that work in a checkout."""
    if sys.platform != "linux":
        listing = subprocess.run(["/bin/ps", "-A", "-o", "command="], capture_output=True, text=True, check=True).stdout
        return [line for line in listing.splitlines() if str(checkout) in line]
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if Path(os.readlink(folder / "cwd")) == checkout:
                found.append((folder / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:
            continue
    return found


def nothing_left(checkout: Path, port: int, *, within: float) -> None:
    """Fail unless, `within` seconds, no process, pid file, open port or locked database is left."""
    end = time.monotonic() + within
    while processes(checkout) and time.monotonic() < end:
        time.sleep(0.2)
    assert processes(checkout) == []
    assert list(checkout.rglob("*.pid")) == []
    with socket.socket() as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind(("127.0.0.1", port))
    database = sqlite3.connect(checkout / "var" / "site.sqlite3", timeout=1)
    database.execute("BEGIN IMMEDIATE")
    database.rollback()
    database.close()


@pytest.fixture(scope="session")
def checkout(tmp_path_factory) -> Path:
    """The files of this repository, with the virtual environment of the running tests, and without var/."""
    folder = tmp_path_factory.mktemp("checkout").resolve()
    files = subprocess.run(["git", "ls-files", "-z", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, check=True).stdout
    for name in files.decode().split("\0"):
        if name and (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    (folder / ".venv").unlink(missing_ok=True)
    (folder / ".venv").symlink_to(Path(sys.prefix))
    return folder


@pytest.fixture
def demo(checkout, tmp_path):
    """Starts `make demo`, or another target; whatever a test leaves running is ended after it."""
    started: list[Make] = []

    def start(*arguments: str, **kwargs) -> Make:
        started.append(Make(checkout, *arguments, **kwargs))
        return started[-1]

    yield start
    for each in started:
        if each.process.poll() is None:
            each.signal(signal.SIGKILL)
            each.process.wait()
    end = time.monotonic() + 25
    while started and processes(checkout) and time.monotonic() < end:
        time.sleep(0.2)
