"""Log-in, second factor and passwords."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm, SetPasswordForm
from django.contrib.auth.forms import PasswordChangeForm as DjangoPasswordChangeForm
from django.core.exceptions import ValidationError

from accounts import naming
from accounts.models import User

NO_ADDRESS = "This is not an e-mail address yet; it should look like name@example.org."
NOTHING = "Please fill this in."
TOO_MANY = "There were many tries in a short time. Please wait {wait}, then try again; the address you typed is still here."
WORDS = {"required": NOTHING, "invalid": NO_ADDRESS}


class LogInForm(AuthenticationForm):
    """E-mail address and password; the same words for a wrong one of either."""

    username = forms.EmailField(label="E-mail address", error_messages=WORDS, widget=forms.EmailInput(attrs={"autocomplete": "username"}))
    error_messages = {
        "invalid_login": (
            "This address and this password do not belong together. Please look at both; "
            "capital letters matter in the password. You can also choose a new password below."
        ),
        "inactive": "This address and this password do not belong together.",
    }

    def __init__(self, *args: Any, wait: str = "", **kwargs: Any) -> None:
        """`wait` says how long nobody is asked for a password: then it is not even looked at."""
        super().__init__(*args, **kwargs)
        self.wait = wait

    def clean(self) -> dict[str, Any]:
        if self.wait:
            raise ValidationError(TOO_MANY.format(wait=self.wait))
        return super().clean()


class PasswordForgottenForm(forms.Form):
    email = forms.EmailField(
        label="E-mail address",
        help_text="The one you log in with.",
        error_messages=WORDS,
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )

    def __init__(self, *args: Any, wait: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.wait = wait

    def clean(self) -> None:
        if self.wait:
            raise ValidationError(TOO_MANY.format(wait=self.wait))


class PasswordSetForm(SetPasswordForm):
    """The new password, twice, because nobody can read it while typing."""

    error_messages = {"password_mismatch": "The two are not the same yet. Please type both again."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new_password1"].label = "New password"
        self.fields[
            "new_password1"
        ].help_text = "12 characters or more. A few words that you alone would put together are easy to keep. Pasting is fine."
        self.fields["new_password2"].label = "The same password again"
        self.fields["new_password2"].help_text = ""
        for field in self.fields.values():
            field.error_messages["required"] = WORDS["required"]


class PasswordChangeForm(PasswordSetForm, DjangoPasswordChangeForm):
    """The old password first."""

    error_messages = {
        **PasswordSetForm.error_messages,
        "password_incorrect": "This is not the password you have now. Please type it again.",
    }
    field_order = ["old_password", "new_password1", "new_password2"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["old_password"].label = "The password you have now"


class CodeForm(forms.Form):
    """A code of an authenticator app, or a recovery code; the check is not the form's (accounts/factors.py)."""

    code = forms.CharField(
        label="Code",
        max_length=40,
        help_text="The six digits that your authenticator app shows now, or one of your recovery codes.",
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false"}),
    )

    @classmethod
    def refused(cls, words: str, **more: Any) -> "CodeForm":
        """The form with why its code was not taken. A code does not come back: it is never right a second time."""
        form = cls({}, **more)
        form.errors.clear()
        form.add_error("code", words)
        return form


class AppForm(forms.Form):
    """The first code of a new authenticator app shows that it holds the secret."""

    code = forms.CharField(
        label="The six digits that the app shows now",
        max_length=12,
        error_messages=WORDS,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )
    name = forms.CharField(
        label="A name for it",
        max_length=40,
        required=False,
        help_text="Such as phone or tablet, so that you know which is which.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
    )


class AddressCodeForm(forms.Form):
    code = forms.CharField(
        label="Code from the letter",
        max_length=20,
        error_messages=WORDS,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class RecoveryCodeForm(forms.Form):
    """One code typed again shows that the sheet was kept."""

    code = forms.CharField(
        label="Type one of the codes again",
        max_length=40,
        error_messages=WORDS,
        help_text="Any one of the ten; it stays unused.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


class PersonEditForm(forms.ModelForm):
    """A person in the admin: address and log-in. Roles change on a screen of their own, the name on the person's own record: both dated."""

    email = forms.EmailField(label="E-mail address", error_messages=WORDS)

    class Meta:
        model = User
        fields = ["email", "is_active"]
        help_texts = {"is_active": ""}

    def __init__(self, *args: Any, editing_self: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if editing_self:
            self.fields.pop("is_active", None)

    def clean_email(self) -> str:
        """Small letters, as addresses are kept, so that the same one is not taken twice."""
        return self.cleaned_data["email"].strip().lower()


class PersonCreationForm(PersonEditForm):
    """A new person, who is invited to choose a password."""

    full_name = forms.CharField(
        label="Name",
        max_length=120,
        error_messages=WORDS,
        help_text="As the person writes it. It is what certificates and the registry show.",
    )

    class Meta(PersonEditForm.Meta):
        fields = ["email"]

    field_order = ["full_name", "email"]

    def clean_full_name(self) -> str:
        if reasons := naming.not_usable(self.cleaned_data["full_name"]):
            raise ValidationError(reasons)
        return self.cleaned_data["full_name"]

    def save(self, commit: bool = True) -> User:
        self.instance.set_unusable_password()
        return super().save(commit)


class RoleReasonForm(forms.Form):
    """Why a role is granted or withdrawn."""

    reason = forms.CharField(
        max_length=300,
        error_messages={"required": NOTHING},
        help_text="One sentence. It stays on the record, where auditors read it.",
    )


class WithdrawProposalForm(forms.Form):
    """Why a proposal is taken back."""

    reason = forms.CharField(
        max_length=300, error_messages={"required": NOTHING}, help_text="One sentence, for those who would have signed."
    )
