"""`make demo` as a person types it: it starts on nothing, says what is in its way, and leaves nothing behind."""

import json
import os
import pty
import re
import signal
import socket
import subprocess
import sys
import time

import pytest

from tests.machine.conftest import BARE, ROOT, nothing_left, processes

pytestmark = pytest.mark.machine

LEAVES_WITHIN = 25  # seconds
# Makes the terminal that it was given its own, as a log-in does, and becomes the command.
TERMINAL = "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execv(sys.argv[1], sys.argv[1:])"


def test_it_starts_with_an_empty_environment_and_an_empty_home(demo, checkout, tmp_path):
    running = demo(surroundings={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)})

    assert running.get("/healthz") == 200
    assert running.get("/") == 200
    assert "http://127.0.0.1:" in running.said
    assert "Traceback" not in running.said
    assert re.search(r"^  sian\.odwyer@example\.org +\d{6} ", running.said, re.MULTILINE), running.said
    running.signal(signal.SIGTERM)
    nothing_left(checkout, running.port, within=LEAVES_WITHIN)


def test_a_second_start_takes_seconds_and_keeps_the_data(demo, checkout):
    first = demo()
    first.until("Ready: ")
    (checkout / "var" / "mail").mkdir(exist_ok=True)
    (checkout / "var" / "mail" / "kept").touch()
    first.signal(signal.SIGTERM)
    nothing_left(checkout, first.port, within=LEAVES_WITHIN)

    began = time.monotonic()
    second = demo()
    second.until("Ready: ")

    assert time.monotonic() - began < 60  # seconds on an idle machine; this one may be busy
    assert "Preparing" not in second.said
    assert (checkout / "var" / "mail" / "kept").exists()


def test_kill_9_of_make_leaves_nothing(demo, checkout):
    running = demo()
    port = running.port
    assert len(processes(checkout)) > 4

    running.signal(signal.SIGKILL)

    nothing_left(checkout, port, within=LEAVES_WITHIN)


def test_kill_9_of_make_while_it_prepares_leaves_nothing(demo, checkout):
    (checkout / "var" / "prepared.json").unlink(missing_ok=True)
    running = demo("PORT=18765")
    running.until("Preparing")

    running.signal(signal.SIGKILL)

    nothing_left(checkout, 18765, within=LEAVES_WITHIN)


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGINT], ids=["closed terminal", "Ctrl-C"])
def test_a_closed_terminal_and_ctrl_c_leave_nothing(demo, checkout, number):
    running = demo()
    port = running.port

    os.killpg(running.process.pid, number)  # a terminal tells everyone in the foreground

    nothing_left(checkout, port, within=LEAVES_WITHIN)


@pytest.mark.parametrize("moment", ["Preparing", "Ready: "])
def test_a_closed_terminal_that_make_alone_ran_in_leaves_nothing(checkout, moment):
    """As by `ssh -t host make demo`: make leads the session, is told alone, and waits for what it started."""
    if moment == "Preparing":
        (checkout / "var" / "prepared.json").unlink(missing_ok=True)
    ours, theirs = pty.openpty()
    command = [sys.executable, "-c", TERMINAL, "/usr/bin/make", "demo", "PORT=18766"]
    running = subprocess.Popen(command, cwd=checkout, env=BARE, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True)
    os.close(theirs)
    said = b""
    while moment.encode() not in said:
        said += os.read(ours, 4096)

    os.close(ours)

    nothing_left(checkout, 18766, within=LEAVES_WITHIN)
    running.wait(LEAVES_WITHIN)


def test_a_taken_port_is_named_and_the_next_one_used(demo):
    with socket.socket() as somebody:
        somebody.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            somebody.bind(("127.0.0.1", 8000))
            somebody.listen()
        except OSError:
            pass  # taken by somebody else, which serves as well
        running = demo()
        port = running.port

    assert "Port 8000 is taken." in running.said
    assert 8000 < port <= 8010
    assert f"http://127.0.0.1:{port}/accounts/login/" in running.said


def test_a_port_that_was_asked_for_is_never_changed(demo):
    with socket.socket() as somebody:
        somebody.bind(("127.0.0.1", 0))
        somebody.listen()
        port = somebody.getsockname()[1]
        running = demo(f"PORT={port}")
        code = running.over()

    assert code != 0
    assert f"Port {port} is taken. Nothing was started." in running.said


@pytest.mark.parametrize("port", ["coffee", "0", "70000", "²"])
def test_a_port_that_is_none_is_refused(demo, port):
    running = demo(f"PORT={port}")

    assert running.over() != 0
    assert f"PORT={port} is not a port" in running.said


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere everybody may use every port")
def test_a_port_that_is_kept_for_the_system_is_told_from_a_taken_one():
    without_privilege = ["setpriv", "--bounding-set=-net_bind_service", "--inh-caps=-net_bind_service"] if os.geteuid() == 0 else []
    command = [*without_privilege, sys.executable, "-c", "import run_demo; run_demo.listen(1)"]
    refused = subprocess.run(command, cwd=ROOT / "bin", capture_output=True, text=True, check=False)

    assert refused.returncode == 1
    assert refused.stderr.startswith("Port 1 is kept for the system's own services. Nothing was started.")


def test_a_second_one_in_the_same_checkout_says_that_one_runs(demo):
    demo().until("Ready: ")
    second = demo()

    assert second.over() != 0
    assert "already runs in this checkout" in second.said


def test_another_installation_is_left_alone(demo):
    running = demo(surroundings={"PATH": "/usr/bin:/bin", "DATABASE_URL": "postgres://nobody@127.0.0.1:1/theirs"})

    assert running.get("/healthz") == 200
    assert "Not used by a demonstration: DATABASE_URL" in running.said


@pytest.mark.parametrize(("hours", "told"), [(7 * 24 - 2, False), (7 * 24 + 2, True)])
def test_a_demonstration_older_than_seven_days_names_a_fresh_one_and_keeps_its_data(demo, checkout, hours, told):
    stamp = checkout / "var" / "prepared.json"
    if not stamp.exists():
        first = demo()
        first.until("Ready: ")
        first.signal(signal.SIGTERM)
        nothing_left(checkout, first.port, within=LEAVES_WITHIN)
    before = stamp.read_text()
    stamp.write_text(json.dumps({**json.loads(before), "made_at": str(time.time() - hours * 3600)}))
    (checkout / "var" / "mail").mkdir(exist_ok=True)
    (checkout / "var" / "mail" / "kept").touch()

    running = demo("FRESH=0")
    running.until("Ready: ")

    assert ("make demo FRESH=1" in running.said) is told
    assert (checkout / "var" / "mail" / "kept").exists()
    stamp.write_text(before)
