"""What the public can be told: kinds of answer, and the record they are drawn from. No database, no clock, no request."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from hashlib import sha256

from certification.facts import SanctionFact, SanctionKind, Span


class Kind(StrEnum):
    """The four standings, and the ways not to have one."""

    ACTIVE = "active"
    LAPSED = "lapsed"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    NOT_CERTIFIED = "not_certified"
    NOT_BEGUN = "not_begun"
    WITHDRAWN = "withdrawn"
    SLIP = "slip"
    NEVER_ISSUED = "never_issued"
    MALFORMED = "malformed"

    @property
    def label(self) -> str:
        return LABELS.get(self, self.value.capitalize())


LABELS = {
    Kind.NOT_CERTIFIED: "Not certified on that day",
    Kind.NOT_BEGUN: "Not in force yet",
    Kind.WITHDRAWN: "Not in force",
    Kind.SLIP: "Something in this number is wrong",
    Kind.NEVER_ISSUED: "Never issued",
    Kind.MALFORMED: "Not a number of ours",
}


@dataclass(frozen=True, slots=True)
class PublicName:
    """The name in use: as its bearer writes it, and in Latin letters where it is written otherwise."""

    full_name: str
    latin_name: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class PublicSanction:
    """A sanction not voided, with what may be said about it while it is published."""

    fact: SanctionFact
    note: str = ""
    clause_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """Everything not voided about one certificate, as it stands now; what of it may be told is for rules.answer to say."""

    number: str
    scheme: str
    name: PublicName | None
    terms: Sequence[Span] = ()
    sanctions: Sequence[PublicSanction] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """Public words about a sanction that holds on the day asked for."""

    kind: SanctionKind
    text: str
    clause_ids: tuple[str, ...]
    first_day: date
    last_day: date | None

    @property
    def label(self) -> str:
        return self.kind.label


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the history: what was, from when, until when."""

    what: str
    first_day: date
    last_day: date | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the registry says of a number on a day, asked on another.

    `since` and `until` are the first and the last day of the standing as far as they are known; `certified` is the unbroken time
    under granted terms that holds on the day or ended before it; `now` is the standing of the day on which it is asked; `likely` are
    numbers that were perhaps meant.
    """

    kind: Kind
    number: str
    asked_on: date
    day: date
    scheme: str = ""
    name: PublicName | None = None
    since: date | None = None
    until: date | None = None
    certified: Span | None = None
    first_certified: date | None = None
    notes: tuple[Note, ...] = ()
    history: tuple[Line, ...] = ()
    now: Kind | None = None
    likely: tuple[str, ...] = field(default=())

    @property
    def is_about_today(self) -> bool:
        return self.day == self.asked_on

    @property
    def is_known(self) -> bool:
        """Whether a certificate has this number."""
        return self.kind not in (Kind.SLIP, Kind.NEVER_ISSUED, Kind.MALFORMED)

    @property
    def is_told(self) -> bool:
        """Whether the public reads a record of it: not of a certificate that has not begun, nor of one whose every term was taken back."""
        return self.is_known and self.kind not in (Kind.NOT_BEGUN, Kind.WITHDRAWN)


def fingerprint(*parts: object) -> str:
    """The same for the same public facts asked on the same day, and different otherwise."""
    return sha256(repr(parts).encode()).hexdigest()[:32]
