"""Passkeys as this site asks for them: the device makes sure that it is its owner, always."""

from typing import Any

from django_otp_webauthn.helpers import WebAuthnHelper
from webauthn.helpers.structs import UserVerificationRequirement

from accounts import devices
from accounts.models import User


class Helper(WebAuthnHelper):
    """OTP_WEBAUTHN_HELPER_CLASS. A passkey stands for password and second factor at once, so a finger, face or PIN is asked for."""

    def get_generate_registration_options_kwargs(self, *, user: User) -> dict[str, Any]:
        options: dict[str, Any] = super().get_generate_registration_options_kwargs(user=user)
        options["authenticator_selection"].user_verification = UserVerificationRequirement.REQUIRED
        return options

    def get_generate_authentication_options_kwargs(self, *, user: User | None = None, require_user_verification: bool) -> dict[str, Any]:
        options: dict[str, Any] = super().get_generate_authentication_options_kwargs(user=user, require_user_verification=True)
        return options

    def create_credential(self, user: User, *args: Any, **kwargs: Any) -> Any:
        credential = super().create_credential(user, *args, **kwargs)
        credential.name = devices.name_passkey(user)
        return credential
