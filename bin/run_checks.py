"""make check: everything that can be known without running the product. Runs all, names what did not hold, exits 1."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
PYTHON = sys.executable

# As safe as production asks for, and good for nothing else.
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "config.settings.production",
    "SECRET_KEY": "for-the-check-alone-Jq7Zt2Vw9Xb4Nc6Md8Lf1Kg3Hh5Pp0Rr",
    "LEDGER_KEY": "0123456789abcdef" * 4,
    "FIELD_KEYS": "fedcba9876543210" * 4,
    "LIMITER_KEY": "02468ace13579bdf" * 4,
    "CASE_KEYS": "0f1e2d3c4b5a6978" * 4,
    "RECEIPT_PEPPER": "8796a5b4c3d2e1f0" * 4,
    "TRUSTED_PROXIES": "1",
    "LEDGER_ANCHORS": "/mnt/elsewhere/anchors",
    "SITE_URL": "https://registry.example.org",
    "ASSOCIATION_NAME": "Association of Examples",
    "ALLOWED_HOSTS": "registry.example.org",
    "DATABASE_URL": "postgres://nobody:nothing@127.0.0.1:1/none",
}


def main() -> int:
    os.chdir(ROOT)
    checks: list[tuple[str, Callable[[], bool]]] = [
        ("lint", lambda: run(BIN / "ruff", "check", "-q", ".")),
        ("format", lambda: run(BIN / "ruff", "format", "--check", "-q", ".")),
        ("layers", lambda: quietly(BIN / "lint-imports")),
        ("types", lambda: quietly(BIN / "mypy", ".")),
        ("templates", lambda: run(BIN / "djlint", "--lint", "--quiet", "templates")),
        ("migrations", lambda: quietly(PYTHON, "manage.py", "makemigrations", "--check", "--dry-run")),
        ("production settings", lambda: quietly(PYTHON, "manage.py", "check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)),
        ("known holes in what is installed", known_holes),
    ]
    broken = [name for name, check in checks if not report(name, check)]
    print(f"\nDoes not hold: {', '.join(broken)}" if broken else "\nAll checks hold.")
    return 1 if broken else 0


def report(name: str, check: Callable[[], bool]) -> bool:
    print(f"{name} …", flush=True)
    return check()


def run(*command: str | Path, **settings: str) -> bool:
    return subprocess.run(command, env={**os.environ, **settings}, check=False).returncode == 0


def quietly(*command: str | Path, **settings: str) -> bool:
    """Run, and show what was said only where it did not hold."""
    done = subprocess.run(command, env={**os.environ, **settings}, check=False, capture_output=True, text=True)
    if done.returncode != 0:
        print(done.stdout + done.stderr, flush=True)
    return done.returncode == 0


def known_holes() -> bool:
    """Ask the advisory service about the lock. Without an answer it says so and does not stop the work; a finding does."""
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder) / "answer.json"
        command: list[str | Path] = [BIN / "pip-audit", "-r", "requirements.lock", "--require-hashes", "--disable-pip"]
        command += ["--progress-spinner", "off", "--timeout", "10", "-f", "json", "-o", answer]
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=240)
        except subprocess.TimeoutExpired:
            return no_answer("no answer within four minutes")
        if not answer.exists() or not answer.read_text().strip():
            return no_answer(done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "no answer")
        found = [package for package in json.loads(answer.read_text())["dependencies"] if package.get("vulns")]
    for package in found:
        print(f"  {package['name']} {package['version']}: {', '.join(hole['id'] for hole in package['vulns'])}")
    return not found


def no_answer(reason: str) -> bool:
    print(f"  not asked: the advisory service cannot be reached from here ({reason[:200]})")
    return True


if __name__ == "__main__":
    sys.exit(main())
