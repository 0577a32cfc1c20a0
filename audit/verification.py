"""Walking the chain: every entry against its seal, every detail against its digest, the end against an anchor kept elsewhere."""

import hmac
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import combinations
from pathlib import Path

from django.conf import settings
from django.db.models import Q

from audit import actions, anchors, chain, clock, details, tampering
from audit.facts import Anchor
from audit.models import Detail, Entry, Seal
from audit.registered import ACTIONS, Forget

PAGE = 1000  # seals in memory at a time
SOON = timedelta(minutes=1)  # the sealing step runs every ten seconds; a minute without it is a fault
TRIES = 50  # links whose code does not fit that are looked at closer: each costs about a thousand codes
MOST_ACTORS = 10_000
LONGEST_TRANSACTION = timedelta(hours=1)  # an import of 100,000 people takes minutes


def findings(anchor: Anchor | None = None, *, file: Path | None = None) -> Iterator[str]:
    """A sentence for each thing that is wrong, in the order of the chain; then what the anchors say.

    Checked against the anchors in the table and in the second place, or in `file` instead of it, and against `anchor`.
    """
    walk = Walk()
    for page in _pages():
        ids = [seal.entry_id for seal in page]
        entries, kept = Entry.objects.in_bulk(ids), Detail.objects.in_bulk(ids)
        for seal in page:
            entry = entries.get(seal.entry_id)
            walk.step(seal, entry)
            if entry:
                walk.details += [(seal.number, sentence) for sentence in _detail(entry, kept.get(entry.pk))]
    yield from walk.conclude()
    yield from _unsealed()
    yield from anchors.findings(file or Path(settings.LEDGER_ANCHORS), is_given=file is not None, at=clock.now())
    if anchor:
        yield from anchors.against(anchor)


def _pages() -> Iterator[list[Seal]]:
    """The seals in order, a page at a time, each page asked for by number so that no long read stands in anybody's way."""
    after = -1
    while page := list(Seal.objects.filter(number__gt=after).order_by("number")[:PAGE]):
        yield page
        after = page[-1].number


class Walk:
    """Where the walk stands: the last link seen, the keys that may have sealed the next, and when the sealing steps ran."""

    def __init__(self) -> None:
        self.keys = chain.keys()
        self.number = 0
        self.mac = chain.BEGINNING
        self.this_step: datetime | None = None
        self.step_before: datetime | None = None
        self.shift = 0
        self.swapped: dict[int, str] = {}
        self.tries = TRIES
        self.actors: list[str] = []
        self.said: list[tuple[int, str]] = []
        self.details: list[tuple[int, str]] = []
        self.unexplained: list[tuple[Seal, Entry]] = []
        self.unfit: dict[int, int] = {}

    def say(self, seal: Seal, sentence: str) -> None:
        self.said.append((seal.number, sentence))

    def step(self, seal: Seal, entry: Entry | None) -> None:
        """Find what is wrong with one link, then stand on it."""
        if seal.sealed_at != self.this_step:
            self.step_before, self.this_step = self.this_step, seal.sealed_at
        if seal.number != self.number + 1:
            self.say(seal, f"before seal {seal.number}: {seal.number - self.number - 1} of the seals are missing")
        follows = seal.number != self.number + 1 or seal.previous == self.mac
        self.number, self.mac = seal.number, self.swapped.pop(seal.number, seal.mac)
        if self.mac != seal.mac:
            return
        if entry is None:
            self.say(seal, f"entry {seal.entry_id} (seal {seal.number}) is missing")
        elif self._is_sealed(seal, entry):
            self.shift = 0
            if self._came_too_late(entry):
                self.say(seal, f"entry {entry.pk} (seal {seal.number}) is dated {entry.at.isoformat()}, but was added later")
        elif self._was_moved(seal, entry):
            return
        else:
            self._look_closer(seal, entry)
        if not follows:
            self.say(seal, f"seal {seal.number} does not follow the seal before it")

    def _is_sealed(self, seal: Seal, entry: Entry) -> bool:
        """Was it sealed under the key of the link before, or a newer one? A key that was replaced seals nothing any more."""
        for age in reversed(range(len(self.keys))):
            if hmac.compare_digest(chain.mac(seal, entry, self.keys[age]), seal.mac):
                self.keys = self.keys[: age + 1]
                return True
        return False

    def _came_too_late(self, entry: Entry) -> bool:
        """Was it not there yet when the sealing step before ran?

        A clock that was put back between the two steps proves nothing, nor do the days that a demonstration has moved.
        """
        if settings.DEMO_CLOCK_FILE is not None or self.step_before is None or self.this_step is None:
            return False
        return entry.at < min(self.step_before, self.this_step) - LONGEST_TRANSACTION

    def _was_moved(self, seal: Seal, entry: Entry) -> bool:
        """Was it sealed under another number? Then rows before it were removed or put in, or two seals changed places."""
        if self.shift and tampering.fits(tampering.numbered(seal, seal.number + self.shift), entry, self.keys):
            return True
        if not self.tries:
            return False
        self.tries -= 1
        by = tampering.shift(seal, entry, self.keys)
        if by is None:
            return False
        other = Seal.objects.filter(number=seal.number + by).select_related("entry").first()
        if other and tampering.fits(tampering.numbered(other, seal.number), other.entry, self.keys):
            self.say(seal, f"seals {seal.number} and {other.number} changed places")
            self.mac, self.swapped[other.number] = other.mac, seal.mac
            return True
        self._say_moved(seal, by - self.shift)
        self.shift = by
        return True

    def _say_moved(self, seal: Seal, by: int) -> None:
        if by > 0:
            self.say(seal, f"before seal {seal.number}: {by} of the seals were removed, and the rest was numbered anew")
            return
        put_in = range(seal.number + by, seal.number)
        for one, entry in [(one, entry) for one, entry in self.unexplained if one.number in put_in]:
            self.say(one, f"entry {entry.pk} (seal {one.number}), dated {entry.at.isoformat()}, was put in without the key")
            self.unexplained.remove((one, entry))
            del self.unfit[one.number]
        self.say(seal, f"before seal {seal.number}: {-by} of the seals were put in, and the rest was numbered anew")

    def _look_closer(self, seal: Seal, entry: Entry) -> None:
        self.actors = self.actors or list(Entry.objects.order_by().values_list("actor_id", flat=True).distinct()[:MOST_ACTORS])
        before = tampering.actor_before(seal, entry, self.keys, known=self.actors) if self.tries else None
        if before is not None:
            words = f"its actor was {_account(before)} when it was sealed, and is {_account(entry.actor_id)} now"
            self.say(seal, f"entry {entry.pk} (seal {seal.number}) was changed: {words}")
            return
        self.unfit[seal.number] = entry.pk
        if len(self.unexplained) < TRIES:
            self.unexplained.append((seal, entry))

    def conclude(self) -> list[str]:
        """Every sentence in the order of the chain, once the end is reached."""
        for one, other in combinations(self.unexplained, 2):
            if {one[0].number, other[0].number} <= self.unfit.keys() and tampering.are_exchanged(one, other, self.keys):
                pair = f"entries {one[1].pk} and {other[1].pk} (seals {one[0].number} and {other[0].number})"
                self.say(one[0], f"{pair} changed places, or what they say did")
                del self.unfit[one[0].number], self.unfit[other[0].number]
        said = [*self.said, *self._unfit(), *self.details]
        return [sentence for _, sentence in sorted(said, key=lambda one: one[0])]

    def _unfit(self) -> Iterator[tuple[int, str]]:
        first = self._where_the_end_begins()
        for number, entry in self.unfit.items():
            if number < first:
                yield number, f"entry {entry} (seal {number}) was changed, or was sealed without the key"
        if first <= self.number:
            words = "the chain was made anew without the key, or everything since was changed"
            yield first, f"from seal {first} (entry {self.unfit[first]}) to seal {self.number}, the last, no code fits: {words}"

    def _where_the_end_begins(self) -> int:
        """The first seal of those that do not fit up to the last of the chain; behind the last where they are fewer than two."""
        first = self.number + 1
        while first - 1 in self.unfit:
            first -= 1
        return first if first < self.number else self.number + 1


def _account(actor: str) -> str:
    return f"account {actor}" if actor else "the system"


def _detail(entry: Entry, detail: Detail | None) -> Iterator[str]:
    action = ACTIONS.get(entry.action)
    if action is None:
        yield f"entry {entry.pk} has an action that is not on the list"
    if detail is None:
        yield f"the details of entry {entry.pk} are missing"
    elif detail.forgotten_at is None:
        if not hmac.compare_digest(details.digest(detail.salt, detail.facts), entry.detail_digest):
            yield f"the details of entry {entry.pk} were changed"
    elif detail.facts or detail.salt:
        yield f"the details of entry {entry.pk} are marked as forgotten, but are not empty"
    elif (action and action.forget is Forget.KEEP) or not _is_on_record(entry):
        yield f"the details of entry {entry.pk} were emptied, and no forgetting on record says so"


def _is_on_record(entry: Entry) -> bool:
    """Was the person of this entry forgotten after it?"""
    return Entry.objects.filter(action=actions.DETAILS_FORGOTTEN.name, about_id=entry.about_id, pk__gt=entry.pk).exists()


def _unsealed() -> Iterator[str]:
    late = Q(at__lt=clock.now() - SOON) | Q(unsealed=None)
    for entry in Entry.objects.filter(late, seal=None).order_by("pk").iterator():
        yield f"entry {entry.pk} of {entry.at.isoformat()} is not sealed"
