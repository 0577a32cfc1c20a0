"""`make test` leaves nothing behind, however it is ended: no process, no server, no folder."""

import os
import shutil
import signal
import tempfile
import time
from pathlib import Path

import pytest

from tests.machine.conftest import BARE, PATIENCE, processes

pytestmark = pytest.mark.machine

LEAVES_WITHIN = 25  # seconds


@pytest.fixture
def temporary():
    """Where the servers of the suite keep their files; another user has to reach it."""
    folder = Path(tempfile.mkdtemp(prefix="attest-suite-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def in_the(folder: Path) -> list[str]:
    """The processes that name the folder or work in it."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if str(folder) in os.readlink(place / "cwd") or str(folder).encode() in (place / "cmdline").read_bytes():
                found.append((place / "cmdline").read_text())
        except OSError:
            continue
    return found


def wait_for(condition, *, within: float) -> None:
    end = time.monotonic() + within
    while not condition() and time.monotonic() < end:
        time.sleep(0.2)


@pytest.mark.parametrize(("number", "whom"), [("SIGKILL", "make"), ("SIGTERM", "make"), ("SIGINT", "all"), ("SIGHUP", "all")])
def test_a_suite_that_is_ended_leaves_nothing(demo, checkout, temporary, number, whom):
    running = demo(target="test", surroundings={**BARE, "TMPDIR": str(temporary)})
    wait_for(lambda: any("-m pytest" in line for line in processes(checkout)), within=PATIENCE)
    assert list(temporary.glob("attest-services-*"))

    if whom == "make":
        running.signal(signal.Signals[number])
    else:
        os.killpg(running.process.pid, signal.Signals[number])
    wait_for(lambda: not processes(checkout) and not in_the(temporary), within=LEAVES_WITHIN)

    assert processes(checkout) == []
    assert in_the(temporary) == []
    assert list(temporary.glob("attest-services-*")) == []
