"""Changes of the address that somebody logs in with: asked for by the person, done once both mailboxes have said yes.

For whoever no longer reads the old mailbox the office speaks in its place, with a reason; the new one has to say yes all the same, and the
old one has a day at least to stop it. Nothing here tells a person whether an address is taken: only the letter to that address does.
"""

from contextlib import suppress
from datetime import datetime
from enum import Enum

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from accounts import actions, invitations, roles, rules, sessions
from accounts.facts import Mailbox, SiteRole
from accounts.models import AddressChange, AddressCode, User
from audit import log
from outbox import queue as outbox

LONGEST = 254
LONGEST_REASON = 300
NO_ADDRESS = "This is not an e-mail address yet; it should look like name@example.org."
THE_SAME = "This is the address that the account has now."
CLOSED = "This account may not log in, so its address stays as it is."
TAKEN = "Somebody has this address here. Find out who it is before you go on: perhaps it is the same person, with two accounts."
SAY_WHY = f"Please say why, in {LONGEST_REASON} characters at most."
NO_LONGER = "This change no longer waits. Nothing was done."


class NotChanged(ValueError):
    """The address stays as it is; `reasons` lists every sentence that says why."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


class Outcome(Enum):
    """What a yes led to."""

    WAITS = "the other mailbox has not said yes yet, or may still stop it"
    DONE = "the address is changed"
    CAME_TO_NOTHING = "both have said yes, and meanwhile the address belongs to somebody else"


def waiting(person: User, *, at: datetime) -> AddressChange | None:
    """The change that waits for a yes."""
    return AddressChange.objects.filter(person=person, ended_at=None, expires_at__gt=at).first()


@transaction.atomic
def ask(person: User, email: str, *, at: datetime) -> AddressChange:
    """The person wants another address. A letter goes to both; an earlier change that waits ends. Raises NotChanged.

    An address that somebody else has is taken all the same: the letter to it says so, and the change never comes about.
    """
    person, email = _lock(person), email.strip().lower()
    if reasons := _against_address(person, email):
        raise NotChanged(reasons)
    change = _begin(person, email, at=at)
    log.record(actions.ADDRESS_CHANGE_ASKED, person, by=person, asked="the person")
    return change


@transaction.atomic
def ask_for(person: User, email: str, *, reason: str, by: User, at: datetime) -> AddressChange:
    """The office gives a person another address, because the old mailbox is lost or the address was wrong. Raises NotChanged.

    It waits for a yes from the new mailbox, and for a day in which the old one can stop it. Who never chose a password has nothing to
    lose: then it is done at once, and whoever was invited is invited anew at the new address.
    """
    person, email = _lock(person), email.strip().lower()
    reasons = _against_office(person, by=by) + _against_address(person, email)
    if not 0 < len(reason.strip()) <= LONGEST_REASON:
        reasons.append(SAY_WHY)
    if not reasons and User.objects.filter(email=email).exists():
        reasons.append(TAKEN)
    if reasons:
        raise NotChanged(reasons)
    if person.has_usable_password():
        change = _begin(person, email, at=at, old_confirmed_at=at)
        log.record(actions.ADDRESS_CHANGE_ASKED, person, by=by, asked="the office", reason=reason.strip())
        return change
    return _at_once(person, email, reason=reason.strip(), by=by, at=at)


def say_yes(change: AddressChange, mailbox: Mailbox, *, at: datetime, session: str | None = None) -> Outcome:
    """The reader of one mailbox says yes; with the second yes it is done, or `carry_out` does it later where the old mailbox still has
    time. Again changes nothing. Raises NotChanged.

    Done means: the address, the entry, letters to both, no code and no link of a letter works any more, and every log-in ends but the
    session with the key `session`.
    """
    with transaction.atomic():
        person = _lock(change.person)
        change = AddressChange.objects.select_for_update().get(pk=change.pk)
        if reasons := _against_yes(change, person, at=at):
            raise NotChanged(reasons)
        if mailbox is Mailbox.OLD:
            change.old_confirmed_at = change.old_confirmed_at or at
        else:
            change.new_confirmed_at = change.new_confirmed_at or at
        change.save(update_fields=["old_confirmed_at", "new_confirmed_at"])
        if change.old_confirmed_at is None or change.new_confirmed_at is None or at < change.earliest_at:
            return Outcome.WAITS
        return _do(change, person, at=at, session=session)


def carry_out(*, at: datetime) -> None:
    """Do what has both its yeses and only waited for the old mailbox."""
    said = AddressChange.objects.filter(ended_at=None, expires_at__gt=at, old_confirmed_at__isnull=False, new_confirmed_at__isnull=False)
    for change in [change for change in said.order_by("pk") if change.earliest_at <= at]:
        with suppress(NotChanged):  # stopped, or the account closed, a moment ago
            say_yes(change, Mailbox.NEW, at=at)


@transaction.atomic
def stop(change: AddressChange, mailbox: Mailbox, *, at: datetime) -> bool:
    """The reader of a mailbox says that this was not them; answers whether a change was stopped.

    From the old mailbox it means that somebody else is logged in as the person: every log-in ends. From the new one, a letter tells the
    person.
    """
    person = _lock(change.person)
    change = AddressChange.objects.select_for_update().get(pk=change.pk)
    if change.ended_at is not None or change.expires_at <= at:
        return False
    _end(change, at=at, why=f"stopped from the {mailbox} mailbox")
    if mailbox is Mailbox.OLD:
        sessions.end_all(person, by=None)
    else:
        outbox.put("accounts.address_change_ended", f"{change.pk}:{Mailbox.OLD}", key=f"address_change_ended:{change.pk}")
    return True


@transaction.atomic
def take_back(person: User, *, by: User, at: datetime) -> bool:
    """The person, or the office, no longer wants it; answers whether a change was waiting."""
    _lock(person)
    change = AddressChange.objects.filter(person=person, ended_at=None).first()
    if change is None:
        return False
    _end(change, at=at, why="taken back", by=by)
    return True


@transaction.atomic
def clear(*, at: datetime) -> None:
    """End the changes that waited too long, and empty the addresses of those that ended 30 days ago."""
    for change in AddressChange.objects.select_for_update().filter(ended_at=None, expires_at__lte=at):
        _end(change, at=at, why="its days were over")
    old = AddressChange.objects.filter(ended_at__lte=at - rules.ADDRESS_CHANGE_KEPT).exclude(old_email="", new_email="")
    old.update(old_email="", new_email="")


def against_office(person: User, *, by: User) -> list[str]:
    """Why `by` cannot give the person another address, whichever it is."""
    return _against_office(person, by=by)


def _lock(person: User) -> User:
    return User.objects.select_for_update().get(pk=person.pk)


def _against_office(person: User, *, by: User) -> list[str]:
    return rules.against_new_address(
        roles.offices_of(person),
        is_administrator=roles.is_administrator(by),
        is_staff=roles.holds(by, SiteRole.STAFF),
        is_own=rules.has_conflict(by=by.pk, about=person.pk),
    )


def _against_address(person: User, email: str) -> list[str]:
    if not person.is_active:
        return [CLOSED]
    if len(email) > LONGEST:
        return [NO_ADDRESS]
    try:
        validate_email(email)
    except ValidationError:
        return [NO_ADDRESS]
    return [THE_SAME] if email == person.email else []


def _against_yes(change: AddressChange, person: User, *, at: datetime) -> list[str]:
    if change.ended_at is not None or change.expires_at <= at or change.old_email != person.email:
        return [NO_LONGER]
    return [] if person.is_active else [CLOSED]


def _begin(person: User, email: str, *, at: datetime, old_confirmed_at: datetime | None = None) -> AddressChange:
    for earlier in AddressChange.objects.select_for_update().filter(person=person, ended_at=None):
        _end(earlier, at=at, why="another was asked for")
    change = AddressChange.objects.create(
        person=person,
        old_email=person.email,
        new_email=email,
        made_at=at,
        expires_at=at + rules.ADDRESS_CHANGE_LIFE,
        old_confirmed_at=old_confirmed_at,
    )
    for mailbox in Mailbox:
        outbox.put("accounts.address_change", f"{change.pk}:{mailbox}", key=f"address_change:{change.pk}:{mailbox}")
    return change


def _do(change: AddressChange, person: User, *, at: datetime, session: str | None) -> Outcome:
    try:
        with transaction.atomic():
            User.objects.filter(pk=person.pk).update(email=change.new_email)
    except IntegrityError:
        _end(change, at=at, why="the address belongs to somebody else")
        outbox.put("accounts.address_change_ended", f"{change.pk}:{Mailbox.OLD}", key=f"address_change_ended:{change.pk}")
        return Outcome.CAME_TO_NOTHING
    AddressChange.objects.filter(pk=change.pk).update(ended_at=at, is_done=True)
    _leave_old(person, session=session)
    asked = "the office" if change.is_by_office else "the person"
    log.record(actions.ADDRESS_CHANGED, person, by=person, before=change.old_email, after=change.new_email, asked=asked)
    for mailbox in Mailbox:
        outbox.put("accounts.address_changed", f"{change.pk}:{mailbox}", key=f"address_changed:{change.pk}:{mailbox}")
    return Outcome.DONE


def _at_once(person: User, email: str, *, reason: str, by: User, at: datetime) -> AddressChange:
    was_invited = invitations.is_reachable(person)
    change = AddressChange.objects.create(
        person=person,
        old_email=person.email,
        new_email=email,
        made_at=at,
        expires_at=at + rules.ADDRESS_CHANGE_LIFE,
        old_confirmed_at=at,
        ended_at=at,
        is_done=True,
    )
    try:
        with transaction.atomic():
            User.objects.filter(pk=person.pk).update(email=email)
    except IntegrityError:
        raise NotChanged([TAKEN]) from None
    _leave_old(person, session=None)
    log.record(actions.ADDRESS_CHANGED, person, by=by, before=change.old_email, after=email, asked="the office", reason=reason)
    if was_invited:
        outbox.put("accounts.address_changed", f"{change.pk}:{Mailbox.OLD}", key=f"address_changed:{change.pk}:{Mailbox.OLD}")
        invitations.invite(person, by=by)
    return change


def _leave_old(person: User, *, session: str | None) -> None:
    """What showed that somebody reads the old mailbox counts no more. Links for a password are bound to the address and die with it."""
    AddressCode.objects.filter(user=person).delete()
    sessions.end_all(person, by=person, but=session)


def _end(change: AddressChange, *, at: datetime, why: str, by: User | None = None) -> None:
    AddressChange.objects.filter(pk=change.pk).update(ended_at=at)
    log.record(actions.ADDRESS_CHANGE_ENDED, change, by=by, about=change.person, why=why)
