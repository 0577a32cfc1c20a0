"""Walking the chain: every entry against its seal, every detail against its digest, the end against an anchor kept elsewhere."""

import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q

from audit import actions, chain, clock, details
from audit.models import Detail, Entry, Seal
from audit.registered import ACTIONS, Forget

PAGE = 1000  # seals in memory at a time
SOON = timedelta(minutes=1)  # the sealing step runs every ten seconds; a minute without it is a fault
LONGEST_TRANSACTION = timedelta(hours=1)  # an import of 100,000 people takes minutes


@dataclass(frozen=True, slots=True)
class Anchor:
    """A point of the chain written down outside the database: the number of a seal and its code."""

    number: int
    mac: str

    def __str__(self) -> str:
        return f"{self.number} {self.mac}"

    @classmethod
    def parse(cls, text: str) -> "Anchor":
        """Read "NUMBER CODE", or raise ValueError."""
        number, mac = text.split()
        if len(mac) != len(chain.BEGINNING):
            raise ValueError("the code of an anchor has 64 characters")
        return cls(int(number), mac.lower())


def end() -> Anchor | None:
    """The last point of the chain as it is now, to be kept outside the database; None before the first seal."""
    last = Seal.objects.order_by("-number").first()
    return Anchor(last.number, last.mac) if last else None


def findings(anchor: Anchor | None = None) -> Iterator[str]:
    """A sentence for each thing that is wrong, in the order of the chain."""
    walk = Walk()
    for page in _pages():
        ids = [seal.entry_id for seal in page]
        entries, kept = Entry.objects.in_bulk(ids), Detail.objects.in_bulk(ids)
        for seal in page:
            entry = entries.get(seal.entry_id)
            yield from walk.step(seal, entry)
            if entry:
                yield from _detail(entry, kept.get(entry.pk))
    yield from _unsealed()
    if anchor:
        yield from _anchor(anchor)


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

    def step(self, seal: Seal, entry: Entry | None) -> Iterator[str]:
        """What is wrong with one link, then stand on it."""
        if seal.sealed_at != self.this_step:
            self.step_before, self.this_step = self.this_step, seal.sealed_at
        yield from self._link(seal)
        yield from self._entry(seal, entry)
        self.number, self.mac = seal.number, seal.mac

    def _link(self, seal: Seal) -> Iterator[str]:
        if seal.number != self.number + 1:
            yield f"before seal {seal.number}: {seal.number - self.number - 1} of the seals are missing"
        elif seal.previous != self.mac:
            yield f"seal {seal.number} does not follow the seal before it"

    def _entry(self, seal: Seal, entry: Entry | None) -> Iterator[str]:
        if entry is None:
            yield f"entry {seal.entry_id} (seal {seal.number}) is missing"
        elif not self._is_sealed(seal, entry):
            yield f"entry {entry.pk} (seal {seal.number}) was changed, or was sealed without the key"
        elif self._came_too_late(entry):
            yield f"entry {entry.pk} (seal {seal.number}) is dated {entry.at.isoformat()}, but was added later"

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


def _anchor(anchor: Anchor) -> Iterator[str]:
    seal = Seal.objects.filter(number=anchor.number).first()
    if seal is None:
        last = end()
        yield f"the chain ends at seal {last.number if last else 0}, but the anchor knows seal {anchor.number}: the end was cut off"
    elif not hmac.compare_digest(seal.mac, anchor.mac):
        yield f"seal {seal.number} is not the one that the anchor knows: the chain was made anew"
