"""`{{ course.minutes|as_hours }}`: a time as people say it."""

from django import template

register = template.Library()
HOUR = 60


@register.filter
def as_hours(minutes: int) -> str:
    """Minutes in words: “45 minutes”, “1 hour”, “3 hours 20 minutes”."""
    whole, rest = divmod(minutes, HOUR)
    words = [f"{count} {unit}{'s' if count != 1 else ''}" for count, unit in ((whole, "hour"), (rest, "minute")) if count]
    return " ".join(words) or "0 minutes"
