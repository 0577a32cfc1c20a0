"""Nobody decides about themselves."""

import pytest

from accounts import rules


@pytest.mark.parametrize(("by", "about", "holds"), [(7, 7, True), (7, 8, False), (None, 7, False), (7, None, False), (None, None, False)])
def test_nobody_decides_about_themselves(by, about, holds):
    assert rules.has_conflict(by=by, about=about) is holds


def test_the_refusal_says_who_can_do_it():
    assert "Ask somebody else who works in the office, or an administrator" in rules.SOMEBODY_ELSE
