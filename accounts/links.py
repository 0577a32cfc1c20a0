"""Links of letters. Those that set a password are bound to the account's password, address and last log-in: each works once, for some days.

Those of a change of address are bound to the change and to one of its two mailboxes; what became of the change, its row says.
"""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.http import base36_to_int

from accounts.facts import Mailbox
from accounts.models import AddressChange, User
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


def address_change_path(change: AddressChange, mailbox: Mailbox) -> str:
    """The address where the reader of one of the two mailboxes says yes or no."""
    return reverse("address_change", args=[f"{change.pk}-{mailbox}-{_mark(change, mailbox)}"])


def for_address_change(token: str) -> tuple[AddressChange, Mailbox] | None:
    """Which change and which mailbox the link speaks for; None when it is not ours, or the addresses are no longer kept."""
    match token.split("-"):
        case [pk, ("old" | "new") as side, mark] if pk.isascii() and pk.isdecimal() and len(pk) <= 18:
            change, mailbox = AddressChange.objects.select_related("person").filter(pk=int(pk)).first(), Mailbox(side)
            if change and change.new_email and constant_time_compare(mark, _mark(change, mailbox)):
                return change, mailbox
    return None


def _mark(change: AddressChange, mailbox: Mailbox) -> str:
    """A keyed digest: neither address can be read from it, and the mark of one mailbox is none for the other."""
    bound = [str(change.pk), mailbox, change.made_at.astimezone(UTC).isoformat(), change.old_email, change.new_email]
    return salted_hmac("accounts.links.address_change", "\n".join(bound), algorithm="sha256").hexdigest()
