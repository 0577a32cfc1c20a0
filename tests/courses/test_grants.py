"""Attempts that the office opens beyond the rule: once a click, until a day, and taken back where that was wrong."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from audit.models import Entry
from courses import attempts, enrollments, progress, rules
from courses.models import Accommodation
from courses.rules import Grant
from tests.courses.test_attempts import DAY
from tests.courses.test_finals import missed_three_times
from tests.factories.accounts import StaffFactory
from tests.factories.courses import NOON, course, final_of, sit

pytestmark = pytest.mark.django_db
LATER = NOON + 5 * DAY


def at(day: int, hour: int = 12) -> datetime:
    return datetime(2026, 5, day, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    ("grants", "extra", "day", "counting"),
    [
        ([], [], 1, 0),
        ([Grant(2, at(1), None)], [], 2, 2),
        ([Grant(2, at(1), at(10))], [], 10, 0),
        ([Grant(2, at(1), at(10))], [at(5)], 6, 2),
        ([Grant(2, at(1), at(10))], [at(5)], 10, 1),
        ([Grant(1, at(1), at(10)), Grant(1, at(12), None)], [at(5)], 13, 2),
        ([Grant(1, at(1), at(10)), Grant(1, at(1), at(20))], [at(5)], 15, 2),
        ([Grant(1, at(1), None), Grant(1, at(1), at(20))], [at(5)], 25, 2),
        ([Grant(2, at(1), None)], [at(5), at(6)], 25, 2),
        ([Grant(1, at(1), None)], [at(5), at(6)], 25, 2),
    ],
)
def test_what_was_used_stays_and_what_is_left_ends_with_its_day(grants, extra, day, counting):
    assert rules.granted(grants, extra=extra, at=at(day)) == counting


moments = st.integers(1, 27).map(at)
grant = st.builds(Grant, st.integers(1, 3), moments, st.none() | moments)


@given(st.lists(grant, max_size=4), st.lists(moments, max_size=5), moments)
def test_no_attempt_is_ever_opened_twice(grants, extra, now):
    left = rules.granted(grants, extra=extra, at=now) - len(extra)

    assert 0 <= left <= sum(one.attempts for one in grants if one.covers(now))


def grant_one(run, **more) -> Accommodation:
    given = {"attempts": 1, "reason": "We talked it through.", "by": StaffFactory(), "at": LATER, "until": date(2026, 6, 30), **more}
    return enrollments.extend(run, **given)


def test_a_form_that_is_sent_twice_grants_once():
    run = missed_three_times(course(final=4))

    first = grant_one(run, key="a-form")

    assert grant_one(run, key="a-form", attempts=5) == first
    assert grant_one(run, key="another-form") != first
    assert sum(Accommodation.objects.values_list("attempts", flat=True)) == 2
    assert Entry.objects.filter(action="courses.attempts_granted").count() == 2


def test_the_database_itself_refuses_a_second_grant_of_one_form():
    run = missed_three_times(course(final=4))
    first = grant_one(run, key="a-form")

    with pytest.raises(IntegrityError), transaction.atomic():
        Accommodation.objects.create(
            enrollment=run, kind="attempts", attempts=1, reason="x", by=first.by, recorded_at=NOON, key="a-form", ends_on=first.ends_on
        )


def test_attempts_that_are_not_begun_by_their_last_day_are_gone_and_a_new_grant_counts_whole():
    page = course(final=4)
    run = missed_three_times(page)
    grant_one(run, until=date(2026, 5, 20))
    sit(run, final_of(page), wrong=3, at=LATER)
    grant_one(run, until=date(2026, 5, 20))

    with pytest.raises(attempts.NotYet, match="All attempts are used"):
        attempts.start(run, final_of(page), at=NOON + 30 * DAY)

    grant_one(run, at=NOON + 30 * DAY)
    assert progress.summary(run.person, page, at=NOON + 31 * DAY).state is progress.State.READY
    assert sit(run, final_of(page), at=NOON + 31 * DAY).number == 5


def test_a_grant_is_taken_back_once_with_a_reason_and_what_was_used_of_it_stays():
    page = course(final=4)
    run = missed_three_times(page)
    grant = grant_one(run, attempts=2)
    sit(run, final_of(page), wrong=3, at=LATER)
    office = StaffFactory()

    with pytest.raises(enrollments.ReasonMissing):
        enrollments.take_back(grant, reason=" ", by=office, at=LATER)
    for _click in range(2):
        enrollments.take_back(grant, reason="Meant for somebody else.", by=office, at=LATER + DAY)

    grant.refresh_from_db()
    assert grant.taken_back_at == LATER + DAY
    assert Entry.objects.filter(action="courses.attempts_taken_back").count() == 1
    summary = progress.summary(run.person, page, at=LATER + 2 * DAY)
    assert (summary.state, summary.attempts_used, summary.attempts_allowed) == (progress.State.WITH_THE_OFFICE, 4, 4)
    with pytest.raises(attempts.NotYet):
        attempts.start(run, final_of(page), at=LATER + 2 * DAY)


def test_an_attempt_under_way_is_not_taken_away_with_its_grant():
    page = course(final=4)
    run = missed_three_times(page)
    grant = grant_one(run)
    begun = attempts.start(run, final_of(page), at=LATER)

    enrollments.take_back(grant, reason="A slip.", by=StaffFactory(), at=LATER)

    assert attempts.start(run, final_of(page), at=LATER + DAY) == begun


def test_no_grant_ends_before_it_begins():
    run = missed_three_times(course(final=4))

    with pytest.raises(enrollments.CannotEnroll, match="today or later"):
        grant_one(run, until=(LATER - timedelta(days=1)).date())
    assert not Accommodation.objects.exists()
