"""Log-in, second factor and passwords."""

from typing import Any, ClassVar

from django import forms
from django.contrib.auth.forms import AuthenticationForm, SetPasswordForm
from django.contrib.auth.forms import PasswordChangeForm as DjangoPasswordChangeForm
from django.core.exceptions import ValidationError

from accounts import naming
from accounts.models import User

NO_ADDRESS = "This is not an e-mail address yet; it should look like name@example.org."
NOTHING = "Please fill this in."
TOO_MANY = "There were many tries in a short time. Please wait {wait}, then try again; the address you typed is still here."
TOO_MANY_OLD = "There were many tries in a short time. Please wait {wait}, then type the password you have now again."
WORDS = {"required": NOTHING, "invalid": NO_ADDRESS}


HINTS = {  # by whether the person has an app, and recovery codes
    (True, True): "The six digits that your authenticator app shows now, or one of your recovery codes.",
    (True, False): "The six digits that your authenticator app shows now.",
    (False, True): "One of your recovery codes.",
    (False, False): "You have neither an authenticator app nor recovery codes here: please use your passkey.",
}


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
    """The old password first: whoever sits at a browser that was left open does not get to guess it. `wait` as for the log-in."""

    error_messages = {
        **PasswordSetForm.error_messages,
        "password_incorrect": "This is not the password you have now. Please type it again.",
    }
    field_order = ["old_password", "new_password1", "new_password2"]

    def __init__(self, *args: Any, wait: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.wait = wait
        self.fields["old_password"].label = "The password you have now"

    def clean_old_password(self) -> str:
        if self.wait:
            raise ValidationError(TOO_MANY_OLD.format(wait=self.wait))
        return super().clean_old_password()


class CodeForm(forms.Form):
    """A code of an authenticator app, or a recovery code; the check is not the form's (accounts/factors.py)."""

    code = forms.CharField(
        label="Code",
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false"}),
    )

    def hint(self, *, has_app: bool, has_codes: bool) -> "CodeForm":
        """Offer what the person has, and nothing else."""
        self["code"].help_text = HINTS[has_app, has_codes]  # of the field that is shown: a refused form has made it already
        return self

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
        label="Code from the e-mail",
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


class AddressForm(forms.Form):
    """Another address to log in with."""

    email = forms.EmailField(
        label="New e-mail address",
        max_length=254,
        error_messages=WORDS,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )

    def clean_email(self) -> str:
        """Small letters, as addresses are kept."""
        return self.cleaned_data["email"].strip().lower()


class AddressForPersonForm(AddressForm):
    """The same for somebody else, by the office."""

    reason = forms.CharField(
        max_length=300,
        error_messages={"required": NOTHING},
        help_text="How you made sure that it is the person. It stays on the record, where auditors read it.",
    )


class PersonEditForm(forms.ModelForm):
    """A person in the admin: nothing of it is changed there. Each thing has a screen of its own, with a reason and a second factor."""

    class Meta:
        model = User
        fields: ClassVar[list[str]] = []

    def __init__(self, *args: Any, editing_self: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)


class PersonCreationForm(forms.ModelForm):
    """A new person, who is invited to choose a password."""

    email = forms.EmailField(label="E-mail address", error_messages=WORDS)

    full_name = forms.CharField(
        label="Name",
        max_length=120,
        error_messages=WORDS,
        help_text="As the person writes it. It is what certificates and the registry show.",
    )

    class Meta:
        model = User
        fields = ["email"]

    field_order = ["full_name", "email"]

    def clean_email(self) -> str:
        """Small letters, as addresses are kept, so that the same one is not taken twice."""
        return self.cleaned_data["email"].strip().lower()

    def clean_full_name(self) -> str:
        if reasons := naming.not_usable(self.cleaned_data["full_name"]):
            raise ValidationError(reasons)
        return self.cleaned_data["full_name"]

    def save(self, commit: bool = True) -> User:
        self.instance.set_unusable_password()
        return super().save(commit)


class BlockForm(forms.Form):
    """Why an account is closed or opened."""

    reason = forms.CharField(
        max_length=300,
        error_messages={"required": NOTHING},
        help_text="One sentence. It stays on the record, where auditors read it.",
    )


class InviteeForm(AddressForm):
    """One person to be invited. Whether the name can be printed is told with everything else (accounts/invitees.py)."""

    full_name = forms.CharField(
        label="Name",
        max_length=120,
        error_messages=WORDS,
        help_text="As the person writes it. It is what certificates and the registry show.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
    )
    latin_name = forms.CharField(
        label="Name in Latin letters",
        max_length=120,
        required=False,
        help_text="Where the name is written otherwise.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
    )
    language = forms.CharField(
        label="Language of the name",
        max_length=16,
        required=False,
        validators=[naming.LANGUAGE],
        help_text="Such as ja or zh-Hant; it chooses the letter shapes.",
    )

    field_order = ["full_name", "email", "latin_name", "language"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = "E-mail address"


class TableForm(forms.Form):
    """A table of people to be invited."""

    file = forms.FileField(
        label="The table",
        help_text="A file whose name ends in .csv. Nothing is written before you have seen what becomes of each row.",
        error_messages={"required": "Please choose a file.", "empty": "It is empty. Please look whether it was saved."},
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )


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


class ForgetForm(forms.Form):
    """Typing a word, so that no account is erased by a slip of the hand."""

    WORDS: ClassVar[str] = "erase"

    typed = forms.CharField(
        label=f"To go on, type the word: {WORDS}",
        max_length=40,
        error_messages={"required": f"Please type “{WORDS}”, or leave this page: then nothing happens."},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )

    def clean_typed(self) -> str:
        if " ".join(self.cleaned_data["typed"].lower().split()) != self.WORDS:
            raise ValidationError(f"Please type the word “{self.WORDS}”, and nothing else. Nothing was done.")
        return self.cleaned_data["typed"]


class ErasureReasonForm(forms.Form):
    """How the office knows that a person wants the account erased."""

    reason = forms.CharField(
        label="How did the person ask for it?",
        max_length=500,
        error_messages={"required": NOTHING},
        help_text="Such as “by telephone on Monday”. This note is deleted when the account is erased.",
    )
