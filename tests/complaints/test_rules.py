"""How grave, what the votes say, and the days that follow: by the book, and against the association's own demonstration cases."""

from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certification.facts import Span
from complaints.facts import Bar, CaseClass, Closure, DismissalReason, Outcome, Risk, Yes
from complaints.options import BY_CLAUSE
from complaints.rules import deciding, gravity, periods
from complaints.rules.gathered import AllegationFact, VoteFact
from tests.complaints.guarding import facts

A, B, C, D = CaseClass
O0, O1, O2, O3, O4, O5, O6, O7 = Outcome
ONE = timedelta(days=1)
TODAY = date(2026, 6, 1)


def alleged(*classes):
    return [AllegationFact(number, klass=klass) for number, klass in enumerate(classes)]


# How grave


@pytest.mark.parametrize(
    ("classes", "yes", "klass"),
    [
        ((), (), D),
        ((None,), (), D),
        ((D, C), (), C),
        ((B, D), (), B),
        ((A, B), (), A),
        ((D,), (Risk.MINOR,), A),
        ((), (Risk.SEXUAL,), A),
        ((C,), (Risk.VIOLENCE,), A),
        ((C,), (Risk.MONEY, Risk.PRESSURE, Risk.IMPAIRED, Risk.OTHER_CLIENTS, Risk.EARLIER), C),
    ],
)
def test_a_case_has_the_gravest_class_of_what_is_alleged_and_three_risks_make_it_class_a(classes, yes, klass):
    assert gravity.class_of(alleged(*classes), dict.fromkeys(yes, Yes.YES)) is klass


def test_the_class_that_was_given_is_raised_and_never_lowered():
    assert gravity.gravest(facts(klass=B)) is B
    assert gravity.gravest(facts(klass=D)) is C  # its allegations are of class C
    assert gravity.gravest(facts(klass=None)) is C
    assert gravity.is_grave(facts(klass=A))
    assert gravity.is_grave(facts(danger=True))
    assert not gravity.is_grave(facts(klass=B))


@pytest.mark.parametrize(
    ("yes", "high"),
    [
        ((), False),
        ((Risk.MINOR,), True),
        ((Risk.SEXUAL,), True),
        ((Risk.VIOLENCE,), True),
        ((Risk.PRESSURE,), False),
        ((Risk.PRESSURE, Risk.EARLIER), True),
    ],
)
def test_a_risk_is_high_by_one_of_three_answers_or_two_of_five(yes, high):
    answers = {risk: Yes.YES if risk in yes else Yes.UNKNOWN for risk in Risk}

    assert gravity.is_risk_high(answers) is high
    assert gravity.unknowns(answers) == 8 - len(yes)


@pytest.mark.parametrize(
    ("changes", "asked"),
    [
        ({}, False),
        ({"danger": True}, True),
        ({"abuse": True}, True),
        ({"risk": {Risk.MINOR: Yes.YES}}, True),
        ({"risk": {Risk.SEXUAL: Yes.YES}}, False),
        ({"allegations": (AllegationFact(1, "CF-04"),)}, True),
        ({"allegations": (AllegationFact(1, "SC-09"),)}, True),
        ({"allegations": (AllegationFact(1, "SC-02"),)}, False),
    ],
)
def test_when_somebody_has_to_say_whether_it_is_reported_outside(changes, asked):
    assert gravity.is_report_asked(facts(**changes)) is asked


@pytest.mark.parametrize(("klass", "outcomes"), [(A, [O6, O7]), (B, [O4, O5, O6]), (C, [O2, O3, O4]), (D, [O1, O2])])
def test_what_usually_follows_in_each_class(klass, outcomes):
    assert gravity.allowed_outcomes(klass) == outcomes


@pytest.mark.parametrize(
    ("outcome", "klass", "clauses", "explained"),
    [
        (O6, B, ["CF-03"], True),  # within the class, beyond the clause: case K-02
        (O6, B, ["PS-10"], True),  # case K-03
        (O7, A, ["PS-07", "PS-06"], False),  # case K-04
        (O0, B, ["PS-02"], False),
        (O5, B, ["CF-03"], False),
        (O3, B, ["CF-01"], True),  # within the clause, below the class
        (O7, B, ["CF-01"], True),
        (O1, D, ["PS-01"], False),
        (O1, C, ["PS-03"], True),
        (O4, C, ["PS-01", "SC-04"], False),  # reaches from the heaviest of the lightest to the heaviest
        (O4, B, [], False),  # off the Code: the class alone
        (O7, B, [], True),
    ],
)
def test_a_decision_outside_either_range_is_explained(outcome, klass, clauses, explained):
    ranges = [(BY_CLAUSE[clause].lightest, BY_CLAUSE[clause].heaviest) for clause in clauses]

    assert gravity.is_departure(outcome, klass, ranges) is explained


def test_outcomes_weigh_in_the_order_of_the_policy():
    assert [
        heavier for one, other in product(Outcome, Outcome) if (heavier := gravity.heavier(one, other)) != (one.value > other.value)
    ] == []


# Votes

CHARGES = (AllegationFact(1, "CF-03"), AllegationFact(2, "PS-06"), AllegationFact(3, "PS-01", anonymous_only=True))


def vote(person, outcome, *proven, lay=False, immediate=False):
    return VoteFact(person, lay, {pk: pk in proven for pk in (1, 2, 3)}, outcome, immediate)


@pytest.mark.parametrize(
    ("votes", "proven", "outcome"),
    [
        ([vote(1, O5, 1), vote(2, O5, 1), vote(3, O5, 1, lay=True)], {1}, O5),
        ([vote(1, O5, 1, 2), vote(2, O4, 1), vote(3, O6, 2, lay=True)], {1, 2}, O5),
        ([vote(1, O4, 1), vote(2, O0), vote(3, O0, lay=True)], set(), O0),
        ([vote(1, O1), vote(2, O1), vote(3, O0, lay=True)], set(), O1),
        ([vote(1, O1), vote(2, O0), vote(3, O0, lay=True)], set(), O0),
        ([vote(1, O7, 1), vote(2, O7, 1), vote(3, O6, 1, lay=True)], {1}, O6),  # no lay vote to revoke
        ([vote(1, O7, 1), vote(2, O6, 1), vote(3, O7, 1, lay=True)], {1}, O7),
        ([vote(1, O7, 1), vote(2, O4, 1), vote(3, O4, 1, lay=True)], {1}, O4),  # one vote to revoke carries nothing
        ([vote(1, O7, 1), vote(2, O7, 1), vote(3, O4, 1, lay=True)], {1}, O6),
        ([vote(1, O5, 3), vote(2, O5, 3), vote(3, O5, 3, lay=True)], set(), O0),  # the untested word of somebody unknown
        ([vote(1, O3, 1), vote(2, O0), vote(3, O2, 1, lay=True)], {1}, O2),
        ([vote(1, O5, 1), vote(2, O3, 1, lay=True)], {1}, O3),  # two who go on alone decide together
        ([vote(1, O5, 1), vote(2, O0, lay=True)], set(), O0),
    ],
)
def test_what_three_votes_say(votes, proven, outcome):
    result = deciding.tally(votes, CHARGES)

    assert (set(result.proven), result.outcome) == (proven, outcome)


def test_what_rests_on_somebody_unknown_alone_is_named_as_untested():
    result = deciding.tally([vote(1, O5, 1, 3), vote(2, O5, 1, 3), vote(3, O5, 1, lay=True)], CHARGES)

    assert (result.proven, result.untested) == ({1}, {3})


@pytest.mark.parametrize(("how_many", "outcome", "immediate"), [(2, O6, True), (1, O6, False), (3, O5, False)])
def test_a_decision_holds_at_once_by_two_votes_and_only_where_it_suspends_or_revokes(how_many, outcome, immediate):
    votes = [vote(number, outcome, 1, lay=number == 2, immediate=number < how_many) for number in range(3)]

    assert deciding.tally(votes, CHARGES).immediate is immediate


cast = st.lists(st.tuples(st.sampled_from(Outcome), st.sets(st.sampled_from([1, 2, 3])), st.booleans()), min_size=3, max_size=3)


@given(cast, st.randoms())
def test_the_order_of_the_votes_is_of_no_account_and_one_member_decides_nothing(drawn, random):
    votes = [vote(number, outcome, *found, lay=number == 2, immediate=now) for number, (outcome, found, now) in enumerate(drawn)]
    mixed = random.sample(votes, 3)
    result = deciding.tally(votes, CHARGES)

    assert deciding.tally(mixed, CHARGES) == result
    assert all(sum(one.findings[pk] for one in votes) >= 2 for pk in result.proven)
    assert 3 not in result.proven
    if result.proven and result.outcome is not O1:
        assert sum(one.outcome.value >= result.outcome.value for one in votes) >= 2
    if result.outcome is O7:
        assert sum(one.outcome is O7 for one in votes) >= 2
        assert any(one.lay and one.outcome is O7 for one in votes)
    if not result.proven:
        assert result.outcome in {O0, O1}


# Days


def test_a_letter_counts_as_served_three_days_later_and_thirty_days_are_for_an_appeal():
    assert periods.deemed_served(TODAY) == TODAY + timedelta(days=3)
    assert periods.window_closes(periods.deemed_served(TODAY)) == TODAY + timedelta(days=33)
    assert periods.first_day_after(TODAY) == TODAY + timedelta(days=34)


@pytest.mark.parametrize(
    ("signed", "served", "closes", "first", "last", "immediate"),
    [(-183, -180, -150, -149, -60, False), (-25, -22, 8, 9, 64, True)],
    ids=["K-02", "K-03"],
)
def test_the_suspensions_of_the_demonstration_have_their_days(signed, served, closes, first, last, immediate):
    def day(number):
        return TODAY + timedelta(days=number)

    window = periods.window_closes(periods.deemed_served(day(signed)))
    orders = [Span(day(signed), window)] if immediate else []
    counted = periods.days_served(orders, before=periods.first_day_after(day(signed)))

    assert (periods.deemed_served(day(signed)), window, periods.first_day_after(day(signed))) == (day(served), day(closes), day(first))
    assert counted == (34 if immediate else 0)
    assert periods.last_day_of_suspension(day(first), 90, served=counted) == day(last)


def test_the_revocation_of_the_demonstration_begins_the_day_after_the_time_to_appeal():
    assert periods.first_day_after(TODAY - timedelta(days=154)) == TODAY - timedelta(days=120)


def test_days_in_two_orders_count_once_and_days_after_it_begins_not_at_all():
    orders = [Span(TODAY, TODAY + timedelta(days=9)), Span(TODAY + timedelta(days=5), None)]

    assert periods.days_served(orders, before=TODAY + timedelta(days=20)) == 20
    assert periods.days_served([], before=TODAY) == 0
    assert periods.days_served([Span(TODAY, None)], before=TODAY) == 0


def test_a_suspension_that_was_served_already_leaves_no_day():
    assert periods.last_day_of_suspension(TODAY, 30, served=30) is None
    assert periods.last_day_of_suspension(TODAY, 30, served=29) == TODAY


@pytest.mark.parametrize(
    ("outcome", "given", "until"),
    [
        (O1, {}, None),
        (O2, {}, None),
        (O3, {}, None),
        (O4, {}, date(2027, 6, 1)),
        (O5, {}, None),
        (O5, {"ended_on": date(2026, 8, 31)}, date(2027, 3, 1)),
        (O6, {}, None),
        (O6, {"days": 90, "ended_on": date(2026, 8, 29)}, date(2028, 8, 29)),
        (O6, {"days": 92, "ended_on": date(2026, 8, 31)}, date(2028, 8, 31)),
        (O6, {"days": 93, "ended_on": date(2026, 9, 1)}, date(2031, 9, 1)),
        (O7, {"bar": Bar.FIVE_YEARS}, date(2036, 6, 1)),
        (O7, {"bar": Bar.PERMANENT}, None),
        (O7, {"bar": Bar.THREE_YEARS, "reinstated_on": date(2029, 7, 1)}, date(2034, 7, 1)),
    ],
)
def test_how_long_the_public_note_stands(outcome, given, until):
    assert periods.published_until(outcome, first_day=TODAY, **given) == until


@pytest.mark.parametrize(
    ("closure", "given", "until"),
    [
        (Closure.DISMISSED, {"dismissed_for": DismissalReason.NOT_CERTIFIED_AT_TIME}, date(2027, 6, 1)),
        (Closure.DISMISSED, {"dismissed_for": DismissalReason.NO_STANDARD_ENGAGED}, date(2027, 6, 1)),
        (Closure.DISMISSED, {"dismissed_for": DismissalReason.TOO_LITTLE_DETAIL}, date(2029, 6, 1)),
        (Closure.WITHDRAWN, {}, date(2029, 6, 1)),
        (Closure.NO_CASE, {}, date(2029, 6, 1)),
        (Closure.NOT_PROVEN, {}, date(2029, 6, 1)),
        (Closure.QUASHED, {}, date(2029, 6, 1)),
        (Closure.ADVICE, {}, date(2031, 6, 1)),
        (Closure.REMEDIATION, {}, date(2031, 6, 1)),
        (Closure.REPRIMAND, {}, date(2031, 6, 1)),
        (Closure.ADMONISHMENT, {}, date(2036, 6, 1)),
        (Closure.CONDITIONS, {}, date(2036, 6, 1)),
        (Closure.SUSPENSION, {"ended_on": date(2026, 3, 1)}, date(2036, 3, 1)),
        (Closure.REVOCATION, {"bar": Bar.THREE_YEARS}, date(2036, 6, 1)),  # ten years are longer than three and six
        (Closure.REVOCATION, {"bar": Bar.FIVE_YEARS}, date(2037, 6, 1)),  # five and six are longer
        (Closure.REVOCATION, {"bar": Bar.PERMANENT}, None),
        (Closure.WITHDRAWN, {"written_on": date(2029, 5, 20)}, date(2029, 6, 19)),
        (Closure.WITHDRAWN, {"written_on": date(2026, 7, 1)}, date(2029, 6, 1)),
    ],
)
def test_how_long_a_case_is_kept(closure, given, until):
    assert periods.keep_until(closure, closed_on=TODAY, **given) == until


def test_every_word_of_a_closing_has_a_time_of_keeping():
    assert [closure for closure in Closure if periods.keep_until(closure, closed_on=TODAY) is None] == []


@pytest.mark.parametrize(
    ("revoked", "bar", "refused", "first"),
    [
        (date(2023, 5, 20), Bar.THREE_YEARS, None, date(2026, 5, 20)),
        (date(2023, 5, 20), Bar.FIVE_YEARS, None, date(2028, 5, 20)),
        (date(2023, 5, 20), Bar.PERMANENT, None, None),
        (date(2024, 2, 29), Bar.THREE_YEARS, None, date(2027, 3, 1)),
        (date(2023, 5, 20), Bar.THREE_YEARS, date(2026, 8, 1), date(2027, 8, 1)),
        (date(2023, 5, 20), Bar.THREE_YEARS, date(2028, 2, 29), date(2029, 3, 1)),
        (date(2023, 5, 20), Bar.FIVE_YEARS, date(2026, 8, 1), date(2028, 5, 20)),
    ],
)
def test_from_when_somebody_can_apply_again(revoked, bar, refused, first):
    assert periods.may_apply_from(revoked, bar, refused_on=refused) == first


def test_a_revocation_in_class_a_bars_for_five_years_at_least():
    assert [periods.least_bar(klass) for klass in CaseClass] == [Bar.FIVE_YEARS, Bar.THREE_YEARS, Bar.THREE_YEARS, Bar.THREE_YEARS]


@pytest.mark.parametrize(
    ("ended", "klass", "late"),
    [
        (date(2023, 6, 1), C, False),  # three years to the day
        (date(2023, 5, 31), C, True),
        (date(2023, 5, 31), B, True),
        (date(2010, 1, 1), A, False),
        (None, D, False),
    ],
)
def test_a_complaint_comes_within_three_years_of_the_coaching_and_class_a_at_any_time(ended, klass, late):
    assert periods.is_out_of_time(ended, received_on=TODAY, klass=klass) is late


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 8, 31), 6, date(2027, 3, 1)),
        (date(2027, 8, 31), 6, date(2028, 3, 1)),
        (date(2026, 12, 15), 12, date(2027, 12, 15)),
        (date(2026, 1, 31), 1, date(2026, 3, 1)),
        (date(2024, 2, 29), 12, date(2025, 3, 1)),
        (date(2026, 3, 31), -6, date(2025, 10, 1)),
        (date(2026, 8, 29), -6, date(2026, 3, 1)),
    ],
)
def test_months_later_is_the_same_day_or_the_first_of_the_next_month(day, months, later):
    assert periods.months_later(day, months) == later


@given(st.dates(date(2000, 1, 1), date(2080, 1, 1)), st.integers(-200, 200))
def test_months_are_calendar_months(day, months):
    later = periods.months_later(day, months)
    passed = (later.year - day.year) * 12 + later.month - day.month

    assert later.day == day.day or later.day == 1
    assert passed in {months, months + 1}
    assert passed == months or day.day > 28


def test_an_order_is_written_with_its_last_day_and_ends_within_a_year():
    assert periods.interim_last_day(TODAY) == TODAY + timedelta(days=13)
    assert periods.interim_last_day(TODAY, emergency=True) == TODAY + timedelta(days=9)
    assert periods.latest_extension(TODAY, on=TODAY + timedelta(days=10)) == TODAY + timedelta(days=40)
    assert periods.latest_extension(TODAY, on=TODAY + timedelta(days=350)) == TODAY + timedelta(days=364)
    assert periods.latest_extension(TODAY, on=TODAY + timedelta(days=330), days_before=20) == TODAY + timedelta(days=344)


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.lists(st.integers(0, 120), max_size=12))
def test_however_often_an_order_is_extended_it_holds_for_365_days_at_most(first, looks):
    last, on = periods.interim_last_day(first), first
    for gap in looks:
        on = min(on + timedelta(days=gap), last)
        last = max(last, periods.latest_extension(first, on=on))

    assert (last - first).days + 1 <= 365


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(30, 366), st.integers(0, 400))
def test_time_in_interim_and_suspension_make_up_the_days_that_were_decided(first, days, served):
    last = periods.last_day_of_suspension(first, days, served=served)
    left = (last - first).days + 1 if last else 0

    assert left == max(0, days - served)
