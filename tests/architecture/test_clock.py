"""The clock can be moved, and only for whoever moves it."""

from datetime import timedelta

from audit import clock


def test_a_moved_clock_shows_another_day_and_comes_back():
    before = clock.today()

    with clock.moved(timedelta(days=31)):
        there = clock.today()

    assert there - before == timedelta(days=31)
    assert clock.today() == before
