"""The words and dated facts that the rules speak of. No database, no clock, no request."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum


class Standing(StrEnum):
    """What the public reads of a certificate on a day."""

    ACTIVE = "active"
    LAPSED = "lapsed"
    SUSPENDED = "suspended"
    REVOKED = "revoked"

    @property
    def label(self) -> str:
        return self.value.capitalize()


class SanctionKind(StrEnum):
    SUSPENSION = "suspension"
    REVOCATION = "revocation"
    CONDITIONS = "conditions"
    REPRIMAND = "reprimand"

    @property
    def label(self) -> str:
        return {"conditions": "Conditions", "reprimand": "Public reprimand"}.get(self.value, self.value.capitalize())


class Requirement(StrEnum):
    """What a coach does before every renewal."""

    REVIEW = "review"
    STATEMENT = "statement"

    @property
    def label(self) -> str:
        return {"review": "Review of the Code of Ethics", "statement": "Statement on the Code"}[self.value]


class Granted(StrEnum):
    """How a term came to be."""

    ISSUED = "issued"
    RENEWED = "renewed"
    RENEWED_LATE = "renewed-late"
    REINSTATED = "reinstated"
    IMPORTED = "imported"
    CORRECTED = "corrected"

    @property
    def label(self) -> str:
        return self.value.replace("-", " ").capitalize()


class Unmet(StrEnum):
    """Why a renewal has to wait."""

    REVIEW = "review"
    STATEMENT = "statement"
    NOT_OPEN_YET = "not-open-yet"
    LATE_PERIOD_OVER = "late-period-over"
    GIVEN_BACK = "given-back"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    NO_TERM = "no-term"
    TERM_RUNS = "term-runs"

    @property
    def sentence(self) -> str:
        return UNMET[self]


UNMET = {
    Unmet.REVIEW: "The review of the Code of Ethics is not yet done for this renewal.",
    Unmet.STATEMENT: "The statement on the Code in force is not yet signed.",
    Unmet.NOT_OPEN_YET: "The renewal has not opened yet.",
    Unmet.LATE_PERIOD_OVER: "The time for a late renewal is over; the office can reinstate the certificate.",
    Unmet.GIVEN_BACK: "The certificate was given back; the office can reinstate it.",
    Unmet.SUSPENDED: "The certificate is suspended; the renewal waits until the suspension ends.",
    Unmet.REVOKED: "The certificate is revoked and cannot be renewed.",
    Unmet.NO_TERM: "The certificate has no term that could be renewed.",
    Unmet.TERM_RUNS: "The current term has not ended; a certificate is reinstated after it has lapsed.",
}


class NotCounting(StrEnum):
    """Why a completed review does not count for the next renewal."""

    EARLIER_TERM = "earlier-term"
    TOO_OLD = "too-old"
    SPENT = "spent"
    ASSIGNED = "assigned"
    EDITION = "edition"
    AHEAD = "ahead"

    @property
    def sentence(self) -> str:
        return NOT_COUNTING[self]


NOT_COUNTING = {
    NotCounting.EARLIER_TERM: "It was completed before the current term began.",
    NotCounting.TOO_OLD: "It was completed too long ago.",
    NotCounting.SPENT: "It has already earned a renewal.",
    NotCounting.ASSIGNED: "It was assigned by a decision, which does not count for a renewal.",
    NotCounting.EDITION: "The Code has changed in substance since.",
    NotCounting.AHEAD: "It was completed after this day.",
}


@dataclass(frozen=True, slots=True)
class Span:
    """Whole days from the first to the last, both included; `last_day` None means open."""

    first_day: date
    last_day: date | None
    given_back: bool = False

    def covers(self, day: date) -> bool:
        return self.first_day <= day and (self.last_day is None or day <= self.last_day)


@dataclass(frozen=True, slots=True)
class SanctionFact:
    """A sanction not voided. `continues` is the id of the interim one it follows; `published_until` ends the note, never the word."""

    kind: SanctionKind
    first_day: date
    last_day: date | None = None
    interim: bool = False
    pk: int | None = None
    continues: int | None = None
    published_until: date | None = None

    def covers(self, day: date) -> bool:
        return self.first_day <= day and (self.last_day is None or day <= self.last_day)


@dataclass(frozen=True, slots=True)
class ReviewFact:
    """A completion of the review course: its day in the association's zone and the Code edition it pins."""

    pk: int
    completed_on: date
    edition_in_force_on: date
    assigned: bool = False
    spent: bool = False


@dataclass(frozen=True, slots=True)
class StatementFact:
    """A signed statement: on which edition, on which day."""

    pk: int
    signed_on: date
    edition_in_force_on: date
    spent: bool = False


@dataclass(frozen=True, slots=True)
class EditionFact:
    """A published Code edition: the day it came into force and whether it was material."""

    in_force_on: date
    material: bool = False


@dataclass(frozen=True, slots=True)
class Policy:
    """The numbers of a scheme, in years or days."""

    term_years: int = 2
    window_opens_days: int = 180
    late_period_days: int = 90
    review_valid_days: int = 365
    material_grace_days: int = 60


@dataclass(frozen=True, slots=True)
class RenewalFacts:
    """Everything that decides a renewal, read once. `suspended` holds every span in which the coach was in fact suspended."""

    terms: tuple[Span, ...] = ()
    sanctions: tuple[SanctionFact, ...] = ()
    suspended: tuple[Span, ...] = ()
    reviews: tuple[ReviewFact, ...] = ()
    statements: tuple[StatementFact, ...] = ()
    editions: tuple[EditionFact, ...] = ()
    otherwise: tuple[Requirement, ...] = ()
    policy: Policy = field(default_factory=Policy)

    @property
    def latest_term(self) -> Span | None:
        return max(self.terms, key=lambda term: term.first_day, default=None)


EARLIEST, LATEST = date(1950, 1, 1), date(2199, 12, 31)  # days on record lie between; others are slips of the keyboard
ONE_DAY = timedelta(days=1)
