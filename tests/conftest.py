"""What every test shares: a database migrated once for each set of migrations, then copied."""

import hashlib
import secrets
import sqlite3
from importlib.metadata import version
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.test import TransactionTestCase
from hypothesis import settings as examples

# A busy machine is no error of a rule: nothing is measured by the clock here.
examples.register_profile("patient", deadline=None)
examples.load_profile("patient")


def migrations_digest() -> str:
    """A short digest of every migration in force, and of the triggers they install: the name of the template that fits it."""
    sha = hashlib.sha256(f"{version('django')} {version('wagtail')}".encode())
    for app in sorted(apps.get_app_configs(), key=lambda config: config.name):
        for path in [*sorted((Path(app.path) / "migrations").glob("*.py")), *Path(app.path).glob("guards.py")]:
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


@pytest.fixture(scope="session")
def django_db_keepdb(request: pytest.FixtureRequest) -> bool:
    """Start SQLite from the template, so that the migrations run once and not for every run."""
    if connection.vendor == "sqlite" and template().exists():
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


def start_again_from_the_template(name: Path) -> None:
    """On SQLite a transactional test ends by copying the migrated database back: guarded tables refuse to be emptied."""

    def _fixture_teardown(self: TransactionTestCase) -> None:
        copy(template(), name)

    TransactionTestCase._fixture_teardown = _fixture_teardown


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_keepdb):
    """Keep a fresh SQLite database as the template, and leave none behind."""
    if connection.vendor != "sqlite":
        yield
        return
    name = Path(settings.DATABASES["default"]["TEST"]["NAME"])
    start_again_from_the_template(name)
    if not template().exists():
        template().parent.mkdir(exist_ok=True)
        for old in template().parent.glob("test-template-*.sqlite3"):
            old.unlink()
        copy(name, template())
    yield
    if not django_db_keepdb:
        return
    for path in name.parent.glob(f"{name.name}*"):
        path.unlink(missing_ok=True)
