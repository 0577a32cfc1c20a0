"""Signing the statement on the Code: typed name, second factor just given, text frozen as shown."""

from datetime import date, datetime, timedelta

from django.db import transaction

from accounts import names
from accounts.models import User
from audit import clock, log
from certification import actions, gathering, rules
from certification.facts import RenewalFacts, ReviewRoute, Unmet, in_words
from certification.models import Certificate, Scheme, Statement, Term
from cms import code
from cms.models import Edition

# How long a second factor that was given counts as "it is really you".
REAUTHENTICATION = timedelta(minutes=5)

REVIEW_FIRST = "Complete the review of the Code of Ethics for this renewal first; the statement says that you did. Then come back and sign."

REVOKED = "A revoked certificate is not renewed, so there is nothing to sign. What you have learned stays on your record."


# A sentence of the statement as it is shipped, and what stands in its place for whom it would be untrue.
BY_THE_QUIZ = "I answered the final quiz by myself."
DONE_BY = {
    ReviewRoute.QUIZ: BY_THE_QUIZ,
    ReviewRoute.READ: "I read the lessons and answered the checks of the review by myself.",
    ReviewRoute.OTHER: "I did the review in another way, which the office recorded.",
}


class NotSigned(Exception):
    """The statement was not signed; `reasons` maps a field of the page, or "", to a sentence."""

    def __init__(self, reasons: dict[str, str]) -> None:
        super().__init__(" ".join(reasons.values()))
        self.reasons = reasons


def text_of(scheme: Scheme, edition: Edition, route: ReviewRoute = ReviewRoute.QUIZ) -> str:
    """The words to sign: the scheme's, with the edition and its day filled in, and true for how the review was done."""
    in_force = in_words(edition.in_force_on) if edition.in_force_on else ""
    words = scheme.statement_text.replace(BY_THE_QUIZ, DONE_BY[route])
    return words.replace("{code_version}", edition.name).replace("{code_date}", in_force)


def refusals(
    person: User, facts: RenewalFacts, edition: Edition | None, typed_name: str, reauthenticated_at: datetime | None, at: datetime
) -> dict[str, str]:
    """Every reason why this cannot be signed, by field."""
    reasons = {}
    name, on = person.name, clock.day_of(at)
    is_revoked = Unmet.REVOKED in rules.barred(facts, on=on)
    general = {
        "No edition of the Code is in force, so there is nothing to sign yet.": edition is None,
        REVOKED: is_revoked,
        REVIEW_FIRST: not is_revoked and not rules.may_sign(facts, on=on),
    }
    if against := [sentence for sentence, holds in general.items() if holds]:
        reasons[""] = " ".join(against)
    accepted = {names.fold(form) for form in (name.full_name, name.latin_name) if form} if name else set()
    if names.fold(typed_name) not in accepted:
        reasons["typed_name"] = f"Type your name as we have it: {person.get_full_name()}."
    if reauthenticated_at is None or not timedelta(0) <= at - reauthenticated_at <= REAUTHENTICATION:
        reasons["factor"] = "Give your second factor again, so that we know that it is you who signs."
    return reasons


def waiting(person: User, edition: Edition) -> Statement | None:
    """A statement on this edition that no term has used yet."""
    spent = Term.objects.current().filter(statement__person=person).values("statement")
    return Statement.objects.filter(person=person, edition=edition).exclude(pk__in=spent).order_by("signed_at", "pk").first()


@transaction.atomic
def sign(certificate: Certificate, *, typed_name: str, reauthenticated_at: datetime | None, at: datetime) -> Statement:
    """The holder signs the statement on the edition in force on the day of `at`; one that still waits for its term is returned as it is.

    Raises NotSigned when the certificate is revoked, the review for the renewal is not there yet, the name is not the person's own, or the
    second factor was not given within five minutes.
    """
    person = User.objects.select_for_update().get(pk=certificate.holder_id)
    on: date = clock.day_of(at)
    edition = code.edition_in_force(on=on)
    facts = gathering.gather(certificate)
    if reasons := refusals(person, facts, edition, typed_name, reauthenticated_at, at):
        raise NotSigned(reasons)
    assert edition is not None  # noqa: S101  (refused above)
    if there := waiting(person, edition):
        return there
    statement = Statement.objects.create(
        person=person,
        edition=edition,
        text=text_of(certificate.scheme, edition, rules.review_route(facts, on=on)),
        typed_name=typed_name.strip(),
        signed_at=at,
        reauthenticated_at=reauthenticated_at,
    )
    log.record(actions.STATEMENT_SIGNED, statement, by=person, edition=edition.name)
    return statement
