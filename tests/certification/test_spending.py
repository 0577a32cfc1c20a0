"""What a grant spends, and what is free again once its term is taken back: the explanation and the grant always agree."""

from datetime import timedelta
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit import clock
from certification import corrections, dashboard, gathering, invariants, renewals, requirements, rules, terms
from certification.facts import Requirement, Unmet
from certification.models import RequirementMet, Term
from tests.factories.accounts import StaffFactory
from tests.factories.certification import TODAY, CertificateFactory, completed, edition_in_force, review_course, signed

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
REVIEW, STATEMENT = Requirement.REVIEW, Requirement.STATEMENT


def earn(certificate, ways, office, on=TODAY):
    """Meet each requirement by itself or by another route."""
    for requirement, is_other in zip((REVIEW, STATEMENT), ways, strict=True):
        if is_other:
            requirements.record_met(certificate, requirement=requirement, reason="Live session", by=office)
        elif requirement is REVIEW:
            completed(certificate.holder, on)
        else:
            signed(certificate.holder, on)


def used_by(term):
    """What a term points to, and which other routes."""
    return term.review_id, term.statement_id, set(RequirementMet.objects.filter(term=term).values_list("pk", flat=True))


def renewable(left=29):
    edition_in_force()
    review_course()
    return CertificateFactory(term__first_day=TODAY - 700 * DAY, term__last_day=TODAY + left * DAY)


def explained(certificate, on=TODAY):
    """Which requirements the dashboard says are met, and which the grant would miss."""
    (card,) = dashboard.cards(certificate.holder, on=on)
    missing = set(rules.missing_requirements(gathering.gather(certificate), on=on))
    assert {item.requirement for item in card.items if not item.is_met} == {Requirement(item.value) for item in missing}
    return missing


NOTHING, ALL = set(), {Unmet.REVIEW, Unmet.STATEMENT}


def untouched(certificate, term, office):
    return term


def taken_back(certificate, term, office):
    corrections.void_term(term, reason="Granted in error", by=office)


def moved(certificate, term, office):
    return corrections.move_term(term, first_day=term.first_day, last_day=term.last_day - DAY, reason="Slip", by=office)


def moved_twice(certificate, term, office):
    return moved(certificate, moved(certificate, term, office), office)


def moved_and_taken_back(certificate, term, office):
    taken_back(certificate, moved(certificate, term, office), office)


def granted_twice(certificate, term, office):
    """Taken back, granted again with what was freed, and taken back again."""
    taken_back(certificate, term, office)
    taken_back(certificate, renewals.renew(certificate, by=certificate.holder, on=TODAY), office)


HISTORIES = [
    (untouched, ALL),
    (taken_back, NOTHING),
    (moved, ALL),
    (moved_twice, ALL),
    (moved_and_taken_back, NOTHING),
    (granted_twice, NOTHING),
]


@pytest.mark.parametrize("ways", list(product([False, True], repeat=2)), ids=["own", "other statement", "other review", "both other"])
@pytest.mark.parametrize(("history", "missing"), HISTORIES, ids=[history.__name__ for history, _ in HISTORIES])
@pytest.mark.parametrize("left", [29, -40], ids=["on time", "late"])
def test_what_a_term_spent_is_free_again_exactly_when_the_term_is_taken_back(ways, history, missing, left):
    """Late, the new term begins on the day of the review: only that it is spent keeps the review from counting again."""
    certificate, office = renewable(left), StaffFactory()
    earn(certificate, ways, office)
    term = renewals.renew(certificate, by=certificate.holder, on=TODAY)
    spent = used_by(term)

    history(certificate, term, office)

    assert explained(certificate) == missing
    assert list(invariants.spent_and_freed()) == []
    if missing == NOTHING:
        assert used_by(renewals.renew(certificate, by=certificate.holder, on=TODAY)) == spent
        assert explained(certificate) == ALL
    assert list(invariants.earned_by_the_holder()) == []


@pytest.mark.parametrize("ways", list(product([False, True], repeat=2)), ids=["own", "other statement", "other review", "both other"])
def test_a_renewal_given_back_before_it_began_frees_what_it_spent(ways):
    certificate, office = renewable(), StaffFactory()
    earn(certificate, ways, office)
    ahead = renewals.renew(certificate, by=certificate.holder, on=TODAY)
    other = RequirementMet.objects.filter(term=ahead).count()

    terms.surrender(certificate, by=certificate.holder, on=TODAY)

    facts = gathering.gather(certificate)
    assert len(facts.otherwise) == other
    assert not any(fact.spent for fact in [*facts.reviews, *facts.statements])
    assert list(invariants.spent_and_freed()) == []


def test_of_a_freed_route_and_one_recorded_since_the_earlier_is_spent_and_the_other_waits():
    certificate, office = renewable(), StaffFactory()
    signed(certificate.holder)
    requirements.record_met(certificate, requirement=REVIEW, reason="First talk", by=office)
    term = renewals.renew(certificate, by=certificate.holder, on=TODAY)
    requirements.record_met(certificate, requirement=REVIEW, reason="Second talk", by=office)
    corrections.void_term(term, reason="Granted in error", by=office)

    again = renewals.renew(certificate, by=certificate.holder, on=TODAY)

    assert [route.reason for route in again.requirements_met.all()] == ["First talk"]
    assert [route.reason for route in RequirementMet.objects.unspent()] == ["Second talk"]


def test_after_the_late_period_a_route_from_before_the_end_waits_and_a_new_one_is_recorded_and_brings_the_certificate_back():
    edition_in_force()
    review_course()
    today, office = clock.today(), StaffFactory()
    certificate = CertificateFactory(term__first_day=today - 900 * DAY, term__last_day=today - 171 * DAY)
    early = RequirementMet.objects.create(
        certificate=certificate, requirement=REVIEW, reason="Before the end", by=office, recorded_at=clock.now() - 180 * DAY
    )
    signed(certificate.holder, today)
    with pytest.raises(renewals.NotEligible) as refused:
        renewals.reinstate(certificate, by=office, on=today, reason="Back after a pause")
    assert refused.value.missing == [Unmet.REVIEW]

    route = requirements.record_met(certificate, requirement=REVIEW, reason="A talk this week", by=office)
    with pytest.raises(requirements.CannotRecord, match="recorded already"):
        requirements.record_met(certificate, requirement=REVIEW, reason="The same talk", by=office)
    term = renewals.reinstate(certificate, by=office, on=today, reason="Back after a pause")

    assert list(term.requirements_met.all()) == [route]
    assert rules.spendable_route(gathering.gather(certificate), REVIEW) is None
    assert list(RequirementMet.objects.unspent()) == [early]
    assert list(invariants.spent_and_freed()) == []


def test_on_the_day_of_giving_back_no_review_can_be_recorded_that_would_not_count():
    certificate, office, today = renewable(left=200), StaffFactory(), clock.today()
    terms.surrender(certificate, by=certificate.holder, on=today)

    with pytest.raises(requirements.CannotRecord, match="from tomorrow on"):
        requirements.record_met(certificate, requirement=REVIEW, reason="A talk", by=office)

    assert not RequirementMet.objects.exists()


def test_a_route_that_is_free_again_is_not_recorded_a_second_time():
    certificate, office = renewable(), StaffFactory()
    signed(certificate.holder)
    requirements.record_met(certificate, requirement=REVIEW, reason="First talk", by=office)
    corrections.void_term(renewals.renew(certificate, by=certificate.holder, on=TODAY), reason="Error", by=office)

    with pytest.raises(requirements.CannotRecord, match="recorded already"):
        requirements.record_met(certificate, requirement=REVIEW, reason="Again", by=office)

    assert certificate.requirements_met.count() == 1


class Purse:
    """A ledger of one's own: what was earned and not spent, and the term that runs with what it spent."""

    def __init__(self):
        self.certificate, self.office = renewable(), StaffFactory()
        self.coins = {REVIEW: [], STATEMENT: []}
        self.term, self.spent = None, []

    def earn(self, act):
        person = self.certificate.holder
        made = completed(person) if act == "review" else signed(person)
        self.coins[Requirement(act)].append((act, made.pk))

    def record(self, act):
        requirement = Requirement(act.removeprefix("other "))
        if not any(kind == act for kind, _ in self.coins[requirement]):
            met = requirements.record_met(self.certificate, requirement=requirement, reason="Talk", by=self.office)
            self.coins[requirement].append((act, met.pk))

    def renew(self):
        if not all(self.coins.values()):
            with pytest.raises(renewals.NotEligible):
                renewals.renew(self.certificate, by=self.certificate.holder, on=TODAY)
            return
        self.term = renewals.renew(self.certificate, by=self.certificate.holder, on=TODAY)
        self.spent = [min(coins, key=lambda coin: (not coin[0].startswith("other"), coin[1])) for coins in self.coins.values()]
        for coins, coin in zip(self.coins.values(), self.spent, strict=True):
            coins.remove(coin)

    def take_back(self):
        taken_back(self.certificate, self.term, self.office)
        self.term = None
        for coins, coin in zip(self.coins.values(), self.spent, strict=True):
            coins.append(coin)

    def do(self, act):
        if act in ("review", "statement"):
            self.earn(act)
        elif act.startswith("other"):
            self.record(act)
        elif act == "renew" and self.term is None:
            self.renew()
        elif act == "move" and self.term:
            self.term = moved(self.certificate, self.term, self.office)
        elif act == "take back" and self.term:
            self.take_back()


@pytest.mark.long
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(["review", "statement", "other review", "other statement", "renew", "take back", "move"]), max_size=12))
def test_whatever_the_office_does_nothing_is_spent_twice_and_nothing_is_lost(acts):
    purse = Purse()
    for act in acts:
        purse.do(act)
    purse.do("take back")

    assert explained(purse.certificate) == {Unmet(requirement.value) for requirement, coins in purse.coins.items() if not coins}
    assert [*invariants.spent_and_freed(), *invariants.spent_once(), *invariants.earned_by_the_holder()] == []


def test_a_route_left_with_a_term_that_another_replaced_is_found():
    certificate, office = renewable(), StaffFactory()
    signed(certificate.holder)
    route = requirements.record_met(certificate, requirement=REVIEW, reason="Talk", by=office)
    term = renewals.renew(certificate, by=certificate.holder, on=TODAY)
    moved(certificate, term, office)
    RequirementMet.objects.update(term=term)

    assert list(invariants.spent_and_freed()) == [
        f"other route {route.pk} stayed with a term that another replaced, and could be spent again"
    ]


def test_a_route_that_stays_spent_after_its_term_was_taken_back_is_found():
    certificate, office = renewable(), StaffFactory()
    signed(certificate.holder)
    route = requirements.record_met(certificate, requirement=REVIEW, reason="Talk", by=office)
    term = renewals.renew(certificate, by=certificate.holder, on=TODAY)
    corrections.void_term(term, reason="Error", by=office)
    RequirementMet.objects.update(certificate=CertificateFactory())

    assert list(invariants.spent_and_freed()) == [
        f"other route {route.pk} is spent by a term of another certificate",
        f"other route {route.pk} of term {term.pk}, which was taken back, cannot be spent again",
    ]


def test_a_renewal_without_a_statement_is_found():
    certificate = renewable()
    bare = Term.objects.create(
        certificate=certificate,
        first_day=TODAY + 900 * DAY,
        last_day=TODAY + 901 * DAY,
        granted="renewed",
        review=completed(certificate.holder),
    )

    assert list(invariants.earned_by_the_holder()) == [f"term {bare.pk} was granted without a statement"]
