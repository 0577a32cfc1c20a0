"""Standing, terms and renewal by the book, and against a slow replay."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certification import rules
from certification.facts import (
    EditionFact,
    NotCounting,
    OtherRoute,
    Policy,
    RenewalFacts,
    Requirement,
    ReviewFact,
    SanctionFact,
    SanctionKind,
    Span,
    Standing,
    StatementFact,
    Unmet,
)
from tests.certification import renewing, replay

POLICY = Policy()
CODE = EditionFact(date(2020, 1, 1))
TERM = Span(date(2025, 1, 1), date(2026, 12, 31))
GRANT = date(2026, 11, 23)

days = st.dates(date(2020, 1, 1), date(2040, 12, 31))
WORDS = {SanctionKind.SUSPENSION: "suspended", SanctionKind.REVOCATION: "revoked", SanctionKind.CONDITIONS: "conditions"}


def spans(draw_last_none=False):
    last = st.one_of(st.none(), st.integers(0, 900)) if draw_last_none else st.integers(0, 900)
    return st.tuples(days, last).map(lambda pair: (pair[0], None if pair[1] is None else pair[0] + timedelta(days=pair[1])))


def facts(**changes):
    """A coach five weeks before the end of the term, with a review and a statement."""
    given = {
        "terms": (TERM,),
        "reviews": (ReviewFact(1, GRANT - timedelta(days=10), CODE.in_force_on),),
        "statements": (StatementFact(1, GRANT, CODE.in_force_on),),
        "editions": (CODE,),
    }
    return RenewalFacts(**{**given, **changes})


def review(completed_on, pk=1, pinned=CODE.in_force_on, **changes):
    return ReviewFact(pk, completed_on, pinned, **changes)


@settings(max_examples=60, deadline=None)
@given(st.lists(spans(), max_size=4), st.lists(st.tuples(st.sampled_from(list(WORDS)), spans(True)), max_size=4))
def test_every_day_of_every_history_agrees_with_a_slow_replay(terms, sanctions):
    words = replay.standings(terms, [(WORDS[kind], first, last) for kind, (first, last) in sanctions])
    term_facts = [Span(*term) for term in terms]
    sanction_facts = [SanctionFact(kind, first, last) for kind, (first, last) in sanctions]

    for day, word in words.items():
        assert rules.standing(term_facts, sanction_facts, on=day) == word, day


@settings(max_examples=200, deadline=None)
@given(st.lists(spans(True), max_size=4), days, st.integers(0, 1200))
def test_suspended_days_are_counted_as_one_would_on_a_calendar(suspensions, after, length):
    until = after + timedelta(days=length)
    counted = length - rules.suspended_days([Span(*span) for span in suspensions], after=after, until=until)

    assert counted == replay.counted_days(suspensions, after, until)


@settings(max_examples=200, deadline=None)
@given(st.lists(spans(), max_size=3), days, st.integers(0, 400))
def test_a_period_ends_on_the_day_its_last_counted_day_is_reached(suspensions, start, length):
    end = rules.end_of_period(start, length, [Span(*span) for span in suspensions])

    assert replay.counted_days(suspensions, start, end) == length


def test_a_period_has_no_end_while_an_open_suspension_runs():
    assert rules.end_of_period(TERM.last_day, 90, [Span(date(2027, 1, 5), None)]) is None


@settings(max_examples=300, deadline=None)
@given(days)
def test_a_term_ends_the_day_before_its_second_anniversary(first):
    assert rules.term_from(first, POLICY).last_day == replay.last_day_of_two_years(first)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2024, 2, 29), date(2026, 2, 28)),
        (date(2026, 3, 1), date(2028, 2, 29)),
        (date(2022, 2, 28), date(2024, 2, 27)),
        (date(2024, 3, 1), date(2026, 2, 28)),
        (date(2026, 1, 1), date(2027, 12, 31)),
    ],
)
def test_leap_days_in_terms(first, last):
    assert rules.term_from(first, POLICY) == Span(first, last)


def test_ten_renewals_in_a_row_leave_no_gap_and_lose_no_day():
    term = rules.term_from(date(2024, 2, 29), POLICY)

    for _ in range(10):
        following = rules.next_term(term, POLICY, on=term.last_day - timedelta(days=100))
        assert following.first_day == term.last_day + timedelta(days=1)
        term = following

    assert term == Span(date(2044, 3, 1), date(2046, 2, 28))


@pytest.mark.parametrize(
    ("on", "first_day"),
    [
        (TERM.last_day - timedelta(days=180), date(2027, 1, 1)),
        (TERM.last_day, date(2027, 1, 1)),
        (TERM.last_day + timedelta(days=1), date(2027, 1, 1)),
        (TERM.last_day + timedelta(days=40), date(2027, 2, 9)),
    ],
)
def test_on_time_follows_without_a_gap_and_late_begins_on_the_day_of_the_grant(on, first_day):
    assert rules.next_term(TERM, POLICY, on=on).first_day == first_day


@pytest.mark.parametrize(("age", "reason"), [(0, None), (365, None), (366, NotCounting.TOO_OLD), (-1, NotCounting.AHEAD)])
def test_a_review_counts_for_365_days(age, reason):
    done = review(GRANT - timedelta(days=age))

    assert rules.not_counting(done, facts(reviews=(done,)), on=GRANT) == reason


def test_days_of_suspension_do_not_age_a_review():
    done = review(GRANT - timedelta(days=366))
    suspended = Span(GRANT - timedelta(days=100), GRANT - timedelta(days=100))

    assert rules.not_counting(done, facts(reviews=(done,), suspended=(suspended,)), on=GRANT) is None


@pytest.mark.parametrize(
    ("done", "reason"),
    [
        (review(TERM.first_day), NotCounting.TOO_OLD),
        (review(TERM.first_day - timedelta(days=1)), NotCounting.EARLIER_TERM),
        (review(GRANT, spent=True), NotCounting.SPENT),
        (review(GRANT, assigned=True), NotCounting.ASSIGNED),
    ],
)
def test_reviews_that_do_not_count_say_why(done, reason):
    assert rules.not_counting(done, facts(reviews=(done,)), on=GRANT) == reason


@pytest.mark.parametrize(
    ("editions", "reason"),
    [
        ([(59, True)], None),
        ([(60, True)], NotCounting.EDITION),
        ([(300, False)], None),
        ([(300, False), (59, True)], None),
        ([(60, True), (5, True)], NotCounting.EDITION),
        ([(59, True), (5, False)], None),
    ],
)
def test_a_review_of_an_older_edition_counts_through_the_days_of_grace(editions, reason):
    done = review(GRANT - timedelta(days=350))
    later = tuple(EditionFact(GRANT - timedelta(days=ago), material) for ago, material in editions)

    assert rules.not_counting(done, facts(reviews=(done,), editions=(CODE, *later)), on=GRANT) == reason


def test_an_edition_that_is_not_yet_in_force_takes_nothing_away():
    later = EditionFact(GRANT + timedelta(days=1), material=True)

    assert rules.unmet(facts(editions=(CODE, later)), on=GRANT) == []


def test_of_several_reviews_the_earliest_that_counts_is_spent():
    reviews = (review(GRANT, 3), review(GRANT - timedelta(days=5), 2), review(GRANT - timedelta(days=400), 1))

    assert rules.spendable(facts(reviews=reviews), on=GRANT) == (2, 1, ())


def test_a_statement_on_an_older_edition_does_not_serve():
    newer = EditionFact(GRANT - timedelta(days=1))

    assert rules.unmet(facts(editions=(CODE, newer)), on=GRANT) == [Unmet.STATEMENT]


def test_a_pass_without_a_statement_waits_for_the_statement():
    assert rules.unmet(facts(statements=()), on=GRANT) == [Unmet.STATEMENT]


def test_another_route_serves_for_either_requirement_and_spends_nothing():
    given_otherwise = facts(otherwise=(OtherRoute(7, Requirement.REVIEW, GRANT),))

    assert rules.unmet(given_otherwise, on=GRANT) == []
    assert rules.spendable(given_otherwise, on=GRANT) == (None, 1, (7,))


def test_of_several_other_routes_the_earliest_recorded_is_spent_and_the_later_one_waits():
    routes = tuple(OtherRoute(pk, Requirement.STATEMENT, GRANT - timedelta(days=ago)) for pk, ago in ((1, 3), (2, 9), (3, 9)))

    assert rules.spendable(facts(statements=(), otherwise=routes), on=GRANT) == (1, None, (2,))


@pytest.mark.parametrize(
    ("on", "waits"),
    [
        (TERM.last_day - timedelta(days=181), [Unmet.NOT_OPEN_YET]),
        (TERM.last_day - timedelta(days=180), []),
        (TERM.last_day, []),
        (TERM.last_day + timedelta(days=1), []),
        (TERM.last_day + timedelta(days=90), []),
        (TERM.last_day + timedelta(days=91), [Unmet.LATE_PERIOD_OVER]),
    ],
)
def test_the_window_of_a_renewal(on, waits):
    ready = facts(reviews=(review(on),), statements=(StatementFact(1, on, CODE.in_force_on),))

    assert rules.unmet(ready, on=on) == waits


def test_days_of_suspension_lengthen_the_late_period():
    on = TERM.last_day + timedelta(days=110)
    suspended = Span(TERM.last_day - timedelta(days=5), TERM.last_day + timedelta(days=20))
    ready = facts(reviews=(review(on),), suspended=(suspended,))

    assert rules.unmet(ready, on=on) == []
    assert rules.late_period_ends_on(ready) == on
    assert rules.unmet(ready, on=on + timedelta(days=1)) == [Unmet.LATE_PERIOD_OVER]


@pytest.mark.parametrize(("kind", "waits"), [(SanctionKind.SUSPENSION, Unmet.SUSPENDED), (SanctionKind.REVOCATION, Unmet.REVOKED)])
def test_nobody_renews_a_suspended_or_revoked_certificate(kind, waits):
    sanction = SanctionFact(kind, GRANT, None)

    assert rules.unmet(facts(sanctions=(sanction,)), on=GRANT) == [waits]


def test_conditions_do_not_stop_a_renewal():
    assert rules.unmet(facts(sanctions=(SanctionFact(SanctionKind.CONDITIONS, GRANT, None),)), on=GRANT) == []


def test_reinstatement_asks_for_a_review_made_after_the_term_ended():
    on = TERM.last_day + timedelta(days=200)
    before, after = review(TERM.last_day, 1), review(TERM.last_day + timedelta(days=1), 2)

    assert rules.unmet_for_reinstatement(facts(reviews=(before,)), on=on) == [Unmet.REVIEW]
    assert rules.unmet_for_reinstatement(facts(reviews=(before, after)), on=on) == []
    assert rules.unmet_for_reinstatement(facts(), on=TERM.last_day) == [Unmet.TERM_RUNS, Unmet.REVIEW]


LATER = Span(TERM.last_day + timedelta(days=201), TERM.last_day + timedelta(days=930))


@pytest.mark.parametrize(
    ("requirement", "recorded", "terms", "serves"),
    [
        (Requirement.REVIEW, TERM.last_day - timedelta(days=20), (TERM,), False),
        (Requirement.REVIEW, TERM.last_day, (TERM,), False),
        (Requirement.REVIEW, TERM.last_day + timedelta(days=1), (TERM,), True),
        (Requirement.STATEMENT, TERM.last_day - timedelta(days=20), (TERM,), True),
    ],
)
def test_another_route_brings_nothing_back_that_a_review_of_its_day_would_not(requirement, recorded, terms, serves):
    on, unmet = TERM.last_day + timedelta(days=200), Unmet(requirement.value)
    known = facts(
        terms=terms,
        otherwise=(OtherRoute(7, requirement, recorded),),
        reviews=() if requirement is Requirement.REVIEW else (review(on),),
        statements=() if requirement is Requirement.STATEMENT else facts().statements,
    )

    assert rules.unmet_for_reinstatement(known, on=on) == ([] if serves else [unmet])
    assert (rules.spendable(known, on=on, after=TERM.last_day).routes == (7,)) is serves


def test_what_came_too_early_to_bring_a_certificate_back_does_not_serve_the_renewal_after_that_either():
    early = OtherRoute(7, Requirement.REVIEW, TERM.last_day - timedelta(days=20))
    known = facts(terms=(TERM, LATER), reviews=(), otherwise=(early,))

    assert Unmet.REVIEW in rules.unmet(known, on=LATER.last_day)


def test_in_the_time_for_a_late_renewal_another_route_recorded_before_the_end_serves():
    known = facts(reviews=(), otherwise=(OtherRoute(7, Requirement.REVIEW, TERM.last_day - timedelta(days=20)),))

    assert rules.unmet(known, on=TERM.last_day + timedelta(days=90)) == []


def test_everything_that_is_missing_is_said_at_once():
    bare = RenewalFacts(terms=(TERM,), editions=(CODE,), sanctions=(SanctionFact(SanctionKind.SUSPENSION, GRANT),))

    assert rules.unmet(bare, on=GRANT) == [Unmet.SUSPENDED, Unmet.REVIEW, Unmet.STATEMENT]
    assert rules.unmet(RenewalFacts(), on=GRANT) == [Unmet.NO_TERM]


TODAY = date(2026, 11, 23)
INTERIM = SanctionFact(SanctionKind.SUSPENSION, TODAY - timedelta(days=25), TODAY + timedelta(days=8), interim=True, pk=1)


@pytest.mark.parametrize(
    ("sanctions", "on", "counted"),
    [
        ([INTERIM], TODAY, [1]),
        ([INTERIM], TODAY - timedelta(days=1), []),
        ([INTERIM, SanctionFact(SanctionKind.SUSPENSION, TODAY + timedelta(days=9), pk=2, continues=1)], TODAY - timedelta(days=1), []),
        ([INTERIM, SanctionFact(SanctionKind.SUSPENSION, TODAY, pk=2, continues=1)], TODAY - timedelta(days=1), [1, 2]),
        ([SanctionFact(SanctionKind.REVOCATION, TODAY + timedelta(days=1), pk=3)], TODAY, []),
    ],
)
def test_an_interim_order_answers_for_today_alone_until_a_final_one_continues_it(sanctions, on, counted):
    assert [fact.pk for fact in rules.public_sanctions(sanctions, on=on, today=TODAY)] == counted


STEPS = [180, 90, 60, 30, 14, 3, 0, -30]


@pytest.mark.parametrize(
    ("left", "step"),
    [(181, None), (180, 180), (91, 180), (90, 90), (10, 14), (0, 0), (-1, 0), (-29, 0), (-30, -30), (-44, -30), (-45, None)],
)
def test_the_reminder_that_is_due_is_the_step_reached_last(left, step):
    assert rules.reminder_step(left, STEPS) == step


@pytest.mark.parametrize(("on", "left"), [(-3, 3), (0, 0), (4, -4), (10, -4), (11, -5), (30, -24)])
def test_after_the_end_days_of_suspension_are_not_counted_as_days_gone_by(on, left):
    last = TERM.last_day
    suspended = [Span(last - timedelta(days=20), last - timedelta(days=10)), Span(last + timedelta(days=5), last + timedelta(days=10))]

    assert rules.days_left(last, suspended, on=last + timedelta(days=on)) == left


def test_standing_words_in_their_order():
    suspended = SanctionFact(SanctionKind.SUSPENSION, TERM.first_day, TERM.last_day)
    revoked = SanctionFact(SanctionKind.REVOCATION, TERM.last_day)

    assert rules.standing([TERM], [suspended, revoked], on=TERM.first_day - timedelta(days=1)) is None
    assert rules.standing([TERM], [suspended, revoked], on=TERM.first_day) is Standing.SUSPENDED
    assert rules.standing([TERM], [suspended, revoked], on=TERM.last_day) is Standing.REVOKED
    assert rules.standing([TERM], [suspended], on=TERM.last_day + timedelta(days=1)) is Standing.LAPSED


@pytest.mark.parametrize("left", [181, 365, 545, 546, 700, 729])
def test_a_review_is_in_time_from_the_first_day_that_still_counts_when_the_renewal_opens(left):
    last = date(2026, 1, 1) + timedelta(days=left)
    facts = RenewalFacts(terms=(Span(last - timedelta(days=729), last),))
    today = date(2026, 1, 1)
    opens = rules.renewable_from(facts, on=today)
    counts = [day for day in days_between(today, opens) if rules.not_counting(ReviewFact(1, day, date.min), facts, on=opens) is None]

    assert rules.review_in_time_from(facts, on=today) == (counts[0] if counts[0] > today else None)
    assert rules.renewable_from(facts, on=opens + timedelta(days=3)) == opens + timedelta(days=3)


def days_between(first, last):
    return [first + timedelta(days=days) for days in range((last - first).days + 1)]


# As recorded


@dataclass(frozen=True)
class OnRecord:
    """A row with the instants that count, and something to tell it by."""

    recorded_at: datetime
    voided_at: datetime | None
    word: int = 0


INSTANTS = st.timedeltas(timedelta(0), timedelta(days=8)).map(lambda past: datetime(2026, 1, 1, tzinfo=UTC) + past)
ON_RECORD = st.builds(
    lambda recorded, life, word: OnRecord(recorded, recorded + life if life is not None else None, word),
    INSTANTS,
    st.none() | st.timedeltas(timedelta(0), timedelta(days=5)),
    st.integers(),
)


@given(st.lists(ON_RECORD), INSTANTS)
def test_as_recorded_is_what_a_slow_replay_of_the_record_has_at_the_instant(rows, known):
    """Every recording and voiding in the order of time, each carried out, up to the instant."""
    happened = [(row.recorded_at, 0, place) for place, row in enumerate(rows)]
    happened += [(row.voided_at, 1, place) for place, row in enumerate(rows) if row.voided_at]
    there = set()
    for at, voids, place in sorted(happened):
        if at <= known:
            there = there - {place} if voids else there | {place}

    assert rules.as_recorded(rows, known=known) == [rows[place] for place in sorted(there)]


@given(st.lists(ON_RECORD), st.lists(ON_RECORD), INSTANTS, st.data())
def test_what_is_recorded_or_voided_later_changes_nothing_of_what_was_on_record(rows, others, known, data):
    after = st.timedeltas(timedelta(microseconds=1), timedelta(days=9))
    later = [replace(row, recorded_at=known + data.draw(after), voided_at=None) for row in others]
    kept = [row if row.voided_at and row.voided_at <= known else replace(row, voided_at=known + data.draw(after)) for row in rows]
    before = [row.word for row in rules.as_recorded(rows, known=known)]

    assert [row.word for row in rules.as_recorded([*kept, *later], known=known)] == before


def test_what_is_recorded_at_the_instant_counts_and_what_is_voided_at_it_does_not():
    instant = datetime(2026, 1, 2, tzinfo=UTC)
    recorded, voided = OnRecord(instant, None), OnRecord(instant - timedelta(days=1), instant)

    assert rules.as_recorded([recorded, voided], known=instant) == [recorded]


BEGUN, TEN, THIRTY = date(2026, 11, 1), date(2026, 11, 10), date(2026, 11, 30)


@pytest.mark.parametrize(
    ("kind", "interim", "last_day", "published_until", "until"),
    [
        ("suspension", False, None, None, None),
        ("suspension", False, TEN, None, None),
        ("suspension", False, TEN, THIRTY, THIRTY),
        ("suspension", False, THIRTY, TEN, THIRTY),
        ("suspension", False, None, TEN, None),
        ("suspension", True, TEN, None, TEN),
        ("suspension", True, None, TEN, None),
        ("conditions", False, THIRTY, TEN, TEN),
        ("reprimand", False, None, TEN, TEN),
        ("revocation", False, None, TEN, TEN),
        ("revocation", False, None, None, None),
    ],
)
def test_a_sanction_is_published_until_its_words_and_a_suspension_are_over(kind, interim, last_day, published_until, until):
    sanction = SanctionFact(SanctionKind(kind), BEGUN, last_day, interim=interim, published_until=published_until)

    assert rules.published(sanction, on=BEGUN) == Span(BEGUN, until)
    assert rules.published(sanction, on=BEGUN - timedelta(days=9)) == Span(BEGUN, until), "what was decided for a later day counts"
    if until:
        assert rules.published(sanction, on=until) == Span(BEGUN, until)
        assert rules.published(sanction, on=until + timedelta(days=1)) is None


START = date(2026, 11, 23)
NUMBERS = st.fixed_dictionaries(
    {"opens": st.integers(1, 15), "late": st.integers(0, 10), "valid": st.integers(1, 30), "grace": st.integers(0, 8)}
)


def some_day(least=-40, most=40):
    return st.integers(least, most).map(lambda count: START + timedelta(days=count))


@st.composite
def renewal_histories(draw):
    """Short terms and short numbers, so that every edge is met within a few weeks."""
    terms, start = [], draw(st.integers(-40, 5))
    for gap, length in draw(st.lists(st.tuples(st.sampled_from([0, 0, 3, 15]), st.integers(3, 25)), max_size=3)):
        first = START + timedelta(days=start + gap)
        terms.append((first, first + timedelta(days=length - 1), False))
        start += gap + length
    if terms and draw(st.integers(0, 4)) == 0:
        terms[-1] = (*terms[-1][:2], True)
    editions = [(START - timedelta(days=400), False), *draw(st.lists(st.tuples(some_day(), st.booleans()), max_size=3))]
    pinned = st.sampled_from([day for day, _ in editions])
    rarely = st.integers(0, 5).map(lambda number: number == 0)
    reviews = draw(st.lists(st.fixed_dictionaries({"day": some_day(), "pinned": pinned, "assigned": rarely, "spent": rarely}), max_size=4))
    statements = draw(st.lists(st.fixed_dictionaries({"day": some_day(), "edition": pinned, "spent": rarely}), max_size=3))
    routes = draw(st.lists(st.tuples(st.sampled_from(["review", "statement"]), some_day()), max_size=2))
    length = st.none() | st.integers(0, 20)
    suspensions = draw(st.lists(st.tuples(some_day(), length), max_size=2))
    return {
        "terms": terms,
        "suspensions": [(first, None if days is None else first + timedelta(days=days)) for first, days in suspensions],
        "revocations": draw(st.lists(some_day(20, 60), max_size=1)),
        "reviews": [{"pk": pk, **one} for pk, one in enumerate(reviews, start=1)],
        "statements": [{"pk": pk, **one} for pk, one in enumerate(statements, start=1)],
        "routes": [(pk, *one) for pk, one in enumerate(routes, start=1)],
        "editions": editions,
        "numbers": draw(NUMBERS),
    }


@st.composite
def days_of_a_grant(draw):
    """A history and a day, half the time one on which something in it begins, ends or runs out."""
    history, numbers = (known := draw(renewal_histories())), known["numbers"]
    edges = [
        *(last + timedelta(days=after) for _, last, _ in history["terms"] for after in (0, 1, -numbers["opens"], numbers["late"])),
        *(day + timedelta(days=numbers["grace"]) for day, material in history["editions"] if material),
        *(one["day"] + timedelta(days=numbers["valid"]) for one in history["reviews"]),
    ]
    step = timedelta(days=draw(st.sampled_from([0, 0, 1, -1])))
    return history, draw(some_day() | st.sampled_from(edges).map(lambda edge: edge + step)) if edges else draw(some_day())


def as_facts(history):
    numbers = history["numbers"]
    suspended = tuple(Span(*one) for one in history["suspensions"])
    return RenewalFacts(
        terms=tuple(Span(*term) for term in history["terms"]),
        sanctions=(
            *(SanctionFact(SanctionKind.SUSPENSION, span.first_day, span.last_day) for span in suspended),
            *(SanctionFact(SanctionKind.REVOCATION, first) for first in history["revocations"]),
        ),
        suspended=suspended,
        reviews=tuple(ReviewFact(one["pk"], one["day"], one["pinned"], one["assigned"], one["spent"]) for one in history["reviews"]),
        statements=tuple(StatementFact(one["pk"], one["day"], one["edition"], one["spent"]) for one in history["statements"]),
        editions=tuple(EditionFact(*edition) for edition in history["editions"]),
        otherwise=tuple(OtherRoute(pk, Requirement(requirement), day) for pk, requirement, day in history["routes"]),
        policy=Policy(
            window_opens_days=numbers["opens"],
            late_period_days=numbers["late"],
            review_valid_days=numbers["valid"],
            material_grace_days=numbers["grace"],
        ),
    )


@pytest.mark.long
@settings(max_examples=500, deadline=None)
@given(days_of_a_grant(), st.none() | some_day())
def test_why_a_review_does_not_count_agrees_with_a_slow_replay(moment, after):
    history, on = moment
    known = as_facts(history)

    for fact, plain in zip(known.reviews, history["reviews"], strict=True):
        reason, reasons = rules.not_counting(fact, known, on=on, after=after), renewing.against_review(history, plain, on, after)
        assert (reason is None) == (not reasons), reasons
        assert reason is None or reason.value in reasons


@settings(max_examples=500, deadline=None)
@given(days_of_a_grant(), st.none() | some_day())
def test_what_a_grant_spends_agrees_with_a_slow_replay(moment, after):
    history, on = moment
    spent, expected = rules.spendable(as_facts(history), on=on, after=after), renewing.earned_by(history, on, after)

    own = {requirement: what[1] for requirement, what in expected.items() if what and what[0] == "own"}
    assert (spent.review, spent.statement) == (own.get("review"), own.get("statement"))
    assert set(spent.routes) == {what[1] for what in expected.values() if what and what[0] == "route"}


@pytest.mark.long
@settings(max_examples=500, deadline=None)
@given(days_of_a_grant())
def test_what_stands_between_a_coach_and_a_renewal_agrees_with_a_slow_replay(moment):
    history, on = moment
    known = as_facts(history)

    assert {reason.value for reason in rules.unmet(known, on=on)} == renewing.against_renewal(history, on)
    assert {reason.value for reason in rules.unmet_for_reinstatement(known, on=on)} == renewing.against_reinstatement(history, on)


@settings(max_examples=200, deadline=None)
@given(spans(), days)
def test_the_days_of_the_next_term_agree_with_a_walk_along_the_calendar(span, on):
    latest = Span(*span)
    term = rules.next_term(latest, POLICY, on=on)

    assert term.first_day == (latest.last_day + timedelta(days=1) if on <= latest.last_day else on)
    assert term.last_day == replay.last_day_of_two_years(term.first_day)
