"""A person's devices for the second factor: added, removed, renewed; and the way back for who lost all of them."""

import base64
import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, OuterRef
from django_otp.models import Device
from django_otp.oath import TOTP
from django_otp_webauthn.models import WebAuthnCredential

from accounts import actions, roles, rules, sessions
from accounts.models import AuthenticatorApp, RecoveryCode, RecoveryCodes, Roles, User
from audit import log
from audit.models import Entry
from outbox import queue as outbox

APP, PASSKEY, CODES = "app", "passkey", "codes"
NAMES = {APP: "Authenticator app", PASSKEY: "Passkey", CODES: "Recovery codes"}
MODELS: dict[str, type[Device]] = {APP: AuthenticatorApp, PASSKEY: WebAuthnCredential, CODES: RecoveryCodes}
SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # as Crockford has it: no I, L, O, U
MISREAD = str.maketrans("OIL", "011")
GROUPS, GROUP = 4, 4


class NotAdded(ValueError):
    """The device was not added; `reasons` lists each as a sentence."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


class NotRemoved(NotAdded):
    """The device was not removed."""


class NotReset(NotAdded):
    """The devices were not reset, or no codes were made."""


@dataclass(frozen=True, slots=True)
class Held:
    """A device on a person's page."""

    kind: str
    pk: int
    name: str
    added_at: datetime | None
    used_at: datetime | None


def kind_of(device: Device) -> str:
    """app, passkey or codes."""
    return next(kind for kind, model in MODELS.items() if isinstance(device, model))


def has_any(person: User) -> bool:
    """Whether a second factor is asked of this person. One query."""
    mine = {"user": OuterRef("pk"), "confirmed": True}
    unused = RecoveryCode.objects.filter(sheet__user=OuterRef("pk"), used_at=None)
    found = Exists(AuthenticatorApp.objects.filter(**mine)) | Exists(WebAuthnCredential.objects.filter(**mine)) | Exists(unused)
    return User.objects.filter(pk=person.pk).filter(found).exists()


def of(person: User) -> list[Held]:
    """Apps and passkeys of a person, oldest first."""
    rows: list[tuple[str, Any]] = [(APP, row) for row in AuthenticatorApp.objects.filter(user=person).defer("secret")]
    rows += [(PASSKEY, row) for row in WebAuthnCredential.objects.filter(user=person)]
    held = [Held(kind, row.pk, row.name or NAMES[kind], row.created_at, row.last_used_at) for kind, row in rows]
    return sorted(held, key=lambda device: (device.added_at is None, device.added_at, device.kind, device.pk))


def codes_left(person: User) -> int:
    return RecoveryCode.objects.filter(sheet__user=person, used_at=None).count()


# Authenticator apps


def new_secret() -> str:
    """160 bits by chance, in base32 as apps take it."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def address_for_apps(person: User, secret: str) -> str:
    """What the QR code of a set-up page says: otpauth://…, with the site and the person's address as label."""
    issuer = settings.WAGTAIL_SITE_NAME.replace(":", "")
    return f"otpauth://totp/{quote(f'{issuer}:{person.email}')}?{urlencode({'secret': secret, 'issuer': issuer}, quote_via=quote)}"


def totp(secret: str, *, at: datetime, drift: int = 0) -> TOTP:
    """The codes of a secret as they are at an instant."""
    codes = TOTP(base64.b32decode(secret), drift=drift)
    codes.time = at.timestamp()
    return codes


@transaction.atomic
def add_app(person: User, secret: str, code: str, *, name: str = "", at: datetime) -> AuthenticatorApp:
    """Add the app that shows `code` for `secret`. Raises NotAdded."""
    person = User.objects.select_for_update().get(pk=person.pk)
    codes, digits = totp(secret, at=at), "".join(code.split())
    if not (digits.isascii() and digits.isdigit() and codes.verify(int(digits), tolerance=1)):
        raise NotAdded(["This code does not fit. Wait for the next one, and type the six digits that the app shows for this site."])
    name = _free_name(person, AuthenticatorApp, name.strip() or NAMES[APP])
    device: AuthenticatorApp = AuthenticatorApp.objects.create(
        user=person, name=name, secret=secret, drift=codes.drift, last_step=codes.t(), created_at=at, last_used_at=at
    )
    added(person, APP)
    return device


def refuse_too_many(person: User, kind: str) -> None:
    """Raise NotAdded where a person has as many of a kind as one can have."""
    if MODELS[kind].objects.filter(user=person).count() >= rules.DEVICES:
        raise NotAdded([f"You have {rules.DEVICES} of these already. Remove one that you no longer use."])


def added(person: User, kind: str) -> Entry:
    """Note that a device was added, and tell the person by mail. Raises NotAdded where there are too many."""
    if MODELS[kind].objects.filter(user=person).count() > rules.DEVICES:
        raise NotAdded([f"You have {rules.DEVICES} of these already. Remove one that you no longer use."])
    return _note(actions.DEVICE_ADDED, person, "accounts.device_added", by=person, kind=kind)


def _free_name(person: User, model: type[Device], wanted: str) -> str:
    wanted = wanted[:56]
    taken = set(model.objects.filter(user=person).values_list("name", flat=True))
    names = [wanted, *(f"{wanted} {number}" for number in range(2, len(taken) + 3))]
    return next(name for name in names if name not in taken)


def name_passkey(person: User) -> str:
    """A name for the next passkey."""
    return _free_name(person, WebAuthnCredential, NAMES[PASSKEY])


# Recovery codes


def new_codes() -> list[str]:
    """Ten codes of 80 bits each, in groups of four."""
    return ["-".join("".join(secrets.choice(SYMBOLS) for _ in range(GROUP)) for _ in range(GROUPS)) for _ in range(rules.RECOVERY_CODES)]


def plain(typed: str) -> str:
    """A recovery code as it was meant: without blanks and hyphens, small letters and the usual misreadings put right."""
    return "".join(letter for letter in typed.upper() if letter.isalnum()).translate(MISREAD)


def digest(person: User, code: str) -> str:
    """What is kept of a recovery code. 80 bits by chance need no slow hash."""
    return hashlib.sha256(f"accounts.recovery:{person.uid.hex}:{plain(code)}".encode()).hexdigest()


@transaction.atomic
def keep_codes(person: User, codes: Sequence[str], *, by: User | None, at: datetime) -> RecoveryCodes:
    """Let these codes count and no earlier ones; tell the person by mail."""
    sheet = _write(person, codes, at=at)
    _note(actions.RECOVERY_CODES_MADE, person, "accounts.recovery_codes_made", by=by)
    return sheet


def _write(person: User, codes: Sequence[str], *, at: datetime) -> RecoveryCodes:
    User.objects.select_for_update().get(pk=person.pk)
    sheet: RecoveryCodes
    sheet, _ = RecoveryCodes.objects.update_or_create(user=person, defaults={"name": NAMES[CODES], "created_at": at})
    sheet.codes.all().delete()
    RecoveryCode.objects.bulk_create([RecoveryCode(sheet=sheet, digest=digest(person, code)) for code in codes])
    return sheet


# Removing


@transaction.atomic
def remove(person: User, kind: str, pk: int, *, by: User) -> None:
    """Remove an app or a passkey; with the last one the recovery codes, which stand in for it. Raises NotRemoved, or DoesNotExist."""
    User.objects.select_for_update().get(pk=person.pk)
    device = MODELS[kind].objects.get(pk=pk, user=person)
    is_last = len(of(person)) == 1
    if is_last and person.is_staff:
        raise NotRemoved(["Who works for the association needs a device. Add another one first, then remove this one."])
    device.delete()
    if is_last:
        RecoveryCodes.objects.filter(user=person).delete()
    _note(actions.DEVICE_REMOVED, person, "accounts.device_removed", by=by, kind=kind)


@transaction.atomic
def reset(person: User, *, by: Sequence[User], at: datetime) -> None:
    """Remove all devices of a person who lost them, and end every log-in: the act of two administrators. Raises NotReset.

    The next log-in is by password alone; the first device is confirmed through the known address, and the person is told by mail.
    """
    person = User.objects.select_for_update().get(pk=person.pk)
    if reasons := _against_reset(person, by):
        raise NotReset(reasons)
    for model in MODELS.values():
        model.objects.filter(user=person).delete()
    sessions.end_all(person, by=by[0])
    _note(actions.DEVICES_RESET, person, "accounts.devices_reset", by=by[0], administrators=sorted(str(user.pk) for user in by))


def _against_reset(person: User, by: Sequence[User]) -> list[str]:
    reasons = []
    if len({user.pk for user in by}) < rules.SIGNERS_TO_RESET:
        reasons.append("Two administrators are needed, each for themselves.")
    if person.pk in {user.pk for user in by}:
        reasons.append("Nobody resets their own devices.")
    if not all(roles.is_administrator(user) for user in by):
        reasons.append("Only administrators can do this.")
    return reasons


@transaction.atomic
def break_glass(person: User, *, at: datetime) -> list[str]:
    """Recovery codes for an administrator who lost everything, made on the server; void what codes there were. Raises NotReset.

    The person and every auditor are told by mail.
    """
    person = User.objects.select_for_update().get(pk=person.pk)
    if reasons := _against_breaking(person):
        raise NotReset(reasons)
    codes = new_codes()
    _write(person, codes, at=at)
    entry = _note(actions.GLASS_BROKEN, person, "accounts.glass_broken", by=None)
    for auditor in User.objects.auditors().exclude(pk=person.pk):
        outbox.put("accounts.glass_broken_elsewhere", auditor.pk, key=f"glass_broken_elsewhere:{entry.uid}:{auditor.pk}")
    return codes


def _against_breaking(person: User) -> list[str]:
    if not roles.is_administrator(person):
        return ["This is for administrators. For everybody else two administrators reset the devices."]
    others = Roles.objects.administrators().exclude(person=person).select_related("person")
    if not rules.may_break_glass(others_with_a_device=sum(has_any(other.person) for other in others)):
        return ["Two other administrators with a device are there: they can reset the devices of this one, each with a signature."]
    return []


def _note(action: Any, person: models.Model, letter: str, *, by: User | None, **facts: Any) -> Entry:
    entry = log.record(action, person, by=by, **facts)
    outbox.put(letter, person.pk, key=f"{letter.partition('.')[2]}:{entry.uid}")
    return entry
