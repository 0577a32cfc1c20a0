"""Coaches from an association's spreadsheet: every row judged, then all of them or none."""

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from accounts import names, naming
from accounts.models import User
from audit import log
from audit.models import Entry
from certification import actions, issuing, numbers
from certification.facts import EARLIEST, LATEST, Granted, SanctionKind
from certification.models import Certificate, Sanction, Scheme, Term

NEEDED = ["number", "name", "email", "first_issued", "term_from", "term_to"]
NUMBER = re.compile(r"(?=.{1,32}\Z)[A-Z0-9]+(-[A-Z0-9]+)*")
COLUMNS = [*NEEDED, "latin_name", "sanctions", "language"]


class Verdict(StrEnum):
    ADD = "add"
    NO_CHANGE = "no change"
    REFUSED = "refused"


class Overtaken(Exception):
    """Somebody issued or moved a certificate between the verdict and the act; nothing was written."""


class Unreadable(Exception):
    """The file is no table of coaches."""


@dataclass(slots=True)
class Row:
    """A line of the file and what becomes of it; `notes` say what is left as it is. `sanctions` are (kind, first day, last day or None)."""

    line: int
    values: dict[str, str]
    reasons: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    days: dict[str, date] = field(default_factory=dict)
    sanctions: list[tuple[SanctionKind, date, date | None]] = field(default_factory=list)
    is_there: bool = False

    @property
    def verdict(self) -> Verdict:
        if self.reasons:
            return Verdict.REFUSED
        return Verdict.NO_CHANGE if self.is_there else Verdict.ADD

    @property
    def number(self) -> str:
        return numbers.normalize(self.values["number"])

    @property
    def email(self) -> str:
        return self.values["email"].lower()


def read(lines: Iterable[str]) -> list[Row]:
    """The rows of a CSV file with a heading line. Raises Unreadable naming the columns that are missing or unknown."""
    reader = csv.DictReader(lines)
    heads = [head.strip().lower().replace(" ", "_").replace("-", "_") for head in reader.fieldnames or []]
    reader.fieldnames = heads
    if missing := [name for name in NEEDED if name not in heads]:
        raise Unreadable(f"line 1: the columns {', '.join(missing)} are missing")
    if twice := sorted({head for head in heads if heads.count(head) > 1}):
        raise Unreadable(f"line 1: the columns {', '.join(twice)} are there twice")
    if unknown := [head for head in heads if head not in COLUMNS]:
        raise Unreadable(f"line 1: the columns {', '.join(unknown)} are unknown; known are {', '.join(COLUMNS)}")
    rows = []
    for raw in reader:
        values = {name: (raw.get(name) or "").strip() for name in COLUMNS}
        row = Row(reader.line_num, values)
        if None in raw:
            row.reasons.append("more cells than columns")
        if any(values.values()):
            rows.append(row)
    return rows


def judge(rows: list[Row], scheme: Scheme) -> None:
    """Give every row its verdict; nothing is written."""
    seen: dict[str, int] = {}
    for row in rows:
        _read_days(row)
        _read_sanctions(row)
        _check(row)
        for what in (row.number, row.email):
            if what in seen:
                row.reasons.append(f"{what} stands in line {seen[what]} too")
            elif what:
                seen[what] = row.line
    _compare(rows, scheme)


def _day(row: Row, text: str, what: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        row.reasons.append(f"{what}: {text or 'nothing'} is no day; write year-month-day, such as 2026-05-04")
        return None
    if not EARLIEST <= day <= LATEST:
        row.reasons.append(f"{what}: {day} is no day between {EARLIEST.year} and {LATEST.year}")
        return None
    return day


def _read_days(row: Row) -> None:
    for name in ("first_issued", "term_from", "term_to"):
        if found := _day(row, row.values[name], name):
            row.days[name] = found
    if len(row.days) == 3:
        if row.days["term_to"] < row.days["term_from"]:
            row.reasons.append("the term ends before it begins")
        if row.days["term_from"] < row.days["first_issued"]:
            row.reasons.append("the term begins before the certificate was first issued")


def _read_sanctions(row: Row) -> None:
    """Such as "suspension 2025-01-01 2025-03-31; revocation 2026-02-01"."""
    for part in filter(None, (part.strip() for part in row.values["sanctions"].split(";"))):
        kind, *days = part.split()
        if kind not in set(SanctionKind) or len(days) not in (1, 2):
            row.reasons.append(f"sanctions: {part} is not a kind, a first day and perhaps a last day")
            continue
        found = [_day(row, day, "sanctions") for day in days]
        first, last = found[0], found[1] if len(found) > 1 else None
        if kind == SanctionKind.REVOCATION and len(days) > 1:
            row.reasons.append(
                f"sanctions: {part} has a last day, and a revocation has no end; leave the last day out, or write suspension if it was one"
            )
            continue
        if first and (last is None or first <= last):
            row.sanctions.append((SanctionKind(kind), first, last))
        elif first:
            row.reasons.append(f"sanctions: {part} ends before it begins")


def _check(row: Row) -> None:
    if not row.number:
        row.reasons.append("number: nothing stands here")
    elif not NUMBER.fullmatch(row.number):
        row.reasons.append("number: capital letters, digits and single hyphens, 32 at most, are what the registry finds")
    try:
        validate_email(row.email)
    except ValidationError:
        row.reasons.append(f"email: {row.values['email'] or 'nothing'} is no address")
    try:
        naming.LANGUAGE(row.values["language"] or "en")
    except ValidationError as refusal:
        row.reasons += [f"language: {words}" for words in refusal.messages]
    row.reasons += naming.not_usable(row.values["name"], row.values["latin_name"])


def _compare(rows: list[Row], scheme: Scheme) -> None:
    """Against what is there: the same is no change, something else is refused, because an import never overwrites."""
    certificates = Certificate.objects.filter(number__in=[row.number for row in rows]).for_public()
    held = {certificate.number: certificate for certificate in certificates}
    people = {person.email: person for person in User.objects.filter(email__in=[row.email for row in rows]).prefetch_related("names")}
    earlier = _earlier_holders()
    holders = dict(Certificate.objects.filter(holder__in=people.values(), scheme=scheme).values_list("holder", "number"))
    for row in rows:
        certificate, person = held.get(row.number), people.get(row.email)
        if certificate is not None:
            row.is_there = True
            if reason := _not_whose(row, certificate, earlier.get(certificate.pk, []), person):
                row.reasons.append(reason)
            elif not _says_the_same(row, certificate):
                row.reasons.append(f"{row.number} is here with other days; an import never overwrites, so correct it in the office")
        elif person is not None and person.pk in holders:
            row.reasons.append(f"{row.email} holds {holders[person.pk]} here")
        elif person is not None:
            row.reasons += _against(person, row)


def _earlier_holders() -> dict[int, list[User]]:
    """Under whom a certificate stood before the office gave it to the person it was meant for, by its id; there are few."""
    moved = Entry.objects.filter(action=actions.CERTIFICATE_MOVED.name).select_related("detail")
    pairs = [(int(entry.subject_id), entry.detail.facts.get("before")) for entry in moved]
    people = User.objects.prefetch_related("names").in_bulk({before for _, before in pairs if before})
    found = defaultdict(list)
    for certificate, before in pairs:
        if before in people:
            found[certificate].append(people[before])
    return found


def _not_whose(row: Row, certificate: Certificate, earlier: list[User], person: User | None) -> str:
    """Why a row speaks of somebody else than the certificate does, or did before the office corrected it; "" where it does not."""
    known = [certificate.holder, *earlier]
    words = names.fold(row.values["name"])
    if not any(words == names.fold(name.full_name) for one in known for name in one.names.all()):
        if certificate.holder.erased_at is not None:
            return f"{row.number} was held by somebody who is forgotten here; an import brings nobody back, so take the line out"
        if any(one.email == row.email for one in known):
            return f"{row.number} is here with another name; an import never overwrites, so correct it in the office"
        return f"{row.number} is held by somebody else here"
    if person is not None and person not in known:
        return f"{row.number} is held by somebody else here"
    if words != names.fold(certificate.holder.get_full_name()) or row.email != certificate.holder.email:
        row.notes.append("its name, address or holder was changed here since, and stays as it is here")
    return ""


def _against(person: User, row: Row) -> Iterator[str]:
    """Why somebody who has an account here cannot get this certificate."""
    if person.name and names.fold(person.name.full_name) != names.fold(row.values["name"]):
        yield f"{row.email} belongs to somebody with another name here"
    if first_day := row.days.get("term_from"):
        yield from issuing.bars(person, on=first_day)


def _says_the_same(row: Row, certificate: Certificate) -> bool:
    """Whether the certificate was once recorded with these days: rows corrected since are kept, so the same file stays the same."""
    terms = [(term.first_day, term.last_day) for term in certificate.terms.all() if term.granted == Granted.IMPORTED]
    sanctions = {(sanction.kind, sanction.first_day, sanction.last_day) for sanction in certificate.sanctions.all()}
    days = (row.days.get("term_from"), row.days.get("term_to"))
    return (not terms or days in terms) and sanctions.issuperset(row.sanctions)


@transaction.atomic
def add(rows: list[Row], scheme: Scheme, *, by: User | None) -> int:
    """Write every row whose verdict is to add; answers how many. No letter is sent: staff invite. Call only where no row is refused.

    Raises Overtaken where the record changed since the verdict.
    """
    scheme = Scheme.objects.select_for_update().get(pk=scheme.pk)
    new = [row for row in rows if row.verdict is Verdict.ADD]
    for row in new:
        _add(row, scheme, by=by)
    if new:
        log.record(actions.COACHES_IMPORTED, scheme, by=by, coaches=len(new))
    return len(new)


def _add(row: Row, scheme: Scheme, *, by: User | None) -> None:
    person = issuing.locked_person(row.email)
    if person and (held := Certificate.objects.filter(holder=person, scheme=scheme).first()):
        raise Overtaken(f"line {row.line}: {row.email} was given {held.number} a moment ago")
    holder = issuing.NewHolder(row.email, row.values["name"], row.values["latin_name"], language=row.values["language"])
    certificate = Certificate.objects.create(
        number=row.number, holder=issuing.holder_of(holder, by=by), scheme=scheme, issued_on=row.days["first_issued"]
    )
    first, last = row.days["term_from"], row.days["term_to"]
    Term.objects.create(certificate=certificate, first_day=first, last_day=last, granted=Granted.IMPORTED)
    for kind, begins, ends in row.sanctions:
        Sanction.objects.create(certificate=certificate, kind=kind, first_day=begins, last_day=ends, decided_on=begins, reason="Imported")
