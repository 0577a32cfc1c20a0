"""What a coach sees about each certificate: standing, what is met and what is missing, what happens on which date."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from django.conf import settings
from django.urls import reverse

from accounts.models import User
from certification import gathering, rules
from certification.facts import (
    ONE_DAY,
    NotCounting,
    OtherRoute,
    RenewalFacts,
    Requirement,
    ReviewFact,
    ReviewRoute,
    SanctionFact,
    Span,
    Standing,
    StatementFact,
    Unmet,
)
from certification.facts import in_words as day
from certification.models import Certificate

# Of a review that would count today, why it will not on the day on which the renewal opens.
AT_OPENING = {
    NotCounting.TOO_OLD: "By then it was completed too long ago.",
    NotCounting.EDITION: "By then the Code has changed in substance.",
    NotCounting.COURSE_BEHIND: NotCounting.COURSE_BEHIND.sentence,
}

WITH_THE_OFFICE = "All attempts at its final quiz are used; what to do now stands above."
MEANWHILE = " You can take courses meanwhile."
OVER_ONCE_NOT_SUSPENDED = "It is kept for the renewal, which waits until the suspension is over."


@dataclass(frozen=True, slots=True)
class Item:
    """A requirement: met by what and when, or what is missing and where to do it.

    `counts_from` is the day on which a renewal opens, for what is met before it; `due_from` the same day for what is missing;
    `waits` says that it is met and that a suspension keeps the renewal from being granted, `is_course_behind` that the course has to follow
    a new edition first.
    """

    requirement: Requirement
    is_met: bool
    text: str
    url: str
    action: str
    counts_from: date | None = None
    due_from: date | None = None
    waits: bool = False
    is_course_behind: bool = False

    @property
    def badge(self) -> str:
        """How it stands, in a word or two."""
        if self.is_course_behind:
            return "Waits for the course"
        if not self.is_met:
            return "Not due yet" if self.due_from else "Not yet"
        if self.waits:
            return "Kept; the renewal waits"
        return f"Counts from {day(self.counts_from)}" if self.counts_from else "Done"

    @property
    def is_done(self) -> bool:
        """Whether nothing about it has to be waited for."""
        return self.badge == "Done"

    @property
    def is_next(self) -> bool:
        """Whether it is the coach's turn, today: something to do, and a way to do it."""
        return not self.is_met and self.due_from is None and bool(self.url)


@dataclass(frozen=True, slots=True)
class Card:
    """One certificate on a day, as its holder sees it."""

    certificate: Certificate
    standing: Standing | None
    latest: Span | None
    headline: str
    items: list[Item]
    waits: list[Unmet]
    milestones: list[rules.Milestone]
    is_open: bool
    is_renewed: bool
    may_sign: bool
    course_url: str
    opens_on: date | None = None
    is_with_the_office: bool = False
    is_course_behind: bool = False
    review_route: ReviewRoute = ReviewRoute.QUIZ
    next_term: Span | None = None

    @property
    def can_renew(self) -> bool:
        return not self.waits

    @property
    def bars(self) -> list[Unmet]:
        """What the coach cannot do anything about today."""
        return [wait for wait in self.waits if wait not in (Unmet.REVIEW, Unmet.STATEMENT)]

    @property
    def next_item(self) -> Item | None:
        """What the coach can do next, today: the one thing that stands out."""
        return next((item for item in self.items if item.is_next), None)

    @property
    def ends(self) -> str:
        """While the coach waits for the office: what the days of the certificate do meanwhile, and what then. Empty where no day runs."""
        last_day = self.latest.last_day if self.latest else None
        if last_day is None or self.standing not in (Standing.ACTIVE, Standing.LAPSED):
            return ""
        quiz = "The quiz itself has no deadline"
        if self.is_for_the_office:
            return f"{quiz}. The certificate has ended, and the office tells you how it can be brought back."
        late = f" {self.still}" if self.still else ""
        if self.standing is Standing.LAPSED:
            return f"{quiz}, but the time to renew late has.{late}" if late else f"{quiz}."
        return f"{quiz}, but your certificate ends on {day(last_day)}. From the next day the registry says that it has lapsed.{late}"

    @property
    def still(self) -> str:
        """Until when a coach can renew late, and what then; empty where no such day is known, or it is over."""
        late = next((milestone.day for milestone in self.milestones if milestone.name == "late"), None)
        if late is None or self.is_for_the_office:
            return ""
        word = "still" if self.standing is Standing.LAPSED else "then still"
        return f"You can {word} renew late, until {day(late)}. After that day only the office can bring the certificate back."

    @property
    def is_for_the_office(self) -> bool:
        """Whether only the office can bring the certificate back: it was given back, or the time to renew late is over."""
        return self.standing is Standing.LAPSED and bool({Unmet.LATE_PERIOD_OVER, Unmet.GIVEN_BACK} & set(self.waits))

    @property
    def is_revoked(self) -> bool:
        return self.standing is Standing.REVOKED

    def with_the_office(self) -> "Card":
        """The same card where every attempt at the final quiz of the review is used: the coach can only write to the office."""
        items = [
            replace(item, text=f"{item.text} {WITH_THE_OFFICE}", url="", action="") if item.requirement is Requirement.REVIEW else item
            for item in self.items
        ]
        return replace(self, items=items, is_with_the_office=True)


def cards(person: User, *, on: date) -> list[Card]:
    """A card for each certificate of the person, the newest first; a fixed number of statements."""
    certificates = list(Certificate.objects.filter(holder=person).select_related("scheme", "holder").order_by("-issued_on", "-pk"))
    facts = gathering.gather_all(certificates) if certificates else {}
    courses = gathering.review_courses(certificates)
    found = []
    for certificate in certificates:
        course = courses.get(certificate.scheme.review_course_key)
        url = (course.url if course else "") or "/learn/"
        found.append(card(certificate, facts[certificate.pk], url, on=on, reviewed=gathering.reviewed(course)))
    return found


def card(
    certificate: Certificate,
    facts: RenewalFacts,
    course_url: str,
    *,
    on: date,
    reviewed: date | None = None,
    for_office: bool = False,
) -> Card:
    """One card from facts already read; `reviewed` is the day of the edition that the review course names as read against, if any.

    With `for_office` it is told to somebody else than the holder.
    """
    waits = rules.unmet(facts, on=on)
    latest = facts.latest_term
    standing = rules.standing(facts.terms, facts.sanctions, on=on)
    first = rules.renewable_from(facts, on=on)
    behind_since = rules.course_behind_since(reviewed, facts, on=on)
    behind = (_behind_to_the_office if for_office else _behind_to_the_holder)(behind_since, on=on) if behind_since else ""
    items = [_review(facts, course_url, behind, on=on), _statement(facts, certificate, on=on)]
    return Card(
        certificate=certificate,
        standing=standing,
        latest=latest,
        headline=headline(facts, on=on) + (MEANWHILE if standing is Standing.SUSPENDED and not for_office else ""),
        items=[_of_the_day(item, standing, first if first > on else None) for item in items],
        waits=waits,
        milestones=rules.milestones(facts, on=on),
        is_open=latest is not None and not {Unmet.NOT_OPEN_YET, Unmet.NO_TERM, Unmet.REVOKED} & set(waits),
        is_renewed=latest is not None and standing is not None and latest.first_day > on,
        may_sign=rules.may_sign(facts, on=on),
        course_url=course_url,
        opens_on=first if first > on else None,
        is_course_behind=bool(behind),
        review_route=rules.review_route(facts, on=on),
        next_term=rules.next_term(latest, facts.policy, on=on) if latest else None,
    )


def _behind(overtaken: date, *, on: date) -> str:
    since = "since" if overtaken <= on else "from"
    return (
        f"The course is being brought up to the edition of the Code that is in force {since} {day(overtaken)}, and a review completed "
        "before that is done does not count."
    )


def _behind_to_the_holder(overtaken: date, *, on: date) -> str:
    return (
        f"{_behind(overtaken, on=on)} You need do nothing now: this page leads to the course once it is ready. If your renewal "
        f"cannot wait, write to {settings.OFFICE_EMAIL}: they can find another way with you."
    )


def _behind_to_the_office(overtaken: date, *, on: date) -> str:
    return (
        f"{_behind(overtaken, on=on)} The holder is told so and sent to no course. An author reads the course against that edition and "
        "says so on its page, under “Reviewed against”. Until then a review done in another way can be recorded below."
    )


def _of_the_day(item: Item, standing: Standing | None, opens: date | None) -> Item:
    """The item with what holds beside it: that nothing is due before the renewal opens, or that a suspension keeps it waiting."""
    if not item.is_met and opens and item.requirement is Requirement.REVIEW:
        return replace(item, due_from=opens, action="Look at the course")
    if not item.is_met:
        return replace(item, due_from=opens)
    if standing is Standing.SUSPENDED and opens is None:
        return replace(item, text=f"{item.text} {OVER_ONCE_NOT_SUSPENDED}", waits=True)
    return item


def headline(facts: RenewalFacts, *, on: date) -> str:
    """The standing in one sentence with its date."""
    latest = facts.latest_term
    if latest is None or latest.last_day is None:
        return "No term is recorded for this certificate."
    now = rules.standing(facts.terms, facts.sanctions, on=on)
    in_force = [sanction for sanction in facts.sanctions if sanction.kind.value in ("suspension", "revocation") and sanction.covers(on)]
    if now is Standing.REVOKED:
        return f"Revoked since {day(min(s.first_day for s in in_force if s.kind.value == 'revocation'))}."
    if now is Standing.SUSPENDED:
        return " ".join(_suspended(rules.suspensions_from(facts, on=on), on=on))
    if now is Standing.ACTIVE:
        return f"Active until {day(latest.last_day)}, the last day included."
    if now is Standing.LAPSED:
        return f"Lapsed: {day(latest.last_day)} was the last day."
    return f"Begins on {day(latest.first_day)}."


def _suspended(rows: Iterable[SanctionFact], *, on: date) -> Iterator[str]:
    """What holds now, then what follows; the coach was told of each decision by letter, the public reads only what has begun."""
    rows = list(rows)
    followed = {row.continues for row in rows}
    for row in rows:
        until = f"until {day(row.last_day)}, that day included" if row.last_day else "until its conditions are met"
        if row.first_day > on:
            yield f"From {day(row.first_day)} on the suspension that we decided holds, {until}."
        elif row.interim and row.pk in followed:
            yield f"Suspended for now, {until}, because what we decided can still be appealed."
        elif row.interim:
            until = f"until {day(row.last_day)} at the latest, that day included" if row.last_day else "until the review is over"
            yield f"Suspended for now, {until}, because a review is under way. Nothing is decided by that."
        else:
            yield f"Suspended {until}."


def _review(facts: RenewalFacts, url: str, behind: str, *, on: date) -> Item:
    first = rules.renewable_from(facts, on=on)
    after = rules.reviews_after(facts, on=first)
    if route := rules.spendable_route(facts, Requirement.REVIEW, after=after):
        return _met(Requirement.REVIEW, _recorded(route), first=first, on=on)
    if good := rules.spendable_review(facts, on=first, after=after):
        return _completed(good, facts, first=first, on=on)
    if behind:
        return Item(Requirement.REVIEW, False, behind, "", "", is_course_behind=True)
    last: ReviewFact | None = max(facts.reviews, key=lambda review: review.completed_on, default=None)
    reason = rules.not_counting(last, facts, on=first, after=after) if last else None
    text = "Not yet completed for this renewal."
    if last and reason is NotCounting.SPENT:
        text = f"The last review, of {day(last.completed_on)}, was used for an earlier renewal. The next renewal takes a new one."
    elif last and reason and (first == on or rules.not_counting(last, facts, on=on, after=after)):
        text = f"The review of {day(last.completed_on)} does not count this time: {_lower(reason.sentence)}"
    elif last and reason:
        text = f"The review of {day(last.completed_on)} will not count when the renewal opens on {day(first)}: {_lower(AT_OPENING[reason])}"
    if in_time := rules.review_in_time_from(facts, on=on):
        text += (
            f" It need not be done before {day(first)}, when the renewal opens; done earlier, it counts if it is completed on "
            f"{day(in_time)} or later."
        )
    return Item(Requirement.REVIEW, False, text, url, "Go to the course")


def _completed(review: ReviewFact, facts: RenewalFacts, *, first: date, on: date) -> Item:
    """A review that counts on the first day on which the renewal is open."""
    text = f"Completed on {day(review.completed_on)}."
    if fades := rules.review_counts_until(review, facts):
        text += f" It counts for a renewal until {day(fades)}{_because(review, facts, fades)}."
    return _met(Requirement.REVIEW, text, first=first, on=on)


def _because(review: ReviewFact, facts: RenewalFacts, fades: date) -> str:
    """Why a review stops counting earlier than by its age."""
    overtaken = rules.edition_passes_on(review.edition_in_force_on, facts.editions, facts.policy)
    return ", because a newer edition of the Code changes it in substance" if overtaken == fades + ONE_DAY else ""


def _met(requirement: Requirement, text: str, *, first: date, on: date) -> Item:
    """A requirement that is met; while the renewal has not opened it says from which day that counts."""
    if first <= on:
        return Item(requirement, True, text, "", "")
    return Item(requirement, True, f"{text} It can be used from {day(first)}, when the renewal opens.", "", "", counts_from=first)


def _recorded(route: OtherRoute) -> str:
    return f"Met by another route; the office recorded it on {day(route.recorded_on)}."


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def _statement(facts: RenewalFacts, certificate: Certificate, *, on: date) -> Item:
    first = rules.renewable_from(facts, on=on)
    if route := rules.spendable_route(facts, Requirement.STATEMENT):
        return _met(Requirement.STATEMENT, _recorded(route), first=first, on=on)
    if signed := rules.spendable_statement(facts, on=first):
        return _met(Requirement.STATEMENT, f"Signed on {day(signed.signed_on)}.{_until_the_next(signed, facts)}", first=first, on=on)
    if early := rules.spendable_statement(facts, on=on):
        text = f"Signed on {day(early.signed_on)}. It will not count: a newer edition of the Code is in force when the renewal opens"
        return Item(Requirement.STATEMENT, False, f"{text} on {day(first)}. That edition is signed for once it is in force.", "", "")
    if not rules.may_sign(facts, on=on):
        return Item(Requirement.STATEMENT, False, "Not yet signed. It comes after the review.", "", "")
    url = f"{reverse('statement')}?certificate={certificate.number}"
    older = any(not signed.spent for signed in facts.statements)
    text = "The Code has a newer edition than the one signed for." if older else "Not yet signed."
    return Item(Requirement.STATEMENT, False, text, url, "Read and sign")


def _until_the_next(signed: StatementFact, facts: RenewalFacts) -> str:
    """Where a newer edition is published and lies ahead: how long the statement serves, and what follows."""
    if not (fades := rules.statement_counts_until(signed, facts)):
        return ""
    return f" It counts until {day(fades)}; from {day(fades + ONE_DAY)} a newer edition of the Code is in force, to be signed for anew."


def find(cards: Iterable[Card], number: str) -> Card | None:
    """The card asked for, or the one that most needs attention: open and not yet renewed."""
    cards = list(cards)
    if number:
        return next((card for card in cards if card.certificate.number == number), None)
    return next((card for card in cards if card.is_open and not card.is_renewed), cards[0] if cards else None)
