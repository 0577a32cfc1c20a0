"""What the office looks up: anybody, by name, address, number or code; what was done; what did not get through, and for whom."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.db.models import Q
from django.db.models.functions import Length

from accounts import invitations, people, roles
from accounts.facts import GRANTED
from accounts.models import AddressCode, User
from audit import log
from audit.models import Entry
from audit.registered import ACTIONS
from certification import numbers
from certification.models import Certificate, CertificateDocument, Term
from outbox.delivery import LOST
from outbox.models import OutboxMessage

LETTERS = 3  # of an address; fewer would list strangers
LONGEST = 200  # characters of a search that are looked at
LIMIT = 20
CODE_LENGTH = len(numbers.make_code())


@dataclass(frozen=True, slots=True)
class Row:
    """A person, the roles they hold, and their certificates with `standing` on the day asked for."""

    person: User
    roles: tuple[str, ...]
    certificates: tuple[Certificate, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """At most LIMIT people, and whether there are more; `is_short` when too little was typed to look at all."""

    rows: tuple[Row, ...]
    more: bool
    is_short: bool = False


def find(q: str, *, on: date) -> Found:
    """Who is meant: the holder of a number or code; else people by name, in any script and with one typing error, and by address."""
    q = q[:LONGEST].replace("\x00", "").strip()
    if holder := _holder_of(q):
        return Found(rows([holder], on=on), more=False)
    named = people.search(q, limit=LIMIT)
    ids = list(dict.fromkeys([*named.people, *_by_address(q)]))
    is_short = named.stage == people.Stage.TOO_SHORT and len(q) < LETTERS
    return Found(rows(ids[:LIMIT], on=on), more=named.more or len(ids) > LIMIT, is_short=is_short)


def _holder_of(q: str) -> int | None:
    """By the number, or by the code of a certificate or of a document. Certificates that have not begun are found as well."""
    number, code = numbers.normalize(q), numbers.normalize_code(q)
    if not number:
        return None
    held = Certificate.objects.filter(Q(number=number) | Q(verify_code=code)).values_list("holder", flat=True).first()
    if held is None and len(code) == CODE_LENGTH:
        held = CertificateDocument.objects.filter(verify_code=code).values_list("term__certificate__holder", flat=True).first()
    return held


def _by_address(q: str) -> list[int]:
    """Addresses that begin so; with an @ in it, that hold it. The shortest first: a whole address is nearest to itself."""
    typed = q.lower()
    if len(typed) < LETTERS or " " in typed:
        return []
    meant = Q(email__contains=typed) if "@" in typed else Q(email__startswith=typed)
    return list(User.objects.filter(meant).order_by(Length("email"), "pk").values_list("pk", flat=True)[: LIMIT + 1])


def rows(ids: Iterable[int], *, on: date) -> tuple[Row, ...]:
    """These people in this order; three statements for any number of them."""
    ids = list(ids)
    found = User.objects.select_related("roles").prefetch_related("names").in_bulk(ids)
    held = defaultdict(list)
    for certificate in Certificate.objects.with_standing(on=on).filter(holder__in=ids).select_related("scheme").order_by("number"):
        certificate.holder = found[certificate.holder_id]  # with the names that were read
        held[certificate.holder_id].append(certificate)
    return tuple(Row(found[pk], roles_of(found[pk]), tuple(held[pk])) for pk in ids if pk in found)


def roles_of(person: User) -> tuple[str, ...]:
    """What a person does besides coaching, in words."""
    held = roles.offices_of(person).roles
    return tuple(role.label for role in GRANTED if role in held)


# Effects of the outbox in words, and what the subject of each is: a term, a person, an entry of the ledger about a person, a code for an
# address, or a reader (something else, a colon, and the person it goes to). "" is for nobody.
EFFECTS = {
    "certification.deliver_certificate": ("Certificate as PDF", "term"),
    "certification.term_granted": ("E-mail: a term was granted", "term"),
    "certification.reminder": ("E-mail: reminder of the renewal", "term"),
    "certification.name_corrected": ("E-mail: the name was changed", "entry"),
    "certification.term_corrected": ("E-mail: the days of a term were corrected", "entry"),
    "certification.term_taken_back": ("E-mail: a term was taken back", "entry"),
    "certification.given_back": ("E-mail: the certificate was given back", "entry"),
    "certification.certificate_received": ("E-mail: a certificate is recorded under the name it was meant for", "entry"),
    "certification.certificate_taken": ("E-mail: a certificate is no longer recorded under the name", "entry"),
    "accounts.invitation": ("E-mail: invitation", "person"),
    "accounts.password_link": ("E-mail: link for a new password", "person"),
    "accounts.password_changed": ("E-mail: the password was changed", "person"),
    "accounts.address_code": ("E-mail: code that proves an address", "code"),
    "accounts.device_added": ("E-mail: a second factor was added", "person"),
    "accounts.device_removed": ("E-mail: a second factor was removed", "person"),
    "accounts.devices_reset": ("E-mail: all second factors were removed", "person"),
    "accounts.recovery_codes_made": ("E-mail: recovery codes were made", "person"),
    "accounts.recovery_code_used": ("E-mail: a recovery code was used", "person"),
    "accounts.wrong_codes": ("E-mail: wrong codes were tried", "person"),
    "accounts.glass_broken": ("E-mail: codes were made on the server", "person"),
    "accounts.glass_broken_elsewhere": ("E-mail: codes were made on the server, to an auditor", "person"),
    "accounts.role_changed": ("E-mail: a role was granted or withdrawn", "reader"),
    "accounts.signature_waits": ("E-mail: something waits for a signature", "reader"),
    "accounts.anchor_made": ("E-mail: the end of the ledger, to an auditor", "reader"),
    "accounts.anchor_kept": ("The end of the ledger, into its second place (LEDGER_ANCHORS)", ""),
    "accounts.ledger_broken": ("E-mail: the ledger does not verify, to an auditor", "reader"),
    "accounts.export": ("The copy of somebody’s data, as a file", ""),
    "accounts.remove_copy": ("The removal of a copy of somebody’s data", ""),
    "certification.remove_document": ("The removal of the document of somebody who was forgotten", ""),
    "accounts.message_waits": ("E-mail: a message waits in the inbox", "reader"),
    "accounts.export_ready": ("E-mail: the copy of one’s data is ready", "person"),
    "accounts.erasure_asked": ("E-mail: a yes or no to being forgotten", "person"),
    "accounts.erasure_proposed": ("E-mail: two administrators are asked to forget the person", "person"),
    "accounts.forget_proposals": ("Words about a forgotten person, out of what was signed", ""),
    "accounts.address_change": ("E-mail: a change of address waits for a yes", ""),
    "accounts.address_changed": ("E-mail: the address was changed", ""),
    "accounts.address_change_ended": ("E-mail: a change of address came to nothing", ""),
    "accounts.office_closed": ("E-mail: an account of the office was closed or opened, to who watches", "reader"),
    "accounts.account_closed": ("E-mail: the account was closed", "person"),
    "accounts.account_opened": ("E-mail: the account was opened again", "person"),
    # What another office does is named so that somebody sees to it, and for whom is not said.
    "complaints.message_waits": ("E-mail: a message waits", ""),
    "complaints.case_waits": ("E-mail: something waits, to somebody of the office", ""),
    "complaints.clean_evidence": ("The copy of a file that was sent in", ""),
    "complaints.remove_files": ("The removal of files that are erased", ""),
    "complaints.list_erasure": ("The list of what was erased, into its second place", ""),
}

# The kind of an error is all that is kept of it: what it means, for the office.
NOT_REACHED = "The mail server could not be reached."
ERRORS = {
    "SMTPServerDisconnected": "The mail server ended the connection.",
    "SMTPConnectError": NOT_REACHED,
    "ConnectionRefusedError": NOT_REACHED,
    "ConnectionResetError": "The mail server ended the connection.",
    "gaierror": NOT_REACHED,
    "TimeoutError": "The mail server did not answer in time.",
    "SMTPAuthenticationError": "The mail server did not accept the password of this site.",
    "SMTPHeloError": "The mail server did not accept this site.",
    "SMTPSenderRefused": "The mail server did not accept the sender’s address.",
    "SMTPRecipientsRefused": "The mail server did not accept the recipient’s address.",
    "SMTPDataError": "The mail server did not accept the e-mail.",
    "SSLCertVerificationError": "The mail server could not prove that it is the right one.",
    "OSError": "A file could not be written, or a server could not be reached.",
    LOST: "The program that delivers was stopped before it had finished.",
    "DoesNotExist": "What it is about is no longer on record.",
}
OTHER_ERROR = "An error that the operator can look up in the site’s log."


class LogIn(StrEnum):
    """How a person comes in, in words."""

    CLOSED = "Closed"
    PASSWORD = "Has a password"  # noqa: S105
    INVITED = "Invited, no password yet"
    NOT_INVITED = "Not invited yet"


def log_in_of(person: User) -> LogIn:
    if not person.is_active:
        return LogIn.CLOSED
    if person.has_usable_password():
        return LogIn.PASSWORD
    return LogIn.INVITED if invitations.is_reachable(person) else LogIn.NOT_INVITED


@dataclass(frozen=True, slots=True)
class Undelivered:
    """An effect that has not happened: what it is in words, and the person it is for, where there is one and that is known."""

    message: OutboxMessage
    what: str
    person: User | None
    is_for_nobody: bool = False

    @property
    def why(self) -> str:
        """The kind of the error in words."""
        return ERRORS.get(self.message.last_error, OTHER_ERROR)


def undelivered(*, limit: int) -> list[Undelivered]:
    """What went wrong and has not happened yet, at most `limit`; six statements for any number of them."""
    messages = list(OutboxMessage.objects.undelivered()[:limit])
    subjects: dict[str, dict[int, int]] = defaultdict(dict)
    for message in messages:
        _, kind = EFFECTS.get(message.kind, ("", ""))
        subject = message.subject_id.rpartition(":")[2] if kind == "reader" else message.subject_id
        if subject.isdecimal():
            subjects[kind][message.pk] = int(subject)
    holders = dict(Term.objects.filter(pk__in=subjects["term"].values()).values_list("pk", "certificate__holder"))
    about = dict(Entry.objects.filter(pk__in=subjects["entry"].values()).values_list("pk", "about_id"))
    sent_to = dict(AddressCode.objects.filter(pk__in=subjects["code"].values()).values_list("pk", "user"))
    ids = {pk: holders.get(subject) for pk, subject in subjects["term"].items()}
    ids |= {pk: int(about.get(subject) or 0) for pk, subject in subjects["entry"].items()}
    ids |= {pk: sent_to.get(subject) for pk, subject in subjects["code"].items()}
    ids |= {**subjects["person"], **subjects["reader"]}
    people = User.objects.prefetch_related("names").in_bulk({pk for pk in ids.values() if pk})
    found = []
    for message in messages:
        what, kind = EFFECTS.get(message.kind, (message.kind, "unknown"))
        found.append(Undelivered(message, what, people.get(ids.get(message.pk) or 0), is_for_nobody=not kind))
    return found


@dataclass(frozen=True, slots=True)
class Happened:
    """An entry of the ledger in words: when, what, and by whom ("" for the system)."""

    at: datetime
    what: str
    by: str


def history(subject: Certificate | User) -> list[Happened]:
    """What was done, oldest first; three statements for any number of entries."""
    entries = list(log.history(subject))
    actors = User.objects.prefetch_related("names").in_bulk({int(entry.actor_id) for entry in entries if entry.actor_id})
    return [Happened(entry.at, ACTIONS[entry.action].sentence, _name(actors.get(int(entry.actor_id or 0)))) for entry in entries]


def _name(person: User | None) -> str:
    return person.get_full_name() if person else ""
