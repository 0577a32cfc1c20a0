"""A slow second opinion on what the public is told: written from the association's words, day by day, importing no rule."""

from datetime import timedelta

DAY = timedelta(days=1)


def covers(row, day):
    return row["first"] <= day and (row["last"] is None or day <= row["last"])


def speaks(index, rows, *, today, day):
    """Whether sanction number `index` may be told about the day."""
    row = rows[index]
    if row["voided"] or row["first"] > today or not covers(row, day):
        return False
    if not row["interim"] or day == today:
        return True
    return is_continued(index, rows, today)


def is_continued(index, rows, today):
    return any(is_told_final(other, today) and other["continues"] == index for other in rows)


def is_told_final(row, today):
    return not row["voided"] and not row["interim"] and row["first"] <= today


def word(terms, rows, *, today, day):
    """What the page says in one word; None where nothing has begun."""
    begun = [first for first, _ in terms if first <= today]
    if not begun:
        return None
    if day < min(begun):
        return "not_certified"
    for kind, standing in (("revocation", "revoked"), ("suspension", "suspended")):
        if any(row["kind"] == kind and speaks(index, rows, today=today, day=day) for index, row in enumerate(rows)):
            return standing
    return "active" if any(first <= day <= last for first, last in terms) else "lapsed"


def told(rows, *, today, day):
    """The rows by which the page about the day says what was on the days around it; an order that nothing continues has no end."""
    found = []
    for index, row in enumerate(rows):
        if row["voided"] or row["first"] > today:
            continue
        if not row["interim"] or is_continued(index, rows, today):
            found.append(row)
        elif speaks(index, rows, today=today, day=day):
            found.append({**row, "last": None})
    return found


def standing(terms, rows, day):
    """The word for a day by these rows alone."""
    if not any(first <= day for first, _ in terms):
        return None
    for kind, standing in (("revocation", "revoked"), ("suspension", "suspended")):
        if any(row["kind"] == kind and covers(row, day) for row in rows):
            return standing
    return "active" if any(first <= day <= last for first, last in terms) else "lapsed"


def notes(rows, *, today, day):
    """The words that stand beside it: of those that speak about the day, while they are published."""
    told = [row for index, row in enumerate(rows) if speaks(index, rows, today=today, day=day)]
    return sorted(row["note"] for row in told if row["until"] is None or today <= row["until"])


def suspended_days_in_history(rows, *, today, day):
    """Every day up to today that the history calls suspended, on the page about `day`."""
    days, upto = set(), today
    for index, row in enumerate(rows):
        is_shown = row["kind"] == "suspension" and (row["until"] is None or today <= row["until"])
        if (
            is_shown
            and row["interim"]
            and day == today
            and speaks(index, rows, today=today, day=day)
            and not is_continued(index, rows, today)
        ):
            days |= days_of({**row, "last": None}, upto)
        if not is_told_final(row, today) or row["kind"] != "suspension" or (row["until"] is not None and row["until"] < today):
            continue
        days |= days_of(row, upto)
        if row["continues"] is not None and not rows[row["continues"]]["voided"]:
            days |= days_of(rows[row["continues"]], upto)
    return days


def days_of(row, upto):
    days, day = set(), row["first"]
    while day <= (upto if row["last"] is None else min(row["last"], upto)):
        days.add(day)
        day += DAY
    return days


def granted_from(terms, day):
    """The first day of the unbroken time that holds on the day, walked backwards."""
    while any(first <= day - DAY <= last for first, last in terms):
        day -= DAY
    return day


def granted_until(terms, day):
    while any(first <= day + DAY <= last for first, last in terms):
        day += DAY
    return day
