"""Writing and reading the ledger."""

import hashlib
import json
import secrets
from typing import Any

from django.db import models, transaction

from audit.models import Detail, Entry
from audit.registered import ACTIONS, Action


def digest(salt: str, facts: dict[str, Any]) -> str:
    """SHA-256 of the salted canonical form of an entry's details, hexadecimal."""
    canonical = json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(f"{salt}:{canonical}".encode()).hexdigest()


def record(action: Action, subject: models.Model, *, by: models.Model | None, **facts: Any) -> Entry:
    """Add an entry on `subject` by the user `by` (None: the system), in the transaction of its cause.

    `facts` are JSON values (dates and UUIDs become text); they may name a person only where the action's forget rule empties them.
    Raises ValueError for an action outside the closed list.
    """
    if ACTIONS.get(action.name) is not action:
        raise ValueError(f"{action.name} is not on the list of actions")
    plain = json.loads(json.dumps(facts, default=str))
    salt = secrets.token_hex(32)
    with transaction.atomic():
        entry = Entry.objects.create(
            action=action.name,
            subject_kind=subject._meta.label_lower,
            subject_id=str(subject.pk),
            actor_id="" if by is None else str(by.pk),
            detail_digest=digest(salt, plain),
        )
        Detail.objects.create(entry=entry, salt=salt, facts=plain)
    return entry


def history(subject: models.Model) -> models.QuerySet[Entry]:
    """The entries on one row, oldest first, details joined."""
    return Entry.objects.filter(subject_kind=subject._meta.label_lower, subject_id=str(subject.pk)).select_related("detail").order_by("pk")
