"""How names are compared: the only folding of the house, and the words under which a name is kept for searching. Pure."""

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise, product

LONGEST = 240  # characters looked at; a name has at most 120
LONGEST_WORD = 64
SLIPS_FROM, SLIPS_TO = 4, 32  # letters of a word between which one typing error is forgiven

# Letters that Unicode does not take apart, and letters that one alphabet writes in several ways.
LETTERS = str.maketrans(
    {
        "đ": "d", "ð": "d", "ɖ": "d", "ɗ": "d", "ł": "l", "ƚ": "l", "ø": "o", "ɔ": "o", "ɵ": "o", "ı": "i", "ɩ": "i", "ħ": "h",
        "ŧ": "t", "ŋ": "n", "ɲ": "n", "ɓ": "b", "ƙ": "k", "ƴ": "y", "ɛ": "e", "ə": "e", "ǝ": "e", "ß": "ss", "þ": "th", "æ": "ae",
        "œ": "oe", "ĸ": "k", "ƒ": "f", "ɣ": "g", "ǥ": "g", "ƶ": "z", "ɨ": "i", "ʉ": "u", "ƀ": "b",
        "ґ": "г", "ѓ": "г",
        "ٱ": "ا", "ى": "ي", "ی": "ي", "ے": "ي", "ک": "ك", "ة": "ه", "ہ": "ه", "ھ": "ه", "ە": "ه",
        "髙": "高", "𠮷": "吉", "﨑": "崎", "嵜": "崎", "邊": "辺", "邉": "辺", "濱": "浜", "濵": "浜", "澤": "沢", "櫻": "桜",
        "齋": "斎", "齊": "斎", "斉": "斎", "廣": "広", "德": "徳", "瀧": "滝", "冨": "富", "眞": "真", "嶋": "島", "國": "国",
    }
)  # fmt: skip
# Said in two ways: Müller is also Mueller, Åkesson also Aakesson, Əliyə also Aliya, Đorđe also Djordje.
OTHER_SPELLINGS = {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "ə": "a", "đ": "dj"}

APOSTROPHES = "'’‘‛ʻʼʹʽˈ´`′＇׳՚"
DROPPED = re.compile(f"[{APOSTROPHES}\u00ad\u0640\u200b\u200d-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
# Vowel points and accents. Vowel signs of India, Thailand and their neighbors are letters of the name and stay.
MARKS = re.compile(
    "[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4"
    "\u06e7\u06e8\u06ea-\u06ed\u0711\u0730-\u074a\u180b-\u180f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f"
    "\U000e0100-\U000e01ef]"
)
EAST_ASIAN = "\u1100-\u11ff\u3005-\u3007\u3041-\u30fa\u30fc-\u30ff\u3105-\u312f\u3131-\u318e\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff"  # noqa: E501
BLANK_BETWEEN_EAST_ASIAN = re.compile(f"(?<=[{EAST_ASIAN}]) (?=[{EAST_ASIAN}])")
EAST_ASIAN_RUN = re.compile(f"[{EAST_ASIAN}]+")
HYPHENS = re.compile("[-\u2010-\u2015\u2212\u058a\u05be\u200c]")
ARTICLE = "ال"


def fold(text: str) -> str:
    """Small plain letters in words with one blank between: Łucja Żebrowska and LUCJA ZEBROWSKA are the same, 渡辺 澪 and 渡辺澪 too.

    Never raises, gives at most `LONGEST` characters, and folding again changes nothing.
    """
    folded = _plain(text[:LONGEST])
    while (again := _plain(folded)) != folded:
        folded = again
    return folded


def _plain(text: str) -> str:
    text = MARKS.sub("", DROPPED.sub("", unicodedata.normalize("NFKD", text)))
    text = unicodedata.normalize("NFKD", text.casefold()).translate(LETTERS)
    text = unicodedata.normalize("NFC", MARKS.sub("", text))
    text = " ".join("".join(_letter(character) for character in text).split())
    return BLANK_BETWEEN_EAST_ASIAN.sub("", text)[:LONGEST].rstrip()


def _letter(character: str) -> str:
    kind = unicodedata.category(character)
    if kind == "Nd":
        return str(unicodedata.digit(character))
    return character if kind[0] in "LMN" else " "


def variants(text: str) -> set[str]:
    """The foldings of every way to write the text: with ü as u and as ue, and with or without the Arabic article."""
    composed = unicodedata.normalize("NFC", text[:LONGEST]).lower()  # casefold would make letters of Greek marks
    special = [letter for letter in OTHER_SPELLINGS if letter in composed][:3]
    spellings = set()
    for choice in product((False, True), repeat=len(special)):
        table = {ord(letter): OTHER_SPELLINGS[letter] for letter, other in zip(special, choice, strict=True) if other}
        spellings.add(fold(composed.translate(table)))
    without = {" ".join(_without_article(word) for word in spelling.split()) for spelling in spellings}
    return {spelling for spelling in spellings | without if spelling}


def _without_article(word: str) -> str:
    return word.removeprefix(ARTICLE) if word.startswith(ARTICLE) and len(word) >= 5 else word


def keys_of(full_name: str, latin_name: str = "") -> set[str]:
    """Every word under which the person is kept: of both names, in every spelling, parts of double names alone and joined."""
    return {word[:LONGEST_WORD] for name in (full_name, latin_name) for word in _words(name)}


def _words(name: str) -> Iterator[str]:
    for part in name[:LONGEST].split():
        pieces = [piece for piece in HYPHENS.split(part) if piece]
        for piece in {*pieces, "".join(pieces), *_after_apostrophe(pieces)}:
            for spelling in variants(piece):
                yield from _split(spelling)
    yield from _split(fold(name))
    for run in (*EAST_ASIAN_RUN.findall(fold(name)), *_given_name_first(name)):
        yield from (run[start:] for start in range(len(run)))


def _split(folded: str) -> list[str]:
    """Words; a run of East Asian letters is a word of its own."""
    return EAST_ASIAN_RUN.sub(lambda run: f" {run[0]} ", folded).split()


def _after_apostrophe(pieces: list[str]) -> Iterator[str]:
    for piece in pieces:
        last = re.split(f"[{APOSTROPHES}]", piece)[-1]
        if last != piece and len(last) > 2:
            yield last


def _given_name_first(name: str) -> Iterator[str]:
    parts = [fold(part) for part in name.split()]
    if len(parts) == 2 and all(EAST_ASIAN_RUN.fullmatch(part) for part in parts):
        yield parts[1] + parts[0]


def asked(text: str) -> list[frozenset[str]]:
    """The words of a search; for each the foldings that may stand for it."""
    found: dict[frozenset[str], None] = {}
    for part in text[:LONGEST].split():
        for piece in HYPHENS.split(part):
            spellings = [_split(spelling) for spelling in sorted(variants(piece))]
            for position in range(max(map(len, spellings), default=0)):
                found[frozenset(words[position][:LONGEST_WORD] for words in spellings if len(words) > position)] = None
    return list(found)


def slips(word: str) -> set[str]:
    """The word and what is left of it when one letter is dropped: two words one typing error apart share one of these."""
    if not SLIPS_FROM <= len(word) <= SLIPS_TO or EAST_ASIAN_RUN.search(word):
        return {word}
    return {word} | {word[:i] + word[i + 1 :] for i in range(len(word))}


def one_slip_apart(one: str, other: str) -> bool:
    """One letter too many, missing, wrong, or two neighbors swapped; or no difference at all."""
    if len(one) > len(other):
        one, other = other, one
    if len(other) - len(one) > 1:
        return False
    start = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
    if len(one) < len(other):
        return one[start:] == other[start + 1 :]
    swapped = one[start + 1 : start + 2] + one[start : start + 1] + one[start + 2 :]
    return one[start + 1 :] == other[start + 1 :] or swapped == other[start:]


def joined_pairs(words: list[str]) -> list[list[str]]:
    """The words with one blank taken out, for each blank."""
    return [[*words[:i], a + b, *words[i + 2 :]] for i, (a, b) in enumerate(pairwise(words))]
