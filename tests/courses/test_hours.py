"""A time as people say it."""

import pytest

from courses.templatetags.hours import as_hours


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(0, "0 minutes"), (1, "1 minute"), (45, "45 minutes"), (60, "1 hour"), (61, "1 hour 1 minute"), (199, "3 hours 19 minutes")],
)
def test_minutes_are_told_in_hours_where_there_are_some(minutes, words):
    assert as_hours(minutes) == words
