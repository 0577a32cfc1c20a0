"""Log-in and passwords."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm, SetPasswordForm
from django.contrib.auth.forms import PasswordChangeForm as DjangoPasswordChangeForm

NO_ADDRESS = "This is not an e-mail address yet; it should look like name@example.org."
NOTHING = "Please fill this in."
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


class PasswordForgottenForm(forms.Form):
    email = forms.EmailField(
        label="E-mail address",
        help_text="The one you log in with.",
        error_messages=WORDS,
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )


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
