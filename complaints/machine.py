"""The one way to move a case, an interim order or an application: locked, checked, written, told, in one transaction.

What a step is stands in complaints/states, whether it may be taken in complaints/rules. What else it does is an effect that the verb
modules register here. A step of several persons waits as a row with a proposal (accounts.proposals), which holds ids and digests alone;
it is done in the transaction of the last signature. Whatever is refused is refused whole, with every reason, and stands on the record.
"""

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import date, datetime
from random import Random, SystemRandom
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts import proposals
from accounts.models import Proposal, Signature, User
from accounts.rules import canonical, digest
from audit import clock, log
from complaints import actions, gathering, letters, papers, running, seats, spelling
from complaints.facts import Actor, ClockName, Machine, PaperKind, Purpose, Seat
from complaints.models import Case, InterimOrder, Reinstatement, Step
from complaints.rules.filled import against_filling
from complaints.rules.gathered import CaseFacts
from complaints.rules.guards import GUARDS, OPENED, against, state_after, state_of
from complaints.rules.people import EXCLUDES, allowed_hands, among, signatures
from complaints.states import Hand, Transition, steps_from
from complaints.states import step as step_named

Values = Mapping[str, Any]
KIND = "complaints.step"
DRAWN_ON_DEMAND = frozenset({Seat.SECOND_INTAKE, Seat.REGISTRAR, Seat.DEPUTY_REGISTRAR})

MOVED = "The case has moved on since you opened this page. Please look at it again; what you wrote is still here."
NOT_NOW = "This is not possible now: the case has moved on. Load the page again."
WAITS = "This step waits for a signature already. Sign it, or withdraw it first."


class StepRefused(ValueError):
    """Nothing was done; `reasons` lists every sentence that says why and what to do."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = list(reasons)


@dataclass(frozen=True, slots=True)
class Move:
    """A step as it is taken: what an effect gets, inside the transaction, the case locked. `signers`: in the order they signed."""

    case: Case
    transition: Transition
    step: Step
    values: Values
    facts: CaseFacts
    by: User | None
    signers: tuple[User, ...]
    at: datetime
    on: date
    order: InterimOrder | None = None
    application: Reinstatement | None = None

    @property
    def chance(self) -> Random:
        """What draws people for this move."""
        return CHANCE.get() or SYSTEM


Effect = Callable[[Move], None]
EFFECTS: dict[str, Effect] = {}
SYSTEM = SystemRandom()
CHANCE: ContextVar[Random | None] = ContextVar("chance", default=None)


@contextmanager
def drawing_with(chance: Random) -> Iterator[None]:
    """Draw with another source of chance while this lasts: for tests, and for a demonstration that tells a given story."""
    token = CHANCE.set(chance)
    try:
        yield
    finally:
        CHANCE.reset(token)


def effect(name: str) -> Callable[[Effect], Effect]:
    """Register what else a step does, beside what its row says: it runs before the state is written, the case locked.

    It changes the case that it is given; the machine saves it. Raises ValueError for a step that has an effect already, and KeyError
    for one that is none.
    """

    def register(function: Effect) -> Effect:
        if name in EFFECTS:
            raise ValueError(f"{name} has two effects")
        step_named(name)
        EFFECTS[name] = function
        return function

    return register


def apply(
    name: str,
    case: Case,
    *,
    values: Values,
    version: int | None,
    at: datetime,
    by: User | None = None,
    acting: Actor | None = None,
    order: InterimOrder | None = None,
    application: Reinstatement | None = None,
) -> Step:
    """Take a step, or give it its first signature where it needs several. Answers its row: taken, or waiting.

    `version`: of the case, as whoever acts saw it; None for the calendar. `acting`: who acts without a seat (a party, the calendar).
    `values`: by the names of the fields, with `reason` and `reason_text`. A step that waits already is signed with `sign`.
    Raises StepRefused with every reason; the refusal is on the record and nothing else is.
    """
    transition = step_named(name)
    try:
        with transaction.atomic():
            locked = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
            move = _begin(transition, locked, values, version, at=at, by=by, acting=acting, order=order, application=application)
            needed = signatures(transition, move.facts, by_calendar=acting is Actor.SYSTEM)
            taken = _propose(move, needed) if len(needed) > 1 else _take(move)
    except StepRefused as refusal:
        log.record(actions.STEP_REFUSED, case, by=by, step=name, reasons=len(refusal.reasons))
        raise
    return taken


def preview(
    name: str, case: Case, *, values: Values, version: int | None, at: datetime, by: User, order: InterimOrder | None = None
) -> Move:
    """A step as it would be taken, for the page that shows it beforehand. Writes nothing. Raises StepRefused with every reason."""
    with transaction.atomic():
        locked = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
        return _begin(step_named(name), locked, values, version, at=at, by=by, acting=None, order=order, application=None)


def sign(row: Step, *, shown: str, by: User, at: datetime, more: Values | None = None) -> Step:
    """Give a step that waits its next signature, under what was read; the last one does it. Answers the row.

    `shown`: accounts.proposals.digest_of on the page that was read. `more`: what the table asks of this signer alone, such as the
    registrar's list of what was checked. Raises StepRefused with every reason; the refusal is on the record and nothing else is.
    """
    try:
        with transaction.atomic():
            locked = Step.objects.select_for_update(of=("self",)).select_related("case", "proposal").get(pk=row.pk)
            if locked.proposal is None or locked.taken_at or locked.void_at:
                raise StepRefused([NOT_NOW])
            if more:
                clear, _ = spelling.apart(step_named(locked.name), more)
                locked.values = {**clear, **locked.values}
                locked.save(update_fields=["values"])
            proposals.sign(locked.proposal, shown=shown, by=by, at=at)
    except (StepRefused, proposals.CannotSign) as refusal:
        log.record(actions.STEP_REFUSED, row.case, by=by, step=row.name, reasons=len(refusal.reasons))
        raise StepRefused(refusal.reasons) from refusal
    row.refresh_from_db()
    return row


def void(row: Step, *, by: User | None, at: datetime, why: str) -> None:
    """End a step that waits, because what it rests on has changed. `why`: a sentence without a word of the case, for who would sign."""
    with transaction.atomic():
        locked = Step.objects.select_for_update(of=("self",)).select_related("case", "proposal").get(pk=row.pk)
        if locked.taken_at or locked.void_at:
            return
        locked.void_at = at
        locked.save(update_fields=["void_at"])
        if locked.proposal:
            proposals.void(locked.proposal, why=why, at=at)
        log.record(actions.STEP_VOIDED, locked.case, by=by, step=locked.name, uid=locked.uid)


def ask(name: str, case: Case, *, values: Values, at: datetime, by: User | None = None, acting: Actor | None = None) -> Step:
    """Ask for a step that others then take: to withdraw, to know a name, to erase. Raises StepRefused; asked twice it stands once."""
    transition = step_named(name)
    try:
        with transaction.atomic():
            locked = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
            hand, facts = _facts(transition, locked, on=clock.day_of(at), by=by, acting=acting, values=values)
            reasons = [] if hand in transition.asked_by else ["This is not yours to ask for."]
            if state_of(facts, transition.machine) not in transition.before:
                reasons.append(NOT_NOW)
            if reasons := reasons or against_filling(transition, facts, values, asking=True):
                raise StepRefused(reasons)
            found = locked.steps.filter(name=name, asked=True, taken_at=None, void_at=None).first()
            row = found or _row(transition, locked, values, by=by, at=at, asked=True)
            if found is None:
                log.record(actions.STEP_ASKED, locked, by=by, step=name, uid=row.uid)
                running.asked(locked, transition, at=at)
    except StepRefused as refusal:
        log.record(actions.STEP_REFUSED, case, by=by, step=name, reasons=len(refusal.reasons))
        raise
    return row


def steps_open_to(person: User, case: Case, *, on: date, order: InterimOrder | None = None) -> list[Transition]:
    """The steps that a person may take, or sign next, as the case stands: what their screen shows. The guards are asked when they act."""
    hands = gathering.hands_of(person, case, on=on)
    facts = replace(gathering.facts(case, on=on, values={}, wants="", order=order), by=person.pk)
    found = []
    for machine in (Machine.CASE, Machine.INTERIM):
        for transition in steps_from(machine, state_of(facts, machine)):
            signed = _signed_by(transition, case)
            if (
                not transition.rides_on
                and among(hands, allowed_hands(transition, replace(facts, signed_by=signed)))
                and person.pk not in signed
            ):
                found.append(transition)
    return found


def waiting(case: Case, name: str) -> Step | None:
    """The row of a step that waits for a signature."""
    row: Step | None = case.steps.filter(name=name, asked=False, taken_at=None, void_at=None).select_related("proposal").last()
    return row


def _signed_by(transition: Transition, case: Case) -> tuple[int, ...]:
    row = waiting(case, transition.name) if transition.is_for_two or transition.name in OPENED else None
    if row is None or row.proposal is None:
        return ()
    return tuple(Signature.objects.filter(proposal=row.proposal).order_by("number").values_list("person", flat=True))


def _begin(
    transition: Transition,
    case: Case,
    values: Values,
    version: int | None,
    *,
    at: datetime,
    by: User | None,
    acting: Actor | None,
    order: InterimOrder | None,
    application: Reinstatement | None,
) -> Move:
    """The step as it would be taken, or StepRefused with everything that speaks against it."""
    on = clock.day_of(at)
    order = InterimOrder.objects.select_for_update().get(pk=order.pk) if order else None
    application = Reinstatement.objects.select_for_update().get(pk=application.pk) if application else None
    values = {**_asked(transition, case), **values}
    _, facts = _facts(transition, case, on=on, by=by, acting=acting, values=values, order=order, application=application)
    reasons = against(transition.name, facts, values, on=on)
    if version is not None and version != case.version:
        reasons = [MOVED, *reasons]
    if reasons:
        raise StepRefused(list(dict.fromkeys(reasons)))
    blank = Step(case=case, name=transition.name)
    return Move(case, transition, blank, values, facts, by, (by,) if by else (), at, on, order, application)


def _asked(transition: Transition, case: Case) -> dict[str, Any]:
    """What whoever asked for the step filled in, where somebody did."""
    if not transition.asked:
        return {}
    row = case.steps.filter(name=transition.name, asked=True, taken_at=None, void_at=None).order_by("pk").last()
    return gathering.values_of(row) if row else {}


def _facts(
    transition: Transition,
    case: Case,
    *,
    on: date,
    by: User | None,
    acting: Actor | None,
    values: Values,
    signed_by: tuple[int, ...] = (),
    order: InterimOrder | None = None,
    application: Reinstatement | None = None,
) -> tuple[Hand | None, CaseFacts]:
    """What the guards are told, and as what the person acts: the first of their hands that this step is for."""
    facts = gathering.facts(case, on=on, values=values, order=order, application=application, wants=transition.name)
    facts = replace(facts, by=by.pk if by else None, signed_by=signed_by)
    if acting is not None:
        hand: Hand | None = acting
    else:
        hands = gathering.hands_of(by, case, on=on) if by else ()
        fitting = among(hands, [*allowed_hands(transition, facts), *transition.asked_by])
        hand = next(iter([*fitting, *hands]), None)
    return hand, replace(facts, hand=hand)


def _row(transition: Transition, case: Case, values: Values, *, by: User | None, at: datetime, asked: bool = False) -> Step:
    """Keep what was filled in: the row, and its words under the key of the case."""
    clear, sealed = spelling.apart(transition, values)
    if len(transition.reasons) == 1 and not asked and transition.name not in spelling.SEALED_WHOLE:
        clear.setdefault("reason", transition.reasons[0].code)
    salt = secrets.token_hex(16)
    row = Step.objects.create(
        case=case,
        machine=transition.machine.value,
        name=transition.name,
        asked=asked,
        version=case.version,
        values=clear,
        digest=digest(canonical({"step": transition.name, "salt": salt, "clear": clear, "sealed": sealed})),
        made_by=by,
        made_at=at,
    )
    if sealed:
        kind = PaperKind.VOTE if transition.name in spelling.SEALED_WHOLE else PaperKind.STEP_VALUES
        papers.write(case, kind, spelling.folded(salt, sealed), by=by, of=row.uid)
    return row


# One signature, or the last


def _take(move: Move, row: Step | None = None) -> Step:
    """Do it: what else it does, the state, the clocks, who had a part, the entry, the letters."""
    transition, case = move.transition, move.case
    row = row or _row(transition, case, move.values, by=move.by, at=move.at)
    row.order, row.application = move.order or row.order, move.application or row.application
    move = replace(move, step=row)
    before = state_of(move.facts, transition.machine)
    after = state_after(transition.name, move.facts, move.values)
    if after is None:
        raise ValueError(f"{transition.name} moves nothing that is there")
    if transition.name in EFFECTS:
        EFFECTS[transition.name](move)
    case.version += 1
    if transition.machine is Machine.CASE:
        case.state = after.value
    case.save()
    _note_parts(move)
    running.moved(case, transition, move.facts, after=after, at=move.at)
    row.before, row.after, row.taken_at = before.value if before else "", after.value, move.at
    row.save(update_fields=["before", "after", "taken_at", "order", "application"])
    log.record(
        actions.STEP_TAKEN, case, by=move.by, step=transition.name, uid=row.uid, before=row.before, after=after.value, version=case.version
    )
    letters.send(case, row, transition, move.facts, move.values, at=move.at)
    return row


def open_for_signature(move: Move, name: str, values: Values) -> Step:
    """What a step leaves to be signed by another, with the signature of whoever takes it: a tally opens the countersignature."""
    transition = step_named(name)
    return _wait(replace(move, transition=transition, values=values), signatures(transition, move.facts))


def ride(
    move: Move, name: str, values: Values, *, order: InterimOrder | None = None, application: Reinstatement | None = None, **told: Any
) -> Step:
    """Take a step that follows from another, in its transaction. `told`: facts as they will be once that one is taken.

    Raises StepRefused, which undoes both.
    """
    transition = step_named(name)
    move.case.save()
    facts = gathering.facts(move.case, on=move.on, values=values, order=order, application=application, wants="tally")
    hand = Actor.SYSTEM if Actor.SYSTEM in transition.by else move.facts.hand
    facts = replace(facts, by=move.by.pk if move.by else None, hand=hand, **told)
    if reasons := [NOT_NOW] * (state_of(facts, transition.machine) not in transition.before) + GUARDS[name](facts, values, on=move.on):
        raise StepRefused(reasons)
    return _take(replace(move, transition=transition, values=values, facts=facts, order=order, application=application))


def fill(move: Move, seat: Seat) -> None:
    """Draw whom a seat lacks. Where nobody is left the case goes on, and finding somebody is a task with a day."""
    if not seats.lacks(move.case, seat):
        return
    try:
        seats.draw(move.case, seat, by=None, at=move.at, chance=move.chance)
    except seats.NotSeated:
        running.start(move.case, ClockName.REDRAW, at=move.at)


def _note_parts(move: Move) -> None:
    """Whoever took part takes no new seat in the case; their own they go on with."""
    if move.transition.name in EXCLUDES:
        for person in move.signers:
            if person.pk != move.facts.respondent:
                seats.note_part(move.case, person, by=move.by, at=move.at)


# Several signatures


def _propose(move: Move, needed: Sequence[frozenset[Hand]]) -> Step:
    """Keep the step as it was filled in, with the first signature; the others find it under what waits for them."""
    if waiting(move.case, move.transition.name):
        raise StepRefused([WAITS])
    for hands in needed:
        _draw_whom_it_lacks(move, hands)
    return _wait(move, needed)


def _wait(move: Move, needed: Sequence[frozenset[Hand]]) -> Step:
    if move.by is None:
        raise ValueError("the calendar and the parties sign nothing")
    row = _row(move.transition, move.case, move.values, by=move.by, at=move.at)
    if move.order:
        row.order = move.order
    if move.application:
        row.application = move.application
    row.save(update_fields=["order", "application"])
    payload = {"step": str(row.uid), "digest": row.digest, "signatures": len(needed)}
    try:
        row.proposal = proposals.make(KIND, payload, about=None, by=move.by, at=move.at)
    except proposals.CannotSign as refusal:
        raise StepRefused(refusal.reasons) from refusal
    row.save(update_fields=["proposal"])
    log.record(actions.STEP_PROPOSED, move.case, by=move.by, step=row.name, uid=row.uid)
    return row


def _draw_whom_it_lacks(move: Move, hands: frozenset[Hand]) -> None:
    wanted = [hand for hand in hands if isinstance(hand, Seat)]
    if any(not isinstance(hand, Seat) for hand in hands) or not set(wanted) <= DRAWN_ON_DEMAND:
        return
    if not move.facts.now_in(*wanted, on=move.on):
        try:
            seats.draw(move.case, sorted(wanted, key=[*Seat].index)[0], by=move.by, at=move.at, chance=move.chance)
        except seats.NotSeated as nobody:
            raise StepRefused(nobody.reasons) from nobody


def _step_of(payload: Mapping[str, Any]) -> Step:
    return Step.objects.select_related("case", "order", "application", "proposal").get(uid=UUID(payload["step"]))


def _signers_of(payload: Mapping[str, Any]) -> Sequence[proposals.Predicate]:
    """For each signature, who may give it: people with one of these seats in the case."""
    row = _step_of(payload)
    on = clock.today()
    facts = gathering.facts(row.case, on=on, values=row.values, order=row.order, application=row.application, wants="")
    needed = signatures(step_named(row.name), facts)
    return [_may_sign(row, hands, on=on) for hands in needed]


def _may_sign(row: Step, hands: frozenset[Hand], *, on: date) -> proposals.Predicate:
    return lambda person: bool(among(gathering.hands_of(person, row.case, on=on, attested=True), hands))


def _candidates(payload: Mapping[str, Any]) -> Iterable[User]:
    return gathering.people_of(_step_of(payload).case, on=clock.today())


def _carry_out(payload: Mapping[str, Any], *, by: User, at: datetime, proposal: Proposal) -> None:
    """The last signature is there: look at everything once more, and do it."""
    row = _step_of(payload)
    case = Case.objects.select_for_update(of=("self",)).get(pk=row.case_id)
    row.case = case
    transition, on, values = step_named(row.name), clock.day_of(at), gathering.values_of(row)
    signed = [signature.person for signature in Signature.objects.filter(proposal=proposal).select_related("person").order_by("number")]
    earlier = tuple(person.pk for person in signed if person.pk != by.pk)
    order = InterimOrder.objects.select_for_update().get(pk=row.order_id) if row.order_id else None
    application = Reinstatement.objects.select_for_update().get(pk=row.application_id) if row.application_id else None
    _, facts = _facts(transition, case, on=on, by=by, acting=None, values=values, signed_by=earlier, order=order, application=application)
    reasons = against(transition.name, facts, values, on=on)
    if reasons:
        raise StepRefused(list(dict.fromkeys(reasons)))
    _take(Move(case, transition, row, values, facts, by, tuple(signed), at, on, order, application), row)


def _reading(payload: Mapping[str, Any], person: User) -> str:
    """What is signed, in words; that it was read stands on the record."""
    row = _step_of(payload)
    sheets = list(row.case.papers.filter(of=row.uid))
    sealed: dict[str, Any] = {}
    for text in papers.read_all(sheets, by=person, why=Purpose.SIGNATURE):
        sealed |= spelling.unfolded(text)
    return letters.as_read(step_named(row.name), spelling.together(step_named(row.name), row.values, sealed))


@proposals.kind(
    KIND,
    title="A step of a case",
    signers=_signers_of,
    act=_carry_out,
    refusals=(StepRefused,),
    candidates=_candidates,
    reading=_reading,
)
def _document(payload: Mapping[str, Any]) -> str:
    row = _step_of(payload)
    return f"Step {row.name} of case {row.case.number}\nDigest {row.digest}"
