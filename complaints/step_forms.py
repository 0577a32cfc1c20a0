"""The form of a step, made from what the table asks for (complaints/states): each kind of field one way, everywhere the same.

It reads what was typed and says what it cannot read. Whether the step may be taken is for the guards alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms

from certification.forms import FILL_IN, day_field
from complaints.facts import ObligationKind
from complaints.states import Field, FieldKind, Transition

Choices = Sequence[tuple[str, str]]

YES_NO = (("yes", "Yes"), ("no", "No"))
ROWS = 3  # of things that a coach has to do: so many empty ones are offered, and two more than are filled in
MANY = {FieldKind.CHOICES, FieldKind.CLAUSES, FieldKind.PEOPLE, FieldKind.EVIDENCE, FieldKind.FILES}
NUMBERS = {FieldKind.PEOPLE, FieldKind.EVIDENCE, FieldKind.FILES}
EACH = {FieldKind.ANSWER_EACH, FieldKind.WORDS_EACH}
ONE_LINE = {FieldKind.TEXT, FieldKind.CASE, FieldKind.ENTRY}
BY_ITSELF = ("digest",)  # filled in by the machine (complaints/states/panel.py)


@dataclass(frozen=True, slots=True)
class Known:
    """What a form offers to choose from: allegations that are charged, clauses, people and files of the case; code and words."""

    allegations: Choices = ()
    clauses: Choices = ()
    people: Choices = ()
    files: Choices = ()


class StepForm(forms.Form):
    """A step as it is filled in. `more`: what the table asks of the last signer alone, without a reason."""

    def __init__(self, data: Mapping[str, Any] | None, step: Transition, known: Known, *, more: bool = False, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.step, self.known = step, known
        if not more:
            self._ask_reason()
        self.asked = [field for field in step.fields if field.name not in BY_ITSELF]
        for field in self.asked:
            for name, made in self._made(field):
                self.fields[name] = made

    def _ask_reason(self) -> None:
        step = self.step
        if len(step.reasons) > 1:
            self.fields["reason"] = forms.ChoiceField(
                label="Reason", choices=[(one.code, one.label) for one in step.reasons], widget=forms.RadioSelect, error_messages=FILL_IN
            )
        if step.signers and step.reason_text:
            self.fields["reason_text"] = _words("Why", f"At least {step.reason_text} characters. It stays sealed with the case.", rows=4)

    def _made(self, field: Field) -> list[tuple[str, forms.Field]]:
        if field.kind in EACH:
            return [(f"{field.name}-{pk}", self._one(field, f"{field.label}: {words}")) for pk, words in self.known.allegations]
        if field.kind is FieldKind.OBLIGATIONS:
            return [pair for number in range(self._rows(field)) for pair in _obligation(field, number)]
        return [(field.name, self._one(field, field.label))]

    def _one(self, field: Field, label: str) -> forms.Field:
        told: dict[str, Any] = {"label": label, "help_text": help_of(field), "required": field.needed, "error_messages": FILL_IN}
        if field.kind in {FieldKind.WORDS, FieldKind.WORDS_EACH, FieldKind.QUESTIONS}:
            return _words(label, help_of(field), required=field.needed)
        if field.kind is FieldKind.DATE:
            made = day_field(label, help_of(field))
            made.required = field.needed
            return made
        if field.kind is FieldKind.NUMBER:
            return forms.IntegerField(**told)
        if field.kind in ONE_LINE:
            return forms.CharField(**told, widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}))
        if field.kind in MANY:
            return forms.MultipleChoiceField(**told, choices=self._choices(field), widget=forms.CheckboxSelectMultiple)
        return forms.ChoiceField(**told, choices=self._choices(field), widget=forms.RadioSelect)

    def _choices(self, field: Field) -> Choices:
        if field.kind is FieldKind.YES_NO:
            return YES_NO
        offered = {
            FieldKind.CLAUSES: self.known.clauses,
            FieldKind.PERSON: self.known.people,
            FieldKind.PEOPLE: self.known.people,
            FieldKind.EVIDENCE: self.known.files,
            FieldKind.FILES: self.known.files,
        }
        return offered.get(field.kind, [(one.code, one.label) for one in field.choices])

    def _rows(self, field: Field) -> int:
        filled = sum(bool(self.data.get(f"{field.name}-{number}-words")) for number in range(field.most or 0)) if self.is_bound else 0
        return min(field.most or ROWS, max(ROWS, filled + 2))

    def refuse(self, reasons: Sequence[str]) -> None:
        """Say, above the form, why the step was not taken."""
        for reason in reasons:
            self.add_error(None, reason)

    def values(self) -> dict[str, Any]:
        """What was filled in, as the guards get it; what was left out is left out."""
        given = self.cleaned_data
        found = {name: given[name] for name in ("reason", "reason_text") if given.get(name)}
        for field in self.asked:
            value = self._value(field)
            if value not in (None, "", (), {}):
                found[field.name] = value
        return found

    def _value(self, field: Field) -> Any:
        given = self.cleaned_data
        if field.kind in EACH:
            answers = {int(pk): given.get(f"{field.name}-{pk}") for pk, _ in self.known.allegations}
            return {pk: answer for pk, answer in answers.items() if answer}
        if field.kind is FieldKind.OBLIGATIONS:
            return tuple(_obligations(field, given, self._rows(field)))
        value = given.get(field.name)
        if field.kind is FieldKind.YES_NO:
            return value == "yes" if value else None
        if field.kind is FieldKind.QUESTIONS:
            return tuple(line.strip() for line in (value or "").splitlines() if line.strip())
        if field.kind is FieldKind.PERSON:
            return int(value) if value else None
        if field.kind in MANY:
            return tuple(int(one) for one in value or ()) if field.kind in NUMBERS else tuple(value or ())
        return value

    def in_words(self) -> list[tuple[str, str]]:
        """What was filled in, as the page before the deed shows it: pairs of question and answer, in the order of the form."""
        return [(str(made.label or ""), _shown(made, self.cleaned_data.get(name))) for name, made in self.fields.items()]


class AttestForm(forms.Form):
    """What somebody says before a case opens to them."""

    NONE = "none"
    says = forms.ChoiceField(label="What is there between you and either side?", widget=forms.RadioSelect, error_messages=FILL_IN)

    def __init__(self, data: Mapping[str, Any] | None, kinds: Choices, *, may_read: bool) -> None:
        super().__init__(data)
        none = [(self.NONE, "Nothing of this. I know neither side in any of these ways.")] if may_read else []
        self.fields["says"].choices = [*none, *kinds]  # type: ignore[attr-defined]


def help_of(field: Field) -> str:
    """The help of a field, with when it is needed where that is not always."""
    needed = f"Needed {field.sometimes}." if field.sometimes else ""
    return " ".join(part for part in (field.help, needed) if part)


def _words(label: str, help_text: str, *, required: bool = True, rows: int = 6) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        widget=forms.Textarea(attrs={"rows": rows, "dir": "auto", "autocomplete": "off"}),
        error_messages=FILL_IN,
    )


def _obligation(field: Field, number: int) -> list[tuple[str, forms.Field]]:
    label = f"{field.label} ({number + 1})"
    kinds = [("", "Nothing"), *((kind.value, kind.label) for kind in ObligationKind)]
    day = day_field(f"{label}: by when")
    day.required = False
    return [
        (f"{field.name}-{number}-kind", forms.ChoiceField(label=f"{label}: what", choices=kinds, required=False)),
        (f"{field.name}-{number}-day", day),
        (f"{field.name}-{number}-words", _words(f"{label}: in words", "", required=False, rows=2)),
    ]


def _obligations(field: Field, given: Mapping[str, Any], rows: int) -> list[tuple[str, date | None, str]]:
    found = []
    for number in range(rows):
        kind, day, words = (given.get(f"{field.name}-{number}-{part}") for part in ("kind", "day", "words"))
        if kind or words:
            found.append((kind or "", day, words or ""))
    return found


def _shown(made: forms.Field, value: Any) -> str:
    if value in (None, "", []):
        return "Not filled in"
    if isinstance(value, date):
        return f"{value:%B} {value.day}, {value.year}"
    if isinstance(made, forms.ChoiceField):
        labels = {str(code): str(words) for code, words in made.widget.choices}  # type: ignore[attr-defined]
        return "\n".join(labels[str(one)] for one in (value if isinstance(value, list) else [value]))
    return str(value)
