"""Columns that this app needs: clause ids in order, lines of text, exact points."""

import json
import re
from collections import Counter
from fractions import Fraction
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models

from cms.models import Clause

CLAUSE = re.compile(r"[A-Z]{2}-\d{1,2}(\.\d)?")


def read_clauses(text: str) -> list[str]:
    """The clause ids of "SC-03, CF-01", in order."""
    return [part for part in re.split(r"[,\s]+", text.strip()) if part]


def check_clauses(text: str) -> None:
    """Refuse what cannot be a clause id, by name."""
    wrong = [part for part in read_clauses(text) if not CLAUSE.fullmatch(part)]
    if wrong:
        raise ValidationError(f"These are not clause ids such as SC-03: {', '.join(wrong)}.")
    if twice := [part for part, times in Counter(read_clauses(text)).items() if times > 1]:
        raise ValidationError(f"{twice[0]} stands here twice.")


def check_clauses_exist(text: str) -> None:
    """Refuse clauses that no text has, by name."""
    ids = read_clauses(text)
    known = set(Clause.objects.filter(pk__in=ids).values_list("pk", flat=True))
    if unknown := [one for one in ids if one not in known]:
        raise ValidationError(f"No text has the clause {', '.join(unknown)}.")


class ClausesField(models.CharField):
    """Clause ids as one line, "SC-03, CF-01"; the first is the primary one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 200)
        kwargs.setdefault(
            "help_text", "Ids from the texts, separated by commas, such as SC-03, CF-01. The first one is the primary clause."
        )
        super().__init__(*args, **kwargs)

    default_validators = [*models.CharField.default_validators, check_clauses]


class HoursInput(forms.Field):
    """[0, 24, 72] as an author writes it: 0, 24, 72."""

    widget = forms.TextInput

    def prepare_value(self, value: Any) -> str:
        if isinstance(value, str):
            return value
        return ", ".join(map(str, value)) if isinstance(value, list) else json.dumps(value)

    def to_python(self, value: Any) -> list[int]:
        try:
            return [int(part) for part in re.split(r"[,;\s]+", value or "") if part]
        except ValueError:
            raise ValidationError("Write whole hours, separated by commas, such as 0, 24, 72.") from None

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


class SectionsInput(forms.Field):
    """{"scope": 7, "standards": 7} as an author writes it: a section and a number on each line."""

    widget = forms.Textarea(attrs={"rows": 6})

    def prepare_value(self, value: Any) -> str:
        if isinstance(value, str):
            return value
        return "\n".join(f"{section}: {number}" for section, number in value.items()) if isinstance(value, dict) else json.dumps(value)

    def to_python(self, value: Any) -> dict[str, int]:
        lines = [line.strip() for line in (value or "").splitlines() if line.strip()]
        pairs = [re.fullmatch(r"([^:=]+?)\s*[:=]\s*(\d+)", line) for line in lines]
        if not all(pairs):
            raise ValidationError("Write a section and a whole number on each line, such as “scope: 7”.")
        counted = Counter(pair[1] for pair in pairs if pair)
        if twice := [section for section, times in counted.items() if times > 1]:
            raise ValidationError(f"“{twice[0]}” stands here twice.")
        return {pair[1]: int(pair[2]) for pair in pairs if pair}

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


class HoursField(models.JSONField):
    """A list of whole hours."""

    def formfield(self, **kwargs: Any) -> Any:
        return models.Field.formfield(self, **{"form_class": HoursInput, **kwargs})


class SectionsField(models.JSONField):
    """How many of which section."""

    def formfield(self, **kwargs: Any) -> Any:
        return models.Field.formfield(self, **{"form_class": SectionsInput, **kwargs})


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
