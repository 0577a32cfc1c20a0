"""What accounts keep about a person, with what Wagtail and the outbox keep beside it; and how it is forgotten."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q
from django_otp_webauthn.models import WebAuthnCredential, WebAuthnUserHandle
from wagtail.admin.models import EditingSession, FormState
from wagtail.models import APIToken, ModelLogEntry, Page, PageSubscription, UploadedFile
from wagtail.users.models import UserProfile

from accounts import devices, exports, inbox, people, personal, proposals, roles, sessions
from accounts.facts import GRANTED
from accounts.models import (
    AddressChange,
    AddressCode,
    AuthenticatorApp,
    ErasureRequest,
    Message,
    Name,
    Proposal,
    RecoveryCodes,
    Session,
    Signature,
    User,
)
from accounts.personal import Forgetting, Kept, Table
from audit.models import Entry
from audit.registered import ACTIONS
from outbox import queue as outbox

# Effects whose subject is the person, or "something:person". Others stay: their subject is a row of another kind, or the last act itself.
LETTERS = frozenset(
    {
        "accounts.account_closed",
        "accounts.account_opened",
        "accounts.anchor_made",
        "accounts.device_added",
        "accounts.device_removed",
        "accounts.devices_reset",
        "accounts.erasure_asked",
        "accounts.erasure_proposed",
        "accounts.export_ready",
        "accounts.glass_broken",
        "accounts.glass_broken_elsewhere",
        "accounts.invitation",
        "accounts.ledger_broken",
        "accounts.message_waits",
        "accounts.office_closed",
        "accounts.password_changed",
        "accounts.password_link",
        "accounts.recovery_code_used",
        "accounts.recovery_codes_made",
        "accounts.role_changed",
        "accounts.signature_waits",
        "accounts.wrong_codes",
    }
)
STAYING = {
    "accounts.address_change": "leads to a change, whose addresses are emptied: then there is nobody to write to",
    "accounts.address_change_ended": "leads to a change, as above",
    "accounts.address_changed": "leads to a change, as above",
    "accounts.address_code": "leads to a code, which is removed",
    "accounts.anchor_kept": "leads to a day",
    "accounts.export": "leads to a copy, and removes what was written of one that is no longer wanted",
    "accounts.remove_copy": "leads to a file, which it removes",
    "accounts.forget_proposals": "is the last act of forgetting itself",
}


def tell(person: User) -> Iterator[Table]:
    """The account, names, roles, devices, log-ins, changes of address, proposals, and what the ledger says."""
    account = {
        "E-mail address": person.email,
        "May log in": person.is_active,
        "Account made": person.date_joined,
        "Logged in last": person.last_login,
        "Roles": ", ".join(role.label for role in GRANTED if role in roles.offices_of(person).roles),
    }
    yield Table("Account", [account])
    yield Table("Names", [_name(name) for name in Name.objects.filter(user=person).order_by("pk")])
    yield Table("Devices for the second step", [_device(device) for device in devices.of(person)])
    yield Table("Recovery codes", [{"Codes left": devices.codes_left(person)}])
    yield Table("Log-ins that last", [_session(row) for row in Session.objects.filter(user=person).order_by("pk")])
    changes = AddressChange.objects.filter(person=person).order_by("pk")
    yield Table("Changes of the address", [{"From": row.old_email, "To": row.new_email, "Asked": row.made_at} for row in changes])
    asked = ErasureRequest.objects.filter(person=person).order_by("pk")
    yield Table("Requests to erase the account", [{"Noted": row.asked_at, "Reason": row.reason, "Ended": row.ended_at} for row in asked])
    about = Proposal.objects.filter(about=person).order_by("pk")
    yield Table("Acts of several that concern you", [{"Made": row.made_at, "Words": row.document, "State": row.state} for row in about])
    signed = Signature.objects.filter(person=person).select_related("proposal").order_by("pk")
    yield Table("What you signed", [{"Signed": row.signed_at, "Act": row.proposal.kind} for row in signed])
    yield Table("Messages", [_message(message) for message in Message.objects.of(person).defer(None).order_by("posted_at", "pk")])
    yield Table("Copies of your data", [{"Asked": row.asked_at, "Made": row.made_at} for row in exports.of(person)])
    yield Table("Ledger: what was done about you, and by you", list(_entries(person)))


def _name(name: Name) -> dict[str, Any]:
    return {
        "Name": name.full_name,
        "In Latin letters": name.latin_name,
        "Language": name.language,
        "Recorded": name.recorded_at,
        "Replaced": name.replaced_at,
    }


def _device(device: devices.Device) -> dict[str, Any]:
    return {"Name": device.name, "Kind": device.kind, "Added": device.added_at, "Used last": device.used_at}


def _message(message: Message) -> dict[str, Any]:
    """Title and words of what opens without a second factor: a copy is a file, and what is confidential stands in none."""
    when = {"Posted": message.posted_at, "Opened": message.read_at}
    if inbox.is_confidential(message):
        return {**when, "Title": "", "Words": CONFIDENTIAL}
    opened = inbox.peek(message)
    return {**when, "Title": opened.title, "Words": opened.words}


def _session(row: Session) -> dict[str, Any]:
    return {"Browser": row.browser, "Begun": row.begun_at, "Used last": row.seen_at, "Ends at the latest": row.expire_date}


def _entries(person: User) -> Iterator[dict[str, Any]]:
    """What somebody else did stands there without who it was: that is the other's."""
    key = str(person.pk)
    here = Q(about_id=key) | Q(actor_id=key) | Q(subject_kind=User._meta.label_lower, subject_id=key)
    for entry in Entry.objects.filter(here).select_related("detail").order_by("pk").iterator(chunk_size=500):
        told = entry.detail.facts if entry.about_id == key else {}
        action = ACTIONS.get(entry.action)
        yield {
            "When": entry.at,
            "What": action.sentence if action else entry.action,
            "By you": entry.actor_id == key,
            "Details": "; ".join(f"{name}: {value}" for name, value in told.items()),
        }


def forget(person: User, forgetting: Forgetting) -> None:
    """Names, log-in, devices, messages, letters, exports and words of proposals go. The ledger forgets after every app has."""
    names = [name.full_name for name in Name.objects.filter(user=person)]
    people.let_go(person)
    Name.objects.filter(user=person).delete()
    exports.remove_all(person, by=forgetting.by, at=forgetting.at)
    for model in (AuthenticatorApp, RecoveryCodes, WebAuthnCredential, WebAuthnUserHandle, AddressCode):
        model.objects.filter(user=person).delete()
    Message.objects.filter(person=person).delete()
    AddressChange.objects.filter(person=person, ended_at=None).update(ended_at=forgetting.at)
    AddressChange.objects.filter(person=person).update(old_email="", new_email="")
    ErasureRequest.objects.filter(person=person, ended_at=None).update(ended_at=forgetting.at)
    ErasureRequest.objects.filter(person=person).update(reason="")
    sessions.end_all(person, by=forgetting.by)
    proposals.forget(person, at=forgetting.at, names=[*names, person.email])
    _leave_wagtail(person)
    key = str(person.pk)
    outbox.withdraw(Q(kind__in=LETTERS) & (Q(subject_id=key) | Q(subject_id__endswith=f":{key}")))


def _leave_wagtail(person: User) -> None:
    """Settings and half-done work of the admin go. Pages and their history stay, under a row that names nobody."""
    profiles, uploads = UserProfile.objects.filter(user=person), UploadedFile.objects.filter(uploaded_by_user=person)
    for file in [*(profile.avatar for profile in profiles), *(upload.file for upload in uploads)]:
        if file:
            transaction.on_commit(partial(file.storage.delete, file.name))
    profiles.delete()
    uploads.delete()
    for model in (EditingSession, FormState, APIToken, PageSubscription):
        model.objects.filter(user=person).delete()
    Page.objects.filter(locked_by=person).update(locked=False, locked_by=None, locked_at=None)
    kind = ContentType.objects.get_for_model(User)
    ModelLogEntry.objects.filter(content_type=kind, object_id=str(person.pk)).update(label="", data={})


CONFIDENTIAL = "Opens with a second step, under Messages. It is kept under a key of its own and copied into no file."
BY_THE_OFFICE = "says who of the association worked on it, and what it says is about the work; the account it leads to names nobody then"

KEEPS = (
    Kept(
        "E-mail address and password",
        "To let you in and to write to you. The password itself is not kept, only a value that it cannot be read from.",
        "While you have an account.",
        True,
        "Removed. Nobody can log in as you any more, and no link from before works.",
    ),
    Kept(
        "The names you go by, with earlier ones",
        "For your certificates and the registry, each with the day from which it counts.",
        "While you have an account.",
        True,
        "Removed. Nobody finds you here by your name any more.",
    ),
    Kept(
        "Devices for the second step, recovery codes, log-ins",
        "So that a stolen password opens nothing, and so that you see where you are logged in.",
        "Until you remove them, or the log-in ends.",
        True,
        "Removed. You are logged out everywhere.",
    ),
    Kept(
        "Changes of your address, copies of your data, e-mails that wait",
        "To do what you asked for.",
        "Copies for seven days; addresses for 30 days after a change; e-mails until they are sent.",
        True,
        "Removed.",
    ),
    Kept(
        "Messages in your inbox",
        "So that you find again what the association wrote to you. Title and words are encrypted.",
        "While you have an account.",
        True,
        "Removed. What a letter led to, such as a term or a decision, stays where the record of it is kept.",
    ),
    Kept(
        "The ledger, our record of what was done about you and by you, and decisions about your account that several people signed",
        "So that nobody can change the record unseen, the association included.",
        "For good.",
        False,
        "It stays on record that something was done, when, and under which numbers. The words about you are emptied.",
    ),
    Kept(
        "Pages, courses and questions that you wrote or changed, if you worked for the association",
        "So that the association knows who changed what.",
        "As long as the page or question.",
        False,
        "The work stays, under an account that names nobody.",
    ),
)

personal.register(
    personal.Part(
        app="accounts",
        title="Your account",
        keeps=KEEPS,
        tells=frozenset(
            {
                "accounts.User",
                "accounts.Name",
                "accounts.Roles",
                "accounts.AuthenticatorApp",
                "accounts.RecoveryCodes",
                "django_otp_webauthn.WebAuthnCredential",
                "accounts.Session",
                "accounts.AddressChange",
                "accounts.ErasureRequest",
                "accounts.Proposal",
                "accounts.Signature",
                "accounts.Export",
                "accounts.Message",
                "audit.Entry",
                "audit.Detail",
            }
        ),
        leaves_out={
            "accounts.NameWord": "the words of the name in use, by which it is found; the name itself is told",
            "accounts.NameSlip": "words of names with a letter dropped; leads to no person",
            "accounts.RecoveryCode": "digests of codes, of no use to a reader; how many are left is told",
            "accounts.AddressCode": "a secret that counts for 15 minutes",
            "django_otp_webauthn.WebAuthnUserHandle": "a number by chance that passkeys know the account by",
            "django_otp_webauthn.WebAuthnAttestation": "what the maker of a device says about it; the device is told",
            "audit.Seal": "the codes that chain the ledger; the entry is told",
            "audit.Unsealed": "that an entry waits for its code",
            "accounts.Tries": "how often somebody tried something within the hour, under a keyed digest that leads to nobody",
            "outbox.OutboxMessage": "which letter waits for which row, by number; no words and no address",
            "wagtailusers.UserProfile": "settings of the editing screens",
            "wagtailadmin.EditingSession": "that an editing screen is open at this moment",
            "wagtailadmin.FormState": "a form of the admin that was not sent yet",
            "wagtailcore.APIToken": "a secret of the editing screens",
            "wagtailcore.UploadedFile": "a file on its way into the editing screens",
            "wagtailcore.PageSubscription": "a setting of the editing screens",
            "wagtailcore.ModelLogEntry": BY_THE_OFFICE,
            "wagtailcore.PageLogEntry": BY_THE_OFFICE,
            "wagtailcore.Revision": BY_THE_OFFICE,
            "wagtailcore.WorkflowState": BY_THE_OFFICE,
            "wagtailcore.TaskState": BY_THE_OFFICE,
            "wagtailcore.Page": BY_THE_OFFICE,
            "wagtailcore.Comment": BY_THE_OFFICE,
            "wagtailcore.CommentReply": BY_THE_OFFICE,
            "wagtaildocs.Document": BY_THE_OFFICE,
            "wagtailimages.Image": BY_THE_OFFICE,
        },
        tell=tell,
        forget=forget,
    )
)
