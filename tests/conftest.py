"""What every test shares: a database migrated once for each set of migrations, then copied."""

import contextlib
import fcntl
import hashlib
import secrets
import sqlite3
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.test import TransactionTestCase
from hypothesis import settings as examples

# A busy machine is no error of a rule: nothing is measured by the clock here.
examples.register_profile("patient", deadline=None)
examples.load_profile("patient")


@pytest.fixture
def client():
    """Django's, whose `force_login` brings office people in with their second factor."""
    from tests.logins import Client  # models can be imported once Django is set up

    return Client()


@pytest.fixture(autouse=True)
def second_place_is_empty() -> Iterator[None]:
    """No test reads the anchors of a ledger that another test made."""
    yield
    Path(settings.LEDGER_ANCHORS).unlink(missing_ok=True)


def migrations_digest() -> str:
    """A short digest of every migration in force, and of the triggers they install: the name of the template that fits it."""
    sha = hashlib.sha256(f"{version('django')} {version('wagtail')}".encode())
    for app in sorted(apps.get_app_configs(), key=lambda config: config.name):
        for path in [*sorted((Path(app.path) / "migrations").glob("*.py")), *sorted(Path(app.path).glob("*guards.py"))]:
            sha.update(path.read_bytes())
    return sha.hexdigest()[:16]


def template() -> Path:
    return Path(settings.VAR_DIR) / f"test-template-{migrations_digest()}.sqlite3"


def copy(source: Path, target: Path) -> None:
    """Copy a SQLite database with its write-ahead log, so that the copy is whole."""
    with sqlite3.connect(source) as there, sqlite3.connect(target) as here:
        there.backup(here)
    there.close()
    here.close()


@pytest.fixture(autouse=True)
def _nobody_has_tried_anything_yet(settings):
    """A Redis outlives a test; under a key of its own each begins with nothing counted."""
    settings.LIMITER_KEY = secrets.token_hex(32)


@pytest.fixture(autouse=True)
def _no_site_begins_where_another_tests_did():
    """A cache outlives a test, and with it the page at which Wagtail saw a site begin."""
    from wagtail.models import Site

    Site.clear_site_root_paths_cache()


@pytest.fixture(scope="session")
def turn() -> Iterator[contextlib.ExitStack]:
    """Of the processes of a run on SQLite, the first makes the template and the others wait until it closes this."""
    with contextlib.ExitStack() as stack:
        if connection.vendor == "sqlite":
            Path(settings.VAR_DIR).mkdir(exist_ok=True)
            door = stack.enter_context((Path(settings.VAR_DIR) / "test-template.lock").open("w"))
            fcntl.flock(door, fcntl.LOCK_EX)
        yield stack


@pytest.fixture(scope="session")
def django_db_keepdb(request: pytest.FixtureRequest, django_db_modify_db_settings: None, turn: contextlib.ExitStack) -> bool:
    """Start SQLite from the template, so that the migrations run once and not for every run."""
    if connection.vendor == "sqlite" and template().exists():
        turn.close()
        copy(template(), Path(settings.DATABASES["default"]["TEST"]["NAME"]))
        return True
    return bool(request.config.getvalue("reuse_db"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """On PostgreSQL every transactional test starts from what the migrations wrote, whichever ran before it."""
    if connection.vendor == "sqlite":
        return
    for item in items:
        marker = item.get_closest_marker("django_db")
        if (marker and marker.kwargs.get("transaction")) or "transactional_db" in item.fixturenames:
            item.add_marker(pytest.mark.django_db(transaction=True, serialized_rollback=True), append=False)


@pytest.fixture(scope="module")
def shipped_texts(django_db_setup, django_db_blocker):
    """The shipped texts and pages, loaded once for all tests of a module and gone after the last. Not for transactional tests."""
    outer = transaction.atomic()
    with django_db_blocker.unblock():
        outer.__enter__()
        call_command("load_texts", verbosity=0)
    yield
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        outer.__exit__(None, None, None)


def start_again_from_the_template(name: Path) -> None:
    """On SQLite a transactional test ends by copying the migrated database back: guarded tables refuse to be emptied."""

    def _fixture_teardown(self: TransactionTestCase) -> None:
        copy(template(), name)

    TransactionTestCase._fixture_teardown = _fixture_teardown


def empty_without_triggers() -> None:
    """On PostgreSQL a transactional test ends with TRUNCATE, which the ledger refuses to everybody but the superuser of the tests."""
    flush = TransactionTestCase._fixture_teardown

    def _fixture_teardown(self: TransactionTestCase) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            flush(self)
            cursor.execute("SET session_replication_role = DEFAULT")

    TransactionTestCase._fixture_teardown = _fixture_teardown


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_keepdb, turn):
    """Keep a fresh SQLite database as the template, and leave none behind."""
    if connection.vendor != "sqlite":
        empty_without_triggers()
        yield
        return
    name = Path(settings.DATABASES["default"]["TEST"]["NAME"])
    start_again_from_the_template(name)
    if not template().exists():
        template().parent.mkdir(exist_ok=True)
        for old in template().parent.glob("test-template-*.sqlite3"):
            old.unlink()
        copy(name, template())
    turn.close()
    yield
    if not django_db_keepdb:
        return
    for path in name.parent.glob(f"{name.name}*"):
        path.unlink(missing_ok=True)
