"""How two wordings of a clause differ, told so that a person can read it."""

from cms import rules
from cms.rules import Edit


def told(old: str, new: str) -> list[tuple[Edit, str]]:
    return [(run.edit, run.words) for run in rules.runs(old, new)]


def test_a_changed_word_is_told_in_its_place():
    assert told("Keep detailed records of every session.", "Keep accurate records of every session.") == [
        (Edit.SAME, "Keep"),
        (Edit.REMOVED, "detailed"),
        (Edit.ADDED, "accurate"),
        (Edit.SAME, "records of every session."),
    ]


def test_a_wording_written_anew_is_told_whole_the_old_before_the_new():
    old, new = "Stand beside the people you coach.", "Never place yourself above a client."

    assert told(old, new) == [(Edit.REMOVED, old), (Edit.ADDED, new)]


def test_the_same_wording_is_no_difference():
    assert told("Adults only.", "Adults only.") == [(Edit.SAME, "Adults only.")]
