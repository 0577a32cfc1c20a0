"""Counting what is asked of the database."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.test.utils import CaptureQueriesContext


@contextmanager
def statements(number: int) -> Iterator[None]:
    """So many statements, beside those that count tries: where there is a Redis, it takes them over (accounts/counting.py)."""
    with CaptureQueriesContext(connection) as asked:
        yield
    said = [query["sql"] for query in asked if "accounts_tries" not in query["sql"]]
    assert len(said) == number, "\n".join(said)
