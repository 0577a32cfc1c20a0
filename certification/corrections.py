"""Putting an error right: a name, a date, a person, a term granted in error. Each has a reason, and can be tried before it is done."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from accounts import naming
from accounts.models import Name, User
from accounts.rules import SOMEBODY_ELSE, has_conflict
from audit import log
from certification import actions, issuing, rules, terms
from certification.facts import GIVE_A_REASON, Granted, Span, Standing, in_words
from certification.models import Certificate, CertificateDocument, RequirementMet, Term
from outbox import queue as outbox


class CannotCorrect(Exception):
    """The correction cannot be made so; `reasons` lists why."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


@dataclass(frozen=True, slots=True)
class Reading:
    """What the public reads of a certificate on a day: the word, its days as far as they are told, the unbroken times that have begun."""

    number: str
    name: str
    standing: Standing | None
    days: Span | None
    terms: tuple[Span, ...]

    @property
    def sentence(self) -> str:
        if self.standing is None or self.days is None:
            return "Not certified"
        since = f"{self.standing.label} since {in_words(self.days.first_day)}"
        return f"{since}, until {in_words(self.days.last_day)}" if self.days.last_day else since


def reading(certificate: Certificate, *, on: date) -> Reading:
    """Read afresh from the database; a term ahead is told as the registry does, where it follows without a gap (docs/decisions/0051)."""
    certificate = Certificate.objects.for_public().get(pk=certificate.pk)
    runs = [run for run in rules.unbroken(certificate.spans()) if run.first_day <= on]
    sanctions = rules.as_told(certificate.sanction_facts(), on=on, today=on)
    current = next((name for name in certificate.holder.names.all() if name.replaced_at is None), None)
    return Reading(
        certificate.number,
        current.full_name if current else "",
        rules.standing(runs, sanctions, on=on),
        rules.days_of_standing(runs, sanctions, on=on),
        tuple(runs),
    )


def preview(certificate: Certificate, act: Callable[[], object], *, on: date) -> tuple[Reading, Reading]:
    """What the public reads before and after `act`, which is carried out and taken back. Raises what `act` raises."""
    before = reading(certificate, on=on)
    with transaction.atomic():
        act()
        after = reading(certificate, on=on)
        transaction.set_rollback(True)
    return before, after


def preview_of_issuing(act: Callable[[], Certificate], *, on: date) -> tuple[Reading, Reading]:
    """What the public reads before and after `act` issues a certificate; carried out and taken back. Raises what `act` raises.

    A certificate that begins later is read on its first day. Its number is told only once it is issued: each time another one is drawn.
    """
    with transaction.atomic():
        certificate = act()
        after = reading(certificate, on=max([on, *(span.first_day for span in certificate.spans())]))
        transaction.set_rollback(True)
    was_there = Certificate.objects.filter(pk=certificate.pk).exists()
    return reading(certificate, on=on) if was_there else Reading("", "", None, None, ()), after


def _check(reason: str, *, by: User, about: Iterable[int], **holds: bool) -> None:
    reasons = [] if reason.strip() else [GIVE_A_REASON]
    reasons += [sentence for sentence, holds in holds.items() if holds]
    if any(has_conflict(by=by.pk, about=person) for person in about):
        reasons.append(SOMEBODY_ELSE)
    if reasons:
        raise CannotCorrect(reasons)


def _remake_all(certificate: Certificate, entry_uid: object) -> None:
    """Of the latest term, and of every other that has a document: a coach who renewed early holds two, and past ones are kept.

    Of a term that was given back none is made again.
    """
    held = list(certificate.terms.current().order_by("first_day"))
    printed = set(CertificateDocument.objects.current().filter(term__in=held).values_list("term", flat=True))
    for term in held:
        if term.pk in printed or (term == held[-1] and not term.given_back):
            _remake(term, entry_uid)


def _remake(term: Term, entry_uid: object) -> None:
    """Its document is no longer in use; another is made, but of a term given back. The old code still resolves and says so."""
    CertificateDocument.objects.take_out_of_use(terms=[term.pk, *([term.replaces_id] if term.replaces_id else [])])
    if term.given_back:
        return
    outbox.put("certification.deliver_certificate", term.pk, key=f"term:{term.pk}:deliver:{entry_uid}")


def _first_day(certificate: Certificate) -> date | None:
    return min((span.first_day for span in certificate.spans()), default=None)


def _follow(certificate: Certificate, *, began: date | None) -> None:
    """Move "first certified on" with the first day of the record where it was that day, and never leave it later than the record.

    A day that a list kept before names stays; with no term left there is nothing to follow.
    """
    begins = _first_day(certificate)
    if begins and (certificate.issued_on == began or certificate.issued_on > begins):
        certificate.issued_on = begins
        certificate.save(update_fields=["issued_on"])


@transaction.atomic
def rename(
    person: User, full_name: str, *, latin_name: str = "", family_name_first: bool = False, language: str = "", reason: str, by: User
) -> Name:
    """Change the name of a person, have the documents made again and tell the person. Raises CannotCorrect, naming.NameNotUsable."""
    _check(reason, by=by, about=[person.pk])
    person = User.objects.select_for_update().get(pk=person.pk)
    held = list(Certificate.objects.select_for_update().filter(holder=person).order_by("pk"))
    before = person.name
    name = naming.rename(person, full_name, latin_name=latin_name, family_name_first=family_name_first, language=language, by=by)
    if name == before:
        raise CannotCorrect(["This is the name on record."])
    entry = log.record(
        actions.NAME_CORRECTED, person, by=by, before=before.full_name if before else "", after=name.full_name, reason=reason.strip()
    )
    for certificate in held:
        _remake_all(certificate, entry.uid)
    outbox.put("certification.name_corrected", entry.pk, key=f"letter:{entry.uid}")
    return name


@transaction.atomic
def move_term(term: Term, *, first_day: date, last_day: date, reason: str, by: User) -> Term:
    """Give a term the days it should have had, and tell the holder. Raises CannotCorrect, AlreadyVoided."""
    certificate = Certificate.objects.locked(term.certificate_id)
    others = [other.span for other in certificate.terms.current() if other.pk != term.pk]
    _check(
        reason,
        by=by,
        about=[certificate.holder_id],
        **{
            "A term ends after it begins.": last_day < first_day,
            "Another term covers some of these days.": any(Span(first_day, last_day).meets(other) for other in others),
            "These are the days it has.": (first_day, last_day) == (term.first_day, term.last_day),
        },
    )
    began = _first_day(certificate)
    moved = terms.replace(term, first_day=first_day, last_day=last_day, granted=Granted.CORRECTED, reason=reason.strip())
    _follow(certificate, began=began)
    entry = log.record(
        actions.TERM_CORRECTED,
        certificate,
        by=by,
        about=certificate.holder,
        term=moved.pk,
        before=f"{term.first_day} to {term.last_day}",
        after=f"{first_day} to {last_day}",
        reason=reason.strip(),
    )
    _remake(moved, entry.uid)
    outbox.put("certification.term_corrected", entry.pk, key=f"letter:{entry.uid}")
    return moved


@transaction.atomic
def void_term(term: Term, *, reason: str, by: User) -> None:
    """Take back a term that was granted in error, and tell the holder. Raises CannotCorrect, AlreadyVoided.

    What it had spent can be used again: the review, the statement, another route.
    """
    certificate = Certificate.objects.locked(term.certificate_id)
    _check(reason, by=by, about=[certificate.holder_id])
    began = _first_day(certificate)
    Term.objects.void(term)
    _follow(certificate, began=began)
    CertificateDocument.objects.take_out_of_use(terms=[term.pk])
    entry = log.record(
        actions.TERM_VOIDED, certificate, by=by, about=certificate.holder, term=term.pk, days=str(term), reason=reason.strip()
    )
    outbox.put("certification.term_taken_back", entry.pk, key=f"letter:{entry.uid}")


@transaction.atomic
def give_to(certificate: Certificate, holder: User, *, reason: str, by: User, on: date) -> Certificate:
    """Give a certificate that was issued to the wrong person to the right one, and tell both. Raises CannotCorrect.

    Neither is told who the other is.
    """
    holder = User.objects.select_for_update().get(pk=holder.pk)  # as in issuing.issue and importing.add: one certificate under a scheme
    certificate = Certificate.objects.locked(certificate.pk)
    before = certificate.holder
    held = certificate.terms.current()
    _check(
        reason,
        by=by,
        about=[before.pk, holder.pk],
        **{
            "The certificate is this person's already.": holder.pk == before.pk,
            "This person has no name on record that could be printed.": holder.name is None,
            "This person holds a certificate under the scheme already.": holder.pk != before.pk
            and Certificate.objects.filter(holder=holder, scheme=certificate.scheme_id).exists(),
            "A decision about the holder stands on this certificate and belongs to the holder alone. Issue a certificate of their own to "
            "the other person.": certificate.sanctions.current().exists(),
            "The holder did the review or signed the statement for it, so the certificate is the holder's own and cannot become somebody "
            "else's. If it was granted by mistake, take back its terms; issue the other person a certificate of their own.": held.exclude(
                review=None, statement=None, requirements_met=None
            ).exists(),
            "The office recorded a requirement as met by the holder, and that counts for the holder alone. Issue the other person a "
            "certificate of their own.": RequirementMet.objects.unspent().filter(certificate=certificate).exists(),
            **dict.fromkeys(issuing.bars(holder, on=on), True),
        },
    )
    Certificate.objects.filter(pk=certificate.pk).update(holder=holder)
    entry = log.record(
        actions.CERTIFICATE_MOVED, certificate, by=by, about=holder, before=before.pk, after=holder.pk, reason=reason.strip()
    )
    _remake_all(certificate, entry.uid)
    outbox.put("certification.certificate_taken", entry.pk, key=f"letter:{entry.uid}:before")
    outbox.put("certification.certificate_received", entry.pk, key=f"letter:{entry.uid}:after")
    return Certificate.objects.get(pk=certificate.pk)
