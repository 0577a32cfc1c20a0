"""Days as the registry writes them, in a sentence and in a template alike."""

import re
from datetime import date

from django import template

from registry import sentences

register = template.Library()


@register.filter
def day(value: date | None) -> str:
    """November 3, 2026; nothing for no day."""
    return sentences.day(value) if value else ""


A_DAY = re.compile(r"([A-Z][a-z]+) (\d{1,2}), (\d{4})")


@register.filter
def unbroken(words: str) -> str:
    """The words with every day in one piece, so that no line of a large headline ends within it."""
    return A_DAY.sub("\\1\N{NO-BREAK SPACE}\\2,\N{NO-BREAK SPACE}\\3", words)
