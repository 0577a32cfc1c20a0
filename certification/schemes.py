"""The rules of a scheme that a board votes on: changed on the record, with what they were; first whom a change touches, then the act."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from audit import log
from certification import actions, gathering, reminders, rules
from certification.facts import GIVE_A_REASON, NUMBERS, REMINDERS, Effect
from certification.models import Certificate, Scheme, Term, are_reminders
from courses.models import Completion

CHANGEABLE = ("name", *NUMBERS, "reminder_days", "statement_text")
LABELS = {"name": "Name", "reminder_days": REMINDERS.label, "statement_text": "Statement"}
BATCH = 1000

Given = Mapping[str, Any]


class CannotChange(Exception):
    """The rules cannot be changed so; `reasons` lists why."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


@dataclass(frozen=True, slots=True)
class Touched:
    """How many coaches a change touches on the day it is made: of each effect, and how many letters leave because of it."""

    opens: int = 0
    closes: int = 0
    too_late: int = 0
    in_time: int = 0
    review_fades: int = 0
    review_counts: int = 0
    letters: int = 0


def rules_of(scheme: Scheme) -> dict[str, Any]:
    """What may be changed, as it is."""
    return {name: getattr(scheme, name) for name in CHANGEABLE}


def fingerprint(scheme: Scheme) -> str:
    """Another one whenever a rule of the scheme is another: so that nobody changes what they have not seen."""
    return hashlib.sha256(json.dumps(rules_of(scheme), sort_keys=True).encode()).hexdigest()[:16]


def unsound(scheme: Scheme) -> list[str]:
    """Why these rules cannot be, each in a sentence; empty when they can."""
    try:
        scheme.clean_fields(exclude=[field.name for field in Scheme._meta.fields if field.name not in CHANGEABLE])
    except ValidationError as refusal:
        return [f"{label(name)}: {words}" for name, told in refusal.message_dict.items() for words in told]
    try:
        are_reminders(scheme.reminder_days)  # a list with nothing in it is one of days, and clean_fields looks at nothing that is empty
    except ValidationError as refusal:
        return [f"{label('reminder_days')}: {words}" for words in refusal.messages]
    return rules.unsound_reminders(scheme.reminder_days, scheme.policy)


def label(name: str) -> str:
    """A rule's name for people."""
    return NUMBERS[name].label if name in NUMBERS else LABELS[name]


@transaction.atomic
def change(scheme: Scheme, given: Given, *, seen: str, reason: str, by: User) -> Scheme:
    """Give a scheme other rules from now on. `seen` is the fingerprint of those that were looked at. Raises CannotChange.

    Terms granted, statements signed and documents made stay as they are.
    """
    scheme = Scheme.objects.select_for_update().get(pk=scheme.pk)
    before, was_seen = rules_of(scheme), fingerprint(scheme) == seen
    _set(scheme, given)
    changes = {name: [before[name], value] for name, value in rules_of(scheme).items() if value != before[name]}
    reasons = {
        GIVE_A_REASON: not reason.strip(),
        "Somebody changed these rules meanwhile. Open this page again and look at them first.": not was_seen,
        "Nothing is different from what is in force.": not changes,
    }
    if against := [*(sentence for sentence, holds in reasons.items() if holds), *unsound(scheme)]:
        raise CannotChange(against)
    scheme.save(update_fields=list(changes))
    log.record(actions.SCHEME_CHANGED, scheme, by=by, changes=changes, reason=reason.strip())
    return scheme


def tried(scheme: Scheme, given: Given, *, seen: str, reason: str, by: User) -> None:
    """Carry the change out and take it back. Raises what `change` raises."""
    with transaction.atomic():
        change(scheme, given, seen=seen, reason=reason, by=by)
        transaction.set_rollback(True)


def _set(scheme: Scheme, given: Given) -> None:
    for name in CHANGEABLE:
        setattr(scheme, name, given.get(name, getattr(scheme, name)))


def touched(scheme: Scheme, given: Given, *, on: date) -> Touched:
    """Whom a change would touch on this day; nothing is written. Reads only those whom the numbers that change can concern."""
    other = Scheme.objects.get(pk=scheme.pk)
    _set(other, given)
    counts = dict.fromkeys(Effect, 0)
    for facts in _facts(scheme, other, on=on):
        for effect in rules.effects(facts, other.policy, on=on):
            counts[effect] += 1
    return Touched(**{effect.value: count for effect, count in counts.items()}, letters=_letters(scheme, other, on=on))


def _facts(scheme: Scheme, other: Scheme, *, on: date) -> Iterator[Any]:
    certificates = sorted(_concerned(scheme, other, on=on))
    for start in range(0, len(certificates), BATCH):
        batch = Certificate.objects.filter(pk__in=certificates[start : start + BATCH]).select_related("scheme")
        yield from gathering.gather_all(batch).values()


def _concerned(scheme: Scheme, other: Scheme, *, on: date) -> set[int]:
    """Certificates for which one of the numbers that differ could make a difference."""
    before, after, found = scheme.policy, other.policy, set()
    held = Term.objects.filter(certificate__scheme=scheme)
    if before.window_opens_days != after.window_opens_days:
        least, most = sorted([before.window_opens_days, after.window_opens_days])
        found |= set(held.ending(on=on, least=least, most=most).values_list("certificate", flat=True))
    if before.late_period_days != after.late_period_days:
        least, most = sorted([-before.late_period_days, -after.late_period_days])
        found |= set(held.ending(on=on, least=least - 1, most=most).values_list("certificate", flat=True))
    if (before.review_valid_days, before.material_grace_days) != (after.review_valid_days, after.material_grace_days):
        spent = Term.objects.current().filter(review__isnull=False).values("review")
        unspent = Completion.objects.exclude(pk__in=spent).values("person")
        found |= set(Certificate.objects.filter(scheme=scheme, holder__in=unspent).values_list("pk", flat=True))
    return found


def _letters(scheme: Scheme, other: Scheme, *, on: date) -> int:
    """Reminders that would leave at the next run, and would not have left without the change."""
    if not other.reminder_days or other.reminder_days == scheme.reminder_days:
        return 0
    anyway = reminders.due(scheme, on=on) if scheme.reminder_days else {}
    keys = [key for key in reminders.due(other, on=on) if key not in anyway]
    return sum(len(reminders.not_yet_put(keys[start : start + BATCH])) for start in range(0, len(keys), BATCH))
