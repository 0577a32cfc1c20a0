"""Drawing, grading and waiting, on the shipped bank and on anything hypothesis thinks of."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses import rules
from courses.rules import Bar, Blueprint, Item, Run

FINAL = Blueprint(
    size=20,
    sections={"scope": 7, "confidentiality": 4, "standards": 7, "code": 1, "boundary-with-therapy": 1},
    min_critical=4,
    one_per_clause=True,
)
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def pool(bank):
    finals = [item for item in bank.values() if item["pool"] == "final"]
    return [
        Item(version=n, question=n, section=item["section"], clause=item["clauses"][0], critical=item.get("critical", False))
        for n, item in enumerate(finals)
    ]


def after(pool, paper, *, at):
    seen = {item.version for item in paper}
    return [replace(item, last_seen=at) if item.version in seen else item for item in pool]


def test_a_thousand_finals_keep_to_the_blueprint(pool):
    for seed in range(1000):
        paper = rules.draw(pool, FINAL, seed=seed)
        clauses = Counter(item.clause for item in paper)

        assert Counter(item.section for item in paper) == FINAL.sections
        assert sum(item.critical for item in paper) >= 4
        assert max(clauses.values()) == 1
        assert {"CF-01", "CF-02", "CF-03", "CF-04"} <= set(clauses)


def test_a_second_attempt_repeats_only_what_has_no_alternative(pool):
    finals_on = Counter(item.clause for item in pool)
    for seed in range(1000):
        first = rules.draw(pool, FINAL, seed=seed)
        second = rules.draw(after(pool, first, at=NOON), FINAL, seed=seed + 5000)
        repeated = {item.version for item in first} & {item.version for item in second}

        assert len(repeated) <= 4
        assert all(finals_on[item.clause] == 1 for item in first if item.version in repeated)


def test_the_same_seed_draws_the_same_paper(pool):
    assert rules.draw(pool, FINAL, seed=7) == rules.draw(pool, FINAL, seed=7)
    assert rules.draw(pool, FINAL, seed=7) != rules.draw(pool, FINAL, seed=8)


def test_what_was_seen_longest_ago_comes_before_what_was_seen_last():
    pool = [Item(n, n, "s", f"SC-{n}", last_seen=NOON - timedelta(days=n)) for n in range(1, 5)]

    assert {item.version for item in rules.draw(pool, Blueprint(2, {}), seed=1)} == {3, 4}


def test_a_pool_that_cannot_make_the_paper_says_so(pool):
    with pytest.raises(rules.PoolTooSmall):
        rules.draw([item for item in pool if item.section != "code"], FINAL, seed=1)
    with pytest.raises(rules.PoolTooSmall):
        rules.draw(pool, replace(FINAL, min_critical=21), seed=1)


def key(item):
    return item.get("correct_order") or item["correct"]


def test_who_answers_by_the_key_gets_every_point(bank, pool):
    assert all(rules.grade(item["type"], key(item), key(item)) == 1 for item in bank.values())


def test_who_ticks_everything_in_a_question_with_several_answers_gets_nothing(bank):
    several = [item for item in bank.values() if item["type"] == "multiple"]

    points = {rules.grade("multiple", item["correct"], [option["key"] for option in item["options"]]) for item in several}

    assert len(several) == 10
    assert points == {0}


def test_half_right_is_half_a_point():
    assert rules.grade("multiple", ["a", "b"], ["a"]) == Fraction(1, 2)
    assert rules.grade("multiple", ["a", "b", "c"], ["a", "b", "d"]) == Fraction(1, 3)


def test_an_order_counts_as_a_whole():
    assert rules.grade("ordering", ["b", "a", "c"], ["b", "a", "c"]) == 1
    assert rules.grade("ordering", ["b", "a", "c"], ["b", "c", "a"]) == 0


def test_fifteen_and_a_half_of_twenty_is_not_yet_enough():
    points = sum([Fraction(1)] * 15 + [Fraction(1, 2)], Fraction(0))

    assert points < 16
    assert rules.shown(points) == "15.5"


options = st.lists(st.sampled_from("abcdef"), min_size=2, max_size=6, unique=True)


@given(options, st.data())
def test_points_lie_between_none_and_one(keys, data):
    kind = data.draw(st.sampled_from(["single", "true-false-reason", "multiple", "ordering"]))
    right = keys if kind == "ordering" else data.draw(st.lists(st.sampled_from(keys), min_size=1, unique=True))
    choice = data.draw(st.lists(st.sampled_from(keys), unique=True))

    assert 0 <= rules.grade(kind, right, choice) <= 1


@given(options, st.text(max_size=5))
def test_an_order_never_starts_out_right_and_loses_nothing(keys, seed):
    shown = rules.option_order("ordering", keys, seed=seed)

    assert sorted(shown) == sorted(keys)
    assert shown != keys


def test_verdicts_keep_their_order():
    assert rules.option_order("true-false-reason", ["a", "b", "c", "d"], seed="x") == ["a", "b", "c", "d"]


@pytest.mark.parametrize(
    ("kind", "choice", "begins"),
    [
        ("single", [], "Nothing is chosen yet. Choose an answer"),
        ("multiple", [], "Nothing is chosen yet. Choose your answers"),
        ("single", ["a", "b"], "Choose one answer"),
        ("single", ["z"], "This is not one"),
        ("multiple", ["a", "a"], "Each answer"),
        ("ordering", ["a", "b"], "Give every step"),
        ("ordering", ["a", "a", "b"], "Give every step"),
        ("ordering", ["c", "a", "b"], ""),
        ("multiple", ["a", "b"], ""),
    ],
)
def test_what_is_no_answer_is_said_in_words(kind, choice, begins):
    assert rules.misfit(kind, ["a", "b", "c"], choice).startswith(begins)
    assert bool(rules.misfit(kind, ["a", "b", "c"], choice)) == bool(begins)


@pytest.mark.parametrize(("used", "hours"), [(1, 24), (2, 72)])
def test_the_wait_stands_before_the_second_and_third_attempt(used, hours):
    run = Run(used=used, last_submitted=NOON)

    assert rules.bars(run, at=NOON + timedelta(hours=hours, seconds=-1)) == [Bar.WAIT]
    assert rules.bars(run, at=NOON + timedelta(hours=hours)) == []


def test_after_the_third_no_clock_runs_and_only_staff_open_another():
    run = Run(used=3, last_submitted=NOON)

    assert rules.opens_at(run) is None
    assert rules.bars(run, at=NOON + timedelta(days=400)) == [Bar.NO_ATTEMPT_LEFT]
    assert rules.bars(replace(run, granted=1), at=NOON) == []


def test_everything_that_is_missing_is_named_at_once():
    run = Run(lessons_left=2, checks_left=1, used=1, last_submitted=NOON)

    assert rules.bars(run, at=NOON) == [Bar.LESSONS, Bar.CHECKS, Bar.WAIT]


def test_points_are_shown_as_people_write_them():
    assert [rules.shown(Fraction(n)) for n in ("16", "31/2", "50/3")] == ["16", "15.5", "16 2/3"]
