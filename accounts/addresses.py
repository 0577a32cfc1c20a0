"""Showing that one reads the mail of the known address: a code by mail, before the first device is added."""

import hmac
import secrets
from datetime import datetime, timedelta

from django.db import transaction

from accounts import actions, rules
from accounts.models import AddressCode, User
from audit import log
from outbox import queue as outbox

DIGITS = 8
ANOTHER_AFTER = timedelta(minutes=1)


class NotConfirmed(ValueError):
    """The code was not taken; the text says why."""


@transaction.atomic
def send_code(person: User, *, at: datetime) -> None:
    """Send a code to the known address; it counts for 15 minutes and voids earlier ones. Within a minute nothing more is sent."""
    User.objects.select_for_update().get(pk=person.pk)
    mine = AddressCode.objects.filter(user=person)
    if mine.filter(made_at__gt=at - ANOTHER_AFTER, used_at=None).exists():
        return
    mine.delete()
    code = AddressCode.objects.create(user=person, code="".join(secrets.choice("0123456789") for _ in range(DIGITS)), made_at=at)
    entry = log.record(actions.ADDRESS_CODE_SENT, person, by=person)
    outbox.put("accounts.address_code", code.pk, key=f"address_code:{entry.uid}")


def is_waiting(person: User, *, at: datetime) -> bool:
    """Whether a code was sent that still counts."""
    return AddressCode.objects.filter(user=person, used_at=None, made_at__gt=at - rules.ADDRESS_CODE_LIFE).exists()


def confirm(person: User, typed: str, *, at: datetime) -> None:
    """Take the code from the letter, once. Raises NotConfirmed; five wrong ones void it."""
    if words := _against(person, "".join(typed.split()), at=at):
        raise NotConfirmed(words)


@transaction.atomic
def _against(person: User, typed: str, *, at: datetime) -> str:
    code = AddressCode.objects.select_for_update().filter(user=person, used_at=None).order_by("-made_at").first()
    if code is None or at - code.made_at > rules.ADDRESS_CODE_LIFE:
        return "No code is waiting, or it is older than 15 minutes. Ask for a new one."
    if code.tries >= rules.ADDRESS_CODE_TRIES:
        return "Too many wrong codes: this one no longer counts. Ask for a new one."
    if not hmac.compare_digest(code.code.encode(), typed.encode()):
        code.tries += 1
        AddressCode.objects.filter(pk=code.pk).update(tries=code.tries)
        log.record(actions.FACTOR_REFUSED, person, by=person, kind="address", in_a_row=code.tries)
        return "This is not the code of the newest e-mail. Please look again."
    AddressCode.objects.filter(pk=code.pk).update(used_at=at)
    log.record(actions.ADDRESS_CONFIRMED, person, by=person)
    return ""


def clear(*, at: datetime) -> None:
    """Remove codes that no longer count."""
    AddressCode.objects.filter(made_at__lt=at - rules.ADDRESS_CODE_LIFE).delete()
