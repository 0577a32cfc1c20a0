"""Logging people in without typing. Office people come with their second factor, as they do in life; `factor` says otherwise."""

import base64
import secrets
from datetime import datetime
from typing import Any

from django.conf import settings
from django.test import Client as DjangoClient
from django.utils.module_loading import import_string

from accounts import devices, factors
from accounts.models import AuthenticatorApp, User
from audit import clock


def app_of(user: User) -> AuthenticatorApp:
    """The person's authenticator app; made where there is none."""
    secret = base64.b32encode(secrets.token_bytes(20)).decode()
    found = AuthenticatorApp.objects.filter(user=user).order_by("pk").first()
    return found or AuthenticatorApp.objects.create(user=user, name="Phone", secret=secret)


def code_of(user: User, *, at: datetime | None = None, ahead: int = 0) -> str:
    """What the person's app shows now, or `ahead` steps of 30 seconds later."""
    return f"{devices.totp(app_of(user).secret, at=at or clock.real(), drift=ahead).token():06}"


def fresh_code_of(user: User) -> str:
    """A code that was not used yet and counts now: the next step's, where this one's was used."""
    used = AuthenticatorApp.objects.get(pk=app_of(user).pk).last_step
    return code_of(user, ahead=max(0, used + 1 - int(clock.real().timestamp()) // 30))


class Client(DjangoClient):
    """`force_login(user, factor=…)`: with a second factor just given, or without. The default: with one for office people."""

    def force_login(self, user: User, backend: str | None = None, *, factor: bool | None = None) -> None:
        super().force_login(user, backend or settings.AUTHENTICATION_BACKENDS[0])
        if user.is_staff or user.is_superuser if factor is None else factor:
            self.keep(otp_device_id=app_of(user).persistent_id, **{factors.GIVEN: clock.real().isoformat()})

    def keep(self, **values: Any) -> None:
        """Put values into the session."""
        session = import_string(f"{settings.SESSION_ENGINE}.SessionStore")(self.cookies[settings.SESSION_COOKIE_NAME].value)
        for name, value in values.items():
            session[name] = value
        session.save()
