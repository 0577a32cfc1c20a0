"""Days that follow from a decision: service, the time to appeal, the first and last day, how long it is public, how long it is kept."""

from collections.abc import Iterable
from datetime import date, timedelta

from certification.facts import Span
from certification.rules import anniversary
from complaints.facts import Bar, CaseClass, Closure, DismissalReason, Outcome
from complaints.rules.gathered import ONE_DAY

DEEMED_AFTER = 3  # days after a letter was posted in the portal, on which it counts as served
APPEAL_DAYS = 30
CHALLENGE_DAYS = 7
NOTICE_OF_HEARING = 21  # days from the names of the panel, which carry the notice, to the hearing
BUNDLE_DAYS = 14  # that the coach has for the bundle before the report
ANSWER_DAYS = 14  # that the person who complained has for questions
REMINDER_OF_QUESTIONS = 7
GRACE_OF_OBLIGATION = 14
DISMISSAL_REVIEW_DAYS = 30
REOPEN_YEARS = 2
LATE_AFTER_YEARS = 3  # from the end of the coaching; class A never

INTERIM_DAYS = 14  # of an order until its first review
EMERGENCY_DAYS = 10  # of an emergency order, unless the coach is heard
INTERIM_NOTICE_DAYS = 2  # 48 hours
REVIEW_AGAIN = 30
RENEWAL_DAYS = 90
INTERIM_CAP = 365

SHORT_SUSPENSION = 92  # days: three months at their longest
BAR_YEARS = {Bar.THREE_YEARS: 3, Bar.FIVE_YEARS: 5}
LEARNED_WITHIN_MONTHS = 6  # courses before an application
REFUSED_YEARS = 1

SOON_FORGOTTEN = {DismissalReason.NOT_CERTIFIED_AT_TIME, DismissalReason.NO_STANDARD_ENGAGED}
THREE_YEARS = {Closure.DISMISSED, Closure.WITHDRAWN, Closure.NO_CASE, Closure.NOT_PROVEN, Closure.QUASHED}
FIVE_YEARS = {Closure.ADVICE, Closure.REMEDIATION, Closure.REPRIMAND}
TEN_YEARS = {Closure.ADMONISHMENT, Closure.CONDITIONS, Closure.SUSPENSION}
REVOKED_YEARS = 10
AFTER_THE_BAR = 6
LAST_WORDS = 30  # days that a case is kept at least after the person who complained wrote


def months_later(day: date, months: int) -> date:
    """The same day so many months later; where that month has none, the first of the next."""
    years, month = divmod(day.month - 1 + months, 12)
    try:
        return day.replace(year=day.year + years, month=month + 1)
    except ValueError:
        return date(day.year + years, month + 2, 1)


def deemed_served(posted_on: date) -> date:
    """A letter counts as served three days after it was posted in the portal."""
    return posted_on + timedelta(days=DEEMED_AFTER)


def window_closes(served_on: date) -> date:
    """The last day to appeal: 30 days from service."""
    return served_on + timedelta(days=APPEAL_DAYS)


def first_day_after(signed_on: date) -> date:
    """The first day of what was decided: the day after the time to appeal."""
    return window_closes(deemed_served(signed_on)) + ONE_DAY


def days_served(orders: Iterable[Span], *, before: date) -> int:
    """How many days before `before` an interim order was in force; a day in two orders counts once."""
    counted: set[date] = set()
    for span in orders:
        last = min(span.last_day or before, before - ONE_DAY)
        counted |= {span.first_day + timedelta(days=n) for n in range((last - span.first_day).days + 1)}
    return len(counted)


def last_day_of_suspension(first_day: date, days: int, *, served: int = 0) -> date | None:
    """The last day of a suspension of so many days, days in interim counted; None where those were all of it."""
    left = days - served
    return first_day + timedelta(days=left - 1) if left > 0 else None


def published_until(
    outcome: Outcome,
    *,
    first_day: date,
    days: int | None = None,
    ended_on: date | None = None,
    bar: Bar | None = None,
    reinstated_on: date | None = None,
) -> date | None:
    """The last day on which the public note stands; None where it stands without an end known today, or where there is none.

    `days`: of a suspension as decided; `ended_on`: its last day, or the day on which conditions were discharged.
    """
    match outcome:
        case Outcome.ADMONISHMENT:
            return months_later(first_day, 12)
        case Outcome.CONDITIONS:
            return months_later(ended_on, 6) if ended_on else None
        case Outcome.SUSPENSION:
            return anniversary(ended_on, 2 if (days or 0) <= SHORT_SUSPENSION else 5) if ended_on else None
        case Outcome.REVOCATION if reinstated_on:
            return anniversary(reinstated_on, 5)
        case Outcome.REVOCATION:
            return None if bar is Bar.PERMANENT else anniversary(first_day, 10)
        case _:
            return None


def keep_until(
    closure: Closure,
    *,
    closed_on: date,
    dismissed_for: DismissalReason | None = None,
    ended_on: date | None = None,
    bar: Bar | None = None,
    written_on: date | None = None,
) -> date | None:
    """The day from which narrative, files and identity may be erased; None while a permanent bar stands.

    `ended_on`: the last day of what was decided, the closing day where it is left out. `written_on`: the person who complained wrote.
    """
    end = ended_on or closed_on
    if closure is Closure.DISMISSED and dismissed_for in SOON_FORGOTTEN:
        day = months_later(closed_on, 12)
    elif closure in THREE_YEARS:
        day = anniversary(closed_on, 3)
    elif closure in FIVE_YEARS:
        day = anniversary(closed_on, 5)
    elif closure in TEN_YEARS:
        day = anniversary(end, 10)
    elif bar is Bar.PERMANENT:
        return None
    else:
        day = anniversary(end, max(REVOKED_YEARS, BAR_YEARS[bar] + AFTER_THE_BAR if bar else 0))
    return max(day, written_on + timedelta(days=LAST_WORDS)) if written_on else day


def least_bar(klass: CaseClass) -> Bar:
    """The shortest bar of a revocation: five years in class A, else three."""
    return Bar.FIVE_YEARS if klass is CaseClass.A else Bar.THREE_YEARS


def bar_ends(revoked_on: date, bar: Bar) -> date | None:
    """The first day on which somebody can apply again; None: never."""
    return None if bar is Bar.PERMANENT else anniversary(revoked_on, BAR_YEARS[bar])


def may_apply_from(revoked_on: date, bar: Bar, *, refused_on: date | None = None) -> date | None:
    """The first day on which an application is possible: the bar over, and a year after the last refusal; None: never."""
    over = bar_ends(revoked_on, bar)
    return over and max(over, anniversary(refused_on, REFUSED_YEARS) if refused_on else over)


def learned_from(on: date) -> date:
    """The first day on which a course that was passed still counts for an application made on a day: six months before."""
    return months_later(on, -LEARNED_WITHIN_MONTHS)


def is_out_of_time(ended_on: date | None, *, received_on: date, klass: CaseClass) -> bool:
    """Whether a complaint comes more than three years after the coaching ended; never in class A, never where nobody knows the day."""
    return klass is not CaseClass.A and ended_on is not None and received_on > anniversary(ended_on, LATE_AFTER_YEARS)


def interim_last_day(first_day: date, *, emergency: bool = False) -> date:
    """The last day that an order is written with: the tenth of an emergency order, else the fourteenth."""
    return first_day + timedelta(days=(EMERGENCY_DAYS if emergency else INTERIM_DAYS) - 1)


def latest_extension(first_day: date, *, on: date, days_before: int = 0) -> date:
    """The furthest day to which a review can extend an order: 90 days from today, and 365 days in all, those of earlier orders counted."""
    return min(on + timedelta(days=RENEWAL_DAYS), first_day + timedelta(days=INTERIM_CAP - 1 - days_before))
