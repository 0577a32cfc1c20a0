"""Columns that are encrypted in the database under FIELD_KEYS: who reads the disk or a backup reads no secret of an account."""

import base64
import hashlib
from functools import cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import Combinable


class LostKey(ValueError):
    """A value was encrypted with a key that FIELD_KEYS no longer holds."""


@cache
def _fernets(keys: str) -> tuple[Fernet, ...]:
    """Each key is any text that was made by chance; what encrypts is derived from it, for this purpose alone."""
    texts = [key.strip() for key in keys.split(",") if key.strip()]
    return tuple(Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"attest.fields:{text}".encode()).digest())) for text in texts)


def seal(text: str) -> str:
    """Encrypt under the first of FIELD_KEYS."""
    return _fernets(settings.FIELD_KEYS)[0].encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """What was encrypted under any of FIELD_KEYS. Raises LostKey."""
    try:
        return MultiFernet(_fernets(settings.FIELD_KEYS)).decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise LostKey("encrypted with a key that FIELD_KEYS does not hold, or changed since") from None


def is_current(sealed: str) -> bool:
    """Whether the first of FIELD_KEYS encrypted it: then the others are not needed for it."""
    try:
        _fernets(settings.FIELD_KEYS)[0].decrypt(sealed.encode())
    except InvalidToken:
        return False
    return True


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]
    """Text, encrypted in the database. It cannot be searched for: the same text is another ciphertext each time."""

    description = "Text, encrypted in the database"

    def get_db_prep_save(self, value: Any, connection: BaseDatabaseWrapper) -> Any:
        if value is None or isinstance(value, Combinable):
            return super().get_db_prep_save(value, connection)
        return seal(str(value))

    def from_db_value(self, value: str | None, expression: Any, connection: BaseDatabaseWrapper) -> str | None:
        return None if value is None else unseal(value)
