"""Commands as typed, where settings, database or disk are in their way: a sentence on standard error, exit 1, and no trace."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

pytestmark = pytest.mark.machine


def typed(*arguments, **said):
    surroundings = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "config.settings.dev", **said}
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=settings.BASE_DIR, env=surroundings, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture
def empty(tmp_path):
    """An SQLite file without a table."""
    return f"sqlite:///{tmp_path / 'empty.sqlite3'}"


def test_a_database_without_tables_is_refused_with_what_to_do(empty):
    done = typed("check_invariants", DATABASE_URL=empty)

    assert done.returncode == 1
    assert "Run first:  manage.py migrate" in done.stderr
    assert "Traceback" not in done.stderr
    assert "could not be checked" not in done.stdout


def test_a_database_that_does_not_answer_is_refused_without_its_password():
    done = typed("check_invariants", DATABASE_URL="postgres://ana:hunter2@127.0.0.1:1/attest")

    assert done.returncode == 1
    assert "The database cannot be used (DATABASE_URL)" in done.stderr
    assert "Traceback" not in done.stderr
    assert "hunter2" not in done.stderr


def test_settings_that_cannot_be_used_are_all_named():
    done = typed("check_invariants", TIME_ZONE="Mars/Olympus", DATABASE_URL="mysql://ana:hunter2@127.0.0.1/attest")

    assert done.returncode == 1
    assert done.stderr.splitlines()[0] == "These settings cannot be used, so nothing was done:"
    assert [line.split()[1] for line in done.stderr.splitlines()[1:]] == ["DATABASE_URL", "TIME_ZONE=Mars/Olympus"]


def test_an_unsafe_production_is_refused_in_words():
    done = typed("up", DJANGO_SETTINGS_MODULE="config.settings.production")

    assert done.returncode == 1
    assert "- SECRET_KEY is not set" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_port_in_the_environment_that_is_none_starts_nothing():
    done = typed("up", PORT="coffee")

    assert done.returncode != 0
    assert "from 1 to 65535" in done.stderr
    assert "Traceback" not in done.stderr


def test_wrong_arguments_are_refused_with_the_usage():
    done = typed("synthesize", "--coaches", "many")

    assert done.returncode == 1
    assert "invalid int value: 'many'" in done.stderr
    assert "Traceback" not in done.stderr
