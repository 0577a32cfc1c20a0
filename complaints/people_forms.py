"""Forms about those who work on cases. They ask; the verbs decide."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts.models import User
from certification import search
from certification.forms import FILL_IN, day_field
from complaints.appointments import LONGEST_BODY, LONGEST_REASON, Terms
from complaints.facts import CONFLICT_WORDS, CaseRole, ConflictKind, PoolRank

ROLE_WORDS = {
    CaseRole.INTAKE: "Intake: takes complaints in, asks questions, admits or dismisses",
    CaseRole.INVESTIGATOR: "Investigator: finds out what happened and writes the report",
    CaseRole.CASE_REVIEWER: "Case reviewer: reads the report and says whether a panel decides",
    CaseRole.PANEL_MEMBER: "Panel member: hears and decides; decides on interim measures in other cases",
    CaseRole.APPEAL_PANEL: "Appeal panel: decides on appeals",
    CaseRole.REGISTRAR: "Registrar: keeps the calendar, appoints panels, gives the second signature",
    CaseRole.DEPUTY_REGISTRAR: "Deputy registrar: signs where the registrar is in a conflict, and on appeals",
}
MANY = "More than one coach is called so: {}. Type the number of the certificate."
NO_COACH = "No coach was found by this name or number. Look at the spelling, or take the number from the registry."


def optional_day(label: str, help_text: str = "") -> forms.DateField:
    field = day_field(label, help_text)
    field.required = False
    return field


class ReasonField(forms.CharField):
    def __init__(self) -> None:
        super().__init__(
            label="Reason",
            help_text="It stays on the record, and whoever signs after you reads it.",
            max_length=LONGEST_REASON,
            widget=forms.Textarea(attrs={"rows": 3}),
            error_messages=FILL_IN,
        )


class AppointForm(forms.Form):
    """Whom, to what, from when; and what a draw has to know."""

    email = forms.EmailField(
        label="E-mail address of the person",
        help_text="The one the person logs in with. Who has no account yet is invited first.",
        error_messages={**FILL_IN, "invalid": "This is not an e-mail address yet; it should look like name@example.org."},
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    role = forms.ChoiceField(
        label="Role", choices=[(role.value, words) for role, words in ROLE_WORDS.items()], widget=forms.RadioSelect, error_messages=FILL_IN
    )
    first_day = day_field("First day")
    last_day = optional_day("Last day", "This day is included. Leave it empty for an appointment without an end.")
    trained_on = optional_day("Trained for this role on", "Nobody is drawn before that. Training for panels covers chairing one.")
    lay = forms.BooleanField(label="Lay", required=False, help_text="Neither coach nor therapist, and not paid by the association.")
    coach_elsewhere_body = forms.CharField(
        label="Certified as a coach by another body",
        required=False,
        max_length=LONGEST_BODY,
        help_text="For panel members only: a sister body that the association recognizes. Such a person can take the coach’s seat.",
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    coach_elsewhere_until = optional_day("Last day of that certificate")
    pool_rank = forms.ChoiceField(
        label="Part in the pool of panel members",
        required=False,
        choices=[("", "None"), (PoolRank.FIRST.value, "Chairs the pool"), (PoolRank.SECOND.value, "Second, for the chair")],
    )
    outside_body = forms.CharField(
        label="Lent by an outside body",
        required=False,
        max_length=LONGEST_BODY,
        help_text="Where too few people are left here. It stands in the record.",
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    reason = ReasonField()

    def clean_email(self) -> User:
        """The person behind the address."""
        email = self.cleaned_data["email"].strip().lower()
        person: User | None = User.objects.filter(email=email, erased_at=None).first()
        if person is None:
            raise ValidationError("Nobody here has this address. Look at the spelling, or invite the person first.")
        return person

    def terms(self) -> Terms:
        given = self.cleaned_data
        return Terms(
            role=CaseRole(given["role"]),
            first_day=given["first_day"],
            last_day=given["last_day"],
            lay=given["lay"],
            trained_on=given["trained_on"],
            coach_elsewhere_body=given["coach_elsewhere_body"],
            coach_elsewhere_until=given["coach_elsewhere_until"],
            outside_body=given["outside_body"],
            pool_rank=PoolRank(given["pool_rank"]) if given["pool_rank"] else None,
        )


class EndAppointmentForm(forms.Form):
    last_day = day_field("Last day", "This day is included; yesterday or later.")
    reason = ReasonField()


class InterestForm(forms.Form):
    """A coach, and what there is between."""

    about = forms.CharField(
        label="Coach",
        max_length=120,
        help_text="The number of the certificate, or the name.",
        error_messages=FILL_IN,
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
    )
    kind = forms.ChoiceField(
        label="What there is between you",
        choices=[(kind.value, words) for kind, words in CONFLICT_WORDS.items()],
        widget=forms.RadioSelect,
        error_messages=FILL_IN,
    )
    since = optional_day("Since", "As well as you remember.")
    until = optional_day("Until", "Leave it empty while it lasts.")

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.on = on

    def clean_about(self) -> User:
        """The one coach who is meant."""
        found = search.find(self.cleaned_data["about"], on=self.on)
        holders = {certificate.holder_id: certificate for certificate in found.certificates}
        if not holders:
            raise ValidationError(NO_COACH)
        if len(holders) > 1 or found.more:
            told = ", ".join(f"{one.holder.get_full_name()} ({one.number})" for one in holders.values())
            raise ValidationError(MANY.format(told))
        holder: User = next(iter(holders.values())).holder
        return holder

    def chosen(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {"about": given["about"], "kind": ConflictKind(given["kind"]), "since": given["since"], "until": given["until"]}


class EndInterestForm(forms.Form):
    until = day_field("Last day", "The last day on which it was so.")
