"""Forms of the coach's and the office's screens. They ask; the verbs decide."""

from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from accounts.models import User
from accounts.naming import LANGUAGE
from accounts.printable import validate_printable
from certification.facts import EARLIEST, LATEST, Requirement
from certification.models import Scheme

FILL_IN = {"required": "Please fill this in."}


def day_field(label: str, help_text: str = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=help_text,
        validators=[
            MinValueValidator(EARLIEST, f"Write a day from {EARLIEST.year} on."),
            MaxValueValidator(LATEST, f"Write a day up to {LATEST.year}."),
        ],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={**FILL_IN, "invalid": "Write the day as year-month-day, such as 2026-05-04."},
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
        label="I have read the statement and make it mine.", error_messages={"required": "Tick this if you make the statement yours."}
    )
    typed_name = forms.CharField(
        label="Your full name",
        max_length=120,
        error_messages=FILL_IN,
        help_text="Your signature. Capitals and accents do not matter.",
        widget=forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"}),
    )


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
        help_text="Where the name is written otherwise.",
    )
    family_name_first = forms.BooleanField(label="The family name comes first", required=False)
    language = forms.CharField(
        label="Language of the name",
        max_length=16,
        required=False,
        validators=[LANGUAGE],
        help_text="Such as ja or zh-Hant; it chooses the letter shapes.",
    )


class IssueForm(NameFields):
    email = forms.EmailField(
        label="E-mail address",
        max_length=254,
        error_messages={**FILL_IN, "invalid": "This is not an e-mail address yet; it should look like name@example.org."},
        help_text="The invitation goes here.",
    )
    scheme = forms.ModelChoiceField(Scheme.objects.order_by("pk"), label="Scheme", empty_label=None, error_messages=FILL_IN)
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
            raise forms.ValidationError("Nobody has this address. Issue a certificate to make an account.")
        return person


class RequirementForm(ReasonForm):
    requirement = forms.ChoiceField(label="Requirement", choices=[(item.value, item.label) for item in Requirement], error_messages=FILL_IN)

    field_order = ["requirement", "reason"]


class AttemptsForm(ReasonForm):
    attempts = forms.IntegerField(
        label="More attempts", min_value=1, max_value=10, initial=2, error_messages={**FILL_IN, "invalid": "Write a number from 1 to 10."}
    )

    field_order = ["attempts", "reason"]


class PublishForm(forms.Form):
    weight = forms.ChoiceField(
        label="Kind of change",
        choices=[
            ("minor", "Minor: coaches sign the new statement"),
            ("material", "Material: older reviews stop counting after the days of grace"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether the change is minor or material."},
    )
    in_force_on = day_field("In force on")
