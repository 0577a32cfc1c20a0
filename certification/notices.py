"""Letters about certificates. Each handler bears being run twice: the letter's key is the message's."""

from django.conf import settings
from django.urls import reverse

from accounts import mail
from audit import clock
from certification import gathering, rules
from certification.models import CertificateDocument, Term
from outbox.models import OutboxMessage
from outbox.queue import handles


def _address(name: str) -> str:
    return f"{settings.SITE_URL}{reverse(name)}"


@handles("certification.term_granted")
def term_granted(message: OutboxMessage) -> None:
    """To the holder, once the document of the term is made."""
    term = Term.objects.select_related("certificate__holder", "certificate__scheme").get(pk=message.subject_id)
    if term.voided_at:
        return
    holder = term.certificate.holder
    context = {
        "name": holder.get_full_name(),
        "term": term,
        "certificate": term.certificate,
        "certificates_url": _address("certificates"),
        "public_url": f"{settings.SITE_URL}{term.certificate.get_absolute_url()}",
        "is_new": CertificateDocument.objects.filter(term__certificate=term.certificate).count() <= 1,
    }
    mail.send(holder, "certification/email/term_granted", context, key=message.key)


@handles("certification.reminder")
def reminder(message: OutboxMessage) -> None:
    """To the holder, if something is still to be done on the day it goes out."""
    on = clock.today()
    term = Term.objects.select_related("certificate__holder", "certificate__scheme").get(pk=message.subject_id)
    facts = gathering.gather(term.certificate)
    if term.voided_at or not rules.is_reminder_of_use(facts, term.span, on=on):
        return
    context = {
        "name": term.certificate.holder.get_full_name(),
        "certificate": term.certificate,
        "last_day": term.last_day,
        "days_left": (term.last_day - on).days,
        "missing": rules.missing_requirements(facts, on=on),
        "late_until": rules.late_period_ends_on(facts),
        "renewal_url": f"{_address('renewal')}?certificate={term.certificate.number}",
    }
    mail.send(term.certificate.holder, "certification/email/reminder", context, key=message.key)
