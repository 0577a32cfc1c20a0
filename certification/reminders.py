"""Which reminders are due: found by two statements however many coaches there are, put into the outbox once for each term and step."""

from datetime import date, timedelta

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from certification import rules
from certification.models import Scheme, Term
from outbox import queue as outbox
from outbox.models import OutboxMessage

BATCH = 500


def key(term: Term, step: int) -> str:
    return f"reminder:{term.pk}:{step}"


def due(scheme: Scheme, *, on: date) -> QuerySet[Term]:
    """Terms near enough their end, that no later term follows, of holders who can log in: before staff invite a coach, nothing is sent."""
    steps = scheme.reminder_days
    later = Term.objects.current().filter(certificate=OuterRef("certificate"), first_day__gt=OuterRef("first_day"))
    near = Term.objects.current().filter(
        certificate__scheme=scheme,
        certificate__holder__is_active=True,
        last_day__lte=on + timedelta(days=max(steps)),
        last_day__gte=on + timedelta(days=min(steps) - rules.REMINDER_STALE_DAYS),
        given_back=False,
    )
    return near.exclude(Exists(later)).exclude(certificate__holder__password__startswith=UNUSABLE_PASSWORD_PREFIX).order_by("pk")


def remind(*, on: date) -> int:
    """Put every reminder that is due into the outbox; answers how many were new. Running it again adds none."""
    return sum(_remind(scheme, on=on) for scheme in Scheme.objects.all() if scheme.reminder_days)


def _remind(scheme: Scheme, *, on: date) -> int:
    found = {}
    for term in due(scheme, on=on).iterator(chunk_size=BATCH):
        step = rules.reminder_step(term.last_day, scheme.reminder_days, on=on)
        if step is not None:
            found[key(term, step)] = term
    keys = sorted(found)
    return sum(_put(keys[start : start + BATCH], found) for start in range(0, len(keys), BATCH))


@transaction.atomic
def _put(keys: list[str], found: dict[str, Term]) -> int:
    there = set(OutboxMessage.objects.filter(key__in=keys).values_list("key", flat=True))
    new = [key for key in keys if key not in there]
    for each in new:
        outbox.put("certification.reminder", found[each].pk, key=each)
    return len(new)
