"""Issuing a certificate: the person's account, the first term, the invitation."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from accounts import invitations, names, naming
from accounts.models import User
from audit import log
from certification import actions, numbers, rules
from certification.facts import Granted, SanctionKind
from certification.models import Certificate, Hold, Sanction, Scheme, Term
from outbox import queue as outbox


@dataclass(frozen=True, slots=True)
class NewHolder:
    """Whom a certificate is for: an address and a name as the person writes it."""

    email: str
    full_name: str
    latin_name: str = ""
    family_name_first: bool = False
    language: str = ""


class CannotIssue(Exception):
    """The certificate cannot be issued; `reasons` lists every one as a sentence."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


def reasons_against(new: NewHolder, scheme: Scheme, *, on: date, number: str = "") -> list[str]:
    """Everything that speaks against issuing, as sentences; empty when it can be done."""
    reasons = naming.not_usable(new.full_name, new.latin_name)
    if number and Certificate.objects.filter(number=number).exists():
        reasons.append(f"The number {number} is taken.")
    person = User.objects.filter(email=new.email.strip().lower()).first()
    return reasons if person is None else reasons + _against_person(person, new, scheme, on=on)


def _against_person(person: User, new: NewHolder, scheme: Scheme, *, on: date) -> list[str]:
    reasons = []
    if person.name and names.fold(person.name.full_name) != names.fold(new.full_name):
        reasons.append(
            f"The address {person.email} belongs to {person.name.full_name}. Change the name there first, or use another address."
        )
    if held := Certificate.objects.filter(holder=person, scheme=scheme).first():
        reasons.append(f"{person.get_full_name()} already holds {held.number} under this scheme. It can be renewed or reinstated.")
    in_force = Sanction.objects.covering(on).filter(certificate__holder=person)
    for row in in_force.filter(kind__in=[SanctionKind.SUSPENSION, SanctionKind.REVOCATION]).select_related("certificate"):
        reasons += [f"A {row.kind} of {row.certificate.number} is in force and no reinstatement is recorded."]
    if Hold.objects.filter(holder=person, first_day__lte=on).exclude(last_day__lt=on).exists():
        reasons.append("A new certificate is barred for this person at present.")
    return reasons


@transaction.atomic
def issue(new: NewHolder, *, scheme: Scheme, by: User | None, on: date, number: str = "", invite: bool = True) -> Certificate:
    """Issue a certificate whose first term begins `on`; an account is made and invited where there is none. Raises CannotIssue.

    `number` keeps a number given elsewhere; otherwise the scheme's next one is drawn.
    """
    scheme = Scheme.objects.select_for_update().get(pk=scheme.pk)
    number = numbers.normalize(number)
    if reasons := reasons_against(new, scheme, on=on, number=number):
        raise CannotIssue(reasons)
    person = holder_of(new, by=by)
    certificate = Certificate.objects.create(number=number or fresh_number(scheme), holder=person, scheme=scheme, issued_on=on)
    span = rules.term_from(on, scheme.policy)
    term = Term.objects.create(certificate=certificate, first_day=span.first_day, last_day=span.last_day, granted=Granted.ISSUED)  # type: ignore[misc]
    log.record(actions.CERTIFICATE_ISSUED, certificate, by=by, number=certificate.number, first_day=term.first_day, last_day=term.last_day)
    outbox.put("certification.deliver_certificate", term.pk, key=f"term:{term.pk}:deliver")
    if invite and not person.has_usable_password():
        invitations.invite(person, by=by)
    return certificate


def holder_of(new: NewHolder, *, by: User | None) -> User:
    """The person with this address, made and named if there is none."""
    email = new.email.strip().lower()
    person = User.objects.filter(email=email).first() or User.objects.create_user(email)
    if person.name is None:
        naming.rename(
            person, new.full_name, latin_name=new.latin_name, family_name_first=new.family_name_first, language=new.language, by=by
        )
    return person


def fresh_number(scheme: Scheme) -> str:
    """A number nobody holds."""
    while Certificate.objects.filter(number=(number := numbers.make(scheme.prefix))).exists():
        pass
    return number
