"""The ledger as its auditor reads it: its state, its entries in words, and what was entered between two readings of a certificate."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.apps import apps
from django.db.models import Count, Min, Q, QuerySet

from accounts import devices, proposals
from accounts.facts import SiteRole
from accounts.models import User
from audit import actions as of_the_ledger
from audit import anchors
from audit.facts import Anchor
from audit.models import DailyAnchor, Entry, Seal, Unsealed, Verification
from audit.registered import ACTIONS, Action, Forget
from certification import actions
from certification.facts import Granted, Requirement, SanctionKind
from certification.models import Certificate
from cms.facts import Weight
from courses.models import Attempt, CoursePage, ModulePage
from registry.lookup import holder_at
from registry.sentences import day

ANCHORS = 31  # of the latest days
LATE = timedelta(minutes=5)  # entries are sealed every ten seconds: when one waits so long, nobody seals
UNDER = Certificate._meta.label_lower
PERSON = User._meta.label_lower


@dataclass(frozen=True, slots=True)
class State:
    """How the ledger stands: the last seal, what waits for one and since when, the last verification and the one that is asked for, the
    anchors."""

    last: Seal | None
    unsealed: int
    oldest: datetime | None
    is_late: bool
    verified: Verification | None
    asked: Verification | None
    anchors: Sequence[Anchor]


def state(*, at: datetime) -> State:
    """Six statements."""
    waiting = Unsealed.objects.aggregate(count=Count("pk"), oldest=Min("entry__at"))
    return State(
        last=Seal.objects.order_by("-number").first(),
        unsealed=waiting["count"],
        oldest=waiting["oldest"],
        is_late=bool(waiting["oldest"]) and at - waiting["oldest"] > LATE,
        verified=Verification.objects.exclude(ended_at=None).order_by("-pk").first(),
        asked=Verification.objects.filter(ended_at=None).order_by("pk").first(),
        anchors=[anchors.of(row) for row in DailyAnchor.objects.order_by("-day")[:ANCHORS]],
    )


def entries(
    *,
    person: User | None = None,
    certificate: Certificate | None = None,
    action: str = "",
    number: int | None = None,
    since: datetime | None = None,
    before: datetime | None = None,
) -> QuerySet[Entry]:
    """Entries that fit all that is given, the latest first: by or about a person, on a certificate, of an action, in a time."""
    found = Entry.objects.order_by("-pk")
    if person:
        pk = str(person.pk)
        found = found.filter(Q(actor_id=pk) | Q(about_id=pk) | Q(subject_kind=PERSON, subject_id=pk))
    if certificate:
        found = found.filter(subject_kind=UNDER, subject_id=str(certificate.pk))
    if action:
        found = found.filter(action=action)
    if number is not None:
        found = found.filter(seal__number=number)
    if since:
        found = found.filter(at__gte=since)
    if before:
        found = found.filter(at__lt=before)
    return found


def between(certificate: Certificate, *, known: datetime, until: datetime) -> QuerySet[Entry]:
    """What was entered after one instant and up to another and may have changed what is read of a certificate, in its order."""
    holders = [str(pk) for pk in {certificate.holder_id, holder_at(certificate, known)} if pk]
    named = Q(action=actions.NAME_CORRECTED.name, subject_kind=PERSON, subject_id__in=holders)
    on_it = Q(subject_kind=UNDER, subject_id=str(certificate.pk)) & ~Q(action=of_the_ledger.READ.name)
    return Entry.objects.filter(named | on_it, at__gt=known, at__lte=until).order_by("pk")


@dataclass(frozen=True, slots=True)
class Fact:
    """One detail of an entry: what it is about, what it says, and the code that stands for it where the words are other ones."""

    name: str
    words: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """An entry in words."""

    entry: Entry
    number: int | None
    what: str
    by: str
    on: str
    about: str
    facts: tuple[Fact, ...]
    forgotten_at: datetime | None

    @property
    def is_own(self) -> bool:
        """Whether somebody did it on their own account: then that is said, and not the name twice."""
        return self.entry.subject_kind == PERSON and bool(self.entry.actor_id) and self.entry.subject_id == self.entry.actor_id

    @property
    def is_confidential(self) -> bool:
        """Whether its details tell about a person, so that showing them is an entry."""
        action = ACTIONS.get(self.entry.action)
        return bool(self.facts) and (action is None or action.forget is Forget.EMPTY)


def lines(found: Iterable[Entry]) -> list[Line]:
    """The entries in words; three statements for any number of them, if `found` joins seal and detail, and two more for keys of courses."""
    rows = list(found)
    people, certificates, titles = _people(rows), _certificates(rows), _titles(rows)
    return [
        Line(
            entry=row,
            number=row.seal.number if hasattr(row, "seal") else None,
            what=ACTIONS[row.action].sentence if row.action in ACTIONS else row.action,
            by=people.get(row.actor_id, f"account {row.actor_id}") if row.actor_id else "",
            on=_subject(row, people, certificates),
            about=people.get(row.about_id, f"account {row.about_id}") if row.about_id else "",
            facts=tuple(_fact(name, value, titles, people if row.action in MOVING else {}) for name, value in row.detail.facts.items()),
            forgotten_at=row.detail.forgotten_at,
        )
        for row in rows
    ]


# What stands in details under a short name, in words; other names are words already.
NAMES = {
    "approved_alone": "approved by who saved it last, as nobody else could",
    "code": "code of the last seal",
    "digest": "digest of what was signed",
    "document": "digest of what it says",
    "had_it": "attempts that had the question",
    "in_a_row": "wrong codes in a row",
    "known": "as recorded on",
    "lose_review": "coaches whose review stops counting",
    "payload": "digest of what is to be done",
    "refused_so_far": "refused so far",
    "routes": "requirements met by another route",
    "sign_again": "coaches who sign again",
}
# Where a detail holds the id of a row, and not a number that counts anything.
RECORDS = {"attempt", "entries", "hold", "review", "sanction", "statement", "term"}
# The closed words that details hold, as people say them.
WORDS = {
    **{choice.value: str(choice.label) for closed in (SanctionKind, Granted, Requirement, SiteRole, Weight) for choice in closed},
    **{choice.value: str(choice.label) for choice in Attempt.Outcome},
    **devices.NAMES,
}
IN_WORDS = {"granted", "kind", "outcome", "requirement", "role", "weight"}
A_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


MOVING = {actions.CERTIFICATE_MOVED.name}  # from one person to another, by their ids


def _fact(name: str, value: Any, titles: dict[str, str], people: dict[str, str]) -> Fact:
    words, code = _text(value), _code(value)
    if name in RECORDS and code:
        words, code = f"{'records' if isinstance(value, list) else 'record'} {words}", ""
    elif name in IN_WORDS and isinstance(value, str):
        words = proposals.KINDS[value].title if value in proposals.KINDS else WORDS.get(value, value)
    elif name in KEYED and value in titles:
        words = titles[value]
    elif name in ("before", "after") and str(value) in people:
        words, code = people[str(value)], f"account {value}"
    return Fact(NAMES.get(name, name.replace("_", " ")), words, "" if code.casefold() == words.casefold() else code)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str) and A_DAY.fullmatch(value):
        return day(date.fromisoformat(value))
    if isinstance(value, list):
        return ", ".join(map(_text, value)) or "none"
    return "none" if value in (None, "") else str(value)


def _code(value: Any) -> str:
    """What is kept beside the words: the value as it was entered, where that is a word or a number of its own."""
    if value in (None, "", []) or isinstance(value, (bool, dict)):
        return ""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value) if not (isinstance(value, str) and A_DAY.fullmatch(value)) else ""


KEYED: dict[str, type[CoursePage] | type[ModulePage]] = {"course": CoursePage, "quiz": ModulePage}


def _titles(rows: Sequence[Entry]) -> dict[str, str]:
    """The titles of the courses and modules whose keys stand in details."""
    titles: dict[str, str] = {}
    for name, model in KEYED.items():
        if keys := {str(row.detail.facts[name]) for row in rows if name in row.detail.facts}:
            titles |= dict(model.objects.filter(key__in=keys).values_list("key", "title"))
    return titles


def _people(rows: Sequence[Entry]) -> dict[str, str]:
    ids = {
        pk for row in rows for pk in (row.actor_id, row.about_id, row.subject_id if row.subject_kind == PERSON else "") if pk.isdecimal()
    }
    moved = [row.detail.facts for row in rows if row.action in MOVING]
    ids |= {str(facts[name]) for facts in moved for name in ("before", "after") if name in facts}
    return {
        str(pk): person.get_full_name() for pk, person in User.objects.prefetch_related("names").in_bulk([int(pk) for pk in ids]).items()
    }


def _certificates(rows: Sequence[Entry]) -> dict[str, str]:
    ids = {int(row.subject_id) for row in rows if row.subject_kind == UNDER}
    return {str(pk): number for pk, number in Certificate.objects.filter(pk__in=ids).values_list("pk", "number")}


def _subject(row: Entry, people: dict[str, str], certificates: dict[str, str]) -> str:
    known = {PERSON: people, UNDER: certificates}.get(row.subject_kind, {})
    return known.get(row.subject_id) or f"{_kind(row.subject_kind)} {row.subject_id}"


def _kind(label: str) -> str:
    """What kind of thing a row is, as the admin calls it; the label itself once no such table is left."""
    try:
        return str(apps.get_model(label)._meta.verbose_name)
    except (LookupError, ValueError):
        return label


def closed_list() -> list[Action]:
    """Every action, by what it says."""
    return sorted(ACTIONS.values(), key=lambda action: (action.name.partition(".")[0], action.sentence))
