"""What was filled in, against what the table asks for: the same for every step."""

from collections.abc import Mapping, Sized
from datetime import date
from typing import cast

from complaints.rules.gathered import CaseFacts, Values
from complaints.states import Field, FieldKind, Transition

SCALARS: dict[FieldKind, type] = {
    FieldKind.TEXT: str,
    FieldKind.WORDS: str,
    FieldKind.DATE: date,
    FieldKind.YES_NO: bool,
    FieldKind.NUMBER: int,
    FieldKind.CHOICE: str,
    FieldKind.PERSON: int,
    FieldKind.CASE: str,
    FieldKind.ENTRY: str,
}
LISTS: dict[FieldKind, type] = {
    FieldKind.CHOICES: str,
    FieldKind.CLAUSES: str,
    FieldKind.PEOPLE: int,
    FieldKind.QUESTIONS: str,
    FieldKind.EVIDENCE: int,
    FieldKind.FILES: int,
    FieldKind.OBLIGATIONS: tuple,
}


def is_readable(kind: FieldKind, value: object) -> bool:
    """Whether a value has the type that fields of this kind have (complaints/states/parts.py)."""
    if kind in SCALARS:
        return isinstance(value, SCALARS[kind]) and (kind is FieldKind.YES_NO or not isinstance(value, bool))
    if kind in LISTS:
        return isinstance(value, tuple | list | frozenset) and all(isinstance(one, LISTS[kind]) for one in value)
    return isinstance(value, Mapping) and all(isinstance(key, int) and isinstance(answer, str) for key, answer in value.items())


def readable(step: Transition, values: Values) -> Values:
    """What was filled in, without what has another type than the step asks for: a guard never meets it."""
    kinds = {field.name: field.kind for field in (*step.asked, *step.fields)} | {"reason": FieldKind.CHOICE, "reason_text": FieldKind.WORDS}
    return {name: value for name, value in values.items() if name not in kinds or is_readable(kinds[name], value)}


def listed(*pairs: tuple[bool, str]) -> list[str]:
    """The sentences whose condition holds, in their order."""
    return [sentence for holds, sentence in pairs if holds]


def text(values: Values, name: str) -> str:
    """What was written, without the white space around it; empty where nothing was."""
    value = values.get(name)
    return value.strip() if isinstance(value, str) else ""


def day(values: Values, name: str) -> date | None:
    value = values.get(name)
    return value if isinstance(value, date) else None


def number(values: Values, name: str) -> int | None:
    value = values.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def said_yes(values: Values, name: str) -> bool:
    return values.get(name) is True


def many(values: Values, name: str) -> tuple[object, ...]:
    value = values.get(name)
    return tuple(value) if isinstance(value, tuple | list | frozenset) else ()


def each(values: Values, name: str) -> dict[int, str]:
    value = values.get(name)
    return dict(value) if isinstance(value, Mapping) else {}


def against_filling(step: Transition, facts: CaseFacts, values: Values, *, asking: bool = False) -> list[str]:
    """What is not yet filled in, or not within its bounds: one sentence a field, the reason of the step included.

    `asking`: what whoever asks for the step fills in, instead of what the first signer does.
    """
    reasons = [] if asking else [*against_reason(step, values)]
    for field in step.asked if asking else step.fields:
        reasons += against_field(field, facts, values)
    return reasons


def against_reason(step: Transition, values: Values) -> list[str]:
    """What is not yet right about the reason of a step. A single reason of the list is filled in by itself."""
    reasons = []
    codes = {choice.code for choice in step.reasons}
    given = values.get("reason")
    if len(codes) > 1 and not given:
        reasons.append("Choose a reason.")
    elif given and not (isinstance(given, str) and given in codes):
        reasons.append("Choose a reason from the list.")
    if step.signers and len(text(values, "reason_text")) < step.reason_text:
        reasons.append(f"Say why in {step.reason_text} characters or more.")
    return reasons


def against_field(field: Field, facts: CaseFacts, values: Values) -> list[str]:
    """What is not yet right about one field. Allegations are those of the case; what is left out where it may be is fine."""
    value = values.get(field.name)
    if is_empty(value):
        return [f"“{field.label}” is not yet filled in."] if field.needed else []
    if not is_readable(field.kind, value):
        return [f"“{field.label}” is not something we can read."]
    return against_choice(field, value) + against_each(field, facts, value) + against_bounds(field, value)


def is_empty(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip()) or (isinstance(value, Sized) and not len(value))


def against_choice(field: Field, value: object) -> list[str]:
    codes = {choice.code for choice in field.choices}
    given: set[object] = set()
    if field.kind is FieldKind.CHOICE:
        given = {value}
    elif field.kind is FieldKind.CHOICES:
        given = set(cast(tuple[object, ...], value))
    elif field.kind is FieldKind.ANSWER_EACH:
        given = set(cast(Mapping[int, object], value).values())
    return [f"“{field.label}”: choose from the list."] if codes and not given <= codes else []


def against_each(field: Field, facts: CaseFacts, value: object) -> list[str]:
    if field.kind not in {FieldKind.ANSWER_EACH, FieldKind.WORDS_EACH}:
        return []
    given = {int(key): str(answer).strip() for key, answer in cast(Mapping[int, object], value).items()}
    asked = {row.pk for row in facts.charges}
    if set(given) - asked:
        return [f"“{field.label}”: one of the allegations is not of this case."]
    missing = [pk for pk in sorted(asked) if len(given.get(pk, "")) < (field.least or 1)]
    return [f"“{field.label}”: {len(missing)} of {len(asked)} allegations have no answer yet."] if missing else []


def against_bounds(field: Field, value: object) -> list[str]:
    if field.kind in {FieldKind.ANSWER_EACH, FieldKind.WORDS_EACH}:
        given = cast(Mapping[int, object], value).values()
        longest = max((len(str(answer)) for answer in given), default=0)
        return [f"“{field.label}”: {field.most:,} characters at most for each."] if field.most and longest > field.most else []
    if isinstance(value, str):
        size, unit = len(value.strip()), "characters"
    elif isinstance(value, int) and field.kind is FieldKind.NUMBER:
        size, unit = value, field.unit
    elif isinstance(value, Sized):
        size, unit = len(value), ""
    else:
        return []
    if field.least is not None and size < field.least:
        return [f"“{field.label}”: {field.least:,} {unit}".rstrip() + " or more."]
    if field.most is not None and size > field.most:
        return [f"“{field.label}”: {field.most:,} {unit}".rstrip() + " at most."]
    return []
