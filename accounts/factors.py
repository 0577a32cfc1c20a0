"""Giving a second factor: is this code right, and what the session keeps of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django_otp import login as mark_verified
from django_otp.models import Device

from accounts import actions, devices, limits, rules
from accounts.models import AuthenticatorApp, RecoveryCodes, User
from accounts.models.devices import Waits
from audit import log
from outbox import queue as outbox

GIVEN = "factor_at"
CONFIRMED = "address_confirmed_at"
EXPECTED = "factor_expected"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The device that took the code, or None with words for the person and how many seconds no code is looked at."""

    device: Device | None
    words: str = ""
    wait: int = 0


WRONG = "This code does not fit."
FRESH = "Type the six digits that the app shows now."
USED = "This code was used already. The app shows a new one within 30 seconds."
USED_UP = "This recovery code was used already; each works once. Take the next one."
ON_PAPER = "Look at it again: four groups of four, as they were printed."
NO_APP = "You have no authenticator app here."
NO_CODES = "You have no recovery codes here."
INSTEAD = {
    devices.APP: "type the six digits that your app shows now",
    devices.PASSKEY: "use your passkey, with its button on this page",
    devices.CODES: "type one of your recovery codes",
}
LONGEST_OF_AN_APP = 8  # digits; a recovery code has sixteen letters and digits
TOO_MANY = "There were many tries in a short time. Please wait {wait}, then type the code again."
NOTHING = "Type the code, please."


def tried(request: HttpRequest, person: User, typed: str, *, at: datetime) -> Verdict:
    """`check` for whoever sends this request: behind too many tries no code is looked at, whosever device it is."""
    may = limits.code(request, person, at=at)
    if not may.allowed:
        return Verdict(None, TOO_MANY.format(wait=limits.wait_in_words(may.wait_seconds)), may.wait_seconds)
    verdict = check(person, typed, at=at)
    if verdict.device is not None:
        limits.code_taken(request, person)
    return verdict


@transaction.atomic
def check(person: User, typed: str, *, at: datetime) -> Verdict:
    """Whether `typed` is a code of one of this person's apps, or one of the recovery codes. Each is taken once.

    A wrong one makes the next wait; what comes too soon is refused unseen. Each is counted, each that was looked at stands on the record.
    """
    code = "".join(typed.split()).replace("-", "")
    if not code:
        return Verdict(None, NOTHING)
    if code.isascii() and code.isdigit() and len(code) <= LONGEST_OF_AN_APP:
        return _by_app(person, code, at=at)
    return _by_recovery_code(person, typed, at=at)


def _by_app(person: User, code: str, *, at: datetime) -> Verdict:
    apps = list(AuthenticatorApp.objects.select_for_update().filter(user=person).order_by("pk"))
    if not apps:
        return Verdict(None, f"{NO_APP} {_instead(person)}".strip())
    if not (open_ones := [app for app in apps if not app.wait]):
        return _too_soon(apps)
    for app in open_ones:
        codes = devices.totp(app.secret, at=at, drift=app.drift)
        if codes.verify(int(code), tolerance=1, min_t=app.last_step + 1):
            app.drift, app.last_step = codes.drift, codes.t()
            return _taken(app, at=at)
    replayed = any(devices.totp(app.secret, at=at, drift=app.drift).verify(int(code), tolerance=1) for app in open_ones)
    return _refused(person, open_ones, USED if replayed else f"{WRONG} {FRESH}", kind=devices.APP)


def _by_recovery_code(person: User, typed: str, *, at: datetime) -> Verdict:
    sheet = RecoveryCodes.objects.select_for_update().filter(user=person).first()
    if sheet is None:
        is_meant_for_the_app = len("".join(typed.split())) <= LONGEST_OF_AN_APP and AuthenticatorApp.objects.filter(user=person).exists()
        return Verdict(None, f"{WRONG} {FRESH}" if is_meant_for_the_app else f"{NO_CODES} {_instead(person)}".strip())
    if sheet.wait:
        return _too_soon([sheet])
    found = sheet.codes.filter(digest=devices.digest(person, typed))
    if found.filter(used_at=None).update(used_at=at):
        return _taken(sheet, at=at)
    return _refused(person, [sheet], USED_UP if found.exists() else f"{WRONG} {ON_PAPER}", kind=devices.CODES)


def _instead(person: User) -> str:
    """What the person has, in one sentence; empty where that is nothing."""
    held = {device.kind for device in devices.of(person)} | ({devices.CODES} if devices.codes_left(person) else set())
    ways = ", or ".join(words for kind, words in INSTEAD.items() if kind in held)
    return f"Please {ways}." if ways else ""


def _taken(device: Waits, *, at: datetime) -> Verdict:
    device.last_used_at = at  # type: ignore[attr-defined]
    device.throttle_reset(commit=True)
    return Verdict(device)


def _too_soon(held: list[Waits]) -> Verdict:
    for device in held:
        type(device).objects.filter(pk=device.pk).update(refused=F("refused") + 1)  # type: ignore[attr-defined]
    return Verdict(None, *_wait(held))


def _refused(person: User, held: list[Waits], words: str, *, kind: str) -> Verdict:
    for device in held:
        device.refused += 1
        device.throttle_increment()
    entry = log.record(actions.FACTOR_REFUSED, person, by=None, kind=kind, in_a_row=max(d.throttling_failure_count for d in held))
    if any(device.throttling_failure_count == rules.TOLD_AT for device in held):
        outbox.put("accounts.wrong_codes", person.pk, key=f"wrong_codes:{entry.uid}")
    then, seconds = _wait(held)
    return Verdict(None, f"{words} {then}" if seconds > 1 else words, seconds if seconds > 1 else 0)


def _wait(held: list[Waits]) -> tuple[str, int]:
    """Words and seconds until the first of these looks at a code again."""
    seconds = int(min(device.wait for device in held) / timedelta(seconds=1) + 0.999)
    told = f"{seconds} second{'' if seconds == 1 else 's'}" if seconds < 120 else f"{-(-seconds // 60)} minutes"
    return f"After wrong codes there is a pause: please wait {told}, then type the code again.", seconds


# What the session keeps


def passed(request: HttpRequest, device: Device, *, at: datetime) -> None:
    """The one way to a verified session: device and instant are kept, the key of the session is a new one, the ledger knows."""
    mark_verified(request, device)
    request.session.pop(EXPECTED, None)
    request.session.cycle_key()
    request.session[GIVEN] = at.isoformat()
    log.record(actions.FACTOR_GIVEN, device.user, by=device.user, kind=devices.kind_of(device))
    if isinstance(device, RecoveryCodes):
        outbox.put("accounts.recovery_code_used", device.user_id, key=f"recovery_code_used:{device.pk}:{at.isoformat()}")


def given_at(request: HttpRequest) -> datetime | None:
    """When this session last gave a second factor."""
    return _instant(request, GIVEN) if request.user.is_authenticated and request.user.is_verified() else None


def age(request: HttpRequest, *, at: datetime) -> timedelta | None:
    """How long ago that was, by clocks that no demonstration moves."""
    given = given_at(request)
    return None if given is None else at - given


def is_within(request: HttpRequest, minutes: int, *, at: datetime) -> bool:
    """Whether the factor of this session is no older than so many minutes."""
    return rules.counts(given_at(request), minutes=minutes, at=at)


def expect(request: HttpRequest, person: User, *, at: datetime) -> None:
    """Remember who gave the right password and still owes a second factor. Until then this person is not logged in."""
    request.session.flush()
    request.session[EXPECTED] = {"person": person.pk, "at": at.isoformat(), "hash": person.get_session_auth_hash()}


def expected(request: HttpRequest, *, at: datetime) -> User | None:
    """Who still owes a second factor here: for ten minutes, and as long as the password is the same."""
    kept = request.session.get(EXPECTED)
    if not kept or at - datetime.fromisoformat(kept["at"]) > rules.PENDING_LIFE:
        return None
    person = User.objects.filter(pk=kept["person"], is_active=True).first()
    return person if person and person.get_session_auth_hash() == kept["hash"] else None


def address_confirmed(request: HttpRequest, *, at: datetime) -> None:
    """This session has shown that it reads the mail of its person."""
    request.session[CONFIRMED] = at.isoformat()


def forget_address(request: HttpRequest) -> None:
    """The address is another one now: what was shown of the old one counts no more."""
    request.session.pop(CONFIRMED, None)


def has_confirmed_address(request: HttpRequest, *, at: datetime) -> bool:
    """Whether it did so in the last 15 minutes: long enough to set a first device up."""
    when = _instant(request, CONFIRMED)
    return when is not None and timedelta(0) <= at - when <= rules.ADDRESS_CODE_LIFE


def _instant(request: HttpRequest, key: str) -> datetime | None:
    kept = request.session.get(key)
    return datetime.fromisoformat(kept) if kept else None
