"""How long things may take: whole days in the association's zone, stops, hours, and a worker that was down."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from complaints import clocks
from complaints.clocks import DEADLINES, Clock, Stop
from complaints.facts import CaseClass, ClockName

NEW_YORK = ZoneInfo("America/New_York")
ZONES = [NEW_YORK, ZoneInfo("Europe/Lisbon"), ZoneInfo("Asia/Kolkata"), ZoneInfo("Pacific/Auckland"), ZoneInfo("America/Havana")]

instants = st.integers(1_672_531_200, 1_956_528_000).map(lambda second: datetime.fromtimestamp(second, tz=UTC))  # 2023 to 2031
zones = st.sampled_from(ZONES)


def at(*parts, zone=NEW_YORK):
    return datetime(*parts, tzinfo=zone)


def test_a_due_day_ends_with_its_last_second():
    clock = clocks.start(ClockName.TRIAGE, at=at(2026, 5, 1, 9))

    assert clocks.due_at(clock, NEW_YORK) == at(2026, 5, 11, 23, 59, 59)
    assert not clocks.is_overdue(clock, NEW_YORK, at=at(2026, 5, 11, 23, 59, 59))
    assert not clocks.is_overdue(clock, NEW_YORK, at=datetime(2026, 5, 11, 23, 59, 59, 999_999, tzinfo=NEW_YORK))
    assert clocks.is_overdue(clock, NEW_YORK, at=at(2026, 5, 12, 0, 0, 0))


@pytest.mark.parametrize(
    ("name", "days"),
    [
        (ClockName.ACKNOWLEDGE, 5), (ClockName.TAKE, 3), (ClockName.TRIAGE, 10), (ClockName.DISMISSAL, 10), (ClockName.INFO, 14),
        (ClockName.DISMISSAL_WINDOW, 30), (ClockName.DISMISSAL_REVIEW, 21), (ClockName.NOTICE, 7), (ClockName.RESPONSE, 30),
        (ClockName.INVESTIGATION, 60), (ClockName.REWORK, 30), (ClockName.CASE_REVIEW, 14), (ClockName.PANEL, 14),
        (ClockName.CHALLENGE, 7), (ClockName.RULING, 5), (ClockName.HEARING, 60), (ClockName.REPLACE, 7), (ClockName.VOTES, 14),
        (ClockName.DECISION, 28), (ClockName.COUNTERSIGN, 7), (ClockName.APPEAL_WINDOW, 30), (ClockName.APPEAL, 60),
        (ClockName.DISCHARGE, 7), (ClockName.BREACH, 14), (ClockName.WITHDRAWAL, 10), (ClockName.REDRAW, 5), (ClockName.UNMASK, 5),
        (ClockName.HOLD_REVIEW, 180), (ClockName.ERASURE, 30), (ClockName.INTERIM_QUESTION, 5), (ClockName.INTERIM_DECISION, 7),
        (ClockName.INTERIM_HEARING, 10), (ClockName.INTERIM_REVIEW, 14), (ClockName.REFERRAL, 30), (ClockName.REINSTATEMENT, 60),
    ],
)  # fmt: skip
def test_the_days_of_each_deadline(name, days):
    due = clocks.due_day(clocks.start(name, at=at(2026, 1, 15, 12)), NEW_YORK)

    assert due == date(2026, 1, 15) + timedelta(days=days)


def test_every_deadline_has_a_reason_and_every_clock_a_deadline():
    assert set(DEADLINES) == set(ClockName)
    assert [name for name, deadline in DEADLINES.items() if not deadline.why.endswith(".")] == []
    assert DEADLINES[ClockName.ACKNOWLEDGE].hard == 7
    assert (DEADLINES[ClockName.RESPONSE].longer, DEADLINES[ClockName.RESPONSE].times) == (14, 1)
    assert DEADLINES[ClockName.OBLIGATION].grace == 14


@pytest.mark.parametrize(
    ("name", "change", "due"),
    [
        (ClockName.TRIAGE, {"klass": CaseClass.A}, at(2026, 1, 17, 23, 59, 59)),
        (ClockName.DISMISSAL, {"klass": CaseClass.A}, at(2026, 1, 20, 23, 59, 59)),
        (ClockName.TRIAGE, {"klass": CaseClass.B}, at(2026, 1, 25, 23, 59, 59)),
        (ClockName.TAKE, {"danger": True}, at(2026, 1, 16, 12)),
        (ClockName.INTERIM_QUESTION, {"klass": CaseClass.A}, at(2026, 1, 16, 12)),
        (ClockName.EXTERNAL_REPORT, {}, at(2026, 1, 16, 12)),
        (ClockName.OBLIGATION, {"days": 60}, at(2026, 3, 16, 23, 59, 59)),
    ],
)
def test_what_is_grave_is_sooner(name, change, due):
    assert clocks.due_at(clocks.start(name, at=at(2026, 1, 15, 12), **change), NEW_YORK) == due


@pytest.mark.parametrize(
    ("started", "days", "due"),
    [
        (at(2026, 3, 6, 22), 3, at(2026, 3, 9, 23, 59, 59)),  # the hour that is missing in March
        (at(2026, 10, 30, 1), 3, at(2026, 11, 2, 23, 59, 59)),  # the hour that comes twice in November
        (at(2028, 2, 25, 8), 5, at(2028, 3, 1, 23, 59, 59)),  # 29 February counts
        (at(2027, 2, 25, 8), 5, at(2027, 3, 2, 23, 59, 59)),
        (at(2026, 12, 28, 8), 7, at(2027, 1, 4, 23, 59, 59)),
        (datetime(2026, 5, 2, 3, 30, tzinfo=UTC), 1, at(2026, 5, 2, 23, 59, 59)),  # the evening before in New York
    ],
)
def test_days_are_those_of_the_calendar_in_the_zone(started, days, due):
    assert clocks.due_at(Clock(ClockName.NOTICE, started, days=days), NEW_YORK) == due


def test_hours_are_real_hours_across_the_change_of_time():
    clock = clocks.start(ClockName.EXTERNAL_REPORT, at=at(2026, 3, 7, 12))

    assert clocks.due_at(clock, NEW_YORK) == at(2026, 3, 8, 13)
    assert not clocks.is_overdue(clock, NEW_YORK, at=at(2026, 3, 8, 13))
    assert clocks.is_overdue(clock, NEW_YORK, at=at(2026, 3, 8, 13, 0, 1))


def test_where_the_last_hour_comes_twice_the_day_ends_with_the_second_one():
    azores = ZoneInfo("Atlantic/Azores")
    end = clocks.end_of(date(2026, 10, 24), azores)

    assert end.astimezone(UTC) + timedelta(seconds=1) == datetime(2026, 10, 25, tzinfo=azores).astimezone(UTC)


def test_a_stop_across_new_year_gives_back_the_days_that_were_left():
    clock = clocks.start(ClockName.TRIAGE, at=at(2026, 12, 20, 9))
    clock = clocks.stop(clock, at=at(2026, 12, 24, 18))

    assert clocks.due_at(clock, NEW_YORK) is None
    assert clocks.due_day(clock, NEW_YORK) is None
    assert clocks.days_left(clock, NEW_YORK, on=date(2026, 12, 31)) is None
    assert not clocks.is_overdue(clock, NEW_YORK, at=at(2027, 6, 1))

    clock = clocks.resume(clock, at=at(2027, 1, 7, 8))

    assert clocks.due_at(clock, NEW_YORK) == at(2027, 1, 13, 23, 59, 59)
    assert clocks.days_left(clock, NEW_YORK, on=date(2027, 1, 7)) == 6  # as on the day on which it stopped


def test_two_rounds_of_questions_are_two_stops():
    clock = clocks.start(ClockName.TRIAGE, at=at(2026, 5, 1, 9))
    for since, until in ((at(2026, 5, 3, 9), at(2026, 5, 10, 9)), (at(2026, 5, 12, 9), at(2026, 5, 12, 10))):
        clock = clocks.resume(clocks.stop(clock, at=since), at=until)

    assert len(clock.stops) == 2
    assert clocks.due_day(clock, NEW_YORK) == date(2026, 5, 18)


def test_a_clock_that_stands_still_or_has_ended_is_not_stopped_again():
    clock = clocks.stop(clocks.start(ClockName.TRIAGE, at=at(2026, 5, 1)), at=at(2026, 5, 2))
    ended = clocks.end(clock, at=at(2026, 5, 4))

    assert clocks.stop(clock, at=at(2026, 5, 3)) == clock
    assert clocks.stop(ended, at=at(2026, 5, 5)) == ended
    assert clocks.end(ended, at=at(2026, 5, 9)).ended == at(2026, 5, 4)
    assert ended.stops == (Stop(at(2026, 5, 2), at(2026, 5, 4)),)
    assert not clocks.is_overdue(ended, NEW_YORK, at=at(2027, 1, 1))


def test_hours_stand_still_for_as_long_as_they_are_stopped():
    clock = Clock(ClockName.TAKE, at(2026, 5, 1, 12), hours=24, stops=(Stop(at(2026, 5, 1, 18), at(2026, 5, 3, 6)),))

    assert clocks.due_at(clock, NEW_YORK) == at(2026, 5, 4, 0)


def test_the_time_to_answer_can_be_made_longer_and_hours_cannot():
    clock = clocks.start(ClockName.RESPONSE, at=at(2026, 5, 1))

    assert clocks.due_day(clocks.extend(clock, DEADLINES[ClockName.RESPONSE].longer), NEW_YORK) == date(2026, 6, 14)
    with pytest.raises(ValueError, match="counts hours"):
        clocks.extend(clocks.start(ClockName.EXTERNAL_REPORT, at=at(2026, 5, 1)), 1)


def test_whether_it_came_in_time_is_known_afterwards():
    clock = clocks.start(ClockName.NOTICE, at=at(2026, 5, 1))

    assert clocks.was_in_time(clock, NEW_YORK) is None
    assert clocks.was_in_time(clocks.end(clock, at=at(2026, 5, 8, 23, 59)), NEW_YORK) is True
    assert clocks.was_in_time(clocks.end(clock, at=at(2026, 5, 9, 0, 0)), NEW_YORK) is False


def test_each_warning_comes_once_on_its_day():
    clock = clocks.start(ClockName.RESPONSE, at=at(2026, 5, 1))  # warned seven days before and on the day
    warned, told = [], {}
    for number in range(40):
        day = date(2026, 5, 1) + timedelta(days=number)
        step = clocks.warning(clock, NEW_YORK, on=day, warned=warned)
        if step is not None:
            told[day] = step
            warned.append(step)

    assert told == {date(2026, 5, 24): 7, date(2026, 5, 31): 0}


def test_a_worker_that_was_down_for_three_days_warns_of_what_is_left_and_moves_nothing():
    clock = clocks.start(ClockName.APPEAL, at=at(2026, 5, 1))  # due on 30 June; warned 14, 7 and 0 days before
    down_from, up_again = date(2026, 6, 22), date(2026, 6, 25)

    assert clocks.warning(clock, NEW_YORK, on=down_from, warned=[14]) is None
    assert clocks.warning(clock, NEW_YORK, on=up_again, warned=[14]) == 7
    assert clocks.warning(clock, NEW_YORK, on=up_again, warned=[]) == 7  # the one of 14 days is of no use any more
    assert clocks.warning(clock, NEW_YORK, on=date(2026, 7, 3), warned=[14]) is None  # overdue is a task, not a warning
    assert clocks.is_overdue(clock, NEW_YORK, at=at(2026, 7, 3))
    assert clocks.due_day(clock, NEW_YORK) == date(2026, 6, 30)


def test_a_clock_that_has_ended_warns_nobody():
    clock = clocks.end(clocks.start(ClockName.APPEAL, at=at(2026, 5, 1)), at=at(2026, 5, 20))

    assert clocks.warning(clock, NEW_YORK, on=date(2026, 6, 30)) is None


def test_an_obligation_is_warned_of_fourteen_and_three_days_before_and_on_its_day():
    clock = clocks.start(ClockName.OBLIGATION, at=at(2026, 5, 1), days=60)
    days = {left: date(2026, 6, 30) - timedelta(days=left) for left in (14, 3, 0)}

    assert [clocks.warning(clock, NEW_YORK, on=day) for day in days.values()] == [14, 3, 0]


@settings(max_examples=200, deadline=None)
@given(instants, st.integers(0, 400), zones)
def test_a_due_day_is_so_many_calendar_days_later_in_every_zone(started, days, zone):
    clock = Clock(ClockName.NOTICE, started, days=days)
    due = clocks.due_at(clock, zone)

    assert (due.astimezone(zone).date() - started.astimezone(zone).date()).days == days
    assert (due.astimezone(zone).hour, due.minute, due.second) == (23, 59, 59)
    assert due >= started.replace(microsecond=0) or days == 0
    assert clocks.is_overdue(clock, zone, at=due) is False
    assert clocks.is_overdue(clock, zone, at=due.astimezone(UTC) + timedelta(seconds=1)) is True


@settings(max_examples=200, deadline=None)
@given(instants, st.integers(1, 90), st.lists(st.integers(0, 20), max_size=6), zones)
def test_stops_move_the_due_day_by_the_days_they_took_and_leave_what_was_left(started, days, gaps, zone):
    clock, moment, stood = Clock(ClockName.TRIAGE, started, days=days), started, 0
    for number, gap in enumerate(gaps):
        moment += timedelta(days=gap, hours=7)
        if number % 2 == 0:
            clock, since = clocks.stop(clock, at=moment), moment
            left = days + stood - (moment.astimezone(zone).date() - started.astimezone(zone).date()).days
        else:
            clock = clocks.resume(clock, at=moment)
            stood += (moment.astimezone(zone).date() - since.astimezone(zone).date()).days
            assert clocks.days_left(clock, zone, on=moment.astimezone(zone).date()) == left

    assert clock.is_stopped == bool(len(gaps) % 2)
    if not clock.is_stopped:
        assert (clocks.due_day(clock, zone) - started.astimezone(zone).date()).days == days + stood


@settings(max_examples=100, deadline=None)
@given(instants, st.sampled_from([name for name in ClockName if DEADLINES[name].warn]), zones, st.data())
def test_however_often_the_worker_looks_each_warning_comes_at_most_once(started, name, zone, data):
    clock = clocks.start(name, at=started, days=data.draw(st.integers(1, 60)))
    looks = sorted(data.draw(st.sets(st.integers(0, 90), max_size=30)))
    warned = []
    for number in looks:
        step = clocks.warning(clock, zone, on=started.astimezone(zone).date() + timedelta(days=number), warned=warned)
        warned += [] if step is None else [step]

    assert warned == sorted(set(warned), reverse=True)
    assert set(warned) <= set(DEADLINES[name].warn)
