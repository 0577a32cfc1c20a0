"""Authenticator apps of the demonstration's people. Their secrets are made by chance in each checkout and kept under var/."""

import json
import os
from pathlib import Path

from django.conf import settings

from accounts import devices
from accounts.models import AuthenticatorApp, User
from audit import clock
from demo import cast

FILE = "demo_secrets.json"  # bin/run_demo.py reads it, to print codes without Django


class NoApp(LookupError):
    """Nobody here has this address, or the person has no app of the demonstration."""


def give_apps() -> None:
    """An app for everybody of the cast who has none. Run again, it changes nothing."""
    secrets = _secrets()
    people = User.objects.filter(email__in=[person.email for person in cast.people().values()])
    for person in people.exclude(pk__in=AuthenticatorApp.objects.values("user")):
        secret = secrets.setdefault(person.email, devices.new_secret())
        AuthenticatorApp.objects.create(user=person, name="Phone (demonstration)", secret=secret)
    _keep(secrets)


def code_for(email: str) -> str:
    """A code that counts now and was not used yet: of the next half minute, where this one's was. Raises NoApp."""
    app = AuthenticatorApp.objects.filter(user__email=email.strip().lower()).order_by("pk").first()
    if app is None:
        raise NoApp(email)
    codes = devices.totp(app.secret, at=clock.real(), drift=app.drift)
    codes.drift += max(0, min(1, app.last_step + 1 - codes.t()))
    return f"{codes.token():06}"


def _path() -> Path:
    return Path(settings.VAR_DIR) / FILE


def _secrets() -> dict[str, str]:
    try:
        kept: dict[str, str] = json.loads(_path().read_text())
    except FileNotFoundError:
        return {}
    return kept


def _keep(secrets: dict[str, str]) -> None:
    """Whole or not at all, readable by the owner alone."""
    fresh = _path().with_suffix(".new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(secrets, file)
    fresh.replace(_path())
