"""What of a record the public is told, on a day and about a day. Pure; which standing that is says certification.rules."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from certification import rules
from certification.facts import ONE_DAY, SanctionKind, Span, Standing
from registry.facts import Answer, Kind, Line, Note, PublicSanction, Record


def answer(record: Record, *, today: date, day: date) -> Answer | None:
    """The public answer about `day`, given today; None for a certificate that has not begun.

    Facts whose first day lies ahead are not told. One thing ahead is: the end of an unbroken time under terms already granted,
    because a coach who renewed early is certified until then (docs/decisions/0051).
    """
    runs = [run for run in rules.unbroken(record.terms) if run.first_day <= today]
    if not runs:
        return None
    told = told_sanctions(record.sanctions, today=today, day=day)
    kind = _kind(runs, told, day=day)
    certified = max((run for run in runs if run.first_day <= day), key=lambda run: run.first_day, default=None)
    since, until = _span_of(kind, runs, told, day=day)
    return Answer(
        kind=kind,
        number=record.number,
        asked_on=today,
        day=day,
        scheme=record.scheme,
        name=record.name,
        since=since,
        until=until,
        certified=certified,
        first_certified=runs[0].first_day,
        now=kind if day == today else _kind(runs, told_sanctions(record.sanctions, today=today, day=today), day=today),
        notes=tuple(_note(sanction) for sanction in told if sanction.fact.covers(day) and has_words(sanction, today=today)),
        history=history(record, runs, today=today, day=day, lapsed=Span(since, until) if kind is Kind.LAPSED and since else None),
    )


def _kind(runs: Sequence[Span], told: Sequence[PublicSanction], *, day: date) -> Kind:
    standing = rules.standing(runs, [sanction.fact for sanction in told], on=day)
    return Kind(standing.value) if standing else Kind.NOT_CERTIFIED


def told_sanctions(sanctions: Sequence[PublicSanction], *, today: date, day: date) -> list[PublicSanction]:
    """Those that speak about the day: an interim one that is over counts only as the beginning of the final one that continues it."""
    facts = {fact.pk: fact for fact in rules.as_told([sanction.fact for sanction in sanctions], on=day, today=today)}
    return [replace(sanction, fact=facts[sanction.fact.pk]) for sanction in sanctions if sanction.fact.pk in facts]


def continued_ids(sanctions: Iterable[PublicSanction], *, today: date) -> set[int | None]:
    """The interim sanctions that a final one follows which has begun."""
    return {sanction.fact.continues for sanction in sanctions if not sanction.fact.interim and sanction.fact.first_day <= today}


def is_published(sanction: PublicSanction, *, today: date) -> bool:
    """The end of publication takes away the note and the line of the history, never the word."""
    return sanction.fact.published_until is None or today <= sanction.fact.published_until


def has_words(sanction: PublicSanction, *, today: date) -> bool:
    return is_published(sanction, today=today) and bool(sanction.note or sanction.clause_ids)


def _span_of(kind: Kind, runs: Sequence[Span], told: Sequence[PublicSanction], *, day: date) -> tuple[date | None, date | None]:
    """The first and the last day of the standing as far as they are known."""
    if kind == Kind.NOT_CERTIFIED:
        return None, runs[0].first_day - ONE_DAY
    held = rules.days_of_standing(runs, [sanction.fact for sanction in told], on=day)
    return (held.first_day, held.last_day) if held else (None, None)


def _note(sanction: PublicSanction) -> Note:
    fact = sanction.fact
    return Note(fact.kind, sanction.note, sanction.clause_ids, fact.first_day, None if fact.interim else fact.last_day)


def history(record: Record, runs: Sequence[Span], *, today: date, day: date, lapsed: Span | None = None) -> tuple[Line, ...]:
    """The terms that have begun; while they are published, the final sanctions that have begun and an interim one that speaks of the day.

    Newest first. An interim one has no last day here, as in the standing, and no line once it is over. `lapsed` are the days of that
    standing, where it is the one that holds on the day.
    """
    lines = list(granted(record.terms, runs, today=today))
    if lapsed:
        lines.append(Line(Standing.LAPSED.label, lapsed.first_day, lapsed.last_day))
    continued = continued_ids(record.sanctions, today=today)
    for sanction in told_sanctions(record.sanctions, today=today, day=day):
        fact = sanction.fact
        if fact.interim and fact.pk not in continued and fact.covers(day) and is_published(sanction, today=today):
            lines.append(Line(WORDS[fact.kind], fact.first_day, None))
    for sanction in record.sanctions:
        fact = sanction.fact
        if not fact.interim and fact.first_day <= today and is_published(sanction, today=today):
            beginning = [other for other in record.sanctions if other.fact.pk == fact.continues]
            spans = rules.unbroken(Span(other.fact.first_day, other.fact.last_day) for other in [*beginning, sanction])
            lines.extend(Line(WORDS[fact.kind], span.first_day, span.last_day) for span in spans)
    return tuple(sorted(lines, key=lambda line: (line.first_day, line.what), reverse=True))


def granted(terms: Iterable[Span], runs: Sequence[Span], *, today: date) -> Iterator[Line]:
    """A line for each term that has begun. The last one reaches as far as what follows it without a gap, and says that it was renewed.

    Of a term that lies ahead nothing else is told (docs/decisions/0051).
    """
    begun = sorted((term for term in terms if term.first_day <= today), key=lambda term: term.first_day)
    for number, term in enumerate(begun):
        run = next(run for run in runs if run.covers(term.first_day))
        what = GRANTED if number == 0 else RENEWED if run.covers(term.first_day - ONE_DAY) else GRANTED_AGAIN
        if number == len(begun) - 1 and run.last_day != term.last_day:
            yield Line(f"{what}, and renewed", term.first_day, run.last_day)
        else:
            yield Line(what, term.first_day, term.last_day)


GRANTED, RENEWED, GRANTED_AGAIN = "Certificate granted", "Certificate renewed", "Certificate granted again"
WORDS = {
    SanctionKind.SUSPENSION: Standing.SUSPENDED.label,
    SanctionKind.REVOCATION: Standing.REVOKED.label,
    SanctionKind.CONDITIONS: SanctionKind.CONDITIONS.label,
    SanctionKind.REPRIMAND: SanctionKind.REPRIMAND.label,
}
