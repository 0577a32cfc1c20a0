"""Which names the certificate can print: one answer for every form that takes a name, and for the document itself."""

import unicodedata
from bisect import bisect_right
from functools import cache
from pathlib import Path

from django import forms
from django.core.exceptions import ValidationError

MAX_LENGTH = 120
MARKS_IN_A_ROW = 4  # more cannot be told apart on paper, and only mischief stacks them
COVERAGE = Path(__file__).with_name("printable.txt")

NO_BREAK_SPACES = str.maketrans({"\u00a0": " ", "\u202f": " "})
REFUSED_CATEGORIES = {"Cc", "Cf", "Cn", "Co", "Cs", "So", "Zl", "Zp"}
JOINERS = {"\u200c", "\u200d"}
# Scripts whose spelling uses the joiners: Arabic, and those of India and South-East Asia.
JOINED_SCRIPTS = [
    (0x0600, 0x06FF),
    (0x0750, 0x077F),
    (0x0870, 0x08FF),
    (0x0900, 0x0EFF),
    (0x1000, 0x109F),
    (0x1780, 0x17FF),
    (0xA980, 0xAADF),
]
UNNAMED = {"Cc": "a control character", "Cn": "not assigned", "Co": "private use", "Cs": "half of a character"}


def clean(name: str) -> str:
    """The name as it is kept and printed: composed (NFC), with plain single spaces and none at the ends."""
    return " ".join(filter(None, unicodedata.normalize("NFC", name).translate(NO_BREAK_SPACES).split(" ")))


def unprintable(name: str) -> list[str]:
    """Every character of `name` that the fonts cannot set, once each, such as "“🌸” (cherry blossom, U+1F338)"."""
    name = clean(name)
    refused = [char for at, char in enumerate(name) if _is_refused(name, at)]
    return [_described(char) for char in dict.fromkeys(refused)]


def replaced(text: str, instead: str) -> str:
    """A text, not a name, with `instead` for every character that the fonts cannot set; its lines stay."""
    lines = unicodedata.normalize("NFC", text).translate(NO_BREAK_SPACES).replace("\t", " ").splitlines()
    return "\n".join("".join(instead if _is_refused(line, at) else char for at, char in enumerate(line)) for line in lines)


def refusal(name: str) -> str:
    """What to tell the person who typed `name`; empty when it can be printed."""
    characters = unprintable(name)
    if not characters:
        return ""
    them = "it" if len(characters) == 1 else "them"
    words = f"A certificate cannot show {_listed(characters)} in a name. Please leave {them} out, or write the name with other characters."
    plain = clean(unicodedata.normalize("NFKC", name))
    if plain != clean(name) and not unprintable(plain):
        words += f" Did you mean “{plain}”?"
    return words


def validate_printable(name: str) -> None:
    """Raise ValidationError when the certificate could not print `name`: for form and model fields."""
    if len(clean(name)) > MAX_LENGTH:
        raise ValidationError(f"A name can have {MAX_LENGTH} characters at most; this one has {len(clean(name))}.", code="too_long")
    if words := refusal(name):
        raise ValidationError(words, code="unprintable")


class NameField(forms.CharField):
    """A person's name, cleaned, and refused when the certificate could not print it."""

    default_validators = [validate_printable]

    def to_python(self, value: object) -> str:
        return clean(super().to_python(value) or "")


def _is_refused(name: str, at: int) -> bool:
    char = name[at]
    if char in JOINERS:
        return not (0 < at < len(name) - 1 and _is_joined(name[at - 1]) and _is_joined(name[at + 1]))
    return unicodedata.category(char) in REFUSED_CATEGORIES or not is_covered(char) or _is_mark_too_many(name, at)


def _is_joined(char: str) -> bool:
    return unicodedata.category(char)[0] in "LM" and any(first <= ord(char) <= last for first, last in JOINED_SCRIPTS)


def _is_mark_too_many(name: str, at: int) -> bool:
    run = name[max(0, at - MARKS_IN_A_ROW) : at + 1]
    return len(run) > MARKS_IN_A_ROW and all(unicodedata.combining(char) for char in run)


def is_covered(char: str) -> bool:
    """Whether one of the certificate's fonts has a glyph for the character."""
    firsts, lasts = _coverage()
    at = bisect_right(firsts, ord(char)) - 1
    return at >= 0 and ord(char) <= lasts[at]


@cache
def _coverage() -> tuple[list[int], list[int]]:
    """The ranges of code points in the fonts, as two sorted lists. The file is written by `manage.py write_coverage`."""
    lines = COVERAGE.read_text(encoding="ascii").splitlines()
    spans = [span.partition("-") for line in lines if not line.startswith("#") for span in line.split()]
    return [int(first, 16) for first, _, _ in spans], [int(last or first, 16) for first, _, last in spans]


def _described(char: str) -> str:
    name = unicodedata.name(char, UNNAMED.get(unicodedata.category(char), "a character without a name"))
    can_be_shown = char.isprintable() and not unicodedata.combining(char)
    return f"“{char}” ({name.lower()}, U+{ord(char):04X})" if can_be_shown else f"U+{ord(char):04X} ({name})"


def _listed(characters: list[str]) -> str:
    *most, last = characters
    return f"{', '.join(most)} and {last}" if most else last
