"""Public answers by number, by code and for a list of certificates: one statement reads all that may be told."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import FilteredRelation, Q

from certification import numbers
from certification.facts import SanctionFact, SanctionKind, Span
from certification.models import Certificate, CertificateDocument
from registry import rules
from registry.facts import Answer, Kind, PublicName, PublicSanction, Record

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
    number = numbers.normalize(number[: 4 * LONGEST_NUMBER])
    if not is_well_formed(number):
        return Answer(Kind.MALFORMED, number[:LONGEST_NUMBER], on, day)
    answers = _answers(Q(number=number), today=on, day=day)
    if answers:
        return answers[0]
    kind = Kind.SLIP if numbers.has_slip(number) else Kind.NEVER_ISSUED
    return Answer(kind, number, on, day, likely=_likely(number, on=on))


def by_code(code: str, *, on: date) -> DocumentAnswer:
    """What the code of a certificate or of a printed document leads to today. At most three statements."""
    code = numbers.normalize_code(code[:100])
    if not CODE.fullmatch(code):
        return DocumentAnswer(Answer(Kind.MALFORMED, code[:LONGEST_NUMBER], on, on))
    document = CertificateDocument.objects.filter(verify_code=code).select_related("term").first()
    condition = Q(pk=document.term.certificate_id) if document else Q(verify_code=code)
    answers = _answers(condition, today=on, day=on)
    if not answers:
        return DocumentAnswer(Answer(Kind.NEVER_ISSUED, code, on, on))
    if document is None:
        return DocumentAnswer(answers[0])
    replaced = document.replaced_at is not None or document.term.voided_at is not None
    return DocumentAnswer(answers[0], True, replaced, document.term.span)


def of(certificates: Iterable[Certificate], *, on: date) -> list[Answer]:
    """Today's answers for certificates, in their order; one statement."""
    numbers_in_order = [certificate.number for certificate in certificates]
    answers = {answer.number: answer for answer in _answers(Q(number__in=numbers_in_order), today=on, day=on)} if numbers_in_order else {}
    return [answers[number] for number in numbers_in_order if number in answers]


def is_well_formed(number: str) -> bool:
    return len(number) <= LONGEST_NUMBER and WELL_FORMED.fullmatch(number) is not None


def _answers(condition: Q, *, today: date, day: date) -> list[Answer]:
    answers = (rules.answer(record, today=today, day=day) for record in _records(condition))
    return [answer for answer in answers if answer is not None]


def _records(condition: Q) -> list[Record]:
    """One statement for any number of certificates: a row for each pair of a term and a sanction, folded here."""
    rows = (
        Certificate.objects.filter(condition)
        .annotate(
            term=FilteredRelation("terms", condition=Q(terms__voided_at=None)),
            sanction=FilteredRelation("sanctions", condition=Q(sanctions__voided_at=None)),
            name=FilteredRelation("holder__names", condition=Q(holder__names__replaced_at=None)),
        )
        .order_by("number", "term__first_day", "sanction__first_day", "sanction__pk")
        .values(*FIELDS)
    )
    records: dict[str, Record] = {}
    for row in rows:
        record = records.setdefault(row["number"], _empty(row))
        records[row["number"]] = _with(record, row)
    return list(records.values())


FIELDS = [
    "number",
    "scheme__name",
    *(f"name__{field}" for field in ("full_name", "latin_name", "language")),
    *(f"term__{field}" for field in ("first_day", "last_day")),
    *(
        f"sanction__{field}"
        for field in ("pk", "kind", "interim", "first_day", "last_day", "public_note", "clause_ids", "published_until", "continues")
    ),
]


def _empty(row: dict[str, Any]) -> Record:
    has_name = row["name__full_name"] is not None
    name = PublicName(row["name__full_name"], row["name__latin_name"], row["name__language"]) if has_name else None
    return Record(row["number"], row["scheme__name"], name)


def _with(record: Record, row: dict[str, Any]) -> Record:
    """The record with the term and the sanction of one more row."""
    terms, sanctions = record.terms, record.sanctions
    if row["term__first_day"] and (term := Span(row["term__first_day"], row["term__last_day"])) not in terms:
        terms = (*terms, term)
    if row["sanction__pk"] and all(sanction.fact.pk != row["sanction__pk"] for sanction in sanctions):
        sanctions = (*sanctions, _sanction(row))
    return replace(record, terms=terms, sanctions=sanctions)


def _sanction(row: dict[str, Any]) -> PublicSanction:
    fact = SanctionFact(
        kind=SanctionKind(row["sanction__kind"]),
        first_day=row["sanction__first_day"],
        last_day=row["sanction__last_day"],
        interim=row["sanction__interim"],
        pk=row["sanction__pk"],
        continues=row["sanction__continues"],
        published_until=row["sanction__published_until"],
    )
    return PublicSanction(fact, row["sanction__public_note"], tuple(row["sanction__clause_ids"]))


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
