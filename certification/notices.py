"""Letters about certificates. Each handler bears being run twice: the letter's key is the message's.

Nobody hears from us before the office has invited them: a coach who was imported gets no letter at all.
"""

from typing import Any

from django.conf import settings
from django.urls import reverse

from accounts import inbox, invitations, links, mail
from accounts.models import User
from audit import clock
from audit.models import Entry
from certification import gathering, rules
from certification.facts import Unmet
from certification.models import Certificate, RequirementMet, Term
from outbox.models import OutboxMessage
from outbox.queue import handles


def _address(name: str) -> str:
    return f"{settings.SITE_URL}{reverse(name)}"


def _write(person: User, letter: str, message: OutboxMessage, *, kept: bool = True, **context: Any) -> None:
    """Send a letter; to whoever has no password yet, with the link to choose one. `kept`: it stands in the person's inbox, too."""
    if not invitations.is_reachable(person):
        return
    context["name"] = person.get_full_name()
    if kept:
        _keep(person, letter, message.key, announced=True, **context)
    if not person.has_usable_password():
        context["password_url"] = f"{settings.SITE_URL}{links.invitation_path(person)}"
        context["password_days"] = links.INVITATION_LIFE.days
    mail.send(person, f"certification/email/{letter}", context, key=message.key)


def _keep(person: User, letter: str, key: str, *, announced: bool, **context: Any) -> None:
    """The words of the letter without the link that chooses a password: that is for the mailbox alone."""
    title, words = mail.written(f"certification/email/{letter}", {"answer": "write to the office", **context})
    inbox.post(person, title=title, words=words, key=key, at=clock.now(), announced=announced)


def requirement_met(met: RequirementMet) -> None:
    """Into the inbox of the holder, in the transaction of its cause: what the office recorded needs no e-mail of its own."""
    holder = met.certificate.holder
    if invitations.is_reachable(holder):
        context = {
            "name": holder.get_full_name(),
            "met": met,
            "requirement": met.get_requirement_display(),
            "my_url": _address("dashboard"),
            **_about(met.certificate),
        }
        _keep(holder, "requirement_met", f"requirement_met:{met.pk}", announced=False, **context)


def _about(certificate: Certificate) -> dict[str, Any]:
    return {
        "certificate": certificate,
        "certificates_url": _address("certificates"),
        "public_url": f"{settings.SITE_URL}{certificate.get_absolute_url()}",
    }


@handles("certification.term_granted")
def term_granted(message: OutboxMessage) -> None:
    """To the holder, once the document of the term is made, with the day from which it holds; nothing once the term is over."""
    on = clock.today()
    term = Term.objects.select_related("certificate__holder", "certificate__scheme").get(pk=message.subject_id)
    if term.voided_at is not None or term.last_day < on:
        return
    begins_later = term.first_day > on
    follows = begins_later and any(span.covers(on) for span in term.certificate.spans())
    context = {"term": term, "begins_later": begins_later, "follows": follows, **_about(term.certificate)}
    _write(term.certificate.holder, "term_granted", message, **context)


@handles("certification.reminder")
def reminder(message: OutboxMessage) -> None:
    """To the holder, if something is still to be done on the day it goes out."""
    on = clock.today()
    asked = Term.objects.select_related("certificate__holder", "certificate__scheme").get(pk=message.subject_id)
    facts = gathering.gather(asked.certificate)
    # A corrected first day voids the row that was asked about and leaves its end: that is the term meant.
    term = asked.certificate.terms.current().filter(last_day=asked.last_day).first()
    if term is None or not rules.is_reminder_of_use(facts, term.span, on=on):
        return
    missing = rules.missing_requirements(facts, on=on)
    course = gathering.review_courses([asked.certificate]).get(asked.certificate.scheme.review_course_key)
    behind_since = rules.course_behind_since(gathering.reviewed(course), facts, on=on) if Unmet.REVIEW in missing else None
    context = {
        "certificate": asked.certificate,
        "last_day": term.last_day,
        "days_left": (term.last_day - on).days,
        "missing": [what for what in missing if not (behind_since and what is Unmet.REVIEW)],
        "behind_since": behind_since,
        "office_email": settings.OFFICE_EMAIL,
        "is_behind_today": bool(behind_since and behind_since <= on),
        "late_until": rules.late_period_ends_on(facts),
        "renewal_url": f"{_address('renewal')}?certificate={asked.certificate.number}",
    }
    _write(asked.certificate.holder, "reminder", message, kept=False, **context)


def _entry(message: OutboxMessage) -> tuple[Entry, dict[str, Any]]:
    """The act that a letter tells of, and its details; those of a person who was forgotten are empty."""
    entry = Entry.objects.select_related("detail").get(pk=message.subject_id)
    return entry, entry.detail.facts


@handles("certification.name_corrected")
def name_corrected(message: OutboxMessage) -> None:
    """To the person whose name is another now."""
    entry, _ = _entry(message)
    person = User.objects.get(pk=entry.subject_id)
    holds_one = Certificate.objects.filter(holder=person).exists()
    _write(person, "name_corrected", message, new=person.name, holds_one=holds_one, certificates_url=_address("certificates"))


@handles("certification.term_corrected")
def term_corrected(message: OutboxMessage) -> None:
    """To the holder; nothing when the term was corrected again or taken back meanwhile, which has its own letter."""
    _, told = _entry(message)
    term = Term.objects.current().select_related("certificate__holder", "certificate__scheme").filter(pk=told.get("term")).first()
    if term is not None:
        _write(term.certificate.holder, "term_corrected", message, term=term, **_about(term.certificate))


@handles("certification.term_taken_back")
def term_taken_back(message: OutboxMessage) -> None:
    """To the holder of a term that was granted in error."""
    _, told = _entry(message)
    term = Term.objects.select_related("certificate__holder", "certificate__scheme").filter(pk=told.get("term")).first()
    if term is not None:
        has_terms = term.certificate.terms.current().exists()
        context = {"term": term, "has_terms": has_terms, "my_url": _address("dashboard"), **_about(term.certificate)}
        _write(term.certificate.holder, "term_taken_back", message, **context)


@handles("certification.given_back")
def given_back(message: OutboxMessage) -> None:
    """To the holder who gave a certificate back."""
    entry, _ = _entry(message)
    certificate = Certificate.objects.select_related("holder", "scheme").get(pk=entry.subject_id)
    last = max((term.last_day for term in certificate.terms.current() if term.given_back), default=None)
    if last is not None:
        _write(certificate.holder, "given_back", message, last_day=last, **_about(certificate))


@handles("certification.certificate_received")
def certificate_received(message: OutboxMessage) -> None:
    """To the person whom a certificate was meant for. Not a word of the one who had it."""
    entry, told = _entry(message)
    certificate = Certificate.objects.select_related("holder", "scheme").get(pk=entry.subject_id)
    if certificate.holder_id == told.get("after"):
        _write(certificate.holder, "certificate_received", message, terms=certificate.terms.current(), **_about(certificate))


@handles("certification.certificate_taken")
def certificate_taken(message: OutboxMessage) -> None:
    """To the person under whose name a certificate stood by mistake. Not a word of the one whom it was meant for."""
    entry, told = _entry(message)
    certificate = Certificate.objects.select_related("scheme").get(pk=entry.subject_id)
    person = User.objects.filter(pk=told.get("before", 0)).exclude(pk=certificate.holder_id).first()
    if person is not None:
        _write(person, "certificate_taken", message, certificate=certificate, my_url=_address("dashboard"))
