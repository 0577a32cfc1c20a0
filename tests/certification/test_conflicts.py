"""A member of staff who is a coach: every act of the office about themselves is refused, and a colleague does it."""

import inspect
from datetime import timedelta

import pytest

from accounts.rules import SOMEBODY_ELSE
from audit import clock
from audit.models import Entry
from certification import corrections, holds, issuing, renewals, requirements, sanctions, schemes, terms
from certification.facts import Requirement, SanctionKind
from certification.models import Certificate, Hold, RequirementMet, Sanction, Term
from courses import attempts, completions, enrollments, retiring, voidings
from courses.models import Accommodation, Attempt, Completion, QuestionVersion, Voiding
from tests.factories.accounts import AdministratorFactory, StaffFactory, UserFactory
from tests.factories.certification import (
    TODAY,
    CertificateFactory,
    SanctionFactory,
    SchemeFactory,
    completed,
    edition_in_force,
    review_course,
    signed,
)
from tests.factories.courses import course, final_of, ready_for_the_final, sit

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
SUSPENSION = {"kind": SanctionKind.SUSPENSION, "first_day": TODAY, "decided_on": TODAY}


@pytest.fixture
def coach():
    """Works in the office and holds a certificate."""
    edition_in_force()
    return StaffFactory(full_name="Łucja Żebrowska", email="lucja@example.org")


def certificate_of(coach, **term):
    return CertificateFactory(holder=coach, **{f"term__{name}": value for name, value in term.items()})


def sanction_of(coach, **fields):
    return SanctionFactory(certificate=certificate_of(coach), **fields)


def missed(coach):
    """A version of a question that the coach answered wrong in a final quiz."""
    run = ready_for_the_final(page := course(final=4), person=coach)
    return QuestionVersion.objects.get(pk=sit(run, final_of(page), wrong=1).items[-1]["version"])


# Each maker prepares what an act needs and answers the act itself, about the coach, carried out by `by`.


def issue(coach, by):
    new = issuing.NewHolder(coach.email, "Łucja Żebrowska")
    return lambda: issuing.issue(new, scheme=SchemeFactory(), by=by, on=TODAY)


def reinstate(coach, by):
    certificate = certificate_of(coach, first_day=TODAY - 900 * DAY, last_day=TODAY - 200 * DAY)
    completed(coach)
    signed(coach)
    return lambda: renewals.reinstate(certificate, by=by, on=TODAY, reason="Asked to come back")


def record_met(coach, by):
    certificate = certificate_of(coach)
    return lambda: requirements.record_met(certificate, requirement=Requirement.REVIEW, reason="Live session", by=by)


def rename(coach, by):
    return lambda: corrections.rename(coach, "Łucja Nowak", reason="Married", by=by)


def move_term(coach, by):
    term = certificate_of(coach).terms.get()
    return lambda: corrections.move_term(term, first_day=term.first_day, last_day=term.last_day + DAY, reason="Slip", by=by)


def void_term(coach, by):
    term = certificate_of(coach).terms.get()
    return lambda: corrections.void_term(term, reason="Slip", by=by)


def give_to(coach, by):
    certificate = CertificateFactory()
    return lambda: corrections.give_to(certificate, coach, reason="Mix-up", by=by, on=TODAY)


def extend_run(coach, by):
    run = enrollments.start(coach, review_course(), at=clock.now())
    return lambda: enrollments.extend(run, attempts=1, reason="A talk", by=by, at=clock.now())


def take_back_grant(coach, by):
    run = enrollments.start(coach, review_course(), at=clock.now())
    grant = enrollments.extend(run, attempts=1, reason="A talk", by=StaffFactory(), at=clock.now())
    return lambda: enrollments.take_back(grant, reason="A slip", by=by, at=clock.now())


def complete_otherwise(coach, by):
    run = enrollments.start(coach, review_course(), at=clock.now())
    return lambda: completions.record_otherwise(run, reason="Live session", by=by, at=clock.now())


def void_question(coach, by):
    version = missed(coach)
    return lambda: voidings.void(version, reason="Two of its answers are right.", by=by, at=clock.now())


def impose(coach, by):
    certificate = certificate_of(coach)
    return lambda: sanctions.impose(certificate, by=by, **SUSPENSION)


def impose_on_all(coach, by):
    certificate_of(coach)
    return lambda: sanctions.impose_on_all(coach, by=by, **SUSPENSION)


def void_sanction(coach, by):
    sanction = sanction_of(coach)
    return lambda: sanctions.void(sanction, by=by, reason="Quashed")


def lift_sanction(coach, by):
    sanction = sanction_of(coach)
    return lambda: sanctions.lift(sanction, by=by, on=TODAY, reason="Met")


def discharge(coach, by):
    sanction = sanction_of(coach)
    return lambda: sanctions.discharge(sanction, by=by, on=TODAY, reason="Met")


def extend_sanction(coach, by):
    sanction = sanction_of(coach, last_day=TODAY)
    return lambda: sanctions.extend(sanction, last_day=TODAY + DAY, by=by, reason="Appeal")


def place_hold(coach, by):
    return lambda: holds.place(coach, first_day=TODAY, last_day=None, by=by)


def lift_hold(coach, by):
    hold = Hold.objects.create(holder=coach, first_day=TODAY)
    return lambda: holds.lift(hold, by=by, on=TODAY + DAY)


ACTS = {
    issuing.issue: issue,
    renewals.reinstate: reinstate,
    requirements.record_met: record_met,
    corrections.rename: rename,
    corrections.move_term: move_term,
    corrections.void_term: void_term,
    corrections.give_to: give_to,
    enrollments.extend: extend_run,
    enrollments.take_back: take_back_grant,
    completions.record_otherwise: complete_otherwise,
    voidings.void: void_question,
    sanctions.impose: impose,
    sanctions.impose_on_all: impose_on_all,
    sanctions.void: void_sanction,
    sanctions.lift: lift_sanction,
    sanctions.discharge: discharge,
    sanctions.extend: extend_sanction,
    holds.place: place_hold,
    holds.lift: lift_hold,
}
IDS = [f"{verb.__module__.split('.')[-1]}.{verb.__name__}" for verb in ACTS]
THEIR_OWN = {renewals.renew, terms.surrender}
ABOUT_NOBODY = {schemes.change, schemes.tried, retiring.retire, retiring.offer_again}
WHO_ELSE = {void_question: voidings.ANOTHER_AUTHOR}
BY_A_DECISION = {enrollments.assign, issuing.issue_again, sanctions.hand_over}
ASKED_BY_ISSUE = {issuing.reasons_against, issuing.holder_of}


def everything():
    """What any of the acts would leave behind."""
    tables = (Certificate, Term, Sanction, Hold, RequirementMet, Completion, Accommodation, Attempt, Voiding, Entry)
    return [list(table.objects.order_by("pk").values()) for table in tables]


@pytest.mark.parametrize("prepare", ACTS.values(), ids=IDS)
def test_an_act_about_oneself_is_refused_in_words_and_leaves_nothing(prepare, coach):
    act = prepare(coach, coach)
    before = everything()

    with pytest.raises(Exception, match="nobody decides about themselves") as refusal:
        act()

    assert refusal.value.reasons == [WHO_ELSE.get(prepare, SOMEBODY_ELSE)]
    assert everything() == before


@pytest.mark.parametrize("prepare", ACTS.values(), ids=IDS)
def test_a_colleague_does_it(prepare, coach):
    colleague = StaffFactory()
    act = prepare(coach, colleague)
    before = Entry.objects.count()

    act()

    assert Entry.objects.filter(actor_id=str(colleague.pk)).exists()
    assert Entry.objects.count() > before


def test_nobody_gives_their_own_certificate_to_somebody_else(coach):
    certificate = certificate_of(coach)

    with pytest.raises(corrections.CannotCorrect) as refusal:
        corrections.give_to(certificate, UserFactory(), reason="Mix-up", by=coach, on=TODAY)

    assert refusal.value.reasons == [SOMEBODY_ELSE]


def test_a_coach_of_the_office_renews_and_gives_back_like_any_other(coach):
    certificate = certificate_of(coach, last_day=TODAY + 9 * DAY)
    completed(coach)
    signed(coach)

    renewals.renew(certificate, by=coach, on=TODAY)
    terms.surrender(certificate, by=coach, on=TODAY)

    assert certificate.terms.current().get().given_back


@pytest.mark.parametrize(
    "module",
    [issuing, renewals, requirements, corrections, sanctions, holds, terms, schemes, enrollments, completions, voidings, retiring],
)
def test_no_verb_is_left_out(module):
    """Whoever adds an act that says who does it (`by`) says here whether it is about a person."""
    verbs = {
        function
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_") and "by" in inspect.signature(function).parameters
    }

    assert verbs - set(ACTS) - THEIR_OWN - ABOUT_NOBODY - BY_A_DECISION - ASKED_BY_ISSUE == set()


def test_an_author_withdraws_a_question_that_they_answered_right_or_never_had(coach):
    missed(UserFactory())
    run = ready_for_the_final(page := course(final=4), person=coach)
    had = sit(run, final_of(page))

    for version in [had.items[0]["version"], QuestionVersion.objects.exclude(data__module=final_of(page).pk).first().pk]:
        voidings.void(QuestionVersion.objects.get(pk=version), reason="Unclear.", by=coach, at=clock.now())

    assert Voiding.objects.count() == 2


def test_an_author_withdraws_no_question_of_their_own_attempt_while_it_is_open(coach):
    run = ready_for_the_final(page := course(final=4), person=coach)
    attempt = attempts.start(run, final_of(page), at=clock.now())

    with pytest.raises(voidings.CannotVoid, match="nobody decides about themselves"):
        voidings.void(QuestionVersion.objects.get(pk=attempt.items[0]["version"]), reason="Unclear.", by=coach, at=clock.now())


def test_the_authors_screen_says_before_and_after_that_somebody_else_withdraws_it(client):
    author = AdministratorFactory()
    version = missed(author)
    client.force_login(author)
    address = f"/admin/courses/void/{version.pk}/"

    before = client.get(address).content.decode()
    after = client.post(address, {"reason": "Two of its answers are right."}).content.decode()

    assert before.count(voidings.ANOTHER_AUTHOR) == after.count(voidings.ANOTHER_AUTHOR) == 1
    assert "Two of its answers are right." in after
    assert not Voiding.objects.exists()


def test_the_screen_says_so_and_nothing_is_done(client, coach):
    certificate = certificate_of(coach)
    client.force_login(coach)
    address = f"/staff/certificates/{certificate.number}/requirement/"

    page = " ".join(client.post(address, {"requirement": "review", "reason": "Live session"}).content.decode().split())

    assert SOMEBODY_ELSE in page
    assert "Live session" in page
    assert not RequirementMet.objects.exists()


def test_the_preview_of_ones_own_correction_is_refused_as_well(client, coach):
    certificate = certificate_of(coach)
    client.force_login(coach)
    address = f"/staff/certificates/{certificate.number}/name/"

    page = client.post(address, {"full_name": "Łucja Nowak", "reason": "Married"}).content.decode()

    assert SOMEBODY_ELSE in page
    assert "What the public reads" not in page


def test_attempts_of_ones_own_are_not_taken_back_on_the_screen_either(client, coach):
    run = enrollments.start(coach, review_course(), at=clock.now())
    grant = enrollments.extend(run, attempts=1, reason="A talk", by=StaffFactory(), at=clock.now())
    client.force_login(coach)

    page = " ".join(client.post(f"/staff/attempts/{run.pk}/{grant.pk}/back/", {"reason": "Typed words"}).content.decode().split())

    assert SOMEBODY_ELSE in page
    assert "Typed words" in page
    grant.refresh_from_db()
    assert grant.taken_back_at is None
