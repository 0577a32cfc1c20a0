"""Forgetting a person: the row stays as a tombstone that names nobody, and what hangs on it is kept or goes, each app for its part.

Asked for by the person, or noted by the office and confirmed by the person; by two site administrators where the person cannot log in.
"""

from collections.abc import Iterator
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Q

from accounts import actions, personal, proposals, roles
from accounts.facts import Offices, ProposalState
from accounts.models import ErasureRequest, Proposal, User
from accounts.rules import SOMEBODY_ELSE, has_conflict
from audit import clock, log
from outbox import queue as outbox
from outbox.models import OutboxMessage
from outbox.queue import handles

KIND = "accounts.erase"
ALREADY = "This account was erased already."
OFFICE_HELD = (
    "The person works for the association. Every role has to be withdrawn first, so that no act of the office is left without its person."
)
SAY_WHY = "Please say why, in 500 characters at most."
LONGEST_REASON = 500


class NotErased(ValueError):
    """Nothing was removed; `reasons` lists every sentence that says why, with its day where there is one."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


def against(person: User, *, at: datetime, but: Proposal | None = None) -> list[str]:
    """Every reason not to forget a person now; empty when it can be done. `but`: the proposal that does it."""
    return list(_reasons(person, at=at, but=but))


def _reasons(person: User, *, at: datetime, but: Proposal | None) -> Iterator[str]:
    if person.erased_at is not None:
        yield ALREADY
        return
    if roles.offices_of(person) != Offices():
        yield OFFICE_HELD
    concerned = Q(about=person) | Q(made_by=person) | Q(signatures__person=person)
    open_ones = Proposal.objects.filter(concerned, state=ProposalState.OPEN.value, expires_at__gt=at)
    for proposal in open_ones.exclude(pk__in=[but.pk] if but else []).distinct().order_by("expires_at"):
        day = proposal.expires_at
        yield f"A proposal that concerns the person waits for signatures, until {day:%B} {day.day}, {day.year} at the latest."
    for part in personal.parts():
        yield from part.against(person, clock.day_of(at))


@transaction.atomic
def ask(person: User, *, reason: str, by: User, at: datetime) -> ErasureRequest:
    """Note for the office that a person asks to be forgotten, and send the letter by which the person says yes or no. Raises NotErased."""
    person = User.objects.select_for_update().get(pk=person.pk)
    reasons = against(person, at=at)
    if not 0 < len(reason.strip()) <= LONGEST_REASON:
        reasons.append(SAY_WHY)
    if has_conflict(by=by.pk, about=person.pk):
        reasons.append(SOMEBODY_ELSE)
    if waiting(person) is not None:
        reasons.append("This is noted already and waits for the person’s own yes.")
    if reasons:
        raise NotErased(reasons)
    request = ErasureRequest.objects.create(person=person, asked_by=by, asked_at=at, reason=reason.strip())
    entry = log.record(actions.ERASURE_ASKED, person, by=by, reason=request.reason)
    outbox.put("accounts.erasure_asked", person.pk, key=f"erasure_asked:{entry.uid}")
    return request


def waiting(person: User) -> ErasureRequest | None:
    """The office's note that waits for the person's yes."""
    return ErasureRequest.objects.filter(person=person, ended_at=None).first()


@transaction.atomic
def take_back(person: User, *, by: User, at: datetime) -> bool:
    """The person does not want it, or the office withdraws its note; answers whether one was waiting."""
    taken = ErasureRequest.objects.filter(person=person, ended_at=None).update(ended_at=at)
    if taken:
        log.record(actions.ERASURE_TAKEN_BACK, person, by=by)
    return bool(taken)


@transaction.atomic
def erase(person: User, *, by: User, at: datetime, proposal: Proposal | None = None) -> None:
    """Forget a person, all apps in one transaction. The person does it (`by`), or a proposal that has its signatures. Raises NotErased.

    In this order: each app forgets its part; the row becomes a tombstone; the ledger forgets; the last entry says that it was done.
    """
    person = User.objects.select_for_update().get(pk=person.pk)
    reasons = against(person, at=at, but=proposal)
    if proposal is None and by.pk != person.pk:
        reasons.append("The person says yes, or two site administrators sign.")
    if reasons:
        raise NotErased(reasons)
    for part in personal.parts():
        part.forget(person, personal.Forgetting(by=by, at=at, on=clock.day_of(at)))
    User.objects.filter(pk=person.pk).update(
        email=f"{person.uid.hex}@erased.invalid", password=make_password(None), is_active=False, last_login=None, erased_at=at
    )
    log.forget(person, by=by)
    log.record(actions.ERASED, person, by=by, asked="two site administrators" if proposal else "the person")
    if proposal is not None:
        # The proposal ends after this, and only what has ended can be emptied.
        outbox.put("accounts.forget_proposals", person.pk, key=f"forget_proposals:{proposal.uid}")


@transaction.atomic
def propose(person: User, *, by: User, reason: str, at: datetime) -> Proposal:
    """Propose to forget a person who cannot log in, and sign it first; a letter tells the person. Raises NotErased and CannotSign."""
    if reasons := against(person, at=at):
        raise NotErased(reasons)
    if reasons := roles.against_alone(person, by=by):
        raise proposals.CannotSign(reasons)
    made = proposals.make(KIND, {"person": person.pk, "reason": reason}, about=person, by=by, at=at)
    outbox.put("accounts.erasure_proposed", person.pk, key=f"erasure_proposed:{made.uid}")
    return made


def _carry_out(payload: proposals.Payload, *, by: User, at: datetime, proposal: Proposal) -> None:
    erase(User.objects.get(pk=payload["person"]), by=by, at=at, proposal=proposal)


@proposals.kind(
    KIND,
    title="Erase the account of a person who cannot log in",
    signers=roles.TWO_ADMINISTRATORS,
    act=_carry_out,
    refusals=(NotErased,),
    readers=[roles.is_auditor],
)
def document(payload: proposals.Payload) -> str:
    """What the signers read."""
    person = User.objects.get(pk=payload["person"])
    return (
        f"What this site keeps about {person.get_full_name()} ({person.email}) is removed, at the person’s request. Names, documents, "
        "typed names, devices and letters go; numbers, days and standing stay and name nobody. It cannot be undone.\n\n"
        "Sign only after you have made sure, by telephone or face to face, that the person wants this and cannot log in.\n\n"
        f"Reason: {payload['reason']}"
    )


@handles("accounts.forget_proposals")
def forget_proposals(message: OutboxMessage) -> None:
    """Empty the words of what two signed about a person, once it has ended."""
    proposals.forget(User.objects.get(pk=message.subject_id), at=clock.now())
