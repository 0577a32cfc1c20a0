"""Which passwords are refused beside the short and the common: made of known words, or stolen elsewhere. No network is asked."""

import hashlib
import logging
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError

from accounts import names

OF_THE_ASSOCIATION = [
    "trauma",
    "recovery",
    "recover",
    "coaching",
    "coaches",
    "coach",
    "certified",
    "certificate",
    "certification",
    "ethics",
]
SHORTEST_WORD = 4
OF_ONES_OWN = 8  # letters that are left once known words are taken out

logger = logging.getLogger(__name__)


def own_part(password: str, words: Iterable[str]) -> str:
    """What is left of a password without known words, accents, blanks and signs."""
    left = _letters(password)
    for word in sorted({_letters(word) for word in words}, key=len, reverse=True):
        if len(word) >= SHORTEST_WORD:
            left = left.replace(word, " ")
    return left.replace(" ", "")


def _letters(text: str) -> str:
    return "".join(letter for letter in names.fold(text) if letter.isalnum())


def is_listed(file: Path, password: str) -> bool:
    """Whether a sorted list of SHA-1 digests, or of their beginnings, holds this password: found by halving, a few reads in any size."""
    digest = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
    with file.open("rb") as lines:
        low, high = 0, file.stat().st_size
        while low < high:
            middle = (low + high) // 2
            lines.seek(max(middle - 1, 0))
            if middle:
                lines.readline()
            entry = lines.readline().partition(b":")[0].strip().upper()
            if entry and digest.startswith(entry):
                return True
            if entry and entry < digest:
                low = lines.tell()
            else:
                high = middle
    return False


class NotMadeOfKnownWords:
    """A password that is little more than the person's name, address or words of the association is the first to be tried."""

    words = (
        "This is little more than your name, your address or words of the association, which are tried first. "
        "Add words that nobody connects with you."
    )

    def validate(self, password: str, user: Any = None) -> None:
        known = [*OF_THE_ASSOCIATION, settings.WAGTAIL_SITE_NAME, *(urlsplit(settings.SITE_URL).hostname or "").split(".")]
        if user is not None and user.pk:
            known += [word for name in user.names.all() for word in f"{name.full_name} {name.latin_name}".split()]
        if user is not None:
            known += [user.email.partition("@")[0], *user.email.replace("@", ".").split(".")]
        if len(own_part(password, known)) < OF_ONES_OWN:
            raise ValidationError(self.words, code="password_made_of_known_words")

    def get_help_text(self) -> str:
        return "Your password should not be made of your name, your address and words of the association."


class NotBreached:
    """A password that was stolen somewhere is tried everywhere. Only where the operator put a list on disk."""

    def validate(self, password: str, user: Any = None) -> None:
        if not settings.BREACHED_PASSWORDS_FILE:
            return
        try:
            found = is_listed(Path(settings.BREACHED_PASSWORDS_FILE), password)
        except OSError as problem:
            logger.error("BREACHED_PASSWORDS_FILE cannot be read: %s", type(problem).__name__)
            return
        if found:
            raise ValidationError(
                "This password is on a list of stolen ones, and will be tried. Please choose another; also where else you use it.",
                code="password_breached",
            )

    def get_help_text(self) -> str:
        return "Your password should not be on a list of stolen ones."
