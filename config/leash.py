"""Runs one command, and ends it with all it started once whoever asked for it is gone.

Usage: python leash.py PARENT GRACE SIGNAL command…
The command leads a session of its own, so that Ctrl-C reaches only the one who holds the leash.
It needs nothing but the standard library: it also runs before there is a virtual environment.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time

SET_PARENT_DEATH_SIGNAL = 1  # linux/prctl.h


def die_with_the_leash() -> None:
    """Linux alone can promise this; elsewhere a leash that is killed leaves its command to notice by itself."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(SET_PARENT_DEATH_SIGNAL, signal.SIGTERM)


def main(parent: int, grace: float, ending: signal.Signals, command: list[str]) -> int:
    """Run `command` until it ends, a signal comes or `parent` dies; then send `ending`, wait `grace` seconds, kill the rest."""
    asked: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda number, _: asked.append(number))
    child = subprocess.Popen(command, close_fds=False, start_new_session=True, preexec_fn=die_with_the_leash)  # noqa: S603
    while child.poll() is None and not asked and os.getppid() == parent:
        time.sleep(0.1)
    if child.poll() is None:
        child.send_signal(ending)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(grace)
    end_group(child.pid, patience=2 if child.poll() is not None else 0)
    code = child.wait()
    return code if code >= 0 else 128 - code


def end_group(group: int, *, patience: float) -> None:
    """What the command left behind is asked to go, and killed after `patience` seconds."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGTERM)
        for _ in range(int(patience * 10)):
            time.sleep(0.1)
            os.killpg(group, 0)
        os.killpg(group, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), float(sys.argv[2]), signal.Signals[f"SIG{sys.argv[3]}"], sys.argv[4:]))
