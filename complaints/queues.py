"""What waits in the cases that a person may know of: read without opening any of them, in a number of queries that no case adds to."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from accounts import roles
from accounts.facts import ProposalState
from accounts.models import Signature, User
from complaints import clocks, conflicts, running, seats
from complaints.access import REGISTRARS
from complaints.facts import AWAITED, STATE_WORDS, TURN, Actor, CaseRole, ClockName, Machine, Seat, State
from complaints.models import Appointment, Assignment, Case, Clock, Exclusion, Interest, Step
from complaints.rules.guards import OPENED
from complaints.rules.people import among
from complaints.states import TRANSITIONS, Hand, Transition
from complaints.states import step as step_named

OVER = (State.CLOSED.value, State.MERGED.value, State.ERASED.value)
ATTEST = "Say whether you know either side"
OF_THE_CHAIR = tuple(row.name for row in TRANSITIONS if any(Actor.POOL_CHAIR in hands for hands in row.signers))


@dataclass(frozen=True, slots=True)
class Running:
    """A clock that runs. `left`: days from today, negative where the day is over; None for both while it stands still."""

    name: ClockName
    due_on: date | None
    left: int | None

    @property
    def over_by(self) -> int:
        return -self.left if self.left is not None and self.left < 0 else 0


@dataclass(frozen=True, slots=True)
class Row:
    """A case as the queue shows it. `tasks`: what is this person's to do, in words; `signs`: names of steps that wait for them."""

    case: Case
    where: str
    turn: str
    until: Running | None
    clocks: tuple[Running, ...]
    held: Assignment | None
    tasks: tuple[str, ...]
    signs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Worker:
    """Somebody who works on cases, as of a day: appointments, seats by case, whether they audit."""

    person: User
    on: date
    appointed: frozenset[str]
    held: Mapping[int, Assignment]
    chairs_pool: bool
    audits: bool

    def hands(self, case: Case, *, attested: bool) -> list[Hand]:
        """As what they can act in a case, as gathering.hands_of says it of one."""
        held = self.held.get(case.pk)
        found: list[Hand] = [held.to] if held and (held.attested_at or not attested) else []
        found += [CaseRole(role) for role in sorted(self.appointed)]
        if self.chairs_pool and seats.pool_chair(case, on=self.on) == self.person:
            found.append(Actor.POOL_CHAIR)
        return [*found, Actor.AUDITOR] if self.audits else found


def worker(person: User, *, on: date) -> Worker:
    """A person as the queue needs them."""
    rows = list(Appointment.objects.in_force(on=on).filter(person=person).values_list("role", "pool_rank"))
    held = {row.case_id: row for row in seats.of(person, on=on)}
    return Worker(person, on, frozenset(role for role, _ in rows), held, any(rank for _, rank in rows), roles.is_auditor(person))


def known_to(who: Worker) -> QuerySet[Case]:
    """The cases that a person may know of, oldest first: those of their seats; headers of others as complaints.access.may_open says."""
    wanted = Q(pk__in=who.held)
    if who.appointed & REGISTRARS or who.audits:
        wanted |= ~Q(state__in=OVER)
    if CaseRole.INTAKE.value in who.appointed:
        wanted |= Q(state=State.SUBMITTED.value, own_motion=False)
    if who.chairs_pool:
        waits = Step.objects.filter(name__in=OF_THE_CHAIR, asked=False, taken_at=None, void_at=None)
        wanted |= Q(pk__in=waits.values("case"))
    related = Interest.objects.filter(person=who.person, voided_at=None)
    out = {row.about_id for row in related if conflicts.bars(row.fact, on=who.on)} | {who.person.pk}
    excluded = list(Exclusion.objects.for_good().filter(person=who.person).values_list("case", flat=True))
    kept_out = Q(respondent__in=out) | Q(pk__in=excluded) | Q(linked__in=excluded) | Q(master__in=excluded) | Q(merged__in=excluded)
    barred = Case.objects.filter(kept_out).values("pk")
    return Case.objects.filter(wanted).exclude(pk__in=barred).order_by("received_on", "pk")


def rows(cases: Sequence[Case], who: Worker, waiting: Mapping[int, Sequence[Step]], *, at: datetime) -> list[Row]:
    """Cases with what runs in them and what is this person's to do. `waiting`: as `to_sign` answers it."""
    timed: dict[int, list[Running]] = defaultdict(list)
    for row in Clock.objects.filter(case__in=cases, ended=None).order_by("due_at", "pk"):
        timed[row.case_id].append(run(row, on=who.on))
    return [_row(case, who, timed[case.pk], waiting.get(case.pk, ())) for case in cases]


def run(row: Clock, *, on: date) -> Running:
    fact = running.fact(row)
    return Running(ClockName(row.name), clocks.due_day(fact, running.zone()), clocks.days_left(fact, running.zone(), on=on))


def awaited(case: Case, found: Iterable[Running]) -> Running | None:
    """The clock whose day matters first where the case stands."""
    return min(
        (one for one in found if one.name in AWAITED.get(case.where, ()) and one.due_on),
        key=lambda one: one.due_on or date.max,
        default=None,
    )


def to_sign(who: Worker, cases: QuerySet[Case]) -> dict[int, list[Step]]:
    """Steps of these cases that wait for this person's signature, by case."""
    waits = Step.objects.filter(case__in=cases.values("pk"), asked=False, taken_at=None, void_at=None).exclude(proposal=None)
    found = list(waits.filter(proposal__state=ProposalState.OPEN.value).select_related("case").order_by("made_at", "pk"))
    signed: dict[int | None, list[int]] = defaultdict(list)
    rows = Signature.objects.filter(proposal__in=[row.proposal_id for row in found]).order_by("number")
    for proposal, person in rows.values_list("proposal", "person"):
        signed[proposal].append(person)
    mine: dict[int, list[Step]] = defaultdict(list)
    for row in found:
        signers, already = step_named(row.name).signers, signed[row.proposal_id]
        if who.person.pk in already or len(already) >= len(signers):
            continue
        if among(who.hands(row.case, attested=True), signers[len(already)]):
            mine[row.case_id].append(row)
    return dict(mine)


def _row(case: Case, who: Worker, timed: list[Running], signs: Sequence[Step]) -> Row:
    held = who.held.get(case.pk)
    if held is not None and held.attested_at is None:
        tasks: tuple[str, ...] = (ATTEST,)
    else:
        tasks = tuple(one.button for one in _due(case, who, timed))
    return Row(
        case=case,
        where=STATE_WORDS[case.where],
        turn=TURN.get(case.where, ""),
        until=awaited(case, timed),
        clocks=tuple(timed),
        held=held,
        tasks=tasks,
        signs=tuple(row.name for row in signs),
    )


def _due(case: Case, who: Worker, timed: Iterable[Running]) -> list[Transition]:
    """Steps that a running clock waits for and that this person can take first."""
    names = {one.name for one in timed}
    held = who.held.get(case.pk)
    hands: list[Hand] = [held.to] if held else []
    hands += [CaseRole.INTAKE] if CaseRole.INTAKE.value in who.appointed and case.state == State.SUBMITTED.value else []
    return [
        row
        for row in TRANSITIONS
        if row.machine is Machine.CASE
        and case.where in row.before
        and row.within in names
        and row.name not in OPENED
        and not row.rides_on
        and among(hands, row.hands)
    ]


def seats_of(case: Case) -> list[Assignment]:
    """Who has a seat in the case now, in the order of the seats."""
    order = [*Seat]
    return sorted(Assignment.objects.open().filter(case=case).select_related("person"), key=lambda row: (order.index(row.to), row.pk))
