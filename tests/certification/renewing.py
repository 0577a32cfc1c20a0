"""A slow second opinion on renewals: day by day, from the association's words; imports no rule and no fact.

A history is a dict of plain values:
`terms`        [(first, last, was given back)], none sharing a day
`suspensions`  [(first, last or None)]
`revocations`  [first]
`reviews`      [{"pk", "day", "pinned", "assigned", "spent"}]; pinned is the day of the edition that it was made on
`statements`   [{"pk", "day", "edition", "spent"}]
`routes`       [(pk, "review" or "statement", day)], unspent
`editions`     [(day, is material)]
`numbers`      {"opens", "late", "valid", "grace"}, each in days
"""

from datetime import timedelta

DAY = timedelta(days=1)


def each_day(first, last):
    day = first
    while day <= last:
        yield day
        day += DAY


def latest(history):
    return max(history["terms"], default=None)


def is_suspended(history, day):
    return any(first <= day and (last is None or day <= last) for first, last in history["suspensions"])


def is_covered(history, day):
    return any(first <= day <= last for first, last, _ in history["terms"])


def days_gone_by(history, after, until):
    """Days after one up to another on which the coach was free to act."""
    return sum(1 for day in each_day(after + DAY, until) if not is_suspended(history, day))


def is_too_late(history, day):
    _, last, _ = latest(history)
    return days_gone_by(history, last, day) > history["numbers"]["late"]


def after(history, day):
    """The day after which a review has to be made, where only the office brings the certificate back."""
    _, last, given_back = latest(history)
    return last if given_back or is_too_late(history, day) else None


def against_review(history, review, day, after=None):
    """Every reason for which a review does not count for a grant on this day."""
    term = latest(history)
    overtaken = [began for began, material in history["editions"] if material and review["pinned"] < began <= day]
    reasons = {
        "spent": review["spent"],
        "assigned": review["assigned"],
        "ahead": day < review["day"],
        "earlier-term": term is not None and review["day"] < term[0],
        "before-the-end": after is not None and review["day"] <= after,
        "too-old": days_gone_by(history, review["day"], day) > history["numbers"]["valid"],
        "course-behind": any(began + history["numbers"]["grace"] * DAY <= day for began in overtaken)
        and any(began <= review["day"] for began in overtaken),
        "edition": any(began + history["numbers"]["grace"] * DAY <= day for began in overtaken),
    }
    return {reason for reason, holds in reasons.items() if holds}


def is_before_a_gap(history, day):
    """Whether the certificate lapsed on this day or later, and was granted again after that."""
    end = latest(history)[0] if history["terms"] else day
    return any(is_covered(history, one) and not is_covered(history, one + DAY) for one in each_day(day, end - DAY))


def earned_by(history, day, after=None):
    """{"review": (what kind, pk) or None, "statement": the same}: what a grant on this day would spend."""
    reviews = [(one["day"], one["pk"]) for one in history["reviews"] if not against_review(history, one, day, after)]
    began = [edition for edition, _ in history["editions"] if edition <= day]
    statements = [
        (one["day"], one["pk"])
        for one in history["statements"]
        if not one["spent"] and one["day"] <= day and began and one["edition"] == max(began)
    ]
    routes = {"review": [], "statement": []}
    for pk, requirement, recorded in history["routes"]:
        is_early = (after is not None and recorded <= after) or is_before_a_gap(history, recorded)
        if requirement == "statement" or not is_early:
            routes[requirement].append((recorded, pk))
    own = {"review": reviews, "statement": statements}
    found = {}
    for requirement in own:
        if routes[requirement]:
            found[requirement] = ("route", min(routes[requirement])[1])
        elif own[requirement]:
            found[requirement] = ("own", min(own[requirement])[1])
        else:
            found[requirement] = None
    return found


def bars(history, day):
    if day < min(first for first, _, _ in history["terms"]):
        return set()
    if any(first <= day for first in history["revocations"]):
        return {"revoked"}
    return {"suspended"} if is_suspended(history, day) else set()


def missing(history, day, after=None):
    return {requirement for requirement, what in earned_by(history, day, after).items() if what is None}


def against_renewal(history, day):
    """Everything that stands between a coach and a renewal."""
    if not history["terms"]:
        return {"no-term"}
    _, last, given_back = latest(history)
    found = bars(history, day) | missing(history, day, after(history, day))
    if day + history["numbers"]["opens"] * DAY < last:
        found.add("not-open-yet")
    if given_back:
        found.add("given-back")
    elif is_too_late(history, day):
        found.add("late-period-over")
    return found


def against_reinstatement(history, day):
    """Everything that stands between a lapsed certificate and the office that would bring it back."""
    if not history["terms"]:
        return {"no-term"}
    _, last, given_back = latest(history)
    found = bars(history, day) | missing(history, day, last)
    if day <= last:
        found.add("term-runs")
    elif not given_back and not is_too_late(history, day):
        found.add("renewable")
    return found
