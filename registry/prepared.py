"""A query that is asked again and again with another value: its text is made once in a process, its plan once on a connection.

The ORM writes the text, so there is no second version of the query to keep. See docs/decisions/0053.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from django.db import NotSupportedError, connection
from django.db.backends.utils import CursorWrapper
from django.db.models import QuerySet

MARK = "where the value goes"


@dataclass(frozen=True, slots=True)
class Text:
    """A query as an engine reads it, with one place for the value, and what turns its columns into Python's values, by position."""

    sql: str
    converters: tuple[tuple[int, Any, Any], ...]


class Prepared:
    """`queryset(value)` answers rows of `values_list`; it has to put the value into one place of the query, and no other.

    Read on the default database. PostgreSQL keeps the plan under `name`, unless a pooler hands each transaction to another server
    (DISABLE_SERVER_SIDE_CURSORS, as for Django's own cursors).
    """

    def __init__(self, name: str, queryset: Callable[[str], QuerySet[Any, Any]]) -> None:
        self.name = name
        self.queryset = queryset
        self._texts: dict[str, Text] = {}
        self._planned: WeakKeyDictionary[Any, bool] = WeakKeyDictionary()

    def rows(self, value: str) -> list[tuple[Any, ...]]:
        """The rows for a value, in one statement."""
        text = self._texts.get(connection.vendor) or self._write()
        return [_converted(row, text.converters) for row in self._ask(text, value)]

    def _write(self) -> Text:
        """Raises ValueError where the value does not stand in one place."""
        compiler = self.queryset(MARK).query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        if params != (MARK,):
            raise ValueError(f"{self.name} wants its value in one place, and has {len(params)}")
        converters = compiler.get_converters([column for column, _, _ in compiler.select])
        text = Text(sql, tuple((place, *both) for place, both in converters.items()))
        return self._texts.setdefault(connection.vendor, text)

    def _ask(self, text: Text, value: str) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            if connection.vendor != "postgresql" or connection.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS"):
                cursor.execute(text.sql, [value])
            else:
                self._execute(cursor, text, value)
            rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows

    def _execute(self, cursor: CursorWrapper, text: Text, value: str) -> None:
        self._plan(text)
        try:
            cursor.execute(f"EXECUTE {self.name}(%s)", [value])
        except NotSupportedError:  # a migration changed a column since the plan was made
            self._plan(text, anew=True)
            cursor.execute(f"EXECUTE {self.name}(%s)", [value])

    def _plan(self, text: Text, *, anew: bool = False) -> None:
        """Past Django's cursor, because it asks nothing: the plan belongs to the connection as its time zone does."""
        line = connection.connection
        if self._planned.get(line) and not anew:
            return
        with line.cursor() as cursor:
            if anew:
                cursor.execute(f"DEALLOCATE {self.name}")
            cursor.execute(f"PREPARE {self.name} AS {text.sql.replace('%s', '$1')}")
            self._planned[line] = True


def _converted(row: tuple[Any, ...], converters: tuple[tuple[int, Any, Any], ...]) -> tuple[Any, ...]:
    if not converters:
        return row
    values = list(row)
    for place, functions, expression in converters:
        for function in functions:
            values[place] = function(values[place], expression, connection)
    return tuple(values)
