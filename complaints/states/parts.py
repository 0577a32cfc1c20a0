"""What a step of a case is made of: who may take it, what is filled in, what waits and what is sent. No database, no clock, no request."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, TypeVar

from complaints.facts import (
    Actor,
    CaseRole,
    ClockName,
    InterimState,
    LetterCode,
    Machine,
    Party,
    ReinstatementState,
    Seat,
    State,
    Worded,
)

AnyState = State | InterimState | ReinstatementState
Hand = Actor | Seat | CaseRole

REASON_TEXT = 20  # characters that say why, where a step asks for it
DISMISSAL_TEXT = 100  # characters that say why a complaint is not taken on


class FieldKind(StrEnum):
    """What is filled in, and the Python value that the guards get."""

    TEXT = "text"  # str, one line
    WORDS = "words"  # str, many lines
    DATE = "date"  # date
    YES_NO = "yes_no"  # bool
    NUMBER = "number"  # int
    CHOICE = "choice"  # str, the code of one choice
    CHOICES = "choices"  # tuple of codes
    CLAUSES = "clauses"  # tuple of clause ids of the Code
    ANSWER_EACH = "answer_each"  # {allegation id: code of a choice}
    WORDS_EACH = "words_each"  # {allegation id: str}
    PERSON = "person"  # int, from the draw or from those in the case
    PEOPLE = "people"  # tuple of ints
    QUESTIONS = "questions"  # tuple of str, one a question
    EVIDENCE = "evidence"  # tuple of ids of evidence in the case
    FILES = "files"  # tuple of ids of files that passed the checks
    CASE = "case"  # str, the number of another case
    ENTRY = "entry"  # str, the number of a certificate in the registry
    OBLIGATIONS = "obligations"  # tuple of (kind, due day or None, words)


class Choice(NamedTuple):
    code: str
    label: str


SEALED = {FieldKind.TEXT, FieldKind.WORDS, FieldKind.WORDS_EACH, FieldKind.QUESTIONS, FieldKind.OBLIGATIONS}


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to fill in. `least` and `most` bound characters, numbers or how many; `choices` are closed.

    `needed` fields are needed always; one that is needed sometimes says when in `sometimes`, and the guard asks for it.
    """

    name: str
    kind: FieldKind
    label: str
    help: str = ""
    needed: bool = True
    sometimes: str = ""
    least: int | None = None
    most: int | None = None
    unit: str = ""
    choices: tuple[Choice, ...] = ()

    @property
    def is_sealed(self) -> bool:
        """Whether what is filled in are words of a case, which are kept under its key."""
        return self.kind in SEALED


class Letter(NamedTuple):
    """A letter that the step sends. `only`: when, where it is not always."""

    code: LetterCode
    to: Party
    only: str = ""


class Only(StrEnum):
    """When a clock starts, where it does not always."""

    ALWAYS = "always"
    GRAVE = "grave"  # class A, or somebody in danger
    EXTERNAL = "external"  # a child, an elder or a life may be at risk
    TO_TRIAGE = "to_triage"  # the case goes back to triage
    TO_REVIEW = "to_review"  # the case goes back to the case reviewers
    OBLIGATIONS = "obligations"  # the decision asks for something by a day, which is the due day
    GOES_ON = "goes_on"  # the order goes on


class Starts(NamedTuple):
    """A clock that the step starts, where it does not run already."""

    clock: ClockName
    only: Only = Only.ALWAYS


class Second(StrEnum):
    """When the last signature of a step is needed, where it is not always."""

    ALWAYS = "always"
    GRAVE_OR_DANGER = "grave_or_danger"  # T10: class A or B, or somebody in danger
    NOT_OPEN = "not_open"  # T16: the level is not open
    NOT_BY_CALENDAR = "not_by_calendar"  # I7: no signature where the case closed without a finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """One step. `before`: the states it can be taken in, empty before there is a case. `after`: where it leads, empty where the state
    stays.

    `by`: a party or the calendar, who take it without a signature. `signers`: for each signature those of the office who may give it; the
    first is whoever fills in the form, `second` says when the last one is needed, `lay_signatures` how many are of lay people. `asked_by`:
    who asks for it beforehand, filling in `asked`. `reasons`: the closed list of codes; a single one is filled in by itself. `within`: the
    clock that the step is to meet. `opens`: the step whose first signature is given with this one; `rides_on`: the step in whose
    transaction it is taken.
    """

    id: str
    name: str
    machine: Machine
    before: tuple[AnyState, ...]
    after: tuple[AnyState, ...] = ()
    by: frozenset[Hand] = frozenset()
    asked_by: frozenset[Hand] = frozenset()
    signers: tuple[frozenset[Hand], ...] = ()
    second: Second = Second.ALWAYS
    lay_signatures: int = 0
    reasons: tuple[Choice, ...] = ()
    reason_text: int = REASON_TEXT
    asked: tuple[Field, ...] = ()
    fields: tuple[Field, ...] = ()
    within: ClockName | None = None
    starts: tuple[Starts, ...] = ()
    stops: tuple[ClockName, ...] = ()
    resumes: tuple[ClockName, ...] = ()
    ends: tuple[ClockName, ...] = ()
    letters: tuple[Letter, ...] = ()
    changes_registry: bool = False
    fresh_factor: bool = False
    opens: str = ""
    rides_on: str = ""
    button: str
    does: str

    @property
    def hands(self) -> frozenset[Hand]:
        """Who may take it, or fill it in for the others to sign."""
        return self.by | (self.signers[0] if self.signers else frozenset())

    @property
    def is_for_two(self) -> bool:
        """Whether two different natural persons sign, always or sometimes."""
        return len(self.signers) > 1

    @property
    def is_by_calendar(self) -> bool:
        return self.by == {Actor.SYSTEM} and not self.signers

    @property
    def keeps_state(self) -> bool:
        return not self.after

    def ends_in(self, state: AnyState) -> tuple[AnyState, ...]:
        """The states it can lead to from one it can be taken in."""
        return self.after or (state,)


W = TypeVar("W", bound=Worded)


def words(*members: Worded) -> tuple[Choice, ...]:
    """Choices from members of a closed list."""
    return tuple(Choice(member.value, member.label) for member in members)


def spelled(codes: Sequence[StrEnum], **labels: str) -> tuple[Choice, ...]:
    """Choices from members of a closed list without words of their own; `labels` gives words where the code would not do."""
    return tuple(Choice(code.value, labels.get(code.value.replace("-", "_"), code.value.replace("_", " ").capitalize())) for code in codes)


def one(code: str, label: str) -> tuple[Choice, ...]:
    return (Choice(code, label),)


def to(code: LetterCode, *parties: Party, only: str = "") -> tuple[Letter, ...]:
    return tuple(Letter(code, party, only) for party in parties)


C = Party.COMPLAINANT
R = Party.RESPONDENT

INTAKE = frozenset({Seat.TAKER, Seat.SECOND_INTAKE})
ANY_INTAKE: frozenset[Hand] = frozenset({CaseRole.INTAKE, Seat.TAKER, Seat.SECOND_INTAKE})
REVIEWER = frozenset({Seat.CASE_REVIEWER})
REGISTRARS = frozenset({Seat.REGISTRAR, Seat.DEPUTY_REGISTRAR})
CHAIR = frozenset({Seat.CHAIR})
PANEL = frozenset({Seat.CHAIR, Seat.PANEL_MEMBER})
APPEAL = frozenset({Seat.APPEAL_CHAIR, Seat.APPEAL_MEMBER})
DECIDER = frozenset({Seat.DECIDER})
POOL_CHAIR = frozenset({Actor.POOL_CHAIR})
CALENDAR = frozenset({Actor.SYSTEM})

OPEN = tuple(state for state in State if state not in {State.MERGED, State.CLOSED, State.ERASED})
