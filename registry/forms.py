"""The day that a request asks about, and what an auditor looks for."""

import re
from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest

from certification.facts import EARLIEST

DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class NotADay(ValueError):
    """What was asked as a day is none, or lies ahead; the text says which, and `mend` how a program writes a day, where that was wrong."""

    def __init__(self, words: str, mend: str = "") -> None:
        super().__init__(words)
        self.mend = mend


def no_day(typed: str) -> str:
    """That something is no day. It is quoted, because the browser's field for days comes back empty."""
    return f"“{typed[:40]}” is not a day of the calendar. Choose the day again."


def day_asked(request: HttpRequest, *, today: date) -> date | None:
    """The day of `?as_of=`, None without one. Raises NotADay."""
    text = request.GET.get("as_of", "")
    if not text:
        return None
    try:
        day = date.fromisoformat(text) if DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None:
        raise NotADay(no_day(text), mend="This is not a day of the calendar. A day is written as year, month and day, such as 2026-05-03.")
    if day > today:
        raise NotADay(AHEAD)
    return day


AHEAD = "This day is in the future. Choose today or an earlier day."
LARGEST = 10**15


class DayField(forms.DateField):
    """A day from the calendar of the browser."""

    def to_python(self, value: Any) -> date | None:
        try:
            return super().to_python(value)
        except forms.ValidationError:
            raise forms.ValidationError(no_day(str(value)), code="invalid") from None


class NumberField(forms.IntegerField):
    """A number of the ledger. What is none is quoted as it was typed, for the same reason."""

    def to_python(self, value: Any) -> int | None:
        try:
            return super().to_python(value)
        except forms.ValidationError:
            words = f"“{str(value)[:40]}” is not a number of the ledger. Write digits only, such as 208."
            raise forms.ValidationError(words, code="invalid") from None


def day_field(label: str, *, required: bool = False, help_text: str = "") -> forms.DateField:
    """A day, written by hand or chosen."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    words = {"required": "Choose a day."}
    return DayField(label=label, required=required, help_text=help_text, error_messages=words, widget=widget, input_formats=["%Y-%m-%d"])


class NotAhead(forms.Form):
    """A form whose days lie behind, or are today."""

    days: tuple[str, ...] = ()

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name in self.days:
            if cleaned.get(name) and cleaned[name] > self.today:
                self.add_error(name, AHEAD)
            elif cleaned.get(name) and cleaned[name] < EARLIEST:
                self.add_error(name, f"Nothing on record reaches back before {EARLIEST.year}.")
        return cleaned


class EntriesForm(NotAhead):
    """Which entries of the ledger are looked for. Nothing is looked for by what nobody filled in."""

    days = ("since", "until")

    who = forms.CharField(
        label="Person or certificate",
        required=False,
        max_length=200,
        help_text="A name, an e-mail address, or the number of a certificate.",
    )
    action = forms.ChoiceField(
        label="What was done", required=False, error_messages={"invalid_choice": "Nothing of this kind is ever entered."}
    )
    number = NumberField(
        label="Number in the ledger",
        required=False,
        min_value=1,
        max_value=LARGEST,
        error_messages={"min_value": "The numbers of the ledger begin with 1.", "max_value": "The ledger has no number as large as this."},
    )
    since = day_field("From")
    until = day_field("To")
    person = forms.UUIDField(
        required=False, widget=forms.HiddenInput, error_messages={"invalid": "Please choose a person from the list again."}
    )
    page = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=LARGEST,
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), "This is no page of the list."),
    )

    def __init__(self, *args: Any, actions: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["action"].choices = actions

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("since") and cleaned.get("until") and cleaned["since"] > cleaned["until"]:
            self.add_error("until", "“To” is before “From”. Choose the same day or a later one.")
        return cleaned


class RecordedForm(NotAhead):
    """A number, the day it is asked about, and the day up to which the record counts."""

    days = ("day", "known")

    number = forms.CharField(
        label="Number of the certificate", max_length=40, error_messages={"required": "Type the number of the certificate."}
    )
    day = day_field("Which day is the question about?", required=True, help_text="The day on which the certificate was active, or was not.")
    known = day_field(
        "When was the question asked?",
        help_text="You see what the registry would have answered at the end of this day. Leave it empty for the same day as above.",
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        cleaned["known"] = cleaned.get("known") or cleaned.get("day")
        if cleaned.get("day") and cleaned["known"] < cleaned["day"]:
            self.add_error("known", "This is before the day asked about. Choose that day or a later one.")
        return cleaned
