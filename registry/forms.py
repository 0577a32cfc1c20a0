"""The day that a request asks about."""

import re
from datetime import date

from django.http import HttpRequest

DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class NotADay(ValueError):
    """What was asked as a day is none, or lies ahead; the text says which."""


def day_asked(request: HttpRequest, *, today: date) -> date | None:
    """The day of `?as_of=`, None without one. Raises NotADay."""
    text = request.GET.get("as_of", "")
    if not text:
        return None
    try:
        day = date.fromisoformat(text) if DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None:
        raise NotADay("This is not a day of the calendar. A day is written as year, month and day, such as 2026-05-03.")
    if day > today:
        raise NotADay("This day lies ahead. The registry answers for today and for days gone by.")
    return day
