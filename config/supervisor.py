"""Site, worker and scheduler under one roof, for one machine. Needs no Django itself, so that it stays small and starts at once.

`manage.py up` runs it. An association's server may as well run the three commands as units of its own (docs/operations.md).
"""

import argparse
import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
VAR = HERE.parent / "var"
GRACE = 20  # seconds between the request to stop and the end
LONGEST_PAUSE = 30  # seconds between two tries to start what keeps dying
BOUNDS = ["--limit-request-line", "8190", "--limit-request-fields", "60", "--limit-request-field_size", "8190"]
SETTLED = 60  # seconds after which a process counts as well


@dataclass
class Service:
    """One process to keep alive."""

    name: str
    command: list[str]
    sockets: tuple[int, ...] = ()
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0
    due_at: float = 0
    deaths: int = field(default=0)

    def start(self) -> None:
        leash = [sys.executable, "-I", "-S", str(HERE / "leash.py"), str(os.getpid()), str(GRACE - 2), "TERM"]
        self.process = subprocess.Popen([*leash, *self.command], stdin=subprocess.DEVNULL, pass_fds=self.sockets)  # noqa: S603
        self.started_at = time.monotonic()

    def tend(self) -> None:
        """Start what is due, and give what died a longer pause each time."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.due_at:
                self.start()
            return
        if self.process.poll() is None:
            return
        self.deaths = 1 if now - self.started_at > SETTLED else self.deaths + 1
        pause = min(LONGEST_PAUSE, 2 ** (self.deaths - 1))
        say(f"{self.name} ended ({self.process.returncode}); it starts again in {pause} s")
        self.process, self.due_at = None, now + pause

    def end(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()


def say(line: str) -> None:
    """To whoever still reads: the terminal may be closed by now."""
    with contextlib.suppress(OSError, ValueError):
        print(line, flush=True)


def listen(address: str, port: int) -> socket.socket:
    """The socket on which the site will answer. Raises OSError when somebody else holds the port."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    door = socket.socket(family, socket.SOCK_STREAM)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    door.bind((address, port))
    door.listen(128)
    door.set_inheritable(True)
    return door


def answers(door: socket.socket) -> bool:
    """The site says something, be it a redirect to https."""
    address, port = door.getsockname()[:2]
    here = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address, address)  # noqa: S104
    try:
        connection = http.client.HTTPConnection(here, port, timeout=2)
        connection.request("GET", "/healthz")
        connection.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    return True


def web(door: socket.socket) -> Service:
    options = ["--workers", "2", "--threads", "4", "--graceful-timeout", "15", "--timeout", "60", "--no-control-socket", *BOUNDS]
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "config.wsgi:application",
        *options,
        "--bind",
        f"fd://{door.fileno()}",
        "--log-level",
        "warning",
        "--logger-class",
        "config.logs.WebServer",
    ]
    return Service("The site", command, sockets=(door.fileno(),))


def background() -> list[Service]:
    quiet = ["-W", "ignore:You're running the worker with superuser"]  # a demonstration as root is a container's affair
    celery = [sys.executable, *quiet, "-m", "celery", "-A", "config", "--quiet"]
    worker = [*celery, "worker", "-P", "threads", "-c", "2", "--without-gossip", "--without-mingle", "--without-heartbeat", "-l", "warning"]
    beat = [*celery, "beat", "--pidfile=", "-s", str(VAR / "beat-schedule"), "-l", "warning"]
    return [Service("The worker", worker), Service("The scheduler", beat)]


def run(door: socket.socket, *, parent: int | None) -> int:
    """Keep the three alive until a signal comes, or `parent` or its terminal is gone.

    The site starts first: two at once would slow its first answer.
    """
    asked: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda number, _: asked.append(number))
    site, rest, port = web(door), background(), door.getsockname()[1]
    ready = False
    terminal = terminal_of(parent)
    while not asked and parent in (None, os.getppid()) and (terminal is None or os.isatty(terminal)):
        site.tend()
        if ready:
            for service in rest:
                service.tend()
        elif site.process is not None and answers(door):
            ready = True
            say(f"Ready: {os.environ.get('SITE_URL') or f'http://127.0.0.1:{port}'}/")
        time.sleep(0.2)
    stop([site, *rest])
    return 0


def terminal_of(parent: int | None) -> int | None:
    """The terminal that `parent` was started in. Where it leads that terminal's session, the terminal tells it alone that it closes."""
    return None if parent is None else next((number for number in range(3) if os.isatty(number)), None)


def stop(services: list[Service]) -> None:
    say("Stopping.")
    for service in services:
        service.end()
    for service in services:
        if service.process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                service.process.wait(GRACE)


def refuse(words: str) -> int:
    print(f"{words} Nothing was started.", file=sys.stderr)
    return 1


def main() -> int:
    parser = argparse.ArgumentParser(prog="manage.py up", description="Serve the site, the worker and the scheduler.")
    parser.add_argument("--address", default="127.0.0.1", help="the address to listen on")
    parser.add_argument("--port", default=os.environ.get("PORT") or "8000", help="the port to listen on")
    parser.add_argument("--socket", type=int, help="the number of a listening socket that was handed down")
    parser.add_argument("--parent", type=int, help="stop when this process is gone")
    options = parser.parse_args()
    if not (options.port.isascii() and options.port.isdigit() and 0 < int(options.port) < 65536):
        return refuse(f"{options.port} is not a port: a number from 1 to 65535 is needed.")
    try:
        door = socket.socket(fileno=options.socket) if options.socket is not None else listen(options.address, int(options.port))
        (VAR / "static").mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        return refuse(f"{problem.filename or f'{options.address}:{options.port}'} cannot be used: {problem.strerror}.")
    os.chdir(HERE.parent)
    return run(door, parent=options.parent)


if __name__ == "__main__":
    sys.exit(main())
