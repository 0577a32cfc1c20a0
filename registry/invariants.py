"""What the public is told follows from the dated facts: they are walked through once more here, by hand, with none of the rules."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import chain

from audit import clock
from audit.invariants import invariant
from certification.models import Certificate, Sanction, Term
from registry import lookup, rules
from registry.facts import Record

AT_ONCE = 1000  # certificates whose facts are read together, in four statements
DAY = timedelta(days=1)
CLOCKS = timedelta(minutes=1)  # by which two machines may differ


@dataclass(slots=True)
class Replay:
    """What is on record of a certificate, as plain days.

    Terms are (first, last), sanctions (id, kind, is for the time of a review, first, last or None, id of the one it continues or None).
    """

    terms: list[tuple[date, date]] = field(default_factory=list)
    sanctions: list[tuple[int, str, bool, date, date | None, int | None]] = field(default_factory=list)

    def word(self, *, today: date, day: date) -> str | None:
        """What the public reads of a day, asked on another that is no earlier; None while no term has begun."""
        begun = [first for first, _ in self.terms if first <= today]
        if not begun:
            return None
        if day < min(begun):
            return "not_certified"
        continued = {order for _, _, interim, first, _, order in self.sanctions if not interim and first <= today}
        in_force = set()
        for pk, kind, interim, first, last, _ in self.sanctions:
            is_told = not interim or day == today or pk in continued
            if is_told and first <= min(day, today) and (last is None or day <= last):
                in_force.add(kind)
        for kind, word in (("revocation", "revoked"), ("suspension", "suspended")):
            if kind in in_force:
                return word
        return "active" if any(first <= day <= last for first, last in self.terms) else "lapsed"


@invariant("The registry tells of every certificate what its facts say, today and on each day on which that changes")
def the_registry_follows_the_facts() -> Iterator[str]:
    """What differs is asked for once more: somebody may have renewed between two statements."""
    now, today = clock.now(), clock.today()
    last = 0
    while batch := _standings(today, pk__gt=last):
        differing = {pk for pk, _ in _differences(batch, now=now, today=today)}
        if differing:
            again = _standings(today, pk__in=differing)
            for pk, words in _differences(again, now=clock.now(), today=today):
                yield f"certificate {pk} {words}"
        last = batch[-1][0]


def _standings(today: date, **condition: object) -> list[tuple[int, str, str | None]]:
    """Id, number and the standing by which lists are sorted, of the next certificates."""
    rows = Certificate.objects.with_standing(on=today).filter(**condition)
    return list(rows.order_by("pk").values_list("pk", "number", "standing")[:AT_ONCE])  # type: ignore[misc]  # an annotation


def _differences(batch: list[tuple[int, str, str | None]], *, now: datetime, today: date) -> Iterator[tuple[int, str]]:
    replays = _replays([pk for pk, _, _ in batch], at=now + CLOCKS)
    records = {record.number: record for record in lookup.records(pk for pk, _, _ in batch)}
    for pk, number, standing in batch:
        replay = replays[pk]
        due = replay.word(today=today, day=today)
        if standing != due:
            yield pk, f"is listed as {standing} today, and its facts say {due}"
        for day, told, due in _told(records[number], replay, today=today):
            yield pk, f"reads {told} on {day}, and its facts say {due}"


def _told(record: Record, replay: Replay, *, today: date) -> Iterator[tuple[date, str | None, str | None]]:
    """The days on which the registry and the facts differ. A day that lies ahead is asked about when it has come."""
    for day in _days(record, replay, today=today):
        asked = max(day, today)
        answer = rules.answer(record, today=asked, day=day)
        told, due = answer.kind.value if answer else None, replay.word(today=asked, day=day)
        if told != due:
            yield day, told, due


def _days(record: Record, replay: Replay, *, today: date) -> list[date]:
    """Today, and the days around each first and last one, here and there: nothing changes on another."""
    ends = chain(
        *((term.first_day, term.last_day) for term in record.terms),
        *((sanction.fact.first_day, sanction.fact.last_day) for sanction in record.sanctions),
        *replay.terms,
        *((first, last) for _, _, _, first, last, _ in replay.sanctions),
    )
    return sorted({today, *(day + step for day in ends if day for step in (-DAY, timedelta(0), DAY))})


def _replays(certificates: Iterable[int], *, at: datetime) -> dict[int, Replay]:
    """What the record says at an instant: recorded by then and not taken back by then."""
    found: dict[int, Replay] = defaultdict(Replay)
    ids = list(certificates)
    terms = Term.objects.as_recorded(at).filter(certificate__in=ids).order_by("pk")
    for pk, first_day, last_day in terms.values_list("certificate", "first_day", "last_day"):
        found[pk].terms.append((first_day, last_day))
    fields = ("certificate", "pk", "kind", "interim", "first_day", "last_day", "continues")
    for pk, *sanction in Sanction.objects.as_recorded(at).filter(certificate__in=ids).order_by("pk").values_list(*fields):
        found[pk].sanctions.append(tuple(sanction))
    return found
