"""A slow second opinion: walks through a history day by day and imports no rule."""

from datetime import date, timedelta

DAY = timedelta(days=1)
FIRST, LAST = date(2020, 1, 1), date(2040, 12, 31)


def each_day(first=FIRST, last=LAST):
    day = first
    while day <= last:
        yield day
        day += DAY


def standings(terms, sanctions):
    """{day: word} for every day of twenty-one years; terms are (first, last), sanctions (word, first, last or None)."""
    words = dict.fromkeys(each_day(), None)
    if not terms:
        return words
    begun = min(first for first, _ in terms)
    for day in words:
        if day >= begun:
            words[day] = "lapsed"
    for first, last in terms:
        for day in each_day(max(first, FIRST), min(last, LAST)):
            words[day] = "active"
    for word in ("suspended", "revoked"):
        for kind, first, last in sanctions:
            if kind == word:
                for day in each_day(max(first, begun, FIRST), min(last or LAST, LAST)):
                    words[day] = word
    return words


def counted_days(suspensions, after, until):
    """Days after `after` up to `until` that lie in no suspension, counted one by one."""
    return sum(
        1 for day in each_day(after + DAY, until) if not any(first <= day and (last is None or day <= last) for first, last in suspensions)
    )


def last_day_of_two_years(first):
    """The day before the second anniversary, found by walking until the month and the day come round the second time."""
    wanted = (first.month, first.day)
    day, seen = first, 0
    while True:
        day += DAY
        is_leap_birthday = wanted == (2, 29) and (day.month, day.day) == (3, 1) and (day - DAY).day == 28
        if (day.month, day.day) == wanted or is_leap_birthday:
            seen += 1
        if seen == 2:
            return day - DAY
