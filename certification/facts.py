"""The words and dated facts that the rules speak of. No database, no clock, no request."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol


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
    RENEWABLE = "renewable"

    @property
    def sentence(self) -> str:
        return UNMET[self]


UNMET = {
    Unmet.REVIEW: "The review of the Code of Ethics is not yet done for this renewal.",
    Unmet.STATEMENT: "The statement on the Code in force is not yet signed.",
    Unmet.NOT_OPEN_YET: "The renewal has not opened yet.",
    Unmet.LATE_PERIOD_OVER: "The time for a late renewal is over; the office can bring the certificate back.",
    Unmet.GIVEN_BACK: "The certificate was given back; the office can bring it back into force.",
    Unmet.SUSPENDED: "The certificate is suspended; the renewal waits until the suspension ends.",
    Unmet.REVOKED: "The certificate is revoked and cannot be renewed.",
    Unmet.NO_TERM: "The certificate has no term that could be renewed.",
    Unmet.TERM_RUNS: "The current term has not ended; a certificate is reinstated after it has lapsed.",
    Unmet.RENEWABLE: "The time for a late renewal runs, so the holder renews without the office; afterwards the office reinstates.",
}


class Effect(StrEnum):
    """What other numbers of a scheme would change for a coach on the day they change."""

    OPENS = "opens"
    CLOSES = "closes"
    TOO_LATE = "too_late"
    IN_TIME = "in_time"
    REVIEW_FADES = "review_fades"
    REVIEW_COUNTS = "review_counts"


class NotCounting(StrEnum):
    """Why a completed review does not count for the next renewal."""

    EARLIER_TERM = "earlier-term"
    TOO_OLD = "too-old"
    SPENT = "spent"
    ASSIGNED = "assigned"
    EDITION = "edition"
    COURSE_BEHIND = "course-behind"
    AHEAD = "ahead"
    BEFORE_THE_END = "before-the-end"

    @property
    def sentence(self) -> str:
        return NOT_COUNTING[self]


NOT_COUNTING = {
    NotCounting.EARLIER_TERM: "It was completed before the current term began.",
    NotCounting.TOO_OLD: "It was completed too long ago.",
    NotCounting.SPENT: "It has already earned a renewal.",
    NotCounting.ASSIGNED: "It was assigned by a decision, which does not count for a renewal.",
    NotCounting.EDITION: "The Code has changed in substance since.",
    NotCounting.COURSE_BEHIND: "The course was not yet brought up to the edition of the Code that was in force that day.",
    NotCounting.AHEAD: "It was completed after this day.",
    NotCounting.BEFORE_THE_END: "It was completed before the last term ended, and to bring the certificate back one made since is needed.",
}


class Recorded(Protocol):
    """A row that is never changed, only voided: when it was recorded, and when it was taken back, if it was."""

    @property
    def recorded_at(self) -> datetime: ...

    @property
    def voided_at(self) -> datetime | None: ...


@dataclass(frozen=True, slots=True)
class Span:
    """Whole days from the first to the last, both included; `last_day` None means open."""

    first_day: date
    last_day: date | None
    given_back: bool = False

    def covers(self, day: date) -> bool:
        return self.first_day <= day and self.reaches(day)

    def reaches(self, day: date) -> bool:
        """Whether it covers this day or a later one."""
        return self.last_day is None or day <= self.last_day

    def meets(self, other: "Span") -> bool:
        """Whether the two share a day."""
        return self.reaches(other.first_day) and other.reaches(self.first_day)


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
        return self.first_day <= day and self.reaches(day)

    def reaches(self, day: date) -> bool:
        """Whether it covers this day or a later one."""
        return self.last_day is None or day <= self.last_day


class ReviewRoute(StrEnum):
    """How the review was done: by its final quiz, by reading and checks in a course without one, or as the office recorded it."""

    QUIZ = "quiz"
    READ = "read"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class ReviewFact:
    """A completion of the review course: its day in the association's zone, the Code edition it pins, and how it was done."""

    pk: int
    completed_on: date
    edition_in_force_on: date
    assigned: bool = False
    spent: bool = False
    route: ReviewRoute = ReviewRoute.QUIZ


@dataclass(frozen=True, slots=True)
class StatementFact:
    """A signed statement: on which edition, on which day."""

    pk: int
    signed_on: date
    edition_in_force_on: date
    spent: bool = False


@dataclass(frozen=True, slots=True)
class OtherRoute:
    """A requirement that the office recorded as met by another route on a day, and that no term has used."""

    pk: int
    requirement: Requirement
    recorded_on: date


@dataclass(frozen=True, slots=True)
class EditionFact:
    """A published Code edition: the day it came into force and whether it was material."""

    in_force_on: date
    material: bool = False


@dataclass(frozen=True, slots=True)
class Number:
    """A number that a board votes on: its name, its unit, why it is what it is, what it does, and its bounds, both included."""

    label: str
    unit: str
    reason: str
    effect: str
    least: int
    most: int

    @property
    def help_text(self) -> str:
        return f"{self.unit}; {self.least} to {self.most}. {self.reason} {self.effect}"


NUMBERS = {
    "term_years": Number(
        "Length of a term",
        "Years",
        "The Code says two.",
        "Terms granted from now on end the day before this anniversary of their first day; terms granted before stay as they are.",
        1,
        10,
    ),
    "window_opens_days": Number(
        "Renewal opens",
        "Days before the end of a term",
        "Half a year leaves room for the course.",
        "From then on the holder can renew, and the new term follows the old one without a gap.",
        1,
        364,
    ),
    "late_period_days": Number(
        "Late renewal",
        "Days after the end of a term, days of suspension not counted",
        "Three months are time to notice and to do what is missing.",
        "The certificate has lapsed, and its holder can still renew; afterwards the office reinstates it.",
        0,
        365,
    ),
    "review_valid_days": Number(
        "A review counts for",
        "Days from a completed review to the grant, days of suspension not counted",
        "After a year the Code should be read again.",
        "An older review no longer counts for a renewal.",
        30,
        1830,
    ),
    "material_grace_days": Number(
        "Older reviews count after a material change",
        "Days after a new edition of the Code with a material change came into force",
        "A coach who has just completed the review keeps it.",
        "During these days, reviews of the edition before still count.",
        0,
        365,
    ),
}
REMINDERS = Number(
    "Reminders",
    "Days before the end of a term; with a minus sign, days after it",
    "Early reminders leave time for the course; late ones reach those who forgot.",
    "Each is sent once a term, to coaches who still have something to do.",
    -365,
    364,
)
MOST_REMINDERS = 20


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
    otherwise: tuple[OtherRoute, ...] = ()
    policy: Policy = field(default_factory=Policy)

    @property
    def latest_term(self) -> Span | None:
        return max(self.terms, key=lambda term: term.first_day, default=None)


def in_words(day: date) -> str:
    """Such as May 4, 2026."""
    return f"{day:%B} {day.day}, {day.year}"


GIVE_A_REASON = "Give a reason: it stays on the record."
EARLIEST, LATEST = date(1950, 1, 1), date(2199, 12, 31)  # days on record lie between; others are slips of the keyboard
ONE_DAY = timedelta(days=1)
