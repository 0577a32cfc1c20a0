"""The complaint form, one small form a step. Names of fields are those of the step `submit` (complaints/states) where it has them.

Earlier answers travel as hidden fields, so each form reads the whole request and looks at its own fields alone. What is refused comes
back as it was typed.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict

from certification.facts import EARLIEST
from complaints.facts import Level, Relation
from complaints.options import ALL, BY_CODE, Option, grouped
from complaints.rules.intake import FEWEST_CHARACTERS

NARRATIVE_LEAST = FEWEST_CHARACTERS  # where nothing of the list was ticked
NARRATIVE_MOST = 20_000  # characters: about eight printed pages
ANSWERS_MOST = 120_000  # characters of all answers together
LINE = 200  # characters of a name or of a few words

# They make text read otherwise than it is stored; the marks that some scripts need (200E, 200F, joiners) stay.
TURNING = {chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF)}


def plain(text: str, *, lines: bool) -> str:
    """What was typed without control characters and without those that turn the direction of reading; lines end with one character."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    if not lines:
        text = " ".join(text.split())
    return "".join(
        letter for letter in text if letter == "\n" or (letter not in TURNING and unicodedata.category(letter) not in ("Cc", "Cs"))
    )


class Line(forms.CharField):
    """One line of text."""

    def to_python(self, value: Any) -> str:
        return super().to_python(plain(str(value or ""), lines=False)) or ""


class Words(forms.CharField):
    """Text of many lines; its length is counted as it is kept."""

    widget = forms.Textarea(attrs={"rows": 12, "dir": "auto"})

    def to_python(self, value: Any) -> str:
        return super().to_python(plain(str(value or ""), lines=True)) or ""


class Day(forms.DateField):
    """A day of the calendar, today or earlier."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, input_formats=["%Y-%m-%d"], **kwargs)

    def to_python(self, value: Any) -> date | None:
        try:
            return super().to_python(value)
        except forms.ValidationError:
            words = f"“{plain(str(value), lines=False)[:40]}” is not a day we can read. Write it as 2026-05-03, or leave it out."
            raise forms.ValidationError(words, code="invalid") from None


def radios(
    label: str, choices: Iterable[tuple[str, str]], *, required: bool = True, missing: str = "", hint: str = ""
) -> forms.ChoiceField:
    words = {"required": missing or "Please choose one.", "invalid_choice": "Please choose one of the answers below."}
    return forms.ChoiceField(
        label=label, choices=list(choices), required=required, widget=forms.RadioSelect, error_messages=words, help_text=hint
    )


class StepForm(forms.Form):
    """One page of the complaint. `title` heads it; `lede` stands under it."""

    title = ""
    lede = ""
    use_required_attribute = False

    def __init__(self, *args: Any, today: date, answers: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.today = today
        self.answers = answers or {}


DANGER = (
    ("yes", "Yes"),
    ("no", "No, not right now"),
    ("unsaid", "I do not know, or I would rather not say"),
)


class DangerForm(StepForm):
    title = "Is somebody in danger now?"

    danger = radios("Is somebody in danger now?", DANGER, required=False)


class WhoForm(StepForm):
    """The coach, by name. `found` are those that the registry knows by it, as pairs of number and words."""

    title = "Who is the coach?"
    lede = "Write the name as you know it. We look it up in our registry. A part of the name is enough, or the number of the certificate."

    coach = Line(
        label="Name of the coach, or the number of the certificate",
        required=False,
        max_length=LINE,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "dir": "auto"}),
        error_messages={
            "max_length": f"A name has at most {LINE} characters here. What else you know fits on the page with your own words."
        },
    )
    entry = forms.ChoiceField(label="Is it one of these?", required=False, widget=forms.RadioSelect)
    not_sure = forms.BooleanField(label="I am not sure who it was, or I would rather describe the person", required=False)
    looked = forms.CharField(required=False, max_length=LINE, widget=forms.HiddenInput)

    NOBODY = ("none", "None of these, or I am not sure")

    def __init__(self, *args: Any, found: Iterable[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found = list(found)
        self.fields["entry"].choices = [*self.found, self.NOBODY] if self.found else []
        self.fields["entry"].error_messages["invalid_choice"] = "This certificate is not among those found. Please choose again."
        if not self.found:
            del self.fields["entry"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        chosen = cleaned.get("entry", "")
        cleaned["entry"] = "" if chosen == "none" else chosen
        if not self.errors and not cleaned["entry"] and not cleaned.get("coach") and not cleaned.get("not_sure"):
            self.add_error("coach", "Write a name, or tick “I am not sure who it was”. Both are fine.")
        return cleaned


class WhatForm(StepForm):
    title = "What happened?"
    lede = "Tick what fits. You can tick several, or none: the next pages ask when it was, and what you want to tell in your own words."

    options = forms.MultipleChoiceField(
        label="What happened?",
        required=False,
        choices=[(one.code, one.words) for one in ALL],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "One of the answers is not on our list. Please tick again."},
    )

    def groups(self) -> list[tuple[str, list[tuple[Option, bool]]]]:
        """The list under its headings: each option, and whether it is ticked."""
        ticked = set(self["options"].value() or [])
        return [(group.label, [(one, one.code in ticked) for one in some]) for group, some in grouped()]


class WhenForm(StepForm):
    title = "When was it?"
    lede = "A guess is fine, and so is nothing at all. We ask because the Code changes over time, and the one of that day counts."

    conduct_from = Day(label="It began, or happened, on")
    conduct_until = Day(label="It ended on", help_text="Leave this out if it was one day, or has not ended.")
    when_words = Line(
        label="Or in your own words",
        required=False,
        max_length=LINE,
        help_text="For example: last spring, or before I moved.",
        widget=forms.TextInput(attrs={"dir": "auto"}),
        error_messages={"max_length": f"At most {LINE} characters here. There is more room on the next page."},
    )
    when_unknown = forms.BooleanField(label="I do not know", required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name in ("conduct_from", "conduct_until"):
            day = cleaned.get(name)
            if day and day > self.today:
                self.add_error(name, "This day lies ahead. Choose today or an earlier day, or leave it out.")
            elif day and day < EARLIEST:
                self.add_error(name, f"Our records begin in {EARLIEST.year}. Say it in your own words below instead.")
        first, last = cleaned.get("conduct_from"), cleaned.get("conduct_until")
        if first and last and last < first:
            self.add_error(
                "conduct_until", "This is before the day on which it began. Choose the same day or a later one, or leave one out."
            )
        return cleaned


class WordsForm(StepForm):
    title = "In your own words"
    lede = (
        "As much or as little as you like. You need not tell everything, and nothing that is too hard to write. "
        "Please leave out the names of other clients."
    )

    narrative = Words(
        label="What do you want to tell us?",
        required=False,
        max_length=NARRATIVE_MOST,
        help_text=f"Up to {NARRATIVE_MOST:,} characters, about eight pages. If you ticked nothing before, please write at least "
        f"{NARRATIVE_LEAST} characters, which is one sentence.",
        error_messages={
            "max_length": "This is %(show_value)d characters long, and there is room for %(limit_value)d. "
            "Please send the most important part now; you can write more afterwards."
        },
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        ticked = [code for code in self.answers.get("options", []) if code in BY_CODE and code != "something-else"]
        written = len(cleaned.get("narrative", "").strip())
        if not self.errors and not ticked and written < NARRATIVE_LEAST:
            self.add_error(
                "narrative",
                f"So far this has {written} characters. Please write at least {NARRATIVE_LEAST}, one sentence, "
                "or go back and tick something of the list. Without either we would not know what to look at.",
            )
        return cleaned


RELATIONS = (
    (Relation.CLIENT.value, "I am a client of the coach"),
    (Relation.FORMER_CLIENT.value, "I was a client of the coach"),
    (Relation.PROSPECTIVE_CLIENT.value, "I wanted to become a client"),
    (Relation.FAMILY_MEMBER.value, "I am family, a partner or a friend of a client"),
    (Relation.COLLEAGUE.value, "I work with the coach, or am a coach too"),
    (Relation.OTHER_BODY.value, "I write for an authority or an organization"),
    (Relation.PUBLIC.value, "None of these"),
)
MINOR = (("no", "No"), ("yes", "Yes"), ("unknown", "I do not know"))


class YouForm(StepForm):
    title = "You and the coach"
    lede = "Two short questions. No names here, please."

    relation = radios("What are you to the coach?", RELATIONS, missing="Please choose what fits best; “None of these” is fine.")
    minor = radios(
        "Was somebody younger than 18 concerned?",
        MINOR,
        missing="Please choose one; “I do not know” is fine.",
        hint="Please name nobody here.",
    )


LEVELS = (
    (Level.ANONYMOUS.value, "Nobody learns who I am. You get a code and come back with it."),
    (Level.CONFIDENTIAL.value, "The office knows who I am. The coach does not."),
    (Level.OPEN.value, "The coach may know that it is me."),
)
PHONE = "0123456789+-()/. "


class LevelForm(StepForm):
    title = "Who may know who you are?"

    level = radios(
        "Who may know who you are?", LEVELS, missing="Please choose one. You can open it up later; it can never be closed again."
    )
    name = Line(label="Your name", required=False, max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}))
    mail = forms.EmailField(
        label="E-mail address",
        required=False,
        max_length=254,
        help_text="We only ever write one sentence to it: that you have a message. Use one that nobody else reads.",
        error_messages={"invalid": "This does not look like an e-mail address. Look at it once more, or leave it out."},
    )
    phone = Line(
        label="Telephone",
        required=False,
        max_length=40,
        help_text="Only if you want to be called. Say in your own words when it is safe to call.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
    )
    wants_updates = radios(
        "May we write to you about it here?", (("yes", "Yes"), ("no", "No")), missing="Please choose one; you can change it later.",
        hint="Letters wait on this site, and you open them with your code.",
    )  # fmt: skip
    consents_to_naming = radios(
        "May a decision say your name?",
        (("no", "No"), ("yes", "Yes")),
        required=False,
        hint="Only where you chose that the coach may know.",
    )

    def clean_phone(self) -> str:
        typed: str = self.cleaned_data["phone"]
        if any(letter not in PHONE for letter in typed):
            raise forms.ValidationError("A telephone number has digits, blanks and + - ( ) / only. Or leave it out.")
        return typed

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        level = cleaned.get("level")
        if level == Level.ANONYMOUS.value:
            for name in ("name", "phone"):
                if cleaned.get(name):
                    self.add_error(name, "You chose that nobody learns who you are. Leave this empty, or choose another answer above.")
        elif level == Level.OPEN.value and not cleaned.get("name") and "name" not in self.errors:
            self.add_error("name", "You chose that the coach may know that it is you. Write your name, or choose another answer above.")
        if cleaned.get("consents_to_naming") == "yes" and level != Level.OPEN.value:
            cleaned["consents_to_naming"] = "no"
        return cleaned


class CheckForm(StepForm):
    title = "Look it over, then send"

    truth = forms.BooleanField(
        label="What I wrote is true as far as I know.",
        error_messages={"required": "Please tick this before you send. Nothing was sent yet."},
    )


FORMS: dict[str, type[StepForm]] = {
    "danger": DangerForm,
    "who": WhoForm,
    "what": WhatForm,
    "when": WhenForm,
    "words": WordsForm,
    "you": YouForm,
    "level": LevelForm,
    "check": CheckForm,
}
STEPS = tuple(FORMS)
FIELDS = {step: tuple(form.base_fields) for step, form in FORMS.items()}
MANY = {"options"}
MOST_VALUES = 60


def answers_in(data: QueryDict) -> dict[str, list[str]]:
    """What a request says of the fields of the complaint, whole: {field: values}. Others are left behind."""
    names = [name for step in STEPS for name in FIELDS[step] if name in data]
    return {name: data.getlist(name)[: MOST_VALUES if name in MANY else 1] for name in names}


def is_too_much(answers: Mapping[str, list[str]]) -> bool:
    """Whether there is more text than any complaint of ours can hold."""
    return sum(len(value) for values in answers.values() for value in values) > ANSWERS_MOST


def hidden(answers: Mapping[str, list[str]], *, but: str) -> list[tuple[str, str]]:
    """The answers of all other steps, as hidden fields."""
    return [(name, value) for name, values in answers.items() if name not in FIELDS[but] for value in values]
