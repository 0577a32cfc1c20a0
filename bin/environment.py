"""Brings .venv to what a lock file says, in a second where nothing changed. Standard library alone: it runs before anything is installed.

Usage: python bin/environment.py runtime|development
"""

import contextlib
import ctypes
import ctypes.util
import fcntl
import hashlib
import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import urlparse
from urllib.request import url2pathname

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed.json"
UV = VENV / "uv" / "bin" / "uv"
LOCKS = {"runtime": "requirements.lock", "development": "requirements-dev.lock"}

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PANGO = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}


def main(kind: str) -> None:
    if VENV.is_symlink():
        return  # somebody else keeps it
    with alone():
        create()
        install(kind)


def run(command: Sequence[str | Path], *, settings: dict[str, str] | None = None) -> int:
    """Run a command that ends when this process does, and return its exit code."""
    leash = [sys.executable, "-I", "-S", str(ROOT / "config" / "leash.py"), str(os.getpid()), "5", "TERM"]
    return subprocess.run([*leash, *map(str, command)], env=settings, check=False).returncode


def create() -> None:
    """A virtual environment whose Python answers, made in this very place: its commands hold their path."""
    if installed().get("place", str(VENV)) == str(VENV) and complete():
        return
    if Path(sys.prefix) == VENV:
        sys.exit("The Python of .venv cannot replace itself. Nothing was installed. Remove .venv and run this again.")
    print("Making .venv", flush=True)
    shutil.rmtree(VENV, ignore_errors=True)
    if run([sys.executable, "-m", "venv", VENV]) != 0:
        sys.exit("No virtual environment could be made in .venv. Nothing was installed.")


def complete() -> bool:
    return PYTHON.exists() and subprocess.run([PYTHON, "-c", "import pip"], capture_output=True, check=False).returncode == 0


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Two commands started at once take turns; the system frees the lock when its holder dies."""
    folder = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def digest(kind: str) -> str:
    return hashlib.sha256((ROOT / LOCKS[kind]).read_bytes()).hexdigest()


def installed() -> dict[str, str]:
    try:
        return json.loads(STAMP.read_text())
    except (FileNotFoundError, ValueError):
        return {}


def install(kind: str) -> None:
    """Install the lock of `kind`. The development lock holds the runtime too, so it is never taken back for a demonstration."""
    stamp = installed()
    if stamp.get("kind") == "development":
        kind = "development"
    wanted = {"kind": kind, "lock": digest(kind), "place": str(VENV)}
    if stamp == wanted:
        return
    print(f"Installing {LOCKS[kind]}", flush=True)
    lock, environment = str(ROOT / LOCKS[kind]), environment_of_uv()
    STAMP.unlink(missing_ok=True)
    if get_uv():
        command: list[str | Path] = [UV, "pip", "sync", "-q", "--python", PYTHON, "--require-hashes", lock]
        if run(command, settings=environment) != 0:
            install_by_pip(lock)
    else:
        install_by_pip(lock)
    STAMP.write_text(json.dumps(wanted))


def install_by_pip(lock: str) -> None:
    print("uv could not install it; trying pip, which takes longer", flush=True)
    if run([PYTHON, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--require-hashes", "-r", lock]) != 0:
        sys.exit(f"{Path(lock).name} could not be installed; the lines above say why.")


def get_uv() -> bool:
    """uv in a folder of its own, so that installing a lock does not remove it."""
    if UV.exists():
        return True
    lock = ROOT / "requirements-uv.lock"
    target = ["--target", str(VENV / "uv"), "--upgrade", "--require-hashes", "-r", str(lock)]
    return run([PYTHON, "-m", "pip", "install", "-q", "--disable-pip-version-check", *target]) == 0 and UV.exists()


def pip_settings() -> dict[str, str]:
    """What pip was told by files and environment on this machine; the nearest word wins."""
    listing = subprocess.run([PYTHON, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False).stdout
    found: dict[str, str] = {}
    lines = [line.partition("=") for line in listing.splitlines() if "=" in line]
    for scope in ("global.", "install.", ":env:."):
        for name, _, value in lines:
            if name.startswith(scope):
                found[name.removeprefix(scope)] = value.strip("'\"").replace("\\n", " ")
    return found


def environment_of_uv() -> dict[str, str]:
    """uv does not read pip's configuration: it is handed on by environment, which no lock file records."""
    told, environment = pip_settings(), dict(os.environ)
    extra = [place for place in told.get("extra-index-url", "").split() if usable(place)]
    links = [place for place in told.get("find-links", "").split() if usable(place)]
    offer = {
        "UV_DEFAULT_INDEX": told.get("index-url", ""),
        "UV_INDEX": " ".join(extra),
        "UV_FIND_LINKS": ",".join(links),
        "UV_INDEX_STRATEGY": "unsafe-best-match" if extra else "",
        "UV_INSECURE_HOST": told.get("trusted-host", ""),
        "UV_HTTP_TIMEOUT": told.get("default-timeout", told.get("timeout", "")),
        "UV_NO_INDEX": "1" if told.get("no-index", "").lower() in ("1", "true", "yes") else "",
        "SSL_CERT_FILE": cert if Path(cert := told.get("cert", "")).is_file() else "",
        "ALL_PROXY": told.get("proxy", ""),
    }
    if "HOME" not in environment or not os.access(environment["HOME"], os.W_OK):
        offer["UV_CACHE_DIR"] = str(VENV / "cache")
    for name, value in offer.items():
        if value:
            environment.setdefault(name, value)
    return environment


def usable(place: str) -> bool:
    """A folder that is not there would stop uv, where pip passes over it."""
    parts = urlparse(place)
    if parts.scheme in ("http", "https"):
        return True
    return Path(url2pathname(parts.path) if parts.scheme == "file" else place).is_dir()


def missing_for_pdfs() -> list[str]:
    """The Debian packages without which no PDF can be made here."""
    if sys.platform == "darwin":
        return [] if ctypes.util.find_library("pango-1.0") else ["pango"]
    return [package for library, package in PANGO.items() if not loads(library)]


def loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def browser() -> str | None:
    """The Chromium that CHROMIUM names, or the system's. Ubuntu's is a snap, which nobody can drive from without."""
    found = filter(None, map(shutil.which, BROWSERS))
    return os.environ.get("CHROMIUM") or next((path for path in found if not is_snap(Path(path))), None)


def is_snap(path: Path) -> bool:
    """A link to snap itself, or a script that starts one."""
    with path.open("rb") as file:
        return path.resolve().name == "snap" or b"/snap/" in file.read(4096)


def is_ubuntu() -> bool:
    with contextlib.suppress(OSError):
        return "ID=ubuntu" in Path("/etc/os-release").read_text().splitlines()
    return False


def get_system_packages(packages: list[str]) -> bool:
    """Install Debian packages where that asks no password; say how otherwise."""
    if not packages:
        return True
    if sys.platform == "darwin":
        print(f"To install what is missing:  brew install {shlex.join(packages)}", flush=True)
        return False
    return run([ROOT / "bin" / "install-system-packages", *packages]) == 0


if __name__ == "__main__":
    main(sys.argv[1])
