"""Writing and reading the ledger."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models, transaction

from audit import actions, clock, details, verification
from audit.facts import Anchor
from audit.models import Detail, Entry
from audit.registered import ACTIONS, Action, Forget


@dataclass(frozen=True, slots=True)
class Note:
    """An entry that is not written yet, and its details."""

    entry: Entry
    detail: Detail


def record(action: Action, subject: models.Model, *, by: models.Model | None, about: models.Model | None = None, **facts: Any) -> Entry:
    """Add an entry on `subject` by the user `by` (None: the system), in the transaction of its cause.

    `facts` are JSON values (dates and UUIDs become text); they may name a person only where the action's forget rule empties them.
    That person is `about`, or the subject where the subject is a user.
    Raises ValueError for an action outside the closed list and where nobody says whom details that may be forgotten are about,
    TypeError for a row among the facts.
    """
    (entry,) = write(note(action, subject, by=by, about=about, **facts))
    return entry


def note(action: Action, subject: models.Model, *, by: models.Model | None, about: models.Model | None = None, **facts: Any) -> Note:
    """What `record` would add, for a verb that has more to add and hands all of it to `write`. Raises as `record` does."""
    if ACTIONS.get(action.name) is not action:
        raise ValueError(f"{action.name} is not on the list of actions")
    if about is None and isinstance(subject, AbstractBaseUser):
        about = subject
    if about is None and action.forget is Forget.EMPTY:
        raise ValueError(f"{action.name} must say whom its details are about")
    plain = details.plain(facts)
    salt = secrets.token_hex(32)
    entry = Entry(
        action=action.name,
        subject_kind=subject._meta.label_lower,
        subject_id=str(subject.pk),
        actor_id="" if by is None else str(by.pk),
        about_id="" if about is None else str(about.pk),
        detail_digest=details.digest(salt, plain),
    )
    return Note(entry, Detail(salt=salt, facts=plain))


def write(*notes: Note) -> list[Entry]:
    """Add entries in this order, in the transaction of their cause: two statements, however many they are."""
    with transaction.atomic(savepoint=False):
        entries = Entry.objects.bulk_create([note.entry for note in notes])
        for note in notes:
            note.detail.entry = note.entry
        Detail.objects.bulk_create([note.detail for note in notes])
    return entries


def history(subject: models.Model) -> models.QuerySet[Entry]:
    """The entries on one row, oldest first, details joined."""
    return Entry.objects.filter(subject_kind=subject._meta.label_lower, subject_id=str(subject.pk)).select_related("detail").order_by("pk")


@transaction.atomic
def forget(person: models.Model, *, by: models.Model | None = None) -> int:
    """Empty what the ledger tells about `person`, a user, where the action's rule says so; answers how many details.

    The entries stay, and the chain with them: that something was done, when, and under which ids. What this person did to
    somebody else keeps its details, because they are about the other.
    """
    emptied = [name for name, action in ACTIONS.items() if action.forget is Forget.EMPTY]
    entries = Entry.objects.filter(about_id=str(person.pk), action__in=emptied)
    count = Detail.objects.filter(entry__in=entries, forgotten_at=None).update(facts={}, salt="", forgotten_at=clock.now())
    record(actions.DETAILS_FORGOTTEN, person, by=by, details=count)
    return count


def read(subject: models.Model, *, by: models.Model, about: models.Model | None = None, **facts: Any) -> Entry:
    """Add that `by` read something confidential on `subject`: once for what is shown at a time, before it is shown.

    `facts` are ids of what was shown, never its words. Where `subject` is a user, or `about` is given, the entry is about that person.
    """
    return record(actions.READ, subject, by=by, about=about, **facts)


def verify(anchor: Anchor | None = None, *, file: Path | None = None) -> Iterator[str]:
    """What is wrong with the ledger, a sentence with ids for each finding, in the order of the chain; nothing where all is well.

    It is held against the anchors in the table and in the second place, or in `file` instead, and against `anchor`.
    """
    return verification.findings(anchor, file=file)
