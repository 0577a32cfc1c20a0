"""An installation to be killed; whatever a test started in it is gone afterwards."""

import contextlib
import os
from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

import pytest

from tests.faults.house import House


@pytest.fixture
def house(tmp_path):
    """On SQLite and Celery's folders, or on the servers that DATABASE_URL and BROKER_URL name."""
    server, broker = os.environ.get("DATABASE_URL", ""), os.environ.get("BROKER_URL", "")
    with contextlib.ExitStack() as stack:
        database = ""
        if server.startswith("postgres"):
            database = stack.enter_context(database_of_its_own(on(server, "postgres"), f"faults_{os.getpid()}"))
        house = House(tmp_path, database, broker if database else "")
        stack.callback(house.kill)
        yield house


@contextlib.contextmanager
def database_of_its_own(server: str, name: str) -> Iterator[str]:
    """A fresh database on the PostgreSQL that the suite runs on."""
    import psycopg

    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        try:
            yield on(server, name)
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def on(server: str, database: str) -> str:
    return urlunsplit(urlsplit(server)._replace(path=f"/{database}"))
