"""Links that let a person set a password: bound to the account's password and last log-in, so that each works once and for some days."""

from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.urls import reverse
from django.utils.http import base36_to_int

from accounts.models import User
from audit import clock

PASSWORD_LIFE = timedelta(days=1)
INVITATION_LIFE = timedelta(days=14)
EPOCH = datetime(2001, 1, 1)  # noqa: DTZ001 - Django counts a token's seconds from here, without a zone


class Tokens(PasswordResetTokenGenerator):
    """Django's tokens with a purpose and a life of their own; settings.PASSWORD_RESET_TIMEOUT is the upper bound."""

    def __init__(self, purpose: str, life: timedelta) -> None:
        super().__init__()
        self.key_salt = f"accounts.links.{purpose}"
        self.life = life

    def _now(self) -> datetime:
        return clock.now().replace(tzinfo=None)

    def check_token(self, user: User | None, token: str | None) -> bool:
        if user is None or not token or not user.is_active or not super().check_token(user, token):
            return False
        made = EPOCH + timedelta(seconds=base36_to_int(token.split("-")[0]))
        return self._now() - made <= self.life


passwords = Tokens("password", PASSWORD_LIFE)
invitations = Tokens("invitation", INVITATION_LIFE)


def password_path(user: User) -> str:
    """The address where `user` may set a new password for a day."""
    return reverse("password_set", args=[user.uid, passwords.make_token(user)])


def invitation_path(user: User) -> str:
    """The address where `user` may set a first password for 14 days."""
    return reverse("invitation", args=[f"{user.uid.hex}-{invitations.make_token(user)}"])


def for_password(uid: UUID, token: str) -> User | None:
    """Whose password the link sets; None when it is used, too old or not ours."""
    user = User.objects.filter(uid=uid).first()
    return user if passwords.check_token(user, token) else None


def for_invitation(token: str) -> User | None:
    """Whom the invitation is for; None when it is used, too old or not ours."""
    uid, _, token = token.partition("-")
    try:
        user = User.objects.filter(uid=UUID(uid)).first()
    except ValueError:
        return None
    return user if invitations.check_token(user, token) else None
