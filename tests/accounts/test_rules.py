"""How long a log-in lasts, and how long a factor counts."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts import rules

AT = datetime(2026, 11, 23, 17, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("limits", "begun", "seen", "is_over"),
    [
        (rules.OFFICE, timedelta(hours=1), timedelta(minutes=30) - SECOND, False),
        (rules.OFFICE, timedelta(hours=1), timedelta(minutes=30), True),
        (rules.OFFICE, timedelta(hours=8) - SECOND, timedelta(0), False),
        (rules.OFFICE, timedelta(hours=8), timedelta(0), True),
        (rules.COACH, timedelta(days=14) - SECOND, timedelta(days=14) - SECOND, False),
        (rules.COACH, timedelta(days=20), timedelta(days=14), True),
        (rules.COACH, timedelta(days=30), timedelta(0), True),
    ],
)
def test_a_log_in_ends_without_a_click_and_in_any_case(limits, begun, seen, is_over):
    assert rules.is_over(limits, begun_at=AT - begun, seen_at=AT - seen, at=AT) is is_over


def test_office_people_are_logged_out_sooner():
    assert rules.limits(works_in_office=True).idle < rules.limits(works_in_office=False).idle


@pytest.mark.parametrize(
    ("ago", "counts"),
    [(timedelta(0), True), (timedelta(minutes=5), True), (timedelta(minutes=5) + SECOND, False), (-SECOND, False), (None, False)],
)
def test_a_factor_counts_for_so_many_minutes(ago, counts):
    assert rules.counts(None if ago is None else AT - ago, minutes=5, at=AT) is counts


@pytest.mark.parametrize(("wrong", "seconds"), [(0, 0), (1, 1), (2, 2), (3, 4), (8, 128), (13, 4096), (14, 4096), (1000, 4096)])
def test_each_wrong_code_in_a_row_doubles_the_wait_up_to_a_good_hour(wrong, seconds):
    assert rules.wait_after(wrong) == timedelta(seconds=seconds)


@pytest.mark.parametrize(("others", "may"), [(0, True), (1, True), (2, False), (3, False)])
def test_glass_is_broken_only_where_two_others_are_missing(others, may):
    assert rules.may_break_glass(others_with_a_device=others) is may
