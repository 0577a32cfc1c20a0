"""Folding: whoever types a name from memory, on any keyboard, means the same person."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from accounts import names

TEXT = st.text(max_size=300) | st.text(alphabet="aäßöüøıİIőçñǝ'’ʻ- ־渡邊かガｶﾞ가힣각أإآٱىةالعּשׁКйёїӘกิ่้คဿ্যা٣³½ﷺ\u200c\u202e\x00", max_size=60)


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Łucja Żebrowska", "lucja zebrowska"),
        ("İpek Işık", "ipek isik"),
        ("IŞIK", "isik"),
        ("Käßmann", "kassmann"),
        ("Nguyễn Thị Bảo Trân", "nguyen thi bao tran"),
        ("Nguye\u0302\u0303n", "nguyen"),
        ("O’Dwyer-Pugh", "odwyer pugh"),
        ("Kaʻōpua", "kaopua"),
        ("Þórdís Æsa", "thordis aesa"),
        ("Đorđe Ŋkɛ́lɛ Ɓɔ̀yɛ́-Ɗìŋ", "dorde nkele boye din"),
        ("Παναγιώτα ΞΈΝΟΣ", "παναγιωτα ξενοσ"),
        ("Ὑψηλός", "υψηλοσ"),
        ("Королёв Андрей", "королев андреи"),
        ("سلمى الحدّاد", "سلمي الحداد"),
        ("أحمد", "احمد"),
        ("مُحَمَّدُ", "محمد"),
        ("שִׁירָה לֵוִי", "שירה לוי"),
        ("בן־דוד", "בן דוד"),
        ("گلچهره\u200cنژاد", "گلچهره نژاد"),
        ("渡辺 澪", "渡辺澪"),
        ("𠮷田 直", "吉田直"),
        ("リー・ジョージ（直骨）", "リージョージ直骨"),
        ("ｼﾞｮｰｼﾞ ｌｅｅ", "ジョージ lee"),
        ("\u1112\u1161\u11ab\u1103\u1161\u11af 李", "한달李"),
        ("श्रद्धा", "श्रद्धा"),
        ('Maximilian "Max" Ortega', "maximilian max ortega"),
        ("%_\x00\u202e;--", ""),
        ("", ""),
    ],
)
def test_a_name_is_folded_to_what_people_type(written, folded):
    assert names.fold(written) == folded


@given(TEXT)
def test_folding_again_changes_nothing(text):
    assert names.fold(names.fold(text)) == names.fold(text)


@given(TEXT)
@example("0\u0345")
@example("ᾳ")
def test_folding_any_text_ends_within_bounds(text):
    assert len(names.fold(text)) <= names.LONGEST
    assert all(len(key) <= names.LONGEST_WORD for key in names.keys_of(text, text[::-1]))
    assert len(names.keys_of(text)) <= 40 * (len(text) + 1)
    assert names.fold(text) in names.variants(text) | {""}
    names.asked(text)


@given(st.text(alphabet="abcäüßŁ'- 渡辺가ъШ", max_size=40))
def test_a_name_has_a_key_for_every_word_that_asks_for_it(name):
    keys = names.keys_of(name)

    assert all(any(key.startswith(word) for key in keys for word in words) for words in names.asked(name))


def test_an_umlaut_may_be_written_with_an_e():
    assert names.variants("Käßmann") == {"kassmann", "kaessmann"}


def test_a_double_name_is_kept_whole_and_in_parts():
    assert names.keys_of("Siân O'Dwyer-Pugh") == {"sian", "odwyer", "dwyer", "pugh", "odwyerpugh"}


def test_a_name_without_blanks_is_found_from_every_character():
    assert names.keys_of("渡辺 澪", "Watanabe Mio") >= {"渡辺澪", "辺澪", "澪", "澪渡辺", "watanabe", "mio"}


@pytest.mark.parametrize("typed", ["zebrowska", "zbrowska", "zzebrowska", "xebrowska", "ezbrowska", "zebrowsak", "zebrowsk", "zebrowskax"])
def test_words_one_typing_error_apart_share_a_slip(typed):
    assert names.slips(typed) & names.slips("zebrowska")
    assert names.one_slip_apart(typed, "zebrowska")


@pytest.mark.parametrize("typed", ["zebrosk", "zabrowksa", "zebr", "webrowski", ""])
def test_two_errors_are_two(typed):
    assert not names.one_slip_apart(typed, "zebrowska")


@given(st.text(alphabet="abc", min_size=4, max_size=7), st.text(alphabet="abc", min_size=4, max_size=7))
def test_one_slip_apart_agrees_with_trying_every_slip(one, other):
    tried = {one}
    for i in range(len(one) + 1):
        tried |= {one[:i] + letter + one[i:] for letter in "abc"}
        tried |= {one[:i] + letter + one[i + 1 :] for letter in "abc" if i < len(one)}
        tried |= {one[:i] + one[i + 1 :], one[:i] + one[i + 1 : i + 2] + one[i : i + 1] + one[i + 2 :]}

    assert names.one_slip_apart(one, other) == (other in tried)
    if other in tried:
        assert names.slips(one) & names.slips(other)
