"""Issuing a certificate: the person's account, the first term, the invitation."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from accounts import invitations, names, naming
from accounts.models import User
from accounts.rules import SOMEBODY_ELSE, has_conflict
from audit import clock, log
from certification import actions, numbers, rules
from certification.facts import Granted, SanctionKind, in_words
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


def reasons_against(new: NewHolder, scheme: Scheme, *, on: date, number: str = "", by: User | None = None) -> list[str]:
    """Everything that speaks against issuing, as sentences; empty when it can be done."""
    reasons = naming.not_usable(new.full_name, new.latin_name)
    person = User.objects.filter(email=new.email.strip().lower()).first()
    begins_anew = emptied(person, scheme) if person and number else None
    if number and not (begins_anew and begins_anew.number == number):
        if Certificate.objects.filter(number=number).exists():
            reasons.append(f"The number {number} is taken.")
        if begins_anew:
            reasons.append(
                f"The person has the number {begins_anew.number}, whose terms were all taken back. It begins anew under that one."
            )
    if has_conflict(by=by.pk if by else None, about=person.pk if person else None):
        reasons.append(SOMEBODY_ELSE)
    return reasons if person is None else reasons + _against_person(person, new, scheme, on=on)


def _against_person(person: User, new: NewHolder, scheme: Scheme, *, on: date) -> list[str]:
    reasons = []
    if person.name and names.fold(person.name.full_name) != names.fold(new.full_name):
        reasons.append(
            f"The address {person.email} belongs to {person.name.full_name}. Change the name there first, or use another address."
        )
    granted = Term.objects.current().filter(certificate__holder=person, certificate__scheme=scheme).select_related("certificate").first()
    if granted:
        reasons.append(
            f"{person.get_full_name()} already holds {granted.certificate.number} under this scheme. It can be renewed or reinstated."
        )
    return [*reasons, *bars(person, on=on)]


def bars(person: User, *, on: date) -> Iterator[str]:
    """What keeps a person from a new certificate on this day or later: a first day before a suspension is no way around it."""
    sanctions = Sanction.objects.current().filter(certificate__holder=person, kind__in=[SanctionKind.SUSPENSION, SanctionKind.REVOCATION])
    for row in sanctions.select_related("certificate"):
        if row.covers(on):
            yield f"A {row.kind} of {row.certificate.number} is in force and no reinstatement is recorded."
        elif row.span.reaches(on):
            yield f"A {row.kind} of {row.certificate.number} begins on {in_words(row.first_day)}."
    for span in (hold.span for hold in Hold.objects.current().filter(holder=person)):
        if span.reaches(on):
            until = f" until {in_words(span.last_day)}" if span.last_day else " at present"
            yield f"A new certificate is barred for this person{until}."


@transaction.atomic
def issue(
    new: NewHolder, *, scheme: Scheme, by: User | None, on: date, number: str = "", first_certified: date | None = None, invite: bool = True
) -> Certificate:
    """Issue a certificate whose first term begins `on`; an account is made and invited where there is none. Raises CannotIssue.

    `number` keeps a number given elsewhere; otherwise the scheme's next one is drawn. `first_certified` is the day that a list kept before
    names, where terms before the first one here are on no record. A person whose every term was taken back keeps the number
    and gets no other one.
    """
    scheme = Scheme.objects.select_for_update().get(pk=scheme.pk)
    locked_person(new.email)
    number = numbers.normalize(number)
    reasons = reasons_against(new, scheme, on=on, number=number, by=by)
    if first_certified and first_certified > on:
        reasons.append("The person was first certified on a later day than the first day of the term.")
    if reasons:
        raise CannotIssue(reasons)
    person = holder_of(new, by=by)
    certificate = emptied(person, scheme) or Certificate(number=number or fresh_number(scheme), holder=person, scheme=scheme)
    certificate.issued_on = first_certified or on
    certificate.save()
    span = rules.term_from(on, scheme.policy)
    term = Term.objects.create(certificate=certificate, first_day=span.first_day, last_day=span.last_day, granted=Granted.ISSUED)  # type: ignore[misc]
    log.record(actions.CERTIFICATE_ISSUED, certificate, by=by, number=certificate.number, first_day=term.first_day, last_day=term.last_day)
    outbox.put("certification.deliver_certificate", term.pk, key=f"term:{term.pk}:deliver")
    if invite and not person.has_usable_password():
        invitations.invite(person, by=by)
    return certificate


@transaction.atomic
def issue_again(revoked: Certificate, *, by: User | None, on: date) -> Certificate:
    """Issue a new certificate, with a new number, to whom one was revoked; the old one stays revoked for ever. Raises CannotIssue.

    Whoever decides that is for the caller; a suspension, a block or a second revocation under the scheme speaks against it all the same.
    """
    scheme = Scheme.objects.select_for_update().get(pk=revoked.scheme_id)
    person = User.objects.select_for_update().get(pk=revoked.holder_id)
    mine = {row.pk for row in Sanction.objects.current().filter(certificate=revoked, kind=SanctionKind.REVOCATION) if row.covers(on)}
    reasons = [] if mine else ["The certificate is not revoked."]
    current = Sanction.objects.current().filter(certificate__holder=person, certificate__scheme=scheme).exclude(pk__in=mine)
    against = (SanctionKind.SUSPENSION, SanctionKind.REVOCATION)
    reasons += [f"A {row.kind} of this person is in force." for row in current.filter(kind__in=against) if row.span.reaches(on)]
    if any(row.span.reaches(on) for row in Hold.objects.current().filter(holder=person)):
        reasons.append("A new certificate is barred for this person.")
    others = Term.objects.current().filter(certificate__holder=person, certificate__scheme=scheme).exclude(certificate=revoked)
    reasons += [f"{row.certificate.number} runs already." for row in others.select_related("certificate") if row.span.reaches(on)]
    if has_conflict(by=by.pk if by else None, about=person.pk):
        reasons.append(SOMEBODY_ELSE)
    if reasons:
        raise CannotIssue(reasons)
    certificate = Certificate.objects.create(number=fresh_number(scheme), holder=person, scheme=scheme, issued_on=on)
    span = rules.term_from(on, scheme.policy)
    term = Term.objects.create(certificate=certificate, first_day=span.first_day, last_day=span.last_day, granted=Granted.ISSUED)  # type: ignore[misc]
    log.record(actions.CERTIFICATE_ISSUED, certificate, by=by, number=certificate.number, first_day=term.first_day, last_day=term.last_day)
    outbox.put("certification.deliver_certificate", term.pk, key=f"term:{term.pk}:deliver")
    return certificate


def emptied(person: User, scheme: Scheme) -> Certificate | None:
    """The person's certificate under a scheme whose every term was taken back: it can begin anew."""
    granted = Term.objects.current().filter(certificate__holder=person).values("certificate")
    return Certificate.objects.filter(holder=person, scheme=scheme).exclude(pk__in=granted).first()


def locked_person(email: str) -> User | None:
    """The person with this address, locked until the transaction ends: nobody gets two certificates under a scheme at the same moment."""
    return User.objects.select_for_update().filter(email=email.strip().lower()).first()


def issued_on(new: NewHolder, scheme: Scheme, *, on: date, day: date) -> Certificate | None:
    """What the same words issued on this day already, with the same first day: a click that comes a second time finds it."""
    terms = Term.objects.current().filter(certificate__scheme=scheme, first_day=on, granted=Granted.ISSUED)
    found = terms.filter(certificate__holder__email=new.email.strip().lower()).select_related("certificate__holder").first()
    if found is None or clock.day_of(found.recorded_at) != day:
        return None
    person = found.certificate.holder
    return found.certificate if names.fold(person.get_full_name()) == names.fold(new.full_name) else None


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
