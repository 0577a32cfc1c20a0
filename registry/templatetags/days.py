"""Days as the registry writes them, in a sentence and in a template alike."""

from datetime import date

from django import template

from registry import sentences

register = template.Library()


@register.filter
def day(value: date | None) -> str:
    """November 3, 2026; nothing for no day."""
    return sentences.day(value) if value else ""
