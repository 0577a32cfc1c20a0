"""The code by which whoever complained comes back: read however it is typed, kept as a digest alone, the same answer to every wrong one."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from audit import clock, log
from complaints import papers, receipts
from complaints.models import Case, Receipt
from tests.factories.complaints import CaseFactory, case_with_story

DAY = date(2031, 3, 3)
symbols = st.text(alphabet=receipts.SYMBOLS, min_size=24, max_size=24)


def whole(text):
    return text + receipts.check_symbol(text)


def test_a_code_has_five_groups_of_five_and_no_look_alikes():
    code = receipts.make()

    assert [len(group) for group in code.split("-")] == [5] * 5
    assert not set(code) & set("ILOU")
    assert not receipts.has_slip(code)
    assert len({receipts.make() for _ in range(200)}) == 200


@given(symbols, st.data())
def test_every_single_wrong_symbol_is_noticed(text, data):
    code = whole(text)
    place = data.draw(st.integers(0, 24))
    other = data.draw(st.sampled_from([symbol for symbol in receipts.SYMBOLS if symbol != code[place]]))

    assert receipts.has_slip(code[:place] + other + code[place + 1 :])


def test_every_wrong_symbol_at_every_place_is_noticed_in_one_code():
    code = receipts.normalize(receipts.make())
    wrong = [code[:place] + other + code[place + 1 :] for place in range(25) for other in receipts.SYMBOLS if other != code[place]]

    assert len(wrong) == 25 * 31
    assert [one for one in wrong if not receipts.has_slip(one)] == []


@given(symbols, st.integers(0, 23))
def test_a_swap_of_neighbors_is_noticed_but_for_0_with_z(text, place):
    code = whole(text)
    one, other = code[place], code[place + 1]
    swapped = code[:place] + other + one + code[place + 2 :]

    assert receipts.has_slip(swapped) == (one != other and {one, other} != {"0", "Z"})


@given(symbols, st.sampled_from(["", " ", "-", " - ", "\u2013", "\u00a0", "\u2212", "\t", "\u200b", "\u00ad"]))
def test_a_code_is_read_however_it_is_typed(text, between):
    code = whole(text)
    typed = between.join(code.lower()[start : start + 5] for start in range(0, 25, 5))

    for look in (typed, typed.replace("0", "o"), typed.replace("1", "l"), typed.replace("1", "I"), f"  {typed}\n"):
        assert receipts.normalize(look) == code
        assert not receipts.has_slip(look)


@given(st.text(max_size=400))
def test_whatever_is_typed_is_answered(text):
    assert isinstance(receipts.has_slip(text), bool)
    assert len(receipts.mac(text)) == 64


@pytest.mark.parametrize("text", ["", "-", "ABCDE", "U" * 25, "A" * 24, "A" * 26, "\ud800" * 25, "A" * 100_000])
def test_what_cannot_be_a_code_has_a_slip(text):
    assert receipts.has_slip(text)


def test_the_digest_needs_the_pepper(settings):
    code = receipts.make()
    before = receipts.mac(code)

    settings.RECEIPT_PEPPER = "another pepper by chance, not short"
    assert receipts.mac(code) != before
    settings.RECEIPT_PEPPER = ""
    with pytest.raises(receipts.NoPepper):
        receipts.mac(code)


@pytest.mark.parametrize(
    ("closed", "last"),
    [(date(2031, 3, 3), date(2032, 3, 3)), (date(2032, 2, 29), date(2033, 3, 1)), (date(2031, 2, 28), date(2032, 2, 28))],
)
def test_a_code_opens_for_twelve_months_after_the_closing(closed, last):
    assert receipts.last_day(closed) == last


# With the database


@pytest.fixture
def case(db):
    return case_with_story()[0]


def test_a_code_finds_its_case_and_the_database_does_not_know_it(case):
    code = receipts.issue(case, by=None, at=clock.now())

    assert receipts.find(code.lower().replace("-", " "), on=DAY).case == case
    kept = Receipt.objects.get()
    assert receipts.normalize(code) not in str(vars(kept))
    (entry,) = log.history(case)
    assert entry.detail.facts == {"receipt": kept.pk}


def test_a_replaced_code_is_dead_at_once(case):
    old = receipts.issue(case, by=None, at=clock.now())

    new = receipts.replace(receipts.find(old, on=DAY), at=clock.now())

    assert receipts.find(old, on=DAY) is None
    assert receipts.find(new, on=DAY).case == case


def test_of_two_replacements_at_once_one_gives_a_code(case):
    held = receipts.find(receipts.issue(case, by=None, at=clock.now()), on=DAY)

    assert receipts.replace(held, at=clock.now())
    assert receipts.replace(held, at=clock.now()) is None
    assert Receipt.objects.filter(replaced_at=None).count() == 1


def test_a_code_ends_twelve_months_after_the_closing_and_the_end_is_inherited(case):
    code = receipts.issue(case, by=None, at=clock.now())
    receipts.end(case, closed_on=DAY)

    assert receipts.find(code, on=date(2032, 3, 3)) is not None
    assert receipts.find(code, on=date(2032, 3, 4)) is None
    code = receipts.replace(receipts.find(code, on=DAY), at=clock.now())
    assert receipts.find(code, on=date(2032, 3, 4)) is None

    receipts.end(case, closed_on=None)
    assert receipts.find(code, on=date(2040, 1, 1)) is not None


def test_a_code_that_was_given_under_an_older_pepper_still_opens(case, settings):
    code = receipts.issue(case, by=None, at=clock.now())
    old = settings.RECEIPT_PEPPER

    settings.RECEIPT_PEPPER = f"{'9' * 64},{old}"
    assert receipts.find(code, on=DAY).case == case
    new = receipts.replace(receipts.find(code, on=DAY), at=clock.now())
    settings.RECEIPT_PEPPER = "9" * 64
    assert receipts.find(new, on=DAY).case == case
    assert receipts.find(code, on=DAY) is None


def test_every_code_that_does_not_open_takes_the_same_way_to_the_same_answer(db):
    """Wrong, mistyped, ended, replaced, erased: one statement of the same text each, and None."""
    ended, replaced, erased, opening = (case_with_story()[0] for _ in range(4))
    given = {"ended": ended, "replaced": replaced, "erased": erased}
    codes = {name: receipts.issue(case, by=None, at=clock.now()) for name, case in given.items()}
    right = receipts.issue(opening, by=None, at=clock.now())
    receipts.end(ended, closed_on=DAY - timedelta(days=400))
    receipts.replace(Receipt.objects.get(case=replaced), at=clock.now())
    papers.destroy_key(erased, by=None, at=clock.now())
    codes |= {"wrong": receipts.make(), "mistyped": right[:-1] + ("A" if right[-1] != "A" else "B"), "empty": "", "long": "A" * 5000}
    asked = {}

    for name, code in {**codes, "right": right}.items():
        with CaptureQueriesContext(
            connection,
        ) as captured:
            found = receipts.find(code, on=DAY)
        assert (found is None) == (name != "right"), name
        asked[name] = [query["sql"].split("WHERE")[0] for query in captured.captured_queries]

    assert {len(statements) for statements in asked.values()} == {1}
    assert len({statements[0] for statements in asked.values()}) == 1


def test_a_wrong_code_is_worked_out_as_a_right_one_is(case, monkeypatch):
    """As many digests are made whatever was typed: nothing answers before they are."""
    right = receipts.issue(case, by=None, at=clock.now())
    made = []
    digest = receipts.hmac.new
    monkeypatch.setattr(receipts.hmac, "new", lambda *told: made.append(1) or digest(*told))
    counts = []

    for code in (right, receipts.make(), "", "U" * 25):
        made.clear()
        receipts.find(code, on=DAY)
        counts.append(len(made))

    assert counts == [1, 1, 1, 1]


def test_the_eleventh_try_from_one_place_waits_and_other_places_do_not(db):
    at = clock.now()
    tries = [receipts.may_try(receipts.make(), "198.51.100.7", at=at) for _ in range(11)]

    assert [verdict.allowed for verdict in tries] == [True] * 10 + [False]
    assert 0 < tries[-1].wait_seconds <= 3600
    assert receipts.may_try(receipts.make(), "198.51.100.8", at=at).allowed
    assert receipts.may_try(receipts.make(), "198.51.100.7", at=at + timedelta(hours=1)).allowed


def test_one_beginning_is_tried_ten_times_an_hour_from_wherever(db):
    code, at = receipts.make(), clock.now()
    tries = [receipts.may_try(code[:5] + receipts.make()[5:], f"198.51.100.{number}", at=at).allowed for number in range(11)]

    assert tries == [True] * 10 + [False]


def test_all_together_try_two_hundred_times_an_hour(db):
    at = clock.now()
    tries = [receipts.may_try(f"{number:05d}", f"place {number}", at=at).allowed for number in range(201)]

    assert tries == [True] * 200 + [False]


def test_the_right_code_forgives_what_was_mistyped_before(db):
    code, at = receipts.make(), clock.now()
    for _ in range(10):
        receipts.may_try(code, "198.51.100.7", at=at)

    receipts.opened(code, "198.51.100.7")

    assert receipts.may_try(code, "198.51.100.7", at=at).allowed


def test_neither_address_nor_code_is_kept_by_the_limiter(db):
    from accounts.models import Tries

    code = receipts.make()
    receipts.may_try(code, "198.51.100.7", at=clock.now())

    kept = " ".join(Tries.objects.values_list("pk", flat=True))
    assert "198.51" not in kept
    assert code[:5] not in kept


def test_a_case_without_a_code_is_found_by_none(db):
    CaseFactory()

    assert receipts.find("", on=DAY) is None
    assert Case.objects.count() == 1
