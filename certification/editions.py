"""Publishing an edition of the Code: whom each choice touches, then the act."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from audit import log
from certification import actions, gathering, rules
from certification.facts import EditionFact, RenewalFacts, Unmet
from certification.models import Certificate, Scheme, Statement, Term
from cms import code
from cms.models import Edition
from courses.models import Completion, CoursePage

AT_ONCE = 1000  # certificates whose facts are read together


@dataclass(frozen=True, slots=True)
class Touched:
    """Coaches for whom a choice changes something: with either, a signed statement no longer serves; with a material change, a review.

    `holders` are the ids of all of them.
    """

    sign_again: int
    lose_review: int
    holders: frozenset[int] = field(default=frozenset(), compare=False)


def touched(edition: Edition, *, in_force_on: date) -> Touched:
    """How many coaches would lose what they have ready for their renewal, were this edition to come into force on a day.

    A statement ceases on that day, a review on the first day after the scheme's days of grace, each if it had still served without
    the edition. Only the Code is signed and reviewed: editions of the other texts touch nobody.
    """
    if edition.text_id != "code":
        return Touched(0, 0)
    signing, losing = set(), set()
    for batch in _batches():
        facts = gathering.gather_all(batch)
        for certificate in batch:
            some = facts[certificate.pk]
            if _newly_missing(some, in_force_on, 0, Unmet.STATEMENT):
                signing.add(certificate.holder_id)
            if _newly_missing(some, in_force_on, some.policy.material_grace_days, Unmet.REVIEW):
                losing.add(certificate.holder_id)
    return Touched(sign_again=len(signing), lose_review=len(losing), holders=frozenset(signing | losing))


def _newly_missing(facts: RenewalFacts, in_force_on: date, days_later: int, what: Unmet) -> bool:
    """Whether something is missing on a day that would be there without the edition."""
    on = in_force_on + timedelta(days=days_later)
    after = replace(facts, editions=(*facts.editions, EditionFact(in_force_on, material=True)))
    return what in rules.missing_requirements(after, on=on) and what not in rules.missing_requirements(facts, on=on)


def _batches() -> Iterator[list[Certificate]]:
    """The certificates of people with a review or a statement that no term has spent, some at a time."""
    reviewed = Completion.objects.exclude(pk__in=Term.objects.current().filter(review__isnull=False).values("review"))
    signed = Statement.objects.exclude(pk__in=Term.objects.current().filter(statement__isnull=False).values("statement"))
    ready = Certificate.objects.filter(Q(holder__in=reviewed.values("person")) | Q(holder__in=signed.values("person")))
    rows = ready.select_related("scheme").order_by("pk")
    last = 0
    while batch := list(rows.filter(pk__gt=last)[:AT_ONCE]):
        yield batch
        last = batch[-1].pk


@dataclass(frozen=True, slots=True)
class Behind:
    """A review course that is still on an edition before a material one: no review of it counts from `stops_on` on.

    `done_since` are the reviews completed since that material edition came into force, for nothing but for the days of grace.
    """

    course: CoursePage
    overtaken_on: date
    stops_on: date
    done_since: int


def behind(*, on: date, coming: date | None = None) -> list[Behind]:
    """The review courses that an author has yet to read against a material edition in force on a day, or against one `coming` into force.

    A course that names no edition follows the one in force, and is never behind.
    """
    named = CoursePage.objects.live().filter(retired_at=None, reviewed_edition__isnull=False).select_related("reviewed_edition")
    courses = list(named.filter(key__in=Scheme.objects.values("review_course_key")).order_by("path"))
    if not courses:
        return []
    editions = [*gathering.editions(), *([EditionFact(coming, material=True)] if coming else [])]
    schemes = list(Scheme.objects.order_by("pk"))
    found = []
    for course in courses:
        pinned = course.reviewed_edition.in_force_on if course.reviewed_edition else None
        overtaken = rules.overtaken_by(pinned, editions) if pinned else None
        if pinned and overtaken and overtaken <= max(on, coming or on):
            policies = [scheme.policy for scheme in schemes if scheme.review_course_key == course.key]
            stops = min(day for policy in policies if (day := rules.edition_passes_on(pinned, editions, policy)))
            found.append(Behind(course, overtaken, stops, _done_since(course, overtaken)))
    return found


def _done_since(course: CoursePage, overtaken: date) -> int:
    spent = Term.objects.current().filter(review__isnull=False).values("review")
    done = Completion.objects.filter(course=course, edition__in_force_on__lt=overtaken, completed_at__date__gte=overtaken)
    return done.exclude(pk__in=spent).count()


@transaction.atomic
def publish(edition: Edition, *, weight: str, in_force_on: date, by: User, seen: str) -> Edition:
    """Freeze and publish a draft, on the record with the numbers of that moment. Raises code.NotPublishable.

    `seen` is the digest of what the publisher was shown (Edition.digest): nothing else is published.
    """
    counts = touched(edition, in_force_on=in_force_on)
    edition = code.publish(edition, weight=weight, in_force_on=in_force_on, by=by, seen=seen)
    log.record(actions.EDITION_PUBLISHED, edition, by=by, weight=weight, sign_again=counts.sign_again, lose_review=counts.lose_review)
    return edition
