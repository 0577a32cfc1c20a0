"""Which reminders are due: found by a few statements however many coaches there are, put into the outbox once for each term and step."""

from collections.abc import Iterator
from datetime import date

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from accounts import invitations
from certification import gathering, rules
from certification.facts import Standing
from certification.models import Certificate, Scheme, Term
from outbox import queue as outbox
from outbox.models import OutboxMessage

BATCH = 500
REACHABLE = invitations.reachable("certificate__holder")


def key(term: Term, step: int) -> str:
    """Of a term by its end: a corrected first day makes another row, and no reminder a second time."""
    return f"reminder:{term.certificate_id}:{term.last_day}:{step}"


def ending(scheme: Scheme, *, on: date) -> QuerySet[Term]:
    """Terms whose end is near or not long past, of certificates that can be renewed today: while one is suspended its reminders wait."""
    steps = scheme.reminder_days
    near = Term.objects.ending(on=on, least=min(steps) - rules.REMINDER_STALE_DAYS, most=max(steps))
    standing = Certificate.objects.with_standing(on=on).filter(pk=OuterRef("certificate"))
    renewable = Exists(standing.filter(standing__in=[Standing.ACTIVE, Standing.LAPSED]))  # type: ignore[misc]  # an annotation
    return near.filter(renewable, certificate__scheme=scheme).order_by("pk")


def due(scheme: Scheme, *, on: date) -> dict[str, Term]:
    """The reminders of a scheme that are due on a day, by the key of term and step, whether they were put before or not."""
    return {key(term, step): term for term, step in _steps(scheme, ending(scheme, on=on).filter(REACHABLE), on=on)}


def unreached(*, on: date) -> list[Term]:
    """Terms whose holders would be reminded, had they been invited, or could they log in: the office's list, the first to end first."""
    found = []
    for scheme in _with_reminders():
        terms = (
            ending(scheme, on=on).exclude(REACHABLE).select_related("certificate__holder").prefetch_related("certificate__holder__names")
        )
        found += [term for term, _ in _steps(scheme, terms, on=on)]
    return sorted(found, key=lambda term: (term.last_day, term.pk))


def _with_reminders() -> list[Scheme]:
    return [scheme for scheme in Scheme.objects.order_by("pk") if scheme.reminder_days]


def _steps(scheme: Scheme, terms: QuerySet[Term], *, on: date) -> Iterator[tuple[Term, int]]:
    """Each term with the step that is due for it; days of suspension after its end are not counted."""
    found = list(terms)
    ended = [term.certificate_id for term in found if term.last_day < on]
    suspended = gathering.suspensions(ended) if ended else {}
    for term in found:
        left = rules.days_left(term.last_day, suspended.get(term.certificate_id, ()), on=on)
        step = rules.reminder_step(left, scheme.reminder_days)
        if step is not None:
            yield term, step


def remind(*, on: date) -> int:
    """Put every reminder that is due into the outbox; answers how many were new. Running it again adds none."""
    return sum(_remind(due(scheme, on=on)) for scheme in _with_reminders())


def _remind(found: dict[str, Term]) -> int:
    keys = sorted(found)
    return sum(_put(keys[start : start + BATCH], found) for start in range(0, len(keys), BATCH))


@transaction.atomic
def _put(keys: list[str], found: dict[str, Term]) -> int:
    new = not_yet_put(keys)
    for each in new:
        outbox.put("certification.reminder", found[each].pk, key=each)
    return len(new)


def not_yet_put(keys: list[str]) -> list[str]:
    """Those of at most some thousand keys under which nothing was put into the outbox."""
    there = set(OutboxMessage.objects.filter(key__in=keys).values_list("key", flat=True))
    return [key for key in keys if key not in there]
