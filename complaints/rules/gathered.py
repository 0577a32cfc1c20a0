"""What the rules are told about a case. Gathered under the lock of the case; everything here is a fact, nothing a judgment.

Days are days in the association's zone. People are numbers of accounts.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from complaints.facts import (
    AppealGround,
    Bar,
    CaseClass,
    Closure,
    InterimState,
    Level,
    ObligationKind,
    Outcome,
    Party,
    ReinstatementState,
    Relation,
    Risk,
    Seat,
    Source,
    State,
    Yes,
)
from complaints.states import Hand

Values = Mapping[str, object]
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class AllegationFact:
    """`clause`: its id in the Code, empty for something off the Code; `klass`: None until intake has judged it."""

    pk: int
    clause: str = ""
    option: str = ""
    klass: CaseClass | None = None
    charged: bool = True
    anonymous_only: bool = False  # rests on the untested statement of somebody unknown, and on nothing else


@dataclass(frozen=True, slots=True)
class Seated:
    """Somebody's seat in the case. `until`: the first day without it. `coach`: can take the coach's seat of a panel."""

    person: int
    seat: Seat
    lay: bool = False
    coach: bool = False
    attested: bool = True
    trained: bool = False
    conflicted: bool = False  # a conflict came to light after the seat was given
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who can be named for a seat, as the draw has them."""

    person: int
    lay: bool = False
    coach: bool = False
    excluded: bool = False
    attested: bool = True
    trained: bool = False


@dataclass(frozen=True, slots=True)
class Challenge:
    member: int
    by: Party
    made_on: date
    ruled_on: date | None = None
    upheld: bool = False


@dataclass(frozen=True, slots=True)
class VoteFact:
    """A sealed vote. `findings`: allegation id to whether it is proven."""

    person: int
    lay: bool
    findings: Mapping[int, bool]
    outcome: Outcome
    immediate: bool = False


@dataclass(frozen=True, slots=True)
class ObligationFact:
    """`started_on` and `done_on` are those of the attempt that counts; `evidenced`: somebody looked at what shows it."""

    kind: ObligationKind
    due_on: date | None
    started_on: date | None = None
    done_on: date | None = None
    evidenced: bool = False
    reminded: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class DecisionFact:
    """A decision as tallied (T35), and as served once it is countersigned (T37). `signers`: who signed its digest, the chair first."""

    outcome: Outcome
    digest: str
    signers: tuple[int, ...] = ()
    signed_on: date | None = None
    window_closes_on: date | None = None
    days: int | None = None
    months: int | None = None
    bar: Bar | None = None
    first_day: date | None = None
    last_day: date | None = None
    immediate: bool = False
    void: bool = False


@dataclass(frozen=True, slots=True)
class AppealFact:
    by: Party
    ground: AppealGround
    filed_on: date


@dataclass(frozen=True, slots=True)
class InterimFact:
    """`first_day`, `last_day`: of the order as it stands; `deciders`: everybody who decided on it before, in the order they did."""

    state: InterimState = InterimState.NONE
    first_day: date | None = None
    last_day: date | None = None
    emergency: bool = False
    heard_on: date | None = None
    deciders: tuple[int, ...] = ()
    review_due_on: date | None = None
    days_before: int = 0  # in force before, in earlier orders of the case that were not voided


@dataclass(frozen=True, slots=True)
class ReinstatementFact:
    """`revoked_on`: the first day of the revocation. Days of courses are those on which they were passed."""

    state: ReinstatementState = ReinstatementState.NONE
    revoked_on: date | None = None
    klass: CaseClass | None = None
    bar: Bar | None = None
    refused_on: date | None = None
    course_passed_on: date | None = None
    module_passed_on: date | None = None
    panel: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class OtherCase:
    """A case that another is joined with."""

    number: str
    state: State
    same_respondent: bool


@dataclass(frozen=True, slots=True)
class Sending:
    """How a form of the public came in. `wait`: seconds that the limiter asks for, 0 where it asks for none."""

    honeypot: str = ""
    seconds: int = 60
    wait: int = 0
    code_is_valid: bool = True
    files_refused: int = 0
    files_pending: int = 0


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """That the complainant asked to withdraw, and whether somebody pressed them."""

    asked_on: date
    pressed: bool


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """Everything that guards ask about. `state` None: there is no case yet. `by`, `hand`: who is about to act, and as what."""

    state: State | None = State.TRIAGE
    by: int | None = None
    hand: Hand | None = None
    signed_by: tuple[int, ...] = ()  # who has signed the step that waits, in order
    lay: bool = False  # whether whoever is about to act is lay

    source: Source = Source.WEB
    level: Level = Level.CONFIDENTIAL
    relation: Relation = Relation.CLIENT
    klass: CaseClass | None = None
    danger: bool = False
    abuse: bool = False  # a child or an elder may be at risk
    own_motion: bool = False
    round: int = 1
    received_on: date | None = None
    conduct_from: date | None = None
    conduct_until: date | None = None
    respondent: int | None = None
    certified_then: bool | None = None  # on the days of the conduct; None: nobody knows
    entries: tuple[str, ...] = ()  # certificates of the respondent that the name search finds
    allegations: tuple[AllegationFact, ...] = ()
    risk: Mapping[Risk, Yes] = field(default_factory=dict)
    shielded: tuple[str, ...] = ()  # words that would tell who complained

    acknowledged_on: date | None = None
    rounds_of_questions: int = 0
    asked_on: date | None = None  # the questions that are open
    reminded_on: date | None = None
    other: OtherCase | None = None  # the case that is named as master
    other_complainants: bool = False
    withdrawal: Withdrawal | None = None
    sending: Sending | None = None
    left_under_complaint: bool = False
    certificate_ended_on: date | None = None  # lapsed or given back

    excluded: frozenset[int] = frozenset()
    seats: tuple[Seated, ...] = ()
    draw: tuple[Candidate, ...] = ()
    actors: Mapping[str, frozenset[int]] = field(default_factory=dict)  # step name to who took or signed it, in any round

    notice_served: bool = False
    response_due_on: date | None = None
    response_extended: bool = False
    channels_tried: int = 0
    disclosed_on: date | None = None
    returned_for_work: bool = False

    panel_named_on: date | None = None
    challenges: tuple[Challenge, ...] = ()
    two_agreed: bool = False
    evidence: frozenset[int] = frozenset()
    disclosed: frozenset[int] = frozenset()
    votes: tuple[VoteFact, ...] = ()

    decision: DecisionFact | None = None
    appeal: AppealFact | None = None
    obligations: tuple[ObligationFact, ...] = ()
    excused: bool = False
    interim: InterimFact = InterimFact()
    reinstatement: ReinstatementFact = ReinstatementFact()

    closure: Closure | None = None
    closed_on: date | None = None
    closed_from: State | None = None  # where it was closed: triage (T10) or case review (T24)
    dismissal_reviews: int = 0
    evidence_used: frozenset[int] = frozenset()  # relied on in an earlier round, or to reopen
    keep_until: date | None = None
    held: bool = False
    written_on: date | None = None  # the last day on which the complainant added something

    def now_in(self, *seats: Seat, on: date) -> list[Seated]:
        """Who has one of these seats on a day."""
        return [row for row in self.seats if row.seat in seats and (row.until is None or on < row.until)]

    def panel(self, *, on: date) -> list[Seated]:
        return self.now_in(Seat.CHAIR, Seat.PANEL_MEMBER, on=on)

    @property
    def charges(self) -> tuple[AllegationFact, ...]:
        """The allegations that the coach answers to."""
        return tuple(row for row in self.allegations if row.charged)

    @property
    def conduct_ends(self) -> date | None:
        return self.conduct_until or self.conduct_from
