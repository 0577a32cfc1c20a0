"""Letters about an account. Links are made when the letter is: the outbox holds none."""

from pathlib import Path

from django.conf import settings
from django.urls import reverse

from accounts import actions, links, mail, rules
from accounts.facts import Mailbox, SiteRole
from accounts.models import AddressChange, AddressCode, ErasureRequest, Export, Message, Proposal, RecoveryCode, User
from audit import anchors, clock
from audit.models import DailyAnchor, Entry, Verification
from outbox.models import OutboxMessage
from outbox.queue import handles

LEDGER = "/staff/ledger/"  # the auditor's page (registry)


@handles("accounts.invitation")
def invitation(message: OutboxMessage) -> None:
    """Nothing to send once the person has set a password."""
    user = User.objects.get(pk=message.subject_id)
    if not user.has_usable_password() and user.is_active:
        _send(user, message, "invitation", link=links.invitation_path(user), days=links.INVITATION_LIFE.days)


@handles("accounts.password_link")
def password_link(message: OutboxMessage) -> None:
    user = User.objects.get(pk=message.subject_id)
    if user.is_active:
        _send(user, message, "password_link", link=links.password_path(user))


@handles("accounts.password_changed")
def password_changed(message: OutboxMessage) -> None:
    _send(User.objects.get(pk=message.subject_id), message, "password_changed")


@handles("accounts.role_changed")
def role_changed(message: OutboxMessage) -> None:
    """To the person, and to auditors where it took two signatures. Nothing to send once the entry's details are forgotten."""
    entry_pk, reader_pk = message.subject_id.split(":")
    entry = Entry.objects.select_related("detail").get(pk=entry_pk)
    reader = User.objects.get(pk=reader_pk)
    if not (facts := entry.detail.facts):
        return
    person = None if str(reader.pk) == entry.about_id else User.objects.get(pk=entry.about_id)
    is_granted = entry.action == actions.ROLE_GRANTED.name
    _send(reader, message, "role_changed", role=SiteRole(facts["role"]), is_granted=is_granted, person=person)


@handles("accounts.office_closed")
def office_closed(message: OutboxMessage) -> None:
    """To whoever watches; the reason stands in the ledger alone. Nothing to send once the person is forgotten."""
    entry_pk, reader_pk = message.subject_id.split(":")
    entry = Entry.objects.get(pk=entry_pk)
    person, by = User.objects.get(pk=entry.about_id), User.objects.get(pk=entry.actor_id)
    if person.erased_at is None:
        is_closed = entry.action == actions.BLOCKED.name
        _send(User.objects.get(pk=reader_pk), message, "office_closed", person=person, by=by, is_closed=is_closed)


@handles("accounts.signature_waits")
def signature_waits(message: OutboxMessage) -> None:
    """Nothing to send once it is signed by others, withdrawn, or its days are over."""
    proposal_pk, reader_pk = message.subject_id.split(":")
    if Proposal.objects.waiting(at=clock.now()).filter(pk=proposal_pk).exists():
        _send(User.objects.get(pk=reader_pk), message, "signature_waits")


@handles("accounts.address_code")
def address_code(message: OutboxMessage) -> None:
    """The code is read when the letter is made. Nothing to send once it is used, replaced or too old."""
    code = AddressCode.objects.filter(pk=message.subject_id, used_at=None).select_related("user").first()
    if code is not None and clock.real() - code.made_at <= rules.ADDRESS_CODE_LIFE:
        minutes = int(rules.ADDRESS_CODE_LIFE.total_seconds() // 60)
        _send(code.user, message, "address_code", code=f"{code.code[:4]} {code.code[4:]}", minutes=minutes)


@handles("accounts.address_change")
def address_change(message: OutboxMessage) -> None:
    """To one of the two mailboxes, while the change waits. Whoever has the new address already reads that, and gets no link."""
    change, mailbox = _change(message)
    if change.ended_at is not None or change.expires_at <= clock.now():
        return
    is_taken = mailbox is Mailbox.NEW and User.objects.filter(email=change.new_email).exists()
    context = {} if is_taken else {"change": change, "link": f"{settings.SITE_URL}{links.address_change_path(change, mailbox)}"}
    _to_mailbox(change, mailbox, message, "address_taken" if is_taken else f"address_change_{mailbox}", **context)


@handles("accounts.address_changed")
def address_changed(message: OutboxMessage) -> None:
    change, mailbox = _change(message)
    _to_mailbox(change, mailbox, message, f"address_changed_{mailbox}", change=change)


@handles("accounts.address_change_ended")
def address_change_ended(message: OutboxMessage) -> None:
    """To the old mailbox, which is still that of the account."""
    change, mailbox = _change(message)
    _to_mailbox(change, mailbox, message, "address_change_ended")


def _change(message: OutboxMessage) -> tuple[AddressChange, Mailbox]:
    pk, side = message.subject_id.split(":")
    return AddressChange.objects.select_related("person").get(pk=pk), Mailbox(side)


def _to_mailbox(change: AddressChange, mailbox: Mailbox, message: OutboxMessage, notice: str, /, **context: object) -> None:
    """Nothing to send once the addresses are no longer kept. The new mailbox may be a stranger's, so it reads no name before its yes."""
    address = change.old_email if mailbox is Mailbox.OLD else change.new_email
    if address:
        mail.send(address, f"accounts/email/{notice}", {"name": change.person.get_full_name(), **context}, key=message.key)


@handles("accounts.recovery_code_used")
def recovery_code_used(message: OutboxMessage) -> None:
    user = User.objects.get(pk=message.subject_id)
    _send(user, message, "recovery_code_used", left=RecoveryCode.objects.filter(sheet__user=user, used_at=None).count())


@handles("accounts.anchor_made")
def anchor_made(message: OutboxMessage) -> None:
    """To an auditor, to be kept."""
    day, reader_pk = message.subject_id.split(":")
    anchor = anchors.of(DailyAnchor.objects.get(day=day))
    _send(User.objects.get(pk=reader_pk), message, "anchor_made", link=LEDGER, anchor=anchor)


@handles("accounts.anchor_kept")
def anchor_kept(message: OutboxMessage) -> None:
    """Into the second place; there once, however often it is tried."""
    anchors.append(Path(settings.LEDGER_ANCHORS), anchors.of(DailyAnchor.objects.get(day=message.subject_id)))


@handles("accounts.ledger_broken")
def ledger_broken(message: OutboxMessage) -> None:
    """To an auditor. What was found is not in the letter, but behind the log-in."""
    verification_pk, reader_pk = message.subject_id.split(":")
    verification = Verification.objects.get(pk=verification_pk)
    _send(User.objects.get(pk=reader_pk), message, "ledger_broken", link=LEDGER, verification=verification)


@handles("accounts.glass_broken_elsewhere")
def glass_broken_elsewhere(message: OutboxMessage) -> None:
    """To an auditor; the ledger says for whom."""
    _send(User.objects.get(pk=message.subject_id), message, "glass_broken_elsewhere")


def _letter_to_the_person(notice: str) -> None:
    """A letter that says one thing to the person it is about."""

    @handles(f"accounts.{notice}")
    def handler(message: OutboxMessage) -> None:
        _send(User.objects.get(pk=message.subject_id), message, notice)


@handles("accounts.erasure_asked")
def erasure_asked(message: OutboxMessage) -> None:
    """To the person, who says yes or no after logging in. Nothing to send once that is done or the office took it back."""
    user = User.objects.get(pk=message.subject_id)
    if ErasureRequest.objects.filter(person=user, ended_at=None).exists():
        _send(user, message, "erasure_asked", link=reverse("be_forgotten"))


@handles("accounts.export_ready")
def export_ready(message: OutboxMessage) -> None:
    """Nothing to send once the copy is removed. What is in it stays behind the log-in."""
    user = User.objects.get(pk=message.subject_id)
    if Export.objects.filter(person=user, removed_at=None, made_at__isnull=False).exists():
        _send(user, message, "export_ready", link=reverse("my_data"), days=rules.EXPORT_LIFE.days)


@handles("accounts.message_waits")
def message_waits(message: OutboxMessage) -> None:
    """That one waits, in the same words whatever it is, and to nobody by name. Nothing to send once it was opened, or is gone."""
    waiting = Message.objects.unread().filter(uid=message.subject_id.partition(":")[0]).select_related("person").defer("sealed").first()
    if waiting is not None:
        mail.send(waiting.person, "accounts/email/message_waits", {"link": f"{settings.SITE_URL}{reverse('my_messages')}"}, key=message.key)


ABOUT_DEVICES = "device_added", "device_removed", "recovery_codes_made", "wrong_codes", "devices_reset", "glass_broken"
ABOUT_LOG_IN = "account_closed", "account_opened"
for _notice in (*ABOUT_DEVICES, *ABOUT_LOG_IN, "erasure_proposed"):
    _letter_to_the_person(_notice)


def _send(user: User, message: OutboxMessage, notice: str, *, link: str = "", **context: object) -> None:
    """Nothing to whom was forgotten meanwhile: the address is gone."""
    if user.erased_at is not None:
        return
    link = f"{settings.SITE_URL}{link}" if link else ""
    mail.send(user, f"accounts/email/{notice}", {"name": user.get_full_name(), "link": link, **context}, key=message.key)
