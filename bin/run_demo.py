"""make demo: from a fresh checkout to a site in the browser. Standard library alone.

Usage: python bin/run_demo.py PARENT, where PARENT is the process whose end ends the demonstration.
Reads PORT (an explicit one is never changed) and FRESH=1 (start again from nothing).
"""

import base64
import errno
import fcntl
import hashlib
import hmac
import json
import os
import re
import shutil
import signal
import socket
import sys
import threading
import time
from pathlib import Path
from typing import NoReturn

import environment

ROOT = environment.ROOT
VAR = ROOT / "var"
PREPARED = VAR / "prepared.json"
DATABASE = VAR / "site.sqlite3"
DATA = [
    "site.sqlite3",
    "site.sqlite3-wal",
    "site.sqlite3-shm",
    "broker",
    "mail",
    "media",
    "documents",
    "beat-schedule",
    "demo_clock",
    "demo_secrets.json",
    "ledger_anchors",
    "prepared.json",
]
FIRST_PORT, TRIES = 8000, 11
DAY = 24 * 60 * 60  # seconds
STALE_AFTER = 7 * DAY  # the people's histories are told relative to the day they were made
OWN = [
    "DATABASE_URL",
    "CACHE_URL",
    "BROKER_URL",
    "EMAIL_URL",
    "STORAGE_URL",
    "DJANGO_SETTINGS_MODULE",
    "SECRET_KEY",
    "LEDGER_KEY",
    "FIELD_KEYS",
    "LIMITER_KEY",
    "SURFACE",
    "CASE_KEYS",
    "RECEIPT_PEPPER",
    "TRUSTED_PROXIES",
    "LEDGER_ANCHORS",
    "ALLOWED_HOSTS",
    "DEFAULT_FROM_EMAIL",
    "TIME_ZONE",
]


def main(parent: int) -> None:
    threading.Thread(target=follow, args=(parent,), daemon=True).start()
    os.chdir(ROOT)
    VAR.mkdir(exist_ok=True)
    lock = only_one()
    door = open_door()
    port = door.getsockname()[1]
    environment.main("runtime")
    if not environment.get_system_packages(environment.missing_for_pdfs()):
        say("Without Pango everything works but the PDF of a certificate, which waits until Pango is there.")
    surroundings = own_settings(port)
    if os.environ.get("FRESH", "0") not in ("", "0"):
        forget()
    elif (age := seconds_old()) > STALE_AFTER:
        say(f"This demonstration is {age // DAY:.0f} days old, and its dates with it. To start from today:  make demo FRESH=1")
    prepare(surroundings)
    greet(port)
    serve(parent, door, lock, surroundings)


def follow(parent: int) -> None:
    """End this process once `parent` or its terminal is gone; what it runs ends with it (config/leash.py).

    A terminal that make alone ran in tells make, which waits for us, and nobody else.
    """
    terminal = next((number for number in range(3) if os.isatty(number)), None)
    while os.getppid() == parent and (terminal is None or os.isatty(terminal)):
        time.sleep(0.2)
    os.kill(os.getpid(), signal.SIGTERM)


def say(line: str) -> None:
    print(line, flush=True)


def refuse(line: str) -> NoReturn:
    print(line, file=sys.stderr, flush=True)
    sys.exit(1)


def only_one() -> int:
    """Hold var/ for as long as this process lives; the system lets go when it dies."""
    folder = os.open(VAR, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        refuse("A demonstration already runs in this checkout. Stop it first (Ctrl-C where it runs), or use it.")
    os.set_inheritable(folder, True)
    return folder


def open_door() -> socket.socket:
    """The socket of the site: on PORT where it is given, else on the first free port from 8000 on."""
    if wish := os.environ.get("PORT"):
        if not (wish.isascii() and wish.isdigit() and 0 < int(wish) < 65536):
            refuse(f"PORT={wish} is not a port: a number from 1 to 65535 is needed.")
        return listen(int(wish)) or refuse(f"Port {wish} is taken. Nothing was started. Name another:  make demo PORT=8080")
    for port in range(FIRST_PORT, FIRST_PORT + TRIES):
        if door := listen(port):
            return door
        say(f"Port {port} is taken.")
    refuse(f"Ports {FIRST_PORT} to {FIRST_PORT + TRIES - 1} are all taken. Nothing was started. Name another:  make demo PORT=9000")


def listen(port: int) -> socket.socket | None:
    door = socket.socket()
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        with socket.socket() as visitor:
            if visitor.connect_ex(("127.0.0.1", port)) == 0:
                return None
        door.bind(("127.0.0.1", port))
        door.listen(128)
    except PermissionError:
        refuse(f"Port {port} is kept for the system's own services. Nothing was started. Name another:  make demo PORT=8080")
    except OSError as problem:
        if problem.errno != errno.EADDRINUSE:
            raise
        return None
    door.set_inheritable(True)
    return door


def own_settings(port: int) -> dict[str, str]:
    """The demonstration has its own database and keys, whatever this shell was told about another installation."""
    surroundings = {name: value for name, value in os.environ.items() if name not in OWN}
    if ignored := [name for name in OWN if name in os.environ]:
        say(f"Not used by a demonstration: {', '.join(ignored)}")
    return {
        **surroundings,
        "DJANGO_SETTINGS_MODULE": "config.settings.dev",
        "SITE_URL": f"http://127.0.0.1:{port}",
        "PYTHONUNBUFFERED": "1",
    }


def forget() -> None:
    for name in DATA:
        path = VAR / name
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def prepared() -> dict[str, str]:
    try:
        return json.loads(PREPARED.read_text()) if DATABASE.exists() else {}
    except (FileNotFoundError, ValueError):
        return {}


def seconds_old() -> float:
    return time.time() - float(prepared().get("made_at", time.time()))


def digest() -> str:
    """Of all that can change what is in the database: code and content."""
    sha = hashlib.sha256()
    for folder, folders, files in os.walk(ROOT):
        folders[:] = sorted(
            name for name in folders if not name.startswith(".") and name not in ("var", "node_modules", "tests", "docs", "__pycache__")
        )
        for name in sorted(files):
            if name.endswith((".py", ".yaml", ".yml", ".json", ".md", ".lock")):
                path = Path(folder) / name
                sha.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return sha.hexdigest()


def prepare(surroundings: dict[str, str]) -> None:
    """Migrate and load, unless this very checkout has already done so."""
    state = digest()
    if prepared().get("digest") == state:
        return
    made_at = prepared().get("made_at") or str(time.time())
    if (code := environment.run([environment.PYTHON, "manage.py", "prepare_demo"], settings=surroundings)) != 0:
        sys.exit(code)
    PREPARED.write_text(json.dumps({"digest": state, "made_at": made_at}))


def greet(port: int) -> None:
    say(f"\nThe site      http://127.0.0.1:{port}/")
    say(f"Log in        http://127.0.0.1:{port}/accounts/login/")
    say(f"The office    http://127.0.0.1:{port}/admin/")
    say("Letters       var/mail/\n")
    people = VAR / "demo_people.txt"
    if people.exists():
        say(with_codes(people.read_text()))
    say("Starting. Ctrl-C stops everything.")


def with_codes(people: str) -> str:
    """The lines of the people, each with a code that counts from now on for a minute at least."""
    try:
        secrets = json.loads((VAR / "demo_secrets.json").read_text())
    except FileNotFoundError:
        return people
    codes = {email: code(secret, int(time.time()) // 30 + 1) for email, secret in secrets.items()}
    return re.sub(r"^  (\S+@\S+) *", lambda line: f"  {line[1]:<34}{codes.get(line[1], ''):<9}", people, flags=re.MULTILINE)


def code(secret: str, step: int) -> str:
    """The six digits of an authenticator app in a step of 30 seconds (RFC 6238); the site takes those of the next step already."""
    digest = hmac.digest(base64.b32decode(secret), step.to_bytes(8, "big"), "sha1")
    place = digest[19] & 15
    return f"{(int.from_bytes(digest[place : place + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06}"


def serve(parent: int, door: socket.socket, lock: int, surroundings: dict[str, str]) -> NoReturn:
    """Become the supervisor, which holds the door and the lock from here on."""
    python = str(environment.PYTHON)
    os.set_inheritable(lock, True)
    os.execve(python, [python, "-m", "config.supervisor", "--socket", str(door.fileno()), "--parent", str(parent)], surroundings)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        main(int(sys.argv[1]))
    except OSError as problem:
        refuse(f"{problem.filename or 'This checkout'}: {problem.strerror}. Nothing was started.")
