"""The list of what must hold of the whole database, and what must hold of the ledger.

Each app adds its own in `<app>/invariants.py`; `manage.py check_invariants` asks them all.
"""

from collections.abc import Callable, Iterable, Iterator

from django.db import DatabaseError, connection

from audit import actions, anchors, clock, guards, log
from audit.models import DailyAnchor, Entry

Check = Callable[[], Iterable[str]]
INVARIANTS: dict[str, Check] = {}


def invariant(sentence: str) -> Callable[[Check], Check]:
    """Register a check under the sentence that must hold. It yields what breaks it: text with ids, never with names."""

    def register(check: Check) -> Check:
        if sentence in INVARIANTS:
            raise ValueError(f"two invariants say: {sentence}")
        INVARIANTS[sentence] = check
        return check

    return register


def broken() -> Iterator[tuple[str, str]]:
    """Every sentence that does not hold, with what breaks it. A check that cannot run breaks its own sentence.

    Raises DatabaseError where the database cannot be asked: then nothing is known of any.
    """
    for sentence, check in INVARIANTS.items():
        try:
            for finding in check():
                yield sentence, finding
        except DatabaseError:
            raise
        except Exception as error:
            yield sentence, f"could not be checked: {type(error).__name__}"


@invariant("The ledger is intact")
def ledger_is_intact() -> Iterator[str]:
    return log.verify()


@invariant("The ledger refuses change and removal")
def triggers_stand() -> Iterator[str]:
    for name in sorted(guards.expected(connection.vendor) - guards.standing(connection)):
        yield f"the trigger {name} is gone"


@invariant("The end of the ledger is written down for every day on which something was sealed")
def every_day_has_its_anchor() -> Iterator[str]:
    for day in anchors.missing(at=clock.now()):
        yield f"no anchor was made on {day}"
    there = {day.isoformat() for day in DailyAnchor.objects.values_list("day", flat=True)}
    made = Entry.objects.filter(action=actions.ANCHORED.name).order_by("pk").values_list("subject_id", flat=True)
    for gone in made.iterator():
        if gone not in there:
            yield f"the anchor of {gone} is gone from the table"
