"""Letters about an account. Links are made when the letter is: the outbox holds none."""

from django.conf import settings

from accounts import actions, links, mail
from accounts.facts import SiteRole
from accounts.models import Proposal, User
from audit import clock
from audit.models import Entry
from outbox.models import OutboxMessage
from outbox.queue import handles


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


@handles("accounts.signature_waits")
def signature_waits(message: OutboxMessage) -> None:
    """Nothing to send once it is signed by others, withdrawn, or its days are over."""
    proposal_pk, reader_pk = message.subject_id.split(":")
    if Proposal.objects.waiting(at=clock.now()).filter(pk=proposal_pk).exists():
        _send(User.objects.get(pk=reader_pk), message, "signature_waits")


def _send(user: User, message: OutboxMessage, notice: str, *, link: str = "", **context: object) -> None:
    link = f"{settings.SITE_URL}{link}" if link else ""
    mail.send(user, f"accounts/email/{notice}", {"name": user.get_full_name(), "link": link, **context}, key=message.key)
