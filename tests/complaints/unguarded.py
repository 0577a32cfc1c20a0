"""Writing where no verb would, past the triggers: as somebody with the database's own tools."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from complaints import guards


@contextmanager
def unguarded() -> Iterator[None]:
    """The triggers of complaints are away, and come back."""
    with connection.cursor() as cursor:
        for name, table in guards.expected(connection.vendor).items():
            cursor.execute(f"DROP TRIGGER {name}{'' if connection.vendor == 'sqlite' else f' ON {table}'}")
    yield
    with connection.cursor() as cursor:
        for statement in guards.creating(connection):
            cursor.execute(statement)
