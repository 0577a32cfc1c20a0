"""The one line that leaves by e-mail about a case. It is the same for everybody: who reads it over a shoulder learns nothing."""

import json
from uuid import UUID

from accounts import mail
from accounts.models import User
from audit import clock
from complaints import papers, pool
from complaints.facts import PaperKind, Seat
from complaints.models import Assignment, Case, Letter
from complaints.papers import Erased
from outbox.models import OutboxMessage
from outbox.queue import handles

TEMPLATE = "complaints/email/message_waits"


@handles("complaints.message_waits")
def message_waits(message: OutboxMessage) -> None:
    """To whoever complained, if they left an address and want to hear; nothing once the case is erased."""
    letter = Letter.objects.select_related("case").get(pk=message.subject_id)
    case = letter.case
    address = address_of(case) if case.wants_updates else ""
    if address:
        mail.send(address, TEMPLATE, {}, key=message.key)


@handles("complaints.case_waits")
def case_waits(message: OutboxMessage) -> None:
    """To a person of the office, if they may still take the case or have a seat in it."""
    uid, _, pk = message.subject_id.partition(":")
    case, person, on = Case.objects.get(uid=UUID(uid)), User.objects.get(pk=int(pk)), clock.today()
    if not person.is_active or not person.email:
        return
    holds = Assignment.objects.open().filter(case=case, person=person).exists()
    if holds or any(not pool.against(case, person.pk, seat, on=on) for seat in (Seat.TAKER, Seat.REGISTRAR)):
        mail.send(person, TEMPLATE, {}, key=message.key)


def address_of(case: Case) -> str:
    """The address that whoever complained left last; empty where there is none, or nobody can read it any more."""
    paper = case.papers.filter(kind=PaperKind.CONTACT.value).order_by("pk").last()
    try:
        told = json.loads(papers.read_for_machine([paper])[0]) if paper else {}
    except Erased:
        return ""
    return str(told.get("mail") or "")
