"""Comparing and matching wordings. Strings in, answers out: no database, no clock."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import Enum

QUOTES = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "\u00a0": " ", "–": "-", "—": "-"})
SIMILAR = 0.8
DESPAIR = re.compile(r"suicid|\bend(s|ing)? \w+ (own )?life\b|\bkill(s|ing)? \w+sel(f|ves)\b", re.IGNORECASE)


def normalized(text: str) -> str:
    """The copy on which wordings are matched: NFC, one kind of quote, single blanks. What is stored stays verbatim."""
    return " ".join(unicodedata.normalize("NFC", text).translate(QUOTES).split())


def speaks_of_suicide(*words: str) -> bool:
    """Whether any of these words speak of suicide, so that a page that shows them says where help is."""
    return any(DESPAIR.search(text) for text in words)


class Edit(Enum):
    """What became of a run of words."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Run:
    edit: Edit
    words: str


class Fate(Enum):
    """What became of a clause from one edition to the next."""

    SAME = "unchanged"
    REWORDED = "reworded"
    NEW = "new"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class Change:
    clause: str
    fate: Fate
    runs: list[Run]


# Below this share of words kept, a difference word by word reads as a jumble: the old wording is shown whole, then the new.
WRITTEN_ANEW = 0.5


def runs(old: str, new: str) -> list[Run]:
    """The difference of two wordings, word by word, in reading order; what was removed stands before what was added."""
    before, after = re.findall(r"\S+", old), re.findall(r"\S+", new)
    matcher = SequenceMatcher(a=before, b=after, autojunk=False)
    if before and after and matcher.ratio() < WRITTEN_ANEW:
        return [Run(Edit.REMOVED, " ".join(before)), Run(Edit.ADDED, " ".join(after))]
    found: list[Run] = []
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            found.append(Run(Edit.SAME, " ".join(before[a:b])))
            continue
        if b > a:
            found.append(Run(Edit.REMOVED, " ".join(before[a:b])))
        if d > c:
            found.append(Run(Edit.ADDED, " ".join(after[c:d])))
    return found


def compare(old: Mapping[str, str], new: Mapping[str, str]) -> list[Change]:
    """What became of each clause between two editions given as clause -> wording; in the new order, retired ones last."""
    return [change(clause, old.get(clause, ""), new.get(clause, "")) for clause in dict.fromkeys([*new, *old])]


def change(clause: str, old: str, new: str) -> Change:
    if not old:
        return Change(clause, Fate.NEW, [Run(Edit.ADDED, new)])
    if not new:
        return Change(clause, Fate.RETIRED, [Run(Edit.REMOVED, old)])
    return Change(clause, Fate.SAME if old == new else Fate.REWORDED, runs(old, new))


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a piece of an imported section belongs; `clause` is None while a person has not said so yet."""

    body: str
    clause: str | None
    how: str


def match_by_position(bodies: Sequence[str], known: Sequence[str]) -> list[Placed]:
    """The pieces of a section against the demonstration edition, whose wording shares nothing with them: first to first."""
    return [Placed(body, clause, "by position") for body, clause in zip(bodies, known, strict=True)]


def match_by_wording(bodies: Sequence[str], known: Mapping[str, str]) -> list[Placed]:
    """The pieces of a section against clause -> wording of an older edition: equal text first, then similarity of 0.8 and more.

    The most similar pair goes first, each clause is given once, and what resembles no clause is left to a person.
    """
    given: dict[int, tuple[str, str]] = {}
    free = dict(known)
    exact = {normalized(body): clause for clause, body in reversed(list(known.items()))}
    for index, body in enumerate(bodies):
        clause = exact.get(normalized(body))
        if clause in free:
            given[index] = (clause, "equal text")
            del free[clause]
    for _, index, clause in sorted(likenesses(bodies, free, skip=given), key=lambda pair: -pair[0]):
        if index not in given and clause in free:
            given[index] = (clause, "similar text")
            del free[clause]
    return [Placed(body, *given.get(index, (None, "not placed"))) for index, body in enumerate(bodies)]


def likenesses(bodies: Sequence[str], known: Mapping[str, str], *, skip: Iterable[int]) -> list[tuple[float, int, str]]:
    """Pairs of piece and clause that are similar enough: (ratio, index of the piece, clause)."""
    done = set(skip)
    pairs = []
    for index, body in enumerate(bodies):
        for clause, wording in {} if index in done else known.items():
            ratio = SequenceMatcher(a=normalized(wording).split(), b=normalized(body).split(), autojunk=False).ratio()
            if ratio >= SIMILAR:
                pairs.append((ratio, index, clause))
    return pairs
