"""What is told about random histories agrees with a slow replay, and what is hidden changes nothing."""

from datetime import date, timedelta

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from certification.facts import SanctionFact, SanctionKind, Span
from registry import rules, sentences
from registry.facts import PublicName, PublicSanction, Record
from tests.registry import replay

TODAY = date(2026, 11, 23)
ONE_DAY = timedelta(days=1)
FINAL = {"kind": "suspension", "first": None, "last": None, "interim": False, "voided": False, "until": None, "continues": None, "note": ""}


def day(count):
    return TODAY + timedelta(days=count)


@st.composite
def histories(draw):
    """Terms that do not overlap, and sanctions of every kind around today."""
    terms, start = [], draw(st.integers(-60, 5))
    for gap, length in draw(st.lists(st.tuples(st.sampled_from([0, 0, 1, 7]), st.integers(1, 40)), max_size=4)):
        terms.append((day(start + gap), day(start + gap + length - 1)))
        start += gap + length
    rows = []
    for index in range(draw(st.integers(0, 5))):
        first = draw(st.integers(-50, 6))
        row = {
            "kind": draw(st.sampled_from(["suspension", "suspension", "revocation", "conditions"])),
            "first": day(first),
            "last": draw(st.none() | st.integers(0, 30).map(lambda length, first=first: day(first + length))),
            "interim": draw(st.booleans()),
            "voided": draw(st.booleans()) and draw(st.booleans()),
            "until": draw(st.none() | st.integers(-30, 30).map(day)),
            "continues": None,
            "note": f"note {index}",
        }
        before = [i for i, other in enumerate(rows) if other["interim"] and other["kind"] == row["kind"]]
        if before and not row["interim"]:
            row["continues"] = draw(st.sampled_from(before))
        rows.append(row)
    return terms, rows


def record(terms, rows):
    sanctions = [
        PublicSanction(
            SanctionFact(
                kind=SanctionKind(row["kind"]),
                first_day=row["first"],
                last_day=row["last"],
                interim=row["interim"],
                pk=index,
                continues=row["continues"],
                published_until=row["until"],
            ),
            row["note"],
        )
        for index, row in enumerate(rows)
        if not row["voided"]
    ]
    return Record("DEMO-0001", "A scheme", PublicName("Robin Vale"), tuple(Span(*term) for term in terms), tuple(sanctions))


@settings(max_examples=200)
@given(histories(), st.integers(-65, 0))
def test_the_word_the_notes_and_the_history_agree_with_a_slow_replay(history, back):
    terms, rows = history
    answer = rules.answer(record(terms, rows), today=TODAY, day=day(back))

    assert (answer and answer.kind.value) == replay.word(terms, rows, today=TODAY, day=day(back))
    if answer:
        assert answer.now.value == replay.word(terms, rows, today=TODAY, day=TODAY)
        assert sorted(note.text for note in answer.notes) == replay.notes(rows, today=TODAY, day=day(back))
        told = [line for line in answer.history if line.what == "Suspended"]
        days = {one for line in told for one in replay.days_of({"first": line.first_day, "last": line.last_day}, TODAY)}
        assert days == replay.suspended_days_in_history(rows, today=TODAY, day=day(back))


@settings(max_examples=200)
@given(histories())
def test_the_history_of_today_calls_today_suspended_wherever_the_word_does_while_it_is_published(history):
    terms, rows = history
    rows = [{**row, "until": None} for row in rows]
    answer = rules.answer(record(terms, rows), today=TODAY, day=TODAY)
    assume(answer is not None)

    told = {line.what for line in answer.history if line.first_day <= TODAY and (line.last_day is None or line.last_day >= TODAY)}
    assert ("Revoked" in told) == (answer.kind == "revoked")
    assert "Suspended" in told or answer.kind != "suspended"
    assert "Suspended" not in told or answer.kind in ("suspended", "revoked")


@settings(max_examples=100)
@given(histories())
def test_every_term_that_has_begun_has_one_line_and_no_other_first_day_is_told(history):
    terms, rows = history
    answer = rules.answer(record(terms, rows), today=TODAY, day=TODAY)
    assume(answer is not None)

    lines = [line for line in answer.history if line.what.startswith("Certificate")]
    begun = sorted((term for term in terms if term[0] <= TODAY), reverse=True)
    assert [line.first_day for line in lines] == [first for first, _ in begun]
    assert [line.last_day for line in lines[1:]] == [last for _, last in begun[1:]]
    assert lines[0].last_day == replay.granted_until(terms, begun[0][1])
    assert lines[0].what.endswith(", and renewed") == (lines[0].last_day != begun[0][1])


@settings(max_examples=100)
@given(histories(), st.integers(-65, 0))
def test_the_days_of_the_standing_are_the_days_on_which_it_holds(history, back):
    terms, rows = history
    answer = rules.answer(record(terms, rows), today=TODAY, day=day(back))
    assume(answer is not None)

    if answer.kind == "active":
        assert (answer.since, answer.until) == (replay.granted_from(terms, day(back)), replay.granted_until(terms, day(back)))
    elif answer.kind == "not_certified":
        assert (answer.since, answer.certified) == (None, None)
    else:
        begun = [term for term in terms if term[0] <= TODAY]
        told = replay.told(rows, today=TODAY, day=day(back))
        words = {one: replay.standing(begun, told, one) for one in map(day, range(-70, 200))}
        same = {one for one in words if answer.since <= one <= (answer.until or day(199))}
        assert day(back) in same
        assert {words[one] for one in same} == {answer.kind.value}
        assert words.get(answer.since - ONE_DAY) != answer.kind.value
        assert answer.until is None or words[answer.until + ONE_DAY] != answer.kind.value
        if all(not row["interim"] for row in rows):
            asked = (rules.answer(record(terms, rows), today=TODAY, day=one) for one in same if one <= TODAY)
            assert {other.kind for other in asked} == {answer.kind}


def test_a_suspension_that_outlasts_the_term_keeps_it_from_reading_lapsed():
    terms = [(date(2024, 7, 1), date(2026, 6, 30))]
    rows = [FINAL | {"first": date(2026, 6, 10), "last": date(2026, 7, 20)}]

    answer = rules.answer(record(terms, rows), today=TODAY, day=TODAY)
    then = rules.answer(record(terms, rows), today=TODAY, day=date(2026, 7, 10))

    assert (answer.kind, answer.since, answer.until) == ("lapsed", date(2026, 7, 21), None)
    assert (then.kind, then.since, then.until) == ("suspended", date(2026, 6, 10), date(2026, 7, 20))
    assert sentences.headline(answer) == "Lapsed since July 21, 2026. The certificate ended on June 30, 2026 and was not renewed."
    assert [(line.what, line.first_day) for line in answer.history][:2] == [
        ("Lapsed", date(2026, 7, 21)),
        ("Suspended", date(2026, 6, 10)),
    ]


def test_a_suspension_taken_over_by_a_revocation_is_told_up_to_it():
    terms = [(date(2024, 7, 1), date(2027, 6, 30))]
    rows = [FINAL | {"first": date(2026, 6, 10), "last": date(2026, 12, 31)}, FINAL | {"kind": "revocation", "first": date(2026, 8, 1)}]

    then = rules.answer(record(terms, rows), today=TODAY, day=date(2026, 7, 10))

    assert (then.kind, then.since, then.until) == ("suspended", date(2026, 6, 10), date(2026, 7, 31))


@settings(max_examples=100)
@given(histories(), st.integers(-65, 0), st.data())
def test_what_lies_ahead_and_orders_that_are_over_leave_no_trace(history, back, data):
    terms, rows = history
    before = rules.answer(record(terms, rows), today=TODAY, day=day(back))
    hidden = {"kind": "suspension", "note": "hidden", "continues": None, "voided": False, "until": None, "last": None}
    begun = data.draw(st.integers(-40, -1))
    over = data.draw(st.integers(begun, -1))
    rows = [
        *rows,
        {**hidden, "interim": True, "first": day(begun), "last": day(over)},
        {**hidden, "interim": True, "first": day(begun), "voided": True},
        {**hidden, "interim": False, "first": day(data.draw(st.integers(1, 30))), "kind": "revocation"},
        {**hidden, "interim": True, "first": day(data.draw(st.integers(1, 30)))},
    ]

    assert rules.answer(record(terms, rows), today=TODAY, day=day(back)) == before


def headline_after_a_suspension(**changes):
    row = {**FINAL, "first": day(-90), "last": day(-60), **changes}
    answer = rules.answer(record([(day(-300), day(300))], [row]), today=TODAY, day=TODAY)
    return sentences.headline(answer)


def test_an_active_certificate_that_was_suspended_says_so_as_long_as_the_history_does():
    assert headline_after_a_suspension() == ("Active again since September 25, 2026, after a suspension. Active until September 19, 2027.")
    assert headline_after_a_suspension(until=day(0)).startswith("Active again since")
    assert headline_after_a_suspension(until=day(-1)).startswith("Certified since")
    assert headline_after_a_suspension(interim=True).startswith("Certified since")


def test_a_suspension_before_the_time_that_is_certified_now_is_no_part_of_the_sentence():
    row = {**FINAL, "first": day(-90), "last": day(-60)}
    answer = rules.answer(record([(day(-300), day(-70)), (day(-30), day(300))], [row]), today=TODAY, day=TODAY)

    assert sentences.headline(answer).startswith("Certified since October 24, 2026")
