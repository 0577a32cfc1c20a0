"""PostgreSQL and Redis of this run alone: from their binaries, on free ports, in a temporary folder. What the system runs is not touched.

Usage: python bin/services.py command…  runs the command with DATABASE_URL, CACHE_URL and BROKER_URL set.
"""

import contextlib
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import environment

LEASH = [sys.executable, "-I", "-S", str(environment.ROOT / "config" / "leash.py")]
UNSAFE_AND_FAST = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=60", "timezone=UTC"]
PATIENCE = 60  # seconds for a server to answer


class Unavailable(Exception):
    """A server cannot be started here; the text says which and what to install."""


@contextlib.contextmanager
def running() -> Iterator[dict[str, str]]:
    """Both servers, as the settings that reach them. Raises Unavailable."""
    folder = Path(tempfile.mkdtemp(prefix="attest-services-"))
    folder.chmod(0o711)
    processes: list[subprocess.Popen[bytes]] = []
    try:
        database = start_postgresql(folder, processes)
        redis = start_redis(folder, processes)
        yield {"DATABASE_URL": database, "CACHE_URL": f"{redis}/0", "BROKER_URL": f"{redis}/1"}
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def postgresql_folder() -> Path | None:
    """Where the newest PostgreSQL keeps its binaries."""
    places = [*Path("/usr/lib/postgresql").glob("*/bin"), *Path("/opt/homebrew/opt").glob("postgresql@*/bin")]
    found = sorted((place for place in places if (place / "initdb").exists()), key=version)
    if found:
        return found[-1]
    elsewhere = shutil.which("initdb")
    return Path(elsewhere).resolve().parent if elsewhere else None


def version(place: Path) -> int:
    digits = place.parent.name.split("@")[-1]
    return int(digits) if digits.isdigit() else 0


def other_user() -> list[str]:
    """PostgreSQL refuses to run as root: another user's shoes, where we are root."""
    if os.geteuid() != 0:
        return []
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            user = pwd.getpwnam(name)
            return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
    raise Unavailable("PostgreSQL does not run as root, and there is no other user to run it")


def start_postgresql(folder: Path, processes: list[subprocess.Popen[bytes]]) -> str:
    binaries = postgresql_folder()
    if binaries is None:
        raise Unavailable("PostgreSQL is not installed (Debian: postgresql)")
    port, password, home = free_port(), secrets.token_hex(16), folder / "postgresql"
    home.mkdir(mode=0o700)
    (home / "password").write_text(password)
    as_other = other_user()
    if as_other:
        uid = int(as_other[1].split("=")[1])
        os.chown(home, uid, -1)
        os.chown(home / "password", uid, -1)
    plain = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C"}
    create = [str(binaries / "initdb"), "-D", str(home / "data"), "-U", "attest", "-A", "scram-sha-256", "-E", "UTF8", "--locale=C.UTF-8"]
    create += ["--pwfile", str(home / "password"), "--no-sync"]
    made = subprocess.run([*as_other, *create], cwd=folder, env=plain, capture_output=True, text=True, check=False)
    if made.returncode != 0:
        raise Unavailable(f"PostgreSQL made no cluster: {made.stderr.strip()[-300:]}")
    options = [part for setting in UNSAFE_AND_FAST for part in ("-c", setting)]
    server = [binaries / "postgres", "-D", home / "data", "-p", str(port), "-h", "127.0.0.1", "-k", "", *options]
    processes.append(leashed([*as_other, *map(str, server)], "INT", folder, "postgresql.log"))
    wait_for(port, processes[-1], folder / "postgresql.log", b"")
    return f"postgres://attest:{password}@127.0.0.1:{port}/postgres"


def start_redis(folder: Path, processes: list[subprocess.Popen[bytes]]) -> str:
    binary = shutil.which("redis-server")
    if binary is None:
        raise Unavailable("Redis is not installed (Debian: redis-server)")
    port, password = free_port(), secrets.token_hex(16)
    command = [binary, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--requirepass", password]
    processes.append(leashed(command, "TERM", folder, "redis.log"))
    wait_for(port, processes[-1], folder / "redis.log", b"PING\r\n")
    return f"redis://:{password}@127.0.0.1:{port}"


def leashed(command: list[str], ending: str, folder: Path, log: str) -> subprocess.Popen[bytes]:
    """A server that ends when this process does, however that comes about."""
    with (folder / log).open("wb") as output:
        return subprocess.Popen([*LEASH, str(os.getpid()), "10", ending, *command], cwd=folder, stdout=output, stderr=output)


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


def wait_for(port: int, process: subprocess.Popen[bytes], log: Path, greeting: bytes) -> None:
    """Until the server takes a connection; PostgreSQL opens its port once it is ready to log people in."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1) as line:
            if not greeting:
                return
            line.sendall(greeting)
            if line.recv(16):
                return
        time.sleep(0.1)
    raise Unavailable(f"a server did not start: {log.read_text(errors='replace')[-500:]}")


def leave_tidily() -> None:
    """Let this process end what it started and remove what it wrote, whichever way it is asked to end; one request is enough."""

    def leave(number: int, _: object) -> None:
        for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(each, signal.SIG_IGN)
        sys.exit(128 + number)

    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, leave)


def main() -> int:
    leave_tidily()
    with running() as settings:
        return environment.run(sys.argv[1:], settings={**os.environ, **settings})


if __name__ == "__main__":
    sys.exit(main())
