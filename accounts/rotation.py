"""Encrypting anew under the first of FIELD_KEYS, so that an older key can be dropped."""

from collections.abc import Iterator

from django.apps import apps
from django.db.models import F, Model, TextField, Value
from django.db.models.functions import Cast

from accounts.models.fields import EncryptedTextField, is_current, seal, unseal

BATCH = 500


def columns() -> Iterator[tuple[type[Model], str]]:
    """Every encrypted column of the site."""
    for model in apps.get_models():
        for field in model._meta.local_concrete_fields:
            if isinstance(field, EncryptedTextField):
                yield model, field.attname


def rotate(model: type[Model], column: str) -> int:
    """Encrypt anew what an older key encrypted; answers how many rows. Raises accounts.models.fields.LostKey.

    Each row is a statement of its own that holds only while the row is as it was read: whoever writes meanwhile wins, and writes
    under the first key anyway. Stopped half way, the next run goes on with what is left.
    """
    done, last = 0, None
    while rows := _after(model, column, last):
        for pk, sealed in rows:
            if sealed and not is_current(sealed):
                fresh = Value(seal(unseal(sealed)), output_field=TextField())
                done += _raw(model, column).filter(pk=pk, raw=sealed).update(**{column: fresh})
        last = rows[-1][0]
    return done


def left(model: type[Model], column: str) -> int:
    """How many rows an older key still encrypts."""
    found, last = 0, None
    while rows := _after(model, column, last):
        found += sum(bool(sealed) and not is_current(sealed) for _, sealed in rows)
        last = rows[-1][0]
    return found


def _raw(model: type[Model], column: str):  # type: ignore[no-untyped-def]
    """Rows with the ciphertext as it stands in the database."""
    return model._base_manager.annotate(raw=Cast(F(column), TextField()))


def _after(model: type[Model], column: str, last: object) -> list[tuple[object, str]]:
    rows = _raw(model, column).order_by("pk")
    rows = rows if last is None else rows.filter(pk__gt=last)
    return list(rows.values_list("pk", "raw")[:BATCH])
