"""Envelopes: one key a case, wrapped under CASE_KEYS; AES-256-GCM, each ciphertext bound to the place where it lies. No database.

What is sealed opens in its own place alone: moved to another row, column, table or case, cut, exchanged or changed by a bit, it does not
(docs/decisions/0126-one-key-a-case.md). An error says which, and never what it was about.
"""

import hashlib
import os
from functools import cache
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

KEY = 32  # bytes
NONCE = 12  # bytes, by chance: one case seals far fewer than the 2**32 for which that is safe
TAG = 16  # bytes
SCHEME = "v1"
VERSION = 12  # hexadecimal digits by which a key of CASE_KEYS is known


class Unopened(ValueError):
    """What is sealed does not open here: it was changed, cut, moved to another place, or sealed under another key."""

    def __init__(self) -> None:
        super().__init__("what is sealed does not open in this place: it was changed, moved, or sealed under another key")


class LostKey(ValueError):
    """The key of a case is wrapped under a key that CASE_KEYS does not hold, or this process holds none."""

    def __init__(self, version: str = "") -> None:
        which = f"version {version} of CASE_KEYS is not here" if version else "this process holds no CASE_KEYS (SURFACE)"
        super().__init__(f"the key of a case cannot be unwrapped: {which}")
        self.version = version


def new_key() -> bytes:
    """256 bits by chance: what one case is sealed under."""
    return os.urandom(KEY)


def place(case: UUID, table: str, column: str, row: UUID) -> str:
    """Where something sealed lies. It takes part in the sealing, so that it opens nowhere else."""
    return f"{case}|{table}|{column}|{row}|{SCHEME}"


def seal(key: bytes, what: str | bytes, *, place: str) -> bytes:
    """Nonce and ciphertext of text or bytes, 28 bytes longer than they. Raises ValueError for text with half a character."""
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, _bytes(what), place.encode())


def unseal(key: bytes, sealed: bytes, *, place: str) -> bytes:
    """What was sealed in this place under this key. Raises Unopened."""
    view = memoryview(sealed)
    if len(view) < NONCE + TAG:
        raise Unopened
    try:
        return AESGCM(key).decrypt(bytes(view[:NONCE]), view[NONCE:], place.encode())
    except InvalidTag:
        raise Unopened from None


def wrap(key: bytes, case: UUID) -> tuple[bytes, str]:
    """The key of a case under the first of CASE_KEYS, for this case alone; and that one's version. Raises LostKey where there is none."""
    version = current()
    return seal(_wrapping()[version], key, place=_key_place(case, version)), version


def unwrap(wrapped: bytes, case: UUID, version: str) -> bytes:
    """The key of a case. Raises LostKey for a version that CASE_KEYS does not hold, Unopened for a key of another case."""
    try:
        wrapping = _wrapping()[version]
    except KeyError:
        raise LostKey(version) from None
    return unseal(wrapping, wrapped, place=_key_place(case, version))


def current() -> str:
    """The version of the key that wraps. Raises LostKey where this process holds none."""
    for version in _wrapping():
        return version
    raise LostKey


def versions() -> list[str]:
    """The versions of CASE_KEYS in their order: the first wraps, all unwrap."""
    return list(_wrapping())


def version_of(text: str) -> str:
    """By what a key of CASE_KEYS is known: a short digest, from which nobody gets the key."""
    return hashlib.sha256(f"attest.cases.version:{text}".encode()).hexdigest()[:VERSION]


def _wrapping() -> dict[str, bytes]:
    return _derived(settings.CASE_KEYS)


@cache
def _derived(keys: str) -> dict[str, bytes]:
    """Each is any text made by chance, at least 32 characters; what wraps is derived from it, for this purpose alone."""
    texts = [text.strip() for text in keys.split(",") if text.strip() not in ("", "unset")]
    return {version_of(text): hashlib.sha256(f"attest.cases:{text}".encode()).digest() for text in texts}


def _key_place(case: UUID, version: str) -> str:
    return f"{case}|key|{version}|{SCHEME}"


def _bytes(what: str | bytes) -> bytes:
    if isinstance(what, bytes):
        return what
    try:
        return what.encode()
    except UnicodeEncodeError:  # its own words would quote the text
        raise ValueError("the text holds half a character, which cannot be kept") from None
