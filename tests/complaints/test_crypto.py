"""What is sealed opens in its own place, under its own key, whole; otherwise it does not, and the error tells nothing of it."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints import crypto

ONE, OTHER = UUID(int=1), UUID(int=2)
OLD, NEW = "5" * 64, "6" * 64
PLACE = crypto.place(ONE, "complaints_paper", "sealed", UUID(int=7))
KEY = crypto.new_key()
WHERES = [
    crypto.place(OTHER, "complaints_paper", "sealed", UUID(int=7)),
    crypto.place(ONE, "complaints_evidence", "sealed", UUID(int=7)),
    crypto.place(ONE, "complaints_paper", "other", UUID(int=7)),
    crypto.place(ONE, "complaints_paper", "sealed", UUID(int=8)),
]


@given(st.one_of(st.text(), st.binary()))
def test_what_is_sealed_opens_again_in_its_place(what):
    sealed = crypto.seal(KEY, what, place=PLACE)

    assert crypto.unseal(KEY, sealed, place=PLACE) == (what.encode() if isinstance(what, str) else what)
    assert len(sealed) == len(what.encode() if isinstance(what, str) else what) + 28


@given(st.binary(max_size=200), st.sampled_from(WHERES))
def test_nothing_opens_in_another_row_column_table_or_case(what, elsewhere):
    sealed = crypto.seal(KEY, what, place=PLACE)

    with pytest.raises(crypto.Unopened):
        crypto.unseal(KEY, sealed, place=elsewhere)


@given(st.binary(max_size=100), st.data())
def test_one_flipped_bit_is_noticed_wherever_it_is(what, data):
    sealed = bytearray(crypto.seal(KEY, what, place=PLACE))
    bit = data.draw(st.integers(0, 8 * len(sealed) - 1))
    sealed[bit // 8] ^= 1 << bit % 8

    with pytest.raises(crypto.Unopened):
        crypto.unseal(KEY, bytes(sealed), place=PLACE)


@given(st.binary(max_size=100), st.data())
def test_what_was_cut_anywhere_or_lengthened_does_not_open(what, data):
    sealed = crypto.seal(KEY, what, place=PLACE)
    cut = sealed[: data.draw(st.integers(0, len(sealed) - 1))]

    for wrong in (cut, sealed + b"\0"):
        with pytest.raises(crypto.Unopened):
            crypto.unseal(KEY, wrong, place=PLACE)


def test_another_key_does_not_open_it():
    with pytest.raises(crypto.Unopened):
        crypto.unseal(crypto.new_key(), crypto.seal(KEY, "words", place=PLACE), place=PLACE)


def test_the_same_words_are_other_bytes_each_time():
    assert crypto.seal(KEY, "words", place=PLACE) != crypto.seal(KEY, "words", place=PLACE)
    assert crypto.new_key() != crypto.new_key()
    assert len(crypto.new_key()) == 32


def test_the_key_of_a_case_unwraps_for_that_case_alone():
    wrapped, version = crypto.wrap(KEY, ONE)

    assert crypto.unwrap(wrapped, ONE, version) == KEY
    assert KEY not in wrapped
    with pytest.raises(crypto.Unopened):
        crypto.unwrap(wrapped, OTHER, version)


def test_a_wrapped_key_is_no_paper_and_a_paper_no_key():
    wrapped, _ = crypto.wrap(KEY, ONE)

    with pytest.raises(crypto.Unopened):
        crypto.unseal(KEY, wrapped, place=PLACE)


def test_the_first_key_wraps_and_all_unwrap(settings):
    settings.CASE_KEYS = OLD
    wrapped, old = crypto.wrap(KEY, ONE)

    settings.CASE_KEYS = f"{NEW}, {OLD}"
    assert crypto.unwrap(wrapped, ONE, old) == KEY
    assert crypto.wrap(KEY, ONE)[1] == crypto.current() == crypto.version_of(NEW)
    assert crypto.versions() == [crypto.version_of(NEW), old]

    settings.CASE_KEYS = NEW
    with pytest.raises(crypto.LostKey, match=old):
        crypto.unwrap(wrapped, ONE, old)


def test_a_version_cannot_be_passed_off_as_another(settings):
    settings.CASE_KEYS = f"{NEW},{OLD}"
    wrapped, _ = crypto.wrap(KEY, ONE)

    with pytest.raises(crypto.Unopened):
        crypto.unwrap(wrapped, ONE, crypto.version_of(OLD))


@pytest.mark.parametrize("none", ["", "unset", " , "])
def test_where_there_are_no_keys_nothing_is_wrapped_and_nothing_opens(settings, none):
    wrapped, version = crypto.wrap(KEY, ONE)
    settings.CASE_KEYS = none

    with pytest.raises(crypto.LostKey, match="SURFACE"):
        crypto.wrap(KEY, ONE)
    with pytest.raises(crypto.LostKey):
        crypto.unwrap(wrapped, ONE, version)


def test_a_version_tells_nothing_of_its_key():
    assert len(crypto.version_of(OLD)) == 12
    assert crypto.version_of(OLD) != crypto.version_of(NEW)
    assert crypto.version_of(OLD) not in OLD


def test_an_error_quotes_nothing():
    with pytest.raises(ValueError, match="half a character") as found:
        crypto.seal(KEY, "a secret \ud800", place=PLACE)
    assert "secret" not in str(found.value)
    assert found.value.__suppress_context__

    with pytest.raises(crypto.Unopened) as found:
        crypto.unseal(KEY, b"a secret" * 9, place=PLACE)
    assert "secret" not in str(found.value)
    assert str(ONE) not in str(found.value)
