"""Log-in and passwords."""

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


class PersonEditForm(forms.ModelForm):
    """A person in the admin: address and roles. The name is changed on the person's own record, so that it is dated."""

    email = forms.EmailField(label="E-mail address", error_messages=WORDS)

    class Meta:
        model = User
        fields = ["email", "is_active", "is_superuser", "groups"]
        labels = {"is_superuser": "Administrator"}
        help_texts = {"is_superuser": "May change every text and setting. Opens no complaint.", "groups": "", "is_active": ""}
        widgets = {"groups": forms.CheckboxSelectMultiple}

    def __init__(self, *args: Any, editing_self: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("is_active", "is_superuser") if editing_self else ():
            self.fields.pop(name, None)

    def _save_m2m(self) -> None:
        """Whoever has a role sees the way to the office's screens."""
        super()._save_m2m()  # type: ignore[misc]
        person = self.instance
        person.is_staff = person.is_superuser or person.groups.exists()
        person.save(update_fields=["is_staff"])

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
        fields = ["email", "is_superuser", "groups"]

    field_order = ["full_name", "email"]

    def clean_full_name(self) -> str:
        if reasons := naming.not_usable(self.cleaned_data["full_name"]):
            raise ValidationError(reasons)
        return self.cleaned_data["full_name"]

    def save(self, commit: bool = True) -> User:
        self.instance.set_unusable_password()
        return super().save(commit)
