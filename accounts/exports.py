"""A copy of all that is kept about a person, for that person: asked for on a page, made by the worker, removed after seven days."""

import json
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string

from accounts import actions, personal, rules
from accounts.models import Export, User
from audit import clock, log
from outbox import queue as outbox
from outbox.models import OutboxMessage
from outbox.queue import handles

LIFE = rules.EXPORT_LIFE
BEING_MADE = "Your copy is being made. An e-mail tells you when it is ready."


class NotExported(ValueError):
    """No copy was asked for; `reasons` says why."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


def of(person: User) -> list[Export]:
    """Every copy that a person ever asked for, oldest first; those removed have no file."""
    return list(Export.objects.filter(person=person).order_by("pk"))


def current(person: User, *, at: datetime) -> Export | None:
    """The copy that is being made or can be fetched."""
    export = Export.objects.filter(person=person, removed_at=None).first()
    return None if export is None or is_over(export, at=at) else export


def is_over(export: Export, *, at: datetime) -> bool:
    """Whether its seven days have passed, whatever the schedule has removed by then."""
    return export.removed_at is not None or (export.made_at is not None and at - export.made_at >= LIFE)


@transaction.atomic
def ask(person: User, *, at: datetime) -> Export:
    """Have a copy made. One that is ready makes room for it; while one is being made there is no second. Raises NotExported."""
    person = User.objects.select_for_update().get(pk=person.pk)
    there = Export.objects.filter(person=person, removed_at=None).first()
    if there is not None and there.made_at is None:
        raise NotExported([BEING_MADE])
    if there is not None:
        _remove(there, by=person, at=at)
    export = Export.objects.create(person=person, asked_at=at)
    log.record(actions.EXPORT_ASKED, person, by=person)
    outbox.put("accounts.export", export.pk, key=f"export:{export.uid}")
    return export


@handles("accounts.export")
def make(message: OutboxMessage) -> None:
    """Write the file of a copy and then announce it. One that was removed meanwhile leaves no file, whoever was killed while writing."""
    export = Export.objects.select_related("person").get(pk=message.subject_id)
    storage, name = _storage(), _path(export.uid.hex)
    if export.removed_at is None and export.made_at is None:
        content = packed(export.person, at=clock.now())
        storage.delete(name)  # what a worker left that was killed while writing
        storage.save(name, ContentFile(content))
        _announce(export, name)
    if not Export.objects.filter(pk=export.pk, file=name).exists():
        storage.delete(name)


@transaction.atomic
def _announce(export: Export, name: str) -> None:
    """Once, and not where the copy was removed or made by another worker meanwhile."""
    if Export.objects.filter(pk=export.pk, made_at=None, removed_at=None).update(file=name, made_at=clock.now()):
        log.record(actions.EXPORT_MADE, export.person, by=None)
        outbox.put("accounts.export_ready", export.person_id, key=f"export_ready:{export.uid}")


def packed(person: User, *, at: datetime) -> bytes:
    """The ZIP: data.json for programs, data.html for people, and the files of each part in a folder of its own."""
    *others, account = personal.parts()
    told = [(part, [table for table in part.tell(person) if table.rows]) for part in (account, *others)]
    plain = {
        "site": settings.SITE_URL,
        "association": settings.ASSOCIATION_NAME,
        "made_at": at,
        "parts": {part.app: {"title": part.title, "tables": {table.title: table.rows for table in tables}} for part, tables in told},
    }
    written = BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("data.json", json.dumps(plain, default=_plain, ensure_ascii=False, indent=2))
        context = {
            "person": person,
            "made": _shown(at),
            "parts": [(part.title, [(table.title, [_row(row) for row in table.rows]) for table in tables]) for part, tables in told],
            "site_name": settings.ASSOCIATION_NAME,
            "site_url": settings.SITE_URL,
        }
        package.writestr("data.html", render_to_string("accounts/export.html", context))
        for name, content in _files(person):
            package.writestr(name, content)
    return written.getvalue()


def _files(person: User) -> Iterator[tuple[str, bytes]]:
    for part in personal.parts():
        for name, file in part.files(person):
            with file.open("rb") as opened:
                yield f"{part.app}/{name}", opened.read()


def _row(row: dict[str, Any]) -> list[tuple[str, str]]:
    return [(heading, _shown(value)) for heading, value in row.items()]


def _shown(value: Any) -> str:
    """For a reader: instants in UTC, yes and no, and a word where nothing stands."""
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%B} {value.astimezone(UTC).day}, {value.astimezone(UTC):%Y, %H:%M} UTC"
    if isinstance(value, date):
        return f"{value:%B} {value.day}, {value.year}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value in (None, "") else str(value)


def _plain(value: Any) -> Any:
    if isinstance(value, Fraction | Decimal):
        return str(value)
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


@transaction.atomic
def fetched(export: Export, *, by: User) -> None:
    """Note that the copy was downloaded."""
    log.record(actions.EXPORT_FETCHED, export.person, by=by)


def remove_all(person: User, *, by: User | None, at: datetime) -> None:
    """Remove whatever copy of a person there is."""
    for export in Export.objects.filter(person=person, removed_at=None):
        _remove(export, by=by, at=at)


@transaction.atomic
def _remove(export: Export, *, by: User | None, at: datetime) -> None:
    """The row stays and says when; the file goes once that is certain, whatever crashes."""
    Export.objects.filter(pk=export.pk).update(file="", removed_at=at)
    log.record(actions.EXPORT_REMOVED, export.person, by=by)
    outbox.put("accounts.remove_copy", export.uid.hex, key=f"remove_copy:{export.uid}")


@handles("accounts.remove_copy")
def remove_copy(message: OutboxMessage) -> None:
    """Remove the file of a copy; nothing where it is gone already."""
    _storage().delete(_path(message.subject_id))


def _storage() -> Storage:
    return Export._meta.get_field("file").storage  # type: ignore[union-attr,no-any-return]


def _path(uid: str) -> str:
    return f"exports/{uid}.zip"


def clear(*, at: datetime) -> None:
    """Remove copies whose days are over, and those that could not be made in as many days, so that another can be asked for."""
    over = Q(made_at__lte=at - LIFE) | Q(made_at=None, asked_at__lte=at - LIFE)
    for export in Export.objects.filter(over, removed_at=None).select_related("person"):
        _remove(export, by=None, at=at)
