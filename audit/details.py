"""The details of an entry in one plain form, and their salted digest."""

import hashlib
import json
from typing import Any

from django.db import models


def plain(facts: dict[str, Any]) -> dict[str, Any]:
    """The facts as JSON values that SQLite and PostgreSQL give back alike: dates, UUIDs and fractions become text.

    Raises TypeError for a row of the database: an id says enough, and a row's text may hold a name.
    """
    loaded: dict[str, Any] = json.loads(json.dumps(facts, default=_text), parse_float=str, parse_constant=str)
    return loaded


def digest(salt: str, facts: dict[str, Any]) -> str:
    """SHA-256 of the salted canonical form, hexadecimal."""
    canonical = json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(f"{salt}:{canonical}".encode()).hexdigest()


def _text(value: Any) -> str:
    if isinstance(value, models.Model):
        raise TypeError(f"a {value._meta.label_lower} among the facts: give its id")
    return str(value)
