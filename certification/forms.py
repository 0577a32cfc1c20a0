"""Forms of the coach's and the office's screens. They ask; the verbs decide."""

import re
from typing import Any
from uuid import uuid4

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from accounts.models import User
from accounts.naming import LANGUAGE
from accounts.printable import validate_printable
from certification.facts import EARLIEST, LATEST, NUMBERS, REMINDERS, Requirement
from certification.models import Scheme, are_reminders, is_statement
from certification.statements import BY_THE_QUIZ

FILL_IN = {"required": "Please fill this in."}


def new_key() -> str:
    """The key of a form: sent twice, it acts once."""
    return uuid4().hex


def day_field(label: str, help_text: str = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=help_text,
        validators=[
            MinValueValidator(EARLIEST, f"Choose a day from {EARLIEST.year} on."),
            MaxValueValidator(LATEST, f"Choose a day up to {LATEST.year}."),
        ],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={**FILL_IN, "invalid": "This is not a day of the calendar. Choose the day again."},
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="Reason",
        help_text="It stays on the record.",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages=FILL_IN,
    )


class StatementForm(forms.Form):
    """Sign with the full name; who signs, the second factor tells."""

    agrees = forms.BooleanField(
        label="I have read the statement and declare what it says", error_messages={"required": "Tick this box if you declare it."}
    )
    typed_name = forms.CharField(
        label="Your full name",
        max_length=120,
        error_messages=FILL_IN,
        help_text="Your signature. Capitals and accents do not matter.",
        widget=forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"}),
    )


class HoldForm(forms.Form):
    first_day = day_field("First day")
    last_day = day_field("Last day", "This day is included. Leave it empty for a block without an end; you can end it at any time.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["last_day"].required = False

    def clean_last_day(self) -> Any:
        first, last = self.cleaned_data.get("first_day"), self.cleaned_data["last_day"]
        if first and last and last < first:
            raise forms.ValidationError("The last day is before the first day. Choose the same day or a later one.")
        return last


class GiveBackForm(forms.Form):
    sure = forms.BooleanField(
        label="I give this certificate back. It ends today, and only the office can bring it back.",
        error_messages={"required": "Tick this if you are sure."},
    )


class NameFields(forms.Form):
    full_name = forms.CharField(
        label="Full name",
        max_length=120,
        validators=[validate_printable],
        error_messages=FILL_IN,
        help_text="As the person writes it, in any script. It is printed on the certificate and shown in the registry.",
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )
    latin_name = forms.CharField(
        label="Name in Latin letters",
        max_length=120,
        required=False,
        validators=[validate_printable],
        help_text="Only where the name above is in another script, such as Cyrillic or Chinese.",
    )
    family_name_first = forms.BooleanField(label="The family name comes first", required=False)
    language = forms.CharField(
        label="Language of the name",
        max_length=16,
        required=False,
        validators=[LANGUAGE],
        help_text="A code such as ja (Japanese) or zh-Hant (traditional Chinese) decides how characters are drawn. Most names need none.",
    )


class IssueForm(NameFields):
    email = forms.EmailField(
        label="E-mail address",
        max_length=254,
        error_messages={**FILL_IN, "invalid": "This is not a whole e-mail address. It looks like name@example.org."},
        help_text="The invitation goes here.",
    )
    scheme = forms.ModelChoiceField(Scheme.objects.order_by("pk"), label="Kind of certificate", empty_label=None, error_messages=FILL_IN)
    first_day = day_field("First day", "The term begins on this day.")

    field_order = ["email", "full_name", "latin_name", "family_name_first", "language", "scheme", "first_day"]


class NameForm(ReasonForm, NameFields):
    field_order = ["full_name", "latin_name", "family_name_first", "language", "reason"]


class TermForm(ReasonForm):
    first_day = day_field("First day")
    last_day = day_field("Last day", "This day is included.")

    field_order = ["first_day", "last_day", "reason"]


class GiveToForm(ReasonForm):
    email = forms.EmailField(label="E-mail address of the person it is meant for", error_messages=FILL_IN)

    field_order = ["email", "reason"]

    def clean_email(self) -> Any:
        person = User.objects.filter(email=self.cleaned_data["email"].lower()).first()
        if person is None:
            raise forms.ValidationError("No account has this e-mail address. Issue a certificate instead; that makes an account.")
        return person


class RequirementForm(ReasonForm):
    requirement = forms.ChoiceField(label="Requirement", choices=[(item.value, item.label) for item in Requirement], error_messages=FILL_IN)

    field_order = ["requirement", "reason"]


class AttemptsForm(ReasonForm):
    attempts = forms.IntegerField(
        label="More attempts", min_value=1, max_value=10, initial=2, error_messages={**FILL_IN, "invalid": "Write a number from 1 to 10."}
    )
    until = day_field("Last day to begin them", "This day is included. Attempts that are not begun by then can no longer be used.")
    key = forms.CharField(max_length=36, required=False, initial=new_key, widget=forms.HiddenInput)

    field_order = ["attempts", "until", "reason"]


class SchemeForm(ReasonForm):
    """The rules of a scheme; `seen` says which ones were looked at."""

    name = forms.CharField(
        label="Name",
        max_length=120,
        error_messages=FILL_IN,
        help_text="What the certificate certifies. It is printed on documents made from now on.",
    )
    reminder_days = forms.CharField(
        label=REMINDERS.label,
        required=False,
        max_length=200,
        help_text=f"{REMINDERS.help_text} Numbers with commas between them, such as 90, 30, 0, -30.",
    )
    statement_text = forms.CharField(
        label="Statement",
        max_length=2000,
        error_messages=FILL_IN,
        help_text=f"{Scheme._meta.get_field('statement_text').help_text} “{BY_THE_QUIZ}” is said otherwise to whoever did the review "
        "without a final quiz; other words about the quiz are signed by everybody.",
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    field_order = ["name", *NUMBERS, "reminder_days", "statement_text", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, words in NUMBERS.items():
            told = f"Write a whole number from {words.least} to {words.most}."
            self.fields[name] = forms.IntegerField(
                label=words.label,
                min_value=words.least,
                max_value=words.most,
                help_text=words.help_text,
                error_messages={**FILL_IN, **dict.fromkeys(("invalid", "min_value", "max_value"), told)},
            )
        self.order_fields(self.field_order)

    def clean_reminder_days(self) -> list[int]:
        """The numbers, those farthest ahead first."""
        texts = [text.strip() for text in self.cleaned_data["reminder_days"].split(",") if text.strip()]
        if any(not re.fullmatch(r"-?\d{1,4}", text) for text in texts):
            raise forms.ValidationError("Write whole numbers with commas between them, such as 90, 30, 0, -30.")
        days = sorted(map(int, texts), reverse=True)
        are_reminders(days)
        return days

    def clean_statement_text(self) -> str:
        text = " ".join(self.cleaned_data["statement_text"].split())
        is_statement(text)
        return text

    @property
    def given(self) -> dict[str, Any]:
        """The rules as the verb takes them."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("reason", "seen")}


class PublishForm(forms.Form):
    weight = forms.ChoiceField(
        label="Kind of change",
        choices=[
            ("minor", "Minor: wording only. Coaches sign the statement again for the new edition"),
            (
                "material",
                "Material: a change of substance. Coaches sign again, and after some time reviews of the older edition stop counting",
            ),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether the change is minor or material."},
    )
    in_force_on = day_field("In force on")
