"""What was filled in, as it is kept and read back: the words apart from the rest, days and numbers spelled for JSON.

No database, no clock. What is no word of a case lies in the row of the step; words lie under the key of the case.
"""

import json
import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from complaints.states import Field, FieldKind, Transition

SEALED_WHOLE = frozenset({"cast_vote"})  # a vote tells nothing before the tally, not even in a database that somebody reads
LISTS = {FieldKind.CHOICES, FieldKind.CLAUSES, FieldKind.PEOPLE, FieldKind.QUESTIONS, FieldKind.EVIDENCE, FieldKind.FILES}
EACH = {FieldKind.ANSWER_EACH, FieldKind.WORDS_EACH}
REASONS = ("reason", "reason_text")

Plain = dict[str, Any]


def apart(step: Transition, values: Mapping[str, Any]) -> tuple[Plain, Plain]:
    """What may lie in clear, and what is sealed: both spelled for JSON. What the table does not know is left out."""
    clear: Plain = {}
    sealed: Plain = {}
    fields = [*step.asked, *step.fields]
    for field in fields:
        if field.name in values and values[field.name] is not None:
            (sealed if field.is_sealed or step.name in SEALED_WHOLE else clear)[field.name] = spell(field, values[field.name])
    if step.name not in SEALED_WHOLE and values.get("reason"):
        clear["reason"] = str(values["reason"])
    if values.get("reason_text"):
        sealed["reason_text"] = str(values["reason_text"]).strip()
    return clear, sealed


def spell(field: Field, value: Any) -> Any:
    """One value as JSON has it."""
    if field.kind is FieldKind.DATE:
        return value.isoformat()
    if field.kind in EACH:
        return {str(key): str(answer) for key, answer in value.items()}
    if field.kind is FieldKind.OBLIGATIONS:
        return [[str(kind), day.isoformat() if day else None, str(words)] for kind, day, words in value]
    return sorted(value) if isinstance(value, frozenset | set) else list(value) if field.kind in LISTS else value


def together(step: Transition, clear: Mapping[str, Any], sealed: Mapping[str, Any]) -> dict[str, Any]:
    """What was filled in, as the guards and effects get it."""
    kept = {**clear, **sealed}
    found = {field.name: unspell(field, kept[field.name]) for field in (*step.asked, *step.fields) if field.name in kept}
    return {**found, **{name: kept[name] for name in REASONS if name in kept}}


def unspell(field: Field, value: Any) -> Any:
    """One value as Python has it."""
    if field.kind is FieldKind.DATE:
        return date.fromisoformat(value)
    if field.kind in EACH:
        return {int(key): answer for key, answer in value.items()}
    if field.kind is FieldKind.OBLIGATIONS:
        return tuple((kind, date.fromisoformat(day) if day else None, words) for kind, day, words in value)
    return tuple(value) if field.kind in LISTS else value


def folded(salt: str, sealed: Plain) -> str:
    """What is sealed of a step, as one text."""
    return json.dumps({"salt": salt, "values": sealed}, ensure_ascii=False)


def unfolded(text: str) -> Plain:
    """What `folded` took."""
    values: Plain = json.loads(text)["values"]
    return values


def names_in(contact: str) -> list[str]:
    """Parts of a name, as whoever complained wrote it, that would tell who it was: three letters or more each."""
    try:
        name = json.loads(contact).get("name") or ""
    except ValueError:
        name = ""
    return [part for part in re.split(r"[\s,.]+", name) if len(part) > 2]
