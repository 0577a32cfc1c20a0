"""Standing and renewal. Dated facts in, answers out: no database, no clock, no request."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import NamedTuple, TypeVar

from certification.facts import (
    ONE_DAY,
    EditionFact,
    Effect,
    NotCounting,
    OtherRoute,
    Policy,
    Recorded,
    RenewalFacts,
    Requirement,
    ReviewFact,
    ReviewRoute,
    SanctionFact,
    SanctionKind,
    Span,
    Standing,
    StatementFact,
    Unmet,
)

Row = TypeVar("Row", bound=Recorded)

# After the last step a reminder that could not go out is of no use any more.
REMINDER_STALE_DAYS = 14


def standing(terms: Sequence[Span], sanctions: Sequence[SanctionFact], *, on: date) -> Standing | None:
    """What the registry says of a certificate on a day: revoked > suspended > active > lapsed; None before the first term."""
    if not terms or on < min(term.first_day for term in terms):
        return None
    in_force = {sanction.kind for sanction in sanctions if sanction.covers(on)}
    if SanctionKind.REVOCATION in in_force:
        return Standing.REVOKED
    if SanctionKind.SUSPENSION in in_force:
        return Standing.SUSPENDED
    return Standing.ACTIVE if any(term.covers(on) for term in terms) else Standing.LAPSED


def as_recorded(rows: Iterable[Row], *, known: datetime) -> list[Row]:
    """What was on record at the instant `known`: recorded by then, and not voided by then. What came later changes nothing of it."""
    return [row for row in rows if row.recorded_at <= known and (row.voided_at is None or row.voided_at > known)]


def public_sanctions(sanctions: Sequence[SanctionFact], *, on: date, today: date) -> list[SanctionFact]:
    """The sanctions that answer a public question about the day `on`, asked today.

    None lies ahead of today. An interim one answers for today alone, and for a past day only where a final one that has begun continues it.
    """
    continued = {sanction.continues for sanction in sanctions if not sanction.interim and sanction.first_day <= today}
    begun = [sanction for sanction in sanctions if sanction.first_day <= today]
    return [sanction for sanction in begun if not sanction.interim or on == today or sanction.pk in continued]


def published(sanction: SanctionFact, *, on: date) -> Span | None:
    """The days, `on` or later ones among them, on which the public reads of a sanction not voided; None once it does so no more.

    A word that stands on its own after its note is gone (a revocation) names nobody any more. A decision made for a later day counts.
    """
    until = sanction.last_day if sanction.interim else sanction.published_until
    if sanction.kind is SanctionKind.SUSPENSION and not sanction.interim and until is not None:
        until = None if sanction.last_day is None else max(until, sanction.last_day)
    return None if until is not None and until < on else Span(sanction.first_day, until)


def as_told(sanctions: Sequence[SanctionFact], *, on: date, today: date) -> list[SanctionFact]:
    """The public sanctions as far as their days are told: an interim one counts while it holds, and has no last day until a final one
    continues it, because it ends when the review does and not by its date.
    """
    continued = {sanction.continues for sanction in sanctions if not sanction.interim and sanction.first_day <= today}
    public = public_sanctions(sanctions, on=on, today=today)
    told = [sanction for sanction in public if not sanction.interim or sanction.covers(on) or sanction.pk in continued]
    return [replace(sanction, last_day=None) if sanction.interim and sanction.pk not in continued else sanction for sanction in told]


def unbroken(spans: Iterable[Span]) -> list[Span]:
    """The times that follow on one another without a day between, each as one, oldest first."""
    merged: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.first_day, span.last_day or date.max)):
        last = merged[-1].last_day if merged else None
        if merged and (last is None or span.first_day <= last + ONE_DAY):
            ends = [merged[-1].last_day, span.last_day]
            merged[-1] = Span(merged[-1].first_day, None if None in ends else max(end for end in ends if end))
        else:
            merged.append(Span(span.first_day, span.last_day))
    return merged


def days_of_standing(runs: Sequence[Span], sanctions: Sequence[SanctionFact], *, on: date) -> Span | None:
    """The days around `on` on which the word is the same, as far as they are known; None before the first term.

    Of the word active they are the whole unbroken time that was granted, whatever interrupted it: "certified since", "active until".
    """
    word = standing(runs, sanctions, on=on)
    if word is None:
        return None
    if word is Standing.ACTIVE:
        return next(run for run in runs if run.covers(on))
    rows: list[Span | SanctionFact] = [*runs, *sanctions]
    changes = sorted({*(row.first_day for row in rows), *(row.last_day + ONE_DAY for row in rows if row.last_day)})
    first, last = on, None
    for day in reversed([day for day in changes if day <= on]):
        first = day
        if standing(runs, sanctions, on=day - ONE_DAY) is not word:
            break
    for day in (day for day in changes if day > on):
        if standing(runs, sanctions, on=day) is not word:
            last = day - ONE_DAY
            break
    return Span(first, last)


def anniversary(day: date, years: int) -> date:
    """The same day years later; of 29 February in a common year, 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def term_from(first_day: date, policy: Policy) -> Span:
    """A term ends the day before the anniversary of its first day."""
    return Span(first_day, anniversary(first_day, policy.term_years) - ONE_DAY)


def next_term(latest: Span, policy: Policy, *, on: date) -> Span:
    """The term a renewal on this day grants: on time it follows the old one without a gap, late it begins on the day of the grant."""
    last_day = latest.last_day or on
    return term_from(last_day + ONE_DAY if on <= last_day else on, policy)


def suspended_days(suspended: Iterable[Span], *, after: date, until: date) -> int:
    """How many days lie in a suspension, from the day after `after` to `until`; a day in two of them counts once."""
    counted, reached = 0, after
    for span in sorted(suspended, key=lambda span: span.first_day):
        first = max(span.first_day, reached + ONE_DAY)
        last = min(span.last_day or until, until)
        if first <= last:
            counted += (last - first).days + 1
            reached = last
    return counted


def end_of_period(start: date, days: int, suspended: Sequence[Span]) -> date | None:
    """The last day of a period of `days` after `start`, suspended days not counted; None while an open suspension stops the count."""
    end = start + timedelta(days=days)
    while True:
        if any(span.last_day is None and span.first_day <= end for span in suspended):
            return None
        longer = start + timedelta(days=days + suspended_days(suspended, after=start, until=end))
        if longer == end:
            return end
        end = longer


def opens_on(latest: Span, policy: Policy) -> date | None:
    """The first day on which a term can be renewed; None for an open term."""
    return latest.last_day - timedelta(days=policy.window_opens_days) if latest.last_day else None


def renewable_from(facts: RenewalFacts, *, on: date) -> date:
    """The first day from `on` on which the window of the renewal is open: by that day it is judged what counts for it."""
    opens = opens_on(facts.latest_term, facts.policy) if facts.latest_term else None
    return max(on, opens) if opens else on


def review_in_time_from(facts: RenewalFacts, *, on: date) -> date | None:
    """The first day after `on` on which a completed review still counts when the renewal opens; None when one counts today."""
    latest, opens = facts.latest_term, renewable_from(facts, on=on)
    if latest is None or opens <= on:
        return None
    first = max(latest.first_day, opens - timedelta(days=facts.policy.review_valid_days))
    return first if first > on else None


def late_period_ends_on(facts: RenewalFacts) -> date | None:
    """The last day of the late period of the latest term; None without a term or while a suspension stops the count."""
    latest = facts.latest_term
    return end_of_period(latest.last_day, facts.policy.late_period_days, facts.suspended) if latest and latest.last_day else None


def is_late_period_over(facts: RenewalFacts, *, on: date) -> bool:
    latest = facts.latest_term
    if latest is None or latest.last_day is None:
        return False
    lapsed = (on - latest.last_day).days - suspended_days(facts.suspended, after=latest.last_day, until=on)
    return lapsed > facts.policy.late_period_days


def overtaken_by(pinned: date, editions: Sequence[EditionFact]) -> date | None:
    """The day of the first material edition after the one in force since `pinned`; None when there is none."""
    return min((edition.in_force_on for edition in editions if edition.material and pinned < edition.in_force_on), default=None)


def edition_passes_on(pinned: date, editions: Sequence[EditionFact], policy: Policy) -> date | None:
    """The first day on which a review of the edition in force since `pinned` no longer counts: the days of grace after a material one."""
    overtaken = overtaken_by(pinned, editions)
    return overtaken + timedelta(days=policy.material_grace_days) if overtaken else None


def has_edition_passed(pinned: date, editions: Sequence[EditionFact], policy: Policy, *, on: date) -> bool:
    """Whether a review of the edition in force since `pinned` has been overtaken by a material one, its days of grace over."""
    passes = edition_passes_on(pinned, editions, policy)
    return passes is not None and passes <= on


def was_course_behind(review: ReviewFact, editions: Sequence[EditionFact]) -> bool:
    """Whether the course was still on an edition that a material one had overtaken when it was completed: not the coach's doing."""
    overtaken = overtaken_by(review.edition_in_force_on, editions)
    return overtaken is not None and overtaken <= review.completed_on


def course_behind_since(reviewed: date | None, facts: RenewalFacts, *, on: date) -> date | None:
    """The day of the material edition that keeps a missing review from being done: the course, read against the edition in force since
    `reviewed`, has yet to follow it, and a review of it completed now would not count. None where there is no such day.
    """
    first = renewable_from(facts, on=on)
    if reviewed is None or Unmet.REVIEW not in missing_requirements(facts, on=first, review_after=reviews_after(facts, on=first)):
        return None
    return overtaken_by(reviewed, facts.editions) if has_edition_passed(reviewed, facts.editions, facts.policy, on=first) else None


def reviews_after(facts: RenewalFacts, *, on: date) -> date | None:
    """The day after which a review has to be completed, where only the office can bring the certificate back; None otherwise."""
    latest = facts.latest_term
    if latest is None or latest.last_day is None:
        return None
    return latest.last_day if latest.given_back or is_late_period_over(facts, on=on) else None


def not_counting(review: ReviewFact, facts: RenewalFacts, *, on: date, after: date | None = None) -> NotCounting | None:
    """Why a completed review does not count for a grant on this day; None when it does. With `after`, one not later than that does not."""
    latest = facts.latest_term
    age = (on - review.completed_on).days - suspended_days(facts.suspended, after=review.completed_on, until=on)
    has_passed = has_edition_passed(review.edition_in_force_on, facts.editions, facts.policy, on=on)
    reasons = {
        NotCounting.SPENT: review.spent,
        NotCounting.ASSIGNED: review.assigned,
        NotCounting.AHEAD: review.completed_on > on,
        NotCounting.EARLIER_TERM: latest is not None and review.completed_on < latest.first_day,
        NotCounting.BEFORE_THE_END: after is not None and review.completed_on <= after,
        NotCounting.TOO_OLD: age > facts.policy.review_valid_days,
        NotCounting.COURSE_BEHIND: has_passed and was_course_behind(review, facts.editions),
        NotCounting.EDITION: has_passed,
    }
    return next((reason for reason, holds in reasons.items() if holds), None)


def review_counts_until(review: ReviewFact, facts: RenewalFacts) -> date | None:
    """The last day on which a review that counts does so; None where no such day is known.

    By its age, by a published edition of the Code, and, where it was completed before the term ended, by the time for a late renewal.
    """
    latest, ends = facts.latest_term, [end_of_period(review.completed_on, facts.policy.review_valid_days, facts.suspended)]
    if overtaken := edition_passes_on(review.edition_in_force_on, facts.editions, facts.policy):
        ends.append(overtaken - ONE_DAY)
    if latest and latest.last_day and review.completed_on <= latest.last_day:
        ends.append(late_period_ends_on(facts))
    return min((end for end in ends if end), default=None)


def statement_counts_until(signed: StatementFact, facts: RenewalFacts) -> date | None:
    """The last day on which a statement serves: the day before the next published edition is in force; None without one."""
    later = [edition.in_force_on for edition in facts.editions if edition.in_force_on > signed.edition_in_force_on]
    return min(later) - ONE_DAY if later else None


def spendable_review(facts: RenewalFacts, *, on: date, after: date | None = None) -> ReviewFact | None:
    """Of the reviews that count on this day, the earliest; with `after`, only of those completed later than that day."""
    good = [review for review in facts.reviews if not_counting(review, facts, on=on, after=after) is None]
    return min(good, key=lambda review: (review.completed_on, review.pk), default=None)


def spendable_statement(facts: RenewalFacts, *, on: date) -> StatementFact | None:
    """The earliest unspent statement on the Code edition in force on this day."""
    in_force = max((edition.in_force_on for edition in facts.editions if edition.in_force_on <= on), default=None)
    good = [signed for signed in facts.statements if not signed.spent and signed.signed_on <= on and signed.edition_in_force_on == in_force]
    return min(good, key=lambda signed: (signed.signed_on, signed.pk), default=None)


def spendable_route(facts: RenewalFacts, requirement: Requirement, *, after: date | None = None) -> OtherRoute | None:
    """The other route by which a requirement is met, the earliest recorded one that no term has used.

    What takes the place of a review keeps to its days: with `after`, one recorded later than that day, and never one from before a gap
    that a later grant has closed.
    """
    is_review = requirement is Requirement.REVIEW
    ends = [after, *(run.last_day for run in unbroken(facts.terms)[:-1])] if is_review else []
    after = max((end for end in ends if end), default=None)
    unused = [route for route in facts.otherwise if route.requirement is requirement and (after is None or route.recorded_on > after)]
    return min(unused, key=lambda route: (route.recorded_on, route.pk), default=None)


class Spendable(NamedTuple):
    """The ids of what a grant spends: a review, a statement, and the other routes that take the place of either."""

    review: int | None
    statement: int | None
    routes: tuple[int, ...] = ()


def spendable(facts: RenewalFacts, *, on: date, after: date | None = None) -> Spendable:
    """What a grant on this day spends; a review or a statement is kept where another route serves. None where nothing is there."""
    routes = {requirement: spendable_route(facts, requirement, after=after) for requirement in Requirement}
    review = None if routes[Requirement.REVIEW] else spendable_review(facts, on=on, after=after)
    statement = None if routes[Requirement.STATEMENT] else spendable_statement(facts, on=on)
    others = tuple(route.pk for route in routes.values() if route)
    return Spendable(review.pk if review else None, statement.pk if statement else None, others)


def missing_requirements(facts: RenewalFacts, *, on: date, review_after: date | None = None) -> list[Unmet]:
    """What a coach still has to do before a grant on this day."""
    missing = []
    route = spendable_route(facts, Requirement.REVIEW, after=review_after)
    if route is None and spendable_review(facts, on=on, after=review_after) is None:
        missing.append(Unmet.REVIEW)
    if spendable_route(facts, Requirement.STATEMENT) is None and spendable_statement(facts, on=on) is None:
        missing.append(Unmet.STATEMENT)
    return missing


def may_sign(facts: RenewalFacts, *, on: date) -> bool:
    """Whether the statement can be signed: after the review, because it says that its quiz was answered by oneself, or another route."""
    first = renewable_from(facts, on=on)
    return Unmet.REVIEW not in missing_requirements(facts, on=first, review_after=reviews_after(facts, on=first))


def review_route(facts: RenewalFacts, *, on: date) -> ReviewRoute:
    """How the review was done that the statement speaks of; by the quiz, as the rule is, while there is none."""
    first = renewable_from(facts, on=on)
    if spendable_route(facts, Requirement.REVIEW):
        return ReviewRoute.OTHER
    review = spendable_review(facts, on=first, after=reviews_after(facts, on=first))
    return review.route if review else ReviewRoute.QUIZ


def barred(facts: RenewalFacts, *, on: date) -> list[Unmet]:
    """The standing that makes every grant wait or impossible."""
    if facts.latest_term is None:
        return [Unmet.NO_TERM]
    bars = {Standing.REVOKED: Unmet.REVOKED, Standing.SUSPENDED: Unmet.SUSPENDED}
    now = standing(facts.terms, facts.sanctions, on=on)
    return [bars[now]] if now in bars else []


def unmet(facts: RenewalFacts, *, on: date) -> list[Unmet]:
    """Everything that stands between a coach and a renewal on this day; empty when the button may be pressed."""
    latest = facts.latest_term
    if latest is None:
        return [Unmet.NO_TERM]
    waits = barred(facts, on=on)
    if latest.last_day is not None and on < latest.last_day - timedelta(days=facts.policy.window_opens_days):
        waits.append(Unmet.NOT_OPEN_YET)
    if latest.given_back:
        waits.append(Unmet.GIVEN_BACK)
    elif is_late_period_over(facts, on=on):
        waits.append(Unmet.LATE_PERIOD_OVER)
    return waits + missing_requirements(facts, on=on, review_after=reviews_after(facts, on=on))


def unmet_for_reinstatement(facts: RenewalFacts, *, on: date) -> list[Unmet]:
    """Everything that stands between a lapsed certificate and its reinstatement by staff: the review was made after the last term ended.

    While the time for a late renewal runs the holder renews: there are never two ways at once.
    """
    latest = facts.latest_term
    if latest is None:
        return [Unmet.NO_TERM]
    waits = barred(facts, on=on)
    if latest.last_day is None or on <= latest.last_day:
        waits.append(Unmet.TERM_RUNS)
    elif reviews_after(facts, on=on) is None:
        waits.append(Unmet.RENEWABLE)
    return waits + missing_requirements(facts, on=on, review_after=latest.last_day)


def effects(facts: RenewalFacts, policy: Policy, *, on: date) -> set[Effect]:
    """What other numbers would change for one coach on this day; nothing where no grant is possible at all."""
    if barred(facts, on=on):
        return set()
    other = replace(facts, policy=policy)
    before, after = set(unmet(facts, on=on)), set(unmet(other, on=on))
    had, has = spendable_review(facts, on=on), spendable_review(other, on=on)
    found = {
        Effect.OPENS: Unmet.NOT_OPEN_YET in before - after,
        Effect.CLOSES: Unmet.NOT_OPEN_YET in after - before,
        Effect.TOO_LATE: Unmet.LATE_PERIOD_OVER in after - before,
        Effect.IN_TIME: Unmet.LATE_PERIOD_OVER in before - after,
        Effect.REVIEW_FADES: had is not None and has is None,
        Effect.REVIEW_COUNTS: had is None and has is not None,
    }
    return {effect for effect, holds in found.items() if holds}


def unsound_reminders(days: Sequence[int], policy: Policy) -> list[str]:
    """Why reminders do not fit the other numbers: each leads to something that its reader can do."""
    return [
        *(f"A reminder {day} days before the end comes before the renewal opens." for day in days if day > policy.window_opens_days),
        *(f"A reminder {-day} days after the end comes when it is too late to renew." for day in days if -day > policy.late_period_days),
    ]


def days_left(last_day: date, suspended: Sequence[Span], *, on: date) -> int:
    """Days to the end of a term; negative after it, and then without the days of suspension, as in the time for a late renewal."""
    left = (last_day - on).days
    return left if left >= 0 else left + suspended_days(suspended, after=last_day, until=on)


def reminder_step(left: int, steps: Sequence[int]) -> int | None:
    """The reminder that is due with so many days left: the step reached last (days before the end, negative after it), or None."""
    step = min((step for step in steps if left <= step), default=None)
    return None if step is None or left < min(steps) - REMINDER_STALE_DAYS else step


def is_reminder_of_use(facts: RenewalFacts, term: Span, *, on: date) -> bool:
    """Whether its holder can still do something: the term is the latest, not given back, not barred, and the late period runs."""
    return facts.latest_term == term and not term.given_back and not barred(facts, on=on) and not is_late_period_over(facts, on=on)


def suspensions_from(facts: RenewalFacts, *, on: date) -> list[SanctionFact]:
    """The suspensions that hold on a day or begin later, in their order."""
    rows = [row for row in facts.sanctions if row.kind is SanctionKind.SUSPENSION and row.reaches(on)]
    return sorted(rows, key=lambda row: (row.first_day, row.pk or 0))


def lapses_on(facts: RenewalFacts) -> date | None:
    """The first day on which the certificate reads lapsed unless it is renewed; None while an open suspension holds the word."""
    latest = facts.latest_term
    if latest is None or latest.last_day is None:
        return None
    day = latest.last_day + ONE_DAY
    while covering := [row for row in facts.sanctions if row.kind is SanctionKind.SUSPENSION and row.covers(day)]:
        ends = [row.last_day for row in covering if row.last_day is not None]
        if len(ends) < len(covering):
            return None
        day = max(ends) + ONE_DAY
    return day


@dataclass(frozen=True, slots=True)
class Milestone:
    """A date on the way of a certificate and what happens then."""

    day: date
    name: str
    sentence: str


def milestones(facts: RenewalFacts, *, on: date) -> list[Milestone]:
    """The dates that matter for a certificate that is neither revoked nor given back, in their order."""
    latest = facts.latest_term
    if latest is None or latest.last_day is None or latest.given_back or Unmet.REVOKED in barred(facts, on=on):
        return []
    found = [
        Milestone(latest.last_day - timedelta(days=facts.policy.window_opens_days), "opens", "The renewal opens."),
        Milestone(latest.last_day, "ends", "Last day of the term."),
        *_suspended(facts, on=on),
    ]
    if lapses := lapses_on(facts):
        words = "Unless you have renewed by then, the registry says from this day that the certificate has lapsed."
        if lapses > latest.last_day + ONE_DAY:
            words = (
                "The suspension and the term are over: you can renew, and until you do the registry says that the certificate has lapsed."
            )
        found.append(Milestone(lapses, "lapses", words))
    late = late_period_ends_on(facts)
    if late:
        found.append(
            Milestone(late, "late", "Last day on which you can renew late. After it only the office can bring the certificate back.")
        )
    found += [milestone for milestone in _fading(facts, on=on) if late is None or milestone.day < late]
    return sorted(found, key=lambda milestone: milestone.day)


def _fading(facts: RenewalFacts, *, on: date) -> Iterator[Milestone]:
    """Until when what is done counts."""
    first = renewable_from(facts, on=on)
    review = spendable_review(facts, on=first, after=reviews_after(facts, on=first))
    if review and (fades := review_counts_until(review, facts)):
        yield Milestone(fades, "fades", "Last day on which your completed review counts for a renewal.")
    signed = spendable_statement(facts, on=first)
    if signed and (fades := statement_counts_until(signed, facts)):
        words = "Last day on which your signed statement counts: from the next day a newer edition of the Code is in force."
        yield Milestone(fades, "statement-fades", words)


def _suspended(facts: RenewalFacts, *, on: date) -> Iterator[Milestone]:
    for row in suspensions_from(facts, on=on):
        if row.first_day > on:
            words = (
                "The suspension that we decided begins and takes the place of the one for now." if row.continues else "A suspension begins."
            )
            yield Milestone(row.first_day, "suspended", words)
        if row.last_day and not row.interim:
            yield Milestone(row.last_day, "suspension-ends", "Last day of the suspension.")
