"""Acts that nobody does alone: proposed with one signature, done in the transaction of the last one.

An app registers what can be proposed with `kind`, next to the verb that does it. What is signed is a payload (its canonical form,
rules.canonical) and the document written from it, which is what the signers read; both are fixed by a digest, and a proposal whose
document would read differently today is void. Where the words are confidential the document is a fixed line of ids and digests, and
`reading` shows the words to whoever may read the proposal: they are kept nowhere here.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any, cast

from django.db import IntegrityError, transaction
from django.db.models import Q

from accounts import actions, rules
from accounts.facts import PROPOSAL_LIFE, ProposalState
from accounts.models import Proposal, Roles, Signature, User
from audit import log
from outbox import queue as outbox

Payload = dict[str, Any]
Predicate = Callable[[User], bool]
Document = Callable[[Payload], str]
# The seats of a kind, one predicate each; a function where they depend on the payload, such as the people of one case.
Seats = Sequence[Predicate] | Callable[[Payload], Sequence[Predicate]]
Reading = Callable[[Payload, User], str]

OVER = "Its seven days are over. Nothing was done; it can be proposed again."
CHANGED = "What it says has changed since it was first signed, so it is void. Nothing was done; it can be proposed again."
EDITED = "It was changed after it was signed, so it is void. Nothing was done."
OTHER_WORDS = "What you read is not what stands here now. Please read it again before you sign."
ENDED = {
    ProposalState.DONE: "It has been done already.",
    ProposalState.WITHDRAWN: "It was withdrawn.",
    ProposalState.VOID: "It is void.",
}


LONGEST_REASON = 500  # characters


class CannotSign(ValueError):
    """Nothing was signed and nothing done; `reasons` lists every sentence that says why."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


class CannotWithdraw(CannotSign):
    """The proposal stands as it was."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What can be proposed: who signs (one predicate a seat), what is done, and the document that says so.

    `act` is called with the payload and, by keyword, `by` (the last signer), `at` and `proposal`, in the transaction of the last
    signature; an exception undoes both. `refusals` are exceptions of the act with `reasons`, told to the signer. `readers` may read
    proposals of this kind without signing. Where the seats depend on the payload: `candidates` gives whom to tell that a signature
    waits, and `among` a filter that leaves out what a person may surely not read. `reading` gives the words where the document has none.
    """

    name: str
    title: str
    signers: tuple[Predicate, ...] | Callable[[Payload], Sequence[Predicate]]
    act: Callable[..., object]
    document: Document
    refusals: tuple[type[Exception], ...]
    readers: tuple[Predicate, ...]
    candidates: Callable[[Payload], Iterable[User]] | None = None
    among: Callable[[User], Q] | None = None
    reading: Reading | None = None

    def seats(self, payload: Payload) -> tuple[Predicate, ...]:
        """One predicate a seat. A payload that was forgotten has none that depends on it."""
        if callable(self.signers):
            return tuple(self.signers(payload)) if payload else ()
        return self.signers


KINDS: dict[str, Kind] = {}


def kind(
    name: str,
    *,
    title: str,
    signers: Seats,
    act: Callable[..., object],
    refusals: tuple[type[Exception], ...] = (),
    readers: Sequence[Predicate] = (),
    candidates: Callable[[Payload], Iterable[User]] | None = None,
    among: Callable[[User], Q] | None = None,
    reading: Reading | None = None,
) -> Callable[[Document], Document]:
    """Register what can be proposed under `name`, by decorating the function that writes its document from the payload.

    Raises ValueError for a name that is taken, for fewer than two signers (where the seats depend on the payload: when it is
    proposed), and for seats that depend on the payload without `candidates`.
    """

    def register(document: Document) -> Document:
        if name in KINDS:
            raise ValueError(f"two kinds of proposal are called {name}")
        if not callable(signers):
            _enough(name, signers)
        elif candidates is None:
            raise ValueError(f"the seats of {name} depend on the payload: say with `candidates` whom to tell")
        seats = signers if callable(signers) else tuple(signers)
        KINDS[name] = Kind(name, title, seats, act, document, refusals, tuple(readers), candidates, among, reading)
        return document

    return register


def _enough(name: str, seats: Sequence[Predicate]) -> int:
    if len(seats) < 2:
        raise ValueError(f"{name} needs two signers: for less there is a verb")
    return len(seats)


def make(name: str, payload: Payload, *, about: User | None, by: User, at: datetime) -> Proposal:
    """Propose an act and sign it first. `about`: the person it concerns, who signs it neither now nor later.

    Raises CannotSign when `by` may not sign or the same act waits already; TypeError and ValueError where the payload has no one form,
    ValueError where it gives fewer than two seats.
    """
    wanted = KINDS[name]
    spelling = rules.canonical(payload)
    plain = rules.plain(payload)
    with transaction.atomic():
        people = _lock_people([by], about=about)
        _end_what_is_over(name, rules.digest(spelling), at=at)
        document = wanted.document(plain)
        proposal = Proposal(
            kind=name,
            payload=plain,
            payload_digest=rules.digest(spelling),
            document=document,
            document_digest=rules.digest(document),
            about=about,
            needed=_enough(name, wanted.seats(plain)),
            made_by=by,
            made_at=at,
            expires_at=at + PROPOSAL_LIFE,
        )
        if reasons := _against_signing(proposal, people[by.pk], signers=[]):
            raise CannotSign(reasons)
        _keep(proposal)
        log.record(actions.PROPOSED, proposal, by=by, kind=name, payload=proposal.payload_digest, document=proposal.document_digest)
        _put_signature(proposal, by, number=1, at=at)
        _tell_signers(proposal, but={by.pk})
    return proposal


def sign(proposal: Proposal, *, shown: str, by: User, at: datetime) -> Proposal:
    """Add a signature under what was read; the last one does the act. `shown`: `digest_of` the proposal on the page that was read.

    Raises CannotSign with every reason; a proposal that turns out void is ended as such. What the act raises goes through, and leaves
    everything as it was.
    """
    with transaction.atomic():
        locked = Proposal.objects.select_for_update().get(pk=proposal.pk)
        signers = [signature.person_id for signature in locked.signatures.order_by("number")]
        people = _lock_people([by, *User.objects.filter(pk__in=signers)], about=locked.about)
        earlier = [people[pk] for pk in signers]
        if reasons := _against_reading(locked, shown=shown, at=at):
            raise CannotSign(reasons)
        void = why_void(locked, earlier)
        if void:
            _end(locked, ProposalState.VOID, why=void, by=None, action=actions.PROPOSAL_VOIDED, at=at)
        else:
            _sign(locked, people[by.pk], earlier, at=at)
    if void:
        raise CannotSign([void])
    return locked


def withdraw(proposal: Proposal, *, reason: str, by: User, at: datetime) -> None:
    """Take a proposal back. Whoever made it may, and whoever may sign it. Raises CannotWithdraw."""
    with transaction.atomic():
        locked = Proposal.objects.select_for_update().get(pk=proposal.pk)
        reasons = _ended(locked, at=at)
        if by.pk != locked.made_by_id and not may_sign(locked, by):
            reasons.append("Only who made it, or may sign it, withdraws it.")
        if not 0 < len(reason.strip()) <= LONGEST_REASON:
            reasons.append(f"Please say why, in {LONGEST_REASON} characters at most.")
        if reasons:
            raise CannotWithdraw(reasons)
        _end(locked, ProposalState.WITHDRAWN, why=reason, by=by, action=actions.PROPOSAL_WITHDRAWN, at=at)


def void(proposal: Proposal, *, why: str, at: datetime) -> None:
    """End an open proposal that nobody shall sign any more, because what it rests on is gone. `why`: a sentence for who would sign."""
    with transaction.atomic():
        locked = Proposal.objects.select_for_update().get(pk=proposal.pk)
        if locked.state == ProposalState.OPEN.value:
            _end(locked, ProposalState.VOID, why=why, by=None, action=actions.PROPOSAL_VOIDED, at=at)


def digest_of(proposal: Proposal) -> str:
    """What a signature under this proposal covers, SHA-256 in hexadecimal."""
    return rules.signed_digest(proposal.kind, proposal.payload_digest, proposal.document_digest)


def may_sign(proposal: Proposal, person: User) -> bool:
    """Whether a seat of this kind is open to the person, whoever else has signed. Nobody signs what is about themselves."""
    return person.is_active and person.pk != proposal.about_id and bool(_seats(proposal, person))


def may_read(proposal: Proposal, person: User) -> bool:
    """Who may sign it, made it or reads proposals of its kind."""
    wanted = KINDS[proposal.kind]
    return person.is_active and (
        may_sign(proposal, person) or person.pk == proposal.made_by_id or any(may(person) for may in wanted.readers)
    )


def open_to(person: User) -> Q:
    """A filter for the proposals that a person may read. Where seats depend on the payload it lets too many through: ask `may_read`."""
    found = Q(kind__in=KINDS, made_by=person)
    for name, known in KINDS.items():
        if any(may(person) for may in known.readers) or (not callable(known.signers) and any(may(person) for may in known.signers)):
            found |= Q(kind=name)
        elif callable(known.signers):
            found |= Q(kind=name) & (known.among(person) if known.among else Q())
    return found


def reading(proposal: Proposal, person: User) -> str:
    """What a person who may read the proposal reads: its document, or the words that are kept elsewhere.

    Raises PermissionError for anybody else, before anything is unsealed.
    """
    if not may_read(proposal, person):
        raise PermissionError("this proposal is not for this person to read")
    wanted = KINDS[proposal.kind]
    return proposal.document if wanted.reading is None or proposal.forgotten_at else wanted.reading(proposal.payload, person)


def headline(proposal: Proposal) -> str:
    """A line for lists: the first of its document; of a confidential one, what kind of act it is."""
    wanted = KINDS[proposal.kind]
    return proposal.document.partition("\n")[0] if wanted.reading is None else wanted.title


def waiting_for(person: User, *, at: datetime) -> int:
    """How many proposals the person may sign and has not signed yet. What seats depend on is asked of each such proposal."""
    open_rows = Proposal.objects.waiting(at=at).filter(open_to(person)).exclude(about=person).exclude(signatures__person=person)
    plain = [name for name, known in KINDS.items() if not callable(known.signers) and any(may(person) for may in known.signers)]
    rows = list(open_rows)
    return sum(row.kind in plain or (callable(KINDS[row.kind].signers) and may_sign(row, person)) for row in rows)


def why_void(proposal: Proposal, signers: Sequence[User]) -> str:
    """Why an open proposal can no longer be signed by anybody, in a sentence; empty where it can. `signers`: in their order."""
    wanted = KINDS[proposal.kind]
    if (
        rules.digest(rules.canonical(proposal.payload)) != proposal.payload_digest
        or rules.digest(proposal.document) != proposal.document_digest
    ):
        return EDITED
    if len(wanted.seats(proposal.payload)) != proposal.needed:
        return CHANGED
    lost = [person for person in signers if not may_sign(proposal, person)]
    if lost or not rules.are_seated([_seats(proposal, person) for person in signers]):
        who = " and ".join(person.get_full_name() for person in lost or signers)
        return f"{who} signed it and may no longer do so, so it is void. Nothing was done; it can be proposed again."
    return "" if wanted.document(proposal.payload) == proposal.document else CHANGED


@transaction.atomic
def forget(person: User, *, at: datetime, names: Sequence[str] = ()) -> int:
    """Empty the words of proposals about a person whose time is over, and of those whose end names the person. Answers how many.

    `names`: those the person went by; they stand where a signature counted no longer (why_void). Digests and signatures stay.
    """
    for over in Proposal.objects.select_for_update().filter(about=person, state=ProposalState.OPEN.value, expires_at__lte=at):
        _end(over, ProposalState.VOID, why=OVER, by=None, action=actions.PROPOSAL_VOIDED, at=at)
    named = reduce(or_, (Q(ended_why__contains=name) for name in names if name), Q(pk=None))
    spoken = named & Q(pk__in=Signature.objects.filter(person=person).values("proposal"), state=ProposalState.VOID.value)
    meant = Proposal.objects.filter(Q(about=person) | spoken, forgotten_at=None).exclude(state=ProposalState.OPEN.value)
    done = meant.filter(state=ProposalState.DONE.value).update(payload={}, document="", ended_why="", forgotten_at=at)
    died = meant.update(payload={}, document="", ended_why="The words were removed.", forgotten_at=at)
    log.record(actions.PROPOSALS_FORGOTTEN, person, by=None, proposals=done + died)
    return done + died


def _seats(proposal: Proposal, person: User) -> frozenset[int]:
    seats = KINDS[proposal.kind].seats(proposal.payload)
    return frozenset(seat for seat, may in enumerate(seats) if may(person))


def _lock_people(people: Sequence[User], *, about: User | None) -> dict[int, User]:
    """Everybody whose role counts, as the database has them, in one order; their roles do not change until this is over."""
    wanted = {person.pk for person in people} | ({about.pk} if about else set())
    return {person.pk: person for person in User.objects.select_for_update().filter(pk__in=wanted).order_by("pk")}


def _ended(proposal: Proposal, *, at: datetime) -> list[str]:
    if proposal.state != ProposalState.OPEN.value:
        return [ENDED[ProposalState(proposal.state)]]
    return [OVER] if at >= proposal.expires_at else []


def _against_reading(proposal: Proposal, *, shown: str, at: datetime) -> list[str]:
    reasons = _ended(proposal, at=at)
    if not reasons and shown != digest_of(proposal):
        reasons.append(OTHER_WORDS)
    return reasons


def _against_signing(proposal: Proposal, person: User, *, signers: Sequence[User]) -> list[str]:
    if person.pk in {signer.pk for signer in signers}:
        return ["You have signed it already: it takes another person."]
    if person.pk == proposal.about_id:
        return ["It is about you: others sign it."]
    if not may_sign(proposal, person):
        return ["Your roles do not let you sign this."]
    if not rules.are_seated([_seats(proposal, signer) for signer in [*signers, person]]):
        return ["It has this signature already: it takes somebody with another role."]
    return []


def _sign(proposal: Proposal, by: User, earlier: Sequence[User], *, at: datetime) -> None:
    if reasons := _against_signing(proposal, by, signers=earlier):
        raise CannotSign(reasons)
    wanted = KINDS[proposal.kind]
    _put_signature(proposal, by, number=len(earlier) + 1, at=at)
    if len(earlier) + 1 < proposal.needed:
        return
    try:
        wanted.act(proposal.payload, by=by, at=at, proposal=proposal)
    except wanted.refusals as refusal:
        raise CannotSign([*cast(Any, refusal).reasons, "It was not signed and not done."]) from refusal
    _end(proposal, ProposalState.DONE, why="", by=by, action=actions.CARRIED_OUT, at=at)


def _put_signature(proposal: Proposal, person: User, *, number: int, at: datetime) -> None:
    Signature.objects.create(proposal=proposal, person=person, number=number, digest=digest_of(proposal), signed_at=at)
    log.record(actions.SIGNED, proposal, by=person, number=number, digest=digest_of(proposal))


def _end(proposal: Proposal, state: ProposalState, *, why: str, by: User | None, action: Any, at: datetime) -> None:
    proposal.state, proposal.ended_at, proposal.ended_why = state.value, at, why
    proposal.save(update_fields=["state", "ended_at", "ended_why"])
    log.record(action, proposal, by=by, kind=proposal.kind, digest=digest_of(proposal))


def _end_what_is_over(name: str, payload_digest: str, *, at: datetime) -> None:
    """The same act, proposed before and over by its days, makes room for a new proposal."""
    over = Proposal.objects.select_for_update().filter(
        kind=name, payload_digest=payload_digest, state=ProposalState.OPEN.value, expires_at__lte=at
    )
    for proposal in over:
        _end(proposal, ProposalState.VOID, why=OVER, by=None, action=actions.PROPOSAL_VOIDED, at=at)


def _keep(proposal: Proposal) -> None:
    """Store a proposal; of the same act one waits at a time, whoever clicks how often."""
    try:
        with transaction.atomic():
            proposal.save(force_insert=True)
    except IntegrityError:
        raise CannotSign(["The same waits for a signature already."]) from None


def _tell_signers(proposal: Proposal, *, but: set[int]) -> None:
    """A letter to everybody who may sign: that something waits, and no word on what."""
    for person in _possible_signers(proposal):
        if person.pk not in but and may_sign(proposal, person):
            outbox.put("accounts.signature_waits", f"{proposal.pk}:{person.pk}", key=f"signature_waits:{proposal.uid}:{person.pk}")


def _possible_signers(proposal: Proposal) -> Iterable[User]:
    """Whom the kind names; otherwise everybody in office."""
    if candidates := KINDS[proposal.kind].candidates:
        return {person.pk: person for person in candidates(proposal.payload)}.values()
    return [row.person for row in Roles.objects.filter(person__is_active=True).select_related("person").order_by("pk")]
