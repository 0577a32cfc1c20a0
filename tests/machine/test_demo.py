"""`make demo` as a person types it: it starts on nothing, says what is in its way, and leaves nothing behind."""

import os
import re
import signal
import socket
import time

import pytest

from tests.machine.conftest import nothing_left, processes

pytestmark = pytest.mark.machine

LEAVES_WITHIN = 25  # seconds


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


@pytest.mark.parametrize("port", ["coffee", "0", "70000"])
def test_a_port_that_is_none_is_refused(demo, port):
    running = demo(f"PORT={port}")

    assert running.over() != 0
    assert f"PORT={port} is not a port" in running.said


def test_a_second_one_in_the_same_checkout_says_that_one_runs(demo):
    demo().until("Ready: ")
    second = demo()

    assert second.over() != 0
    assert "already runs in this checkout" in second.said


def test_another_installation_is_left_alone(demo):
    running = demo(surroundings={"PATH": "/usr/bin:/bin", "DATABASE_URL": "postgres://nobody@127.0.0.1:1/theirs"})

    assert running.get("/healthz") == 200
    assert "Not used by a demonstration: DATABASE_URL" in running.said
