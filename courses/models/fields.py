"""Columns that this app needs: clause ids in order, lines of text, exact points."""

import re
from fractions import Fraction
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

CLAUSE = re.compile(r"[A-Z]{2}-\d{1,2}(\.\d)?")


def read_clauses(text: str) -> list[str]:
    """The clause ids of "SC-03, CF-01", in order."""
    return [part for part in re.split(r"[,\s]+", text.strip()) if part]


def check_clauses(text: str) -> None:
    """Refuse what cannot be a clause id, by name."""
    wrong = [part for part in read_clauses(text) if not CLAUSE.fullmatch(part)]
    if wrong:
        raise ValidationError(f"These are not clause ids such as SC-03: {', '.join(wrong)}.")


class ClausesField(models.CharField):
    """Clause ids as one line, "SC-03, CF-01"; the first is the primary one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 200)
        kwargs.setdefault(
            "help_text", "Ids from the texts, separated by commas, such as SC-03, CF-01. The first one is the primary clause."
        )
        super().__init__(*args, **kwargs)

    default_validators = [*models.CharField.default_validators, check_clauses]


class PointsField(models.CharField):
    """An exact number of points, kept as "31/2" and read as a Fraction."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_length"] = 20
        super().__init__(*args, **kwargs)

    def from_db_value(self, value: str | None, *_: Any) -> Fraction | None:
        return None if value is None else Fraction(value)

    def to_python(self, value: Any) -> Fraction | None:
        return None if value is None else Fraction(value)

    def get_prep_value(self, value: Any) -> str | None:
        return None if value is None else str(Fraction(value))


class ByPosition(models.JSONField):
    """A JSON object whose keys are numbers; nothing is an empty one."""

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> dict[int, Any]:
        loaded = super().from_db_value(value, expression, connection) or {}
        return {int(position): one for position, one in loaded.items()}


class Gathered(models.Aggregate):
    """The JSON column of a group of rows as one object: `Gathered("position", "choice")`."""

    function = "jsonb_object_agg"
    arity = 2
    output_field = ByPosition()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """There JSON is a text, which json() makes a part of the object instead of a string in it."""
        return self.as_sql(compiler, connection, template="json_group_object(%(expressions)s))", arg_joiner=", json(", **context)
