"""Which words are the same, what became of a clause and where a piece belongs, told so that a person can read it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cms import rules
from cms.rules import Edit, Fate, Turn

words = st.text(alphabet="abc ", max_size=12).map(lambda text: " ".join(text.split()))
orders = st.lists(st.sampled_from("ABCDEFG"), unique=True)


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
    [change] = rules.compare({"A": old}, {"A": new})
    assert change.written_anew


def test_the_same_wording_is_no_difference():
    assert told("Adults only.", "Adults only.") == [(Edit.SAME, "Adults only.")]


@given(words, words)
def test_a_difference_holds_every_word_of_both_wordings_in_order(old, new):
    runs = rules.runs(old, new)

    assert " ".join(run.words for run in runs if run.edit is not Edit.ADDED) == old
    assert " ".join(run.words for run in runs if run.edit is not Edit.REMOVED) == new


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Coaches’ “own” work", 'Coaches\' "own" work'),
        ("two\u00a0 blanks", "two blanks"),
        ("a – b — c", "a - b - c"),
        ("Cafe\u0301", "Café"),
    ],
)
def test_quotes_blanks_dashes_and_composed_letters_make_no_other_wording(one, other):
    assert rules.normalized(one) == rules.normalized(other)


@pytest.mark.parametrize("other", ["Adults only", "adults only.", "Adults  only!", "Only adults."])
def test_a_letter_a_capital_and_a_stop_do(other):
    assert rules.normalized("Adults only.") != rules.normalized(other)


@pytest.mark.parametrize(
    "text", ["actively suicidal", "Suicide", "ending their life", "ends her own life", "killing himself", "kills themselves"]
)
def test_words_that_speak_of_suicide(text):
    assert rules.speaks_of_suicide("Harmless.", text)


@pytest.mark.parametrize("text", ["a kill switch", "life ends at forty", "", "self-harm"])
def test_words_that_do_not(text):
    assert not rules.speaks_of_suicide(text)


@pytest.mark.parametrize(
    "text",
    [
        "Reporting abuse",
        "an abuser",
        "self-harm that is serious",
        "A sexual relationship is forbidden",
        "No romance, no sex",
        "domestic violence",
        "was raped",
        "a mental health crisis",
        "an aunt who is being hit",
        "She was beaten",
        "Kirra, who hurts herself seriously",
        "They harm themselves",
        "cutting himself",
        "actively suicidal",
    ],
)
def test_words_that_speak_of_harm(text):
    assert rules.speaks_of_harm("Harmless.", text)


@pytest.mark.parametrize(
    "text",
    ["disabuse yourself of it", "sexual orientation, race or sex", "grapes", "she hit on an idea", "it hurts her", "cut it yourself", ""],
)
def test_words_that_speak_of_no_harm(text):
    assert not rules.speaks_of_harm(text)


OLD = {"A": "One.", "B": "Two words here.", "C": "Three.", "D": "Four."}


@pytest.mark.parametrize(
    ("new", "fates"),
    [
        (OLD, [("A", Fate.SAME), ("B", Fate.SAME), ("C", Fate.SAME), ("D", Fate.SAME)]),
        (OLD | {"B": "Two words there."}, [("A", Fate.SAME), ("B", Fate.REWORDED), ("C", Fate.SAME), ("D", Fate.SAME)]),
        (OLD | {"E": "Five."}, [*((clause, Fate.SAME) for clause in "ABCD"), ("E", Fate.NEW)]),
        ({"A": "One.", "D": "Four."}, [("A", Fate.SAME), ("B", Fate.RETIRED), ("C", Fate.RETIRED), ("D", Fate.SAME)]),
        (
            {"B": "Two words here.", "C": "Three.", "D": "Four."},
            [("A", Fate.RETIRED), ("B", Fate.SAME), ("C", Fate.SAME), ("D", Fate.SAME)],
        ),
        ({}, [("A", Fate.RETIRED), ("B", Fate.RETIRED), ("C", Fate.RETIRED), ("D", Fate.RETIRED)]),
    ],
    ids=["nothing", "a word", "a new clause", "two in the middle", "the first", "all"],
)
def test_what_became_of_each_clause_is_told_where_it_stood(new, fates):
    changes = rules.compare(OLD, new)

    assert [(change.clause, change.fate) for change in changes] == fates
    assert not any(change.moved for change in changes)
    assert [change.clause for change in changes if change.is_one] == [clause for clause, fate in fates if fate is not Fate.SAME]


@pytest.mark.parametrize(
    ("new", "moved"),
    [
        ("ABCD", {}),
        ("ACBD", {"C": ("B", "A")}),
        ("DABC", {"D": ("C", "")}),
        ("BCDA", {"A": ("", "D")}),
        ("AXBCD", {}),
        ("CD", {}),
        ("DCBA", {"B": ("A", "C"), "C": ("B", "D"), "D": ("C", "")}),
    ],
)
def test_a_clause_that_moved_is_told_with_its_old_and_its_new_neighbor(new, moved):
    changes = rules.compare(dict(zip("ABCD", "abcd", strict=True)), {clause: clause.lower() for clause in new})

    assert {change.clause: (change.before, change.after) for change in changes if change.moved} == moved


@given(orders, orders)
def test_as_few_clauses_as_can_be_are_said_to_have_moved(old, new):
    common = [clause for clause in old if clause in new]
    moved = rules.moved(common, [clause for clause in new if clause in old])

    assert [clause for clause in common if clause not in moved] == [clause for clause in new if clause in old and clause not in moved]
    assert len(moved) == len(common) - longest(common, [clause for clause in new if clause in old])


def longest(old: list[str], new: list[str]) -> int:
    """The longest row of clauses in both orders, by trying: slow, and another way than the rule's."""
    if not old or not new:
        return 0
    if old[0] == new[0]:
        return 1 + longest(old[1:], new[1:])
    return max(longest(old[1:], new), longest(old, new[1:]))


@given(st.dictionaries(st.sampled_from("ABCDEFG"), st.just("x")), st.dictionaries(st.sampled_from("ABCDEFG"), st.just("x")))
def test_every_clause_of_either_edition_is_told_once_in_the_new_order(old, new):
    order = [change.clause for change in rules.compare(old, new)]

    assert sorted(order) == sorted({*old, *new})
    assert [clause for clause in order if clause in new] == list(new)


def test_the_life_of_a_clause_is_told_by_its_turns():
    bodies = ["", "Keep records of a session.", "Keep records of a session.", "Keep good records of a session.", "", "", "Wholly new.", ""]

    turns = rules.story(bodies)

    assert [(index, turn) for index, turn, _ in turns] == [
        (1, Turn.FIRST), (3, Turn.REWORDED), (4, Turn.RETIRED), (6, Turn.BACK), (7, Turn.RETIRED)
    ]  # fmt: skip
    assert [(run.edit, run.words) for run in turns[1][2]] == [
        (Edit.SAME, "Keep"), (Edit.ADDED, "good"), (Edit.SAME, "records of a session.")
    ]  # fmt: skip
    assert [run.words for run in turns[3][2]] == ["Wholly new."]


def test_a_wording_written_anew_is_told_as_it_reads():
    [_, (index, turn, runs)] = rules.story(["Stand beside them.", "Never place yourself above."])

    assert (index, turn) == (1, Turn.ANEW)
    assert [(run.edit, run.words) for run in runs] == [(Edit.SAME, "Never place yourself above.")]


def test_a_clause_that_no_edition_worded_has_no_story():
    assert rules.story(["", ""]) == []


@given(st.lists(st.sampled_from(["", "a b c", "a b d", "x y z"])))
def test_each_turn_differs_from_the_wording_before_it(bodies):
    turns = {index for index, _, _ in rules.story(bodies)}

    assert turns == {n for n, body in enumerate(bodies) if body != (bodies[n - 1] if n else "")}


KNOWN = {
    "A": "Coaches keep records of each session in a safe place.",
    "B": "Coaches keep a list of each session in a safe place.",
    "C": "Adults only.",
}


@pytest.mark.parametrize(
    ("bodies", "placed"),
    [
        (list(KNOWN.values()), [("A", "equal text"), ("B", "equal text"), ("C", "equal text")]),
        (list(KNOWN.values())[::-1], [("C", "equal text"), ("B", "equal text"), ("A", "equal text")]),
        (["Coaches keep records of every session in a safe place."], [("A", "similar text")]),
        (["Coaches keep records of each meeting in a dry attic."], [(None, "not placed")]),
        (["Adults only.", "Adults only."], [("C", "equal text"), (None, "not placed")]),
        (["Coaches keep “records” of each session in a safe place.", KNOWN["A"]], [("B", "similar text"), ("A", "equal text")]),
        ([], []),
    ],
    ids=["all", "in another order", "one word other", "too many other", "twice", "the equal one goes first", "none"],
)
def test_a_piece_is_matched_by_equal_text_then_by_similarity_then_by_a_person(bodies, placed):
    assert [(one.clause, one.how) for one in rules.match_by_wording(bodies, KNOWN)] == placed


def test_four_words_of_five_are_similar_enough_and_three_are_not():
    known = {"A": "one two three four five"}

    assert rules.match_by_wording(["one two three four other"], known)[0].clause == "A"
    assert rules.match_by_wording(["one two three other other"], known)[0].clause is None


@given(st.lists(st.sampled_from([*KNOWN.values(), "Nothing like it.", "Coaches keep records of every session in a safe place."])))
def test_no_clause_is_given_twice_and_no_piece_is_lost(bodies):
    placed = rules.match_by_wording(bodies, KNOWN)

    assert [one.body for one in placed] == bodies
    given_away = [one.clause for one in placed if one.clause]
    assert len(given_away) == len(set(given_away))


def test_by_position_first_goes_to_first():
    assert [one.clause for one in rules.match_by_position(["x", "y"], ["A", "B"])] == ["A", "B"]
    with pytest.raises(ValueError):
        rules.match_by_position(["x"], ["A", "B"])


@given(st.lists(st.tuples(st.sampled_from("AB"), words), max_size=3), st.lists(st.tuples(st.sampled_from("AB"), words), max_size=3))
def test_two_editions_have_one_digest_if_and_only_if_they_say_the_same(one, other):
    assert (rules.digest("2027", one) == rules.digest("2027", other)) is (one == other)
    assert rules.digest("2027", one) != rules.digest("2028", one)
