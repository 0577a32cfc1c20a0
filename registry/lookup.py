"""Public answers by number, by code and for a list of certificates: one statement reads all that may be told."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any, NamedTuple

from django.db.models import FilteredRelation, Q, QuerySet

from accounts.models import Name
from audit import clock
from audit.models import Entry
from certification import actions, numbers
from certification import rules as certification_rules
from certification.facts import SanctionFact, SanctionKind, Span
from certification.models import Certificate, CertificateDocument
from registry import rules
from registry.facts import Answer, Kind, PublicName, PublicSanction, Record
from registry.prepared import Prepared

WELL_FORMED = re.compile(r"[A-Z0-9]+(-[A-Z0-9]+)*")
CODE = re.compile(r"[0-9A-Z]{5}(-[0-9A-Z]{1,5}){5}")
LONGEST_NUMBER = 32


@dataclass(frozen=True, slots=True)
class DocumentAnswer:
    """What a code leads to: the public answer about its certificate today, and for a printed document its term and whether it is in use."""

    answer: Answer
    is_document: bool = False
    replaced: bool = False
    term: Span | None = None


def by_number(number: str, *, on: date, as_of: date | None = None) -> Answer:
    """What the public reads, asked on the day `on`, about the day `as_of` (the same day unless given). One statement; two for a miss.

    Raises ValueError for a day that lies ahead.
    """
    day = on if as_of is None else as_of
    if day > on:
        raise ValueError("The registry speaks of today and of days gone by.")
    number = normal(number[: 4 * LONGEST_NUMBER])
    if not is_well_formed(number):
        return Answer(Kind.MALFORMED, number[:LONGEST_NUMBER], on, day)
    if record := next(_records(map(Row._make, WITH_NUMBER.rows(number))), None):
        return _answer(record, today=on, day=day)
    kind = Kind.SLIP if numbers.has_slip(number) else Kind.NEVER_ISSUED
    return Answer(kind, number, on, day, likely=_likely(number, on=on))


def by_number_as_recorded(number: str, *, known: datetime, day: date) -> Answer:
    """What the public read about `day` at the instant `known`, from what was on record by then. At most six statements.

    The scheme's name is today's. Raises ValueError for a day that lay ahead then.
    """
    on = clock.day_of(known)
    if day > on:
        raise ValueError("The registry speaks of today and of days gone by.")
    number = normal(number[: 4 * LONGEST_NUMBER])
    if not is_well_formed(number):
        return Answer(Kind.MALFORMED, number[:LONGEST_NUMBER], on, day)
    certificate = Certificate.objects.filter(number=number, recorded_at__lte=known).for_public().first()
    if certificate:
        return _answer(_record_at(certificate, known), today=on, day=day)
    return Answer(Kind.SLIP if numbers.has_slip(number) else Kind.NEVER_ISSUED, number, on, day)


def _record_at(certificate: Certificate, known: datetime) -> Record:
    """What was on record of a certificate at an instant."""
    terms = sorted(certification_rules.as_recorded(certificate.terms.all(), known=known), key=lambda term: term.first_day)
    sanctions = certification_rules.as_recorded(certificate.sanctions.all(), known=known)
    return Record(
        certificate.number,
        certificate.scheme.name,
        _name_at(certificate, known),
        tuple(Span(term.first_day, term.last_day) for term in terms),
        tuple(PublicSanction(row.fact, row.public_note, tuple(row.clause_ids)) for row in sanctions),
    )


def _name_at(certificate: Certificate, known: datetime) -> PublicName | None:
    """The name in use at an instant, of whoever held the certificate then; None where it is forgotten."""
    holder = holder_at(certificate, known)
    names = Name.objects.filter(Q(replaced_at=None) | Q(replaced_at__gt=known), user=holder, recorded_at__lte=known)
    name = names.order_by("pk").last() if holder else None
    return PublicName(name.full_name, name.latin_name, name.language) if name else None


def holder_at(certificate: Certificate, known: datetime) -> int | None:
    """The account under which the certificate was on record at an instant; None where the ledger has forgotten it."""
    moved = Entry.objects.filter(action=actions.CERTIFICATE_MOVED.name, at__gt=known)
    first = (
        moved.filter(subject_kind=Certificate._meta.label_lower, subject_id=str(certificate.pk))
        .select_related("detail")
        .order_by("pk")
        .first()
    )
    return first.detail.facts.get("before") if first else certificate.holder_id


def by_code(code: str, *, on: date) -> DocumentAnswer:
    """What the code of a certificate or of a printed document leads to today. At most three statements."""
    code = numbers.normalize_code(code[:100])
    if not CODE.fullmatch(code):
        return DocumentAnswer(Answer(Kind.MALFORMED, code[:LONGEST_NUMBER], on, on))
    document = CertificateDocument.objects.filter(verify_code=code).select_related("term__certificate").first()
    rows = WITH_NUMBER.rows(document.term.certificate.number) if document else WITH_CODE.rows(code)
    record = next(_records(map(Row._make, rows)), None)
    if record is None:
        return DocumentAnswer(Answer(Kind.NEVER_ISSUED, code, on, on))
    answer = _answer(record, today=on, day=on)
    if document is None:
        return DocumentAnswer(answer)
    replaced = document.replaced_at is not None or document.term.voided_at is not None
    return DocumentAnswer(answer, True, replaced, document.term.span)


def of(certificates: Iterable[Certificate], *, on: date) -> list[Answer]:
    """Today's answers for certificates, in their order; one statement."""
    numbers_in_order = [certificate.number for certificate in certificates]
    rows = _rows(number__in=numbers_in_order) if numbers_in_order else []
    answers = {answer.number: answer for answer in _answers(rows, today=on, day=on)}
    return [answers[number] for number in numbers_in_order if number in answers]


def records(certificates: Iterable[int]) -> list[Record]:
    """What is on record of certificates, by their ids: what their public pages are drawn from; one statement."""
    return list(_records(map(Row._make, _rows(pk__in=list(certificates)))))


def normal(number: str) -> str:
    """The number as it is kept; most are asked for as they are kept."""
    return number if is_well_formed(number) else numbers.normalize(number)


def is_well_formed(number: str) -> bool:
    return len(number) <= LONGEST_NUMBER and WELL_FORMED.fullmatch(number) is not None


def _answer(record: Record, *, today: date, day: date) -> Answer:
    """What is told of a record; of one without a term that has begun that alone, and neither name nor day."""
    unbegun = Kind.NOT_BEGUN if record.terms else Kind.WITHDRAWN
    return rules.answer(record, today=today, day=day) or Answer(unbegun, record.number, today, day)


def _answers(rows: Iterable[tuple[Any, ...]], *, today: date, day: date) -> list[Answer]:
    answers = (rules.answer(record, today=today, day=day) for record in _records(map(Row._make, rows)))
    return [answer for answer in answers if answer is not None]


def _rows(**condition: Any) -> QuerySet[Certificate, tuple[Any, ...]]:
    """One statement for any number of certificates: a row for each pair of a term and a sanction."""
    return (
        Certificate.objects.filter(**condition)
        .annotate(
            term=FilteredRelation("terms", condition=Q(terms__voided_at=None)),
            sanction=FilteredRelation("sanctions", condition=Q(sanctions__voided_at=None)),
            name=FilteredRelation("holder__names", condition=Q(holder__names__replaced_at=None)),
        )
        .order_by("number", "term__first_day", "sanction__first_day", "sanction__pk")
        .values_list(*Row._fields)
    )


class Row(NamedTuple):
    """A certificate, one of its terms and one of its sanctions; None where it has no such thing."""

    number: str
    scheme__name: str
    name__full_name: str | None
    name__latin_name: str
    name__language: str
    term__first_day: date | None
    term__last_day: date
    sanction__pk: int | None
    sanction__kind: str
    sanction__interim: bool
    sanction__first_day: date
    sanction__last_day: date | None
    sanction__public_note: str
    sanction__clause_ids: list[str]
    sanction__published_until: date | None
    sanction__continues: int | None


WITH_NUMBER = Prepared("certificate_with_number", lambda number: _rows(number=number))
WITH_CODE = Prepared("certificate_with_code", lambda code: _rows(verify_code=code))


def _records(rows: Iterable[Row]) -> Iterator[Record]:
    """The rows of each certificate, folded."""
    for (number, scheme), group in groupby(rows, key=lambda row: (row.number, row.scheme__name)):
        mine = list(group)
        terms = dict.fromkeys(Span(row.term__first_day, row.term__last_day) for row in mine if row.term__first_day)
        sanctions = {row.sanction__pk: _sanction(row) for row in mine if row.sanction__pk}
        yield Record(number, scheme, _name(mine[0]), tuple(terms), tuple(sanctions.values()))


def _name(row: Row) -> PublicName | None:
    return None if row.name__full_name is None else PublicName(row.name__full_name, row.name__latin_name, row.name__language)


def _sanction(row: Row) -> PublicSanction:
    fact = SanctionFact(
        kind=SanctionKind(row.sanction__kind),
        first_day=row.sanction__first_day,
        last_day=row.sanction__last_day,
        interim=row.sanction__interim,
        pk=row.sanction__pk,
        continues=row.sanction__continues,
        published_until=row.sanction__published_until,
    )
    return PublicSanction(fact, row.sanction__public_note, tuple(row.sanction__clause_ids))


def _likely(number: str, *, on: date) -> tuple[str, ...]:
    """Numbers in the registry that differ by one symbol of ours, two swapped, a look-alike or a missing hyphen; at most three."""
    candidates = set(_candidates(number))
    rows = Certificate.objects.with_standing(on=on).filter(standing__isnull=False, number__in=candidates)  # type: ignore[misc]
    return tuple(rows.order_by("number").values_list("number", flat=True)[:3])


def _candidates(number: str) -> Iterable[str]:
    prefix, hyphen, symbols = number.rpartition("-")
    yield number.translate(numbers.LOOK_ALIKES)
    yield f"{prefix}{hyphen}{symbols.translate(numbers.LOOK_ALIKES)}"
    if not hyphen:
        yield from (f"{number[:i]}-{number[i:]}" for i in range(2, min(9, len(number))))
    if len(symbols) == len("7K4M9RX"):
        for i in range(len(symbols)):
            yield from (f"{prefix}-{symbols[:i]}{symbol}{symbols[i + 1 :]}" for symbol in numbers.SYMBOLS)
            yield f"{prefix}-{symbols[:i]}{symbols[i + 1 : i + 2]}{symbols[i]}{symbols[i + 2 :]}"
