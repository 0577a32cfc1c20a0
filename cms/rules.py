"""Comparing and matching wordings. Strings in, answers out: no database, no clock."""

import json
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import SequenceMatcher
from enum import Enum
from hashlib import sha256

QUOTES = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "\u00a0": " ", "–": "-", "—": "-"})
SIMILAR = 0.8
CHECKED_FOR = timedelta(days=180)  # that a check of a crisis line holds: numbers and hours change, and whoever calls has no second try
DESPAIR = re.compile(r"suicid|\bend(s|ing)? \w+ (own )?life\b|\bkill(s|ing)? \w+sel(f|ves)\b", re.IGNORECASE)
HARM = re.compile(
    r"\babus(e|ed|es|ers?|ing|ive)\b|\bself-harm|\bviolen(ce|t)\b|\bassault|\brap(e|ed|ist)\b|\bmolest"
    r"|\bsexual(ly)?\b(?! orientation)|\bno sex\b|\bromantic(ally)?\b|\bcris[ei]s\b|\b(is|are|was|being) (hit|beaten)\b"
    r"|\b(hurt|harm|cut|injur)(s|e|es|ing|ting)? (my|your|him|her|our|them|one)sel(f|ves)\b",
    re.IGNORECASE,
)


def normalized(text: str) -> str:
    """The copy on which wordings are matched: NFC, one kind of quote, single blanks. What is stored stays verbatim."""
    return " ".join(unicodedata.normalize("NFC", text).translate(QUOTES).split())


def checked_since(on: date) -> date:
    """The earliest day of a check of a crisis line that still holds on a day."""
    return on - CHECKED_FOR


def speaks_of_suicide(*words: str) -> bool:
    """Whether any of these words speak of suicide, so that a page that shows them says where help is."""
    return any(DESPAIR.search(text) for text in words)


def speaks_of_harm(*words: str) -> bool:
    """Whether any of these words speak of suicide, abuse, violence, sexual harm or a crisis: a page that shows them says where help is."""
    return speaks_of_suicide(*words) or any(HARM.search(text) for text in words)


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
    """One clause from one edition to the next. `moved`: it stands elsewhere among the clauses that both editions word; then `before`
    and `after` are the clauses it stood behind and stands behind, empty at the beginning.
    """

    clause: str
    fate: Fate
    runs: list[Run]
    moved: bool = False
    before: str = ""
    after: str = ""

    @property
    def written_anew(self) -> bool:
        """Whether no word of the old wording is told as kept, so that both are read whole."""
        return self.fate is Fate.REWORDED and is_anew(self.runs)

    @property
    def is_one(self) -> bool:
        """Whether a reader has to be told of it at all."""
        return self.moved or self.fate is not Fate.SAME


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
    """What became of each clause between two editions given as clause -> wording, each in its order.

    The changes stand in the new order; a retired clause follows the one it stood behind.
    """
    away = moved([clause for clause in old if clause in new], [clause for clause in new if clause in old])
    behind, stands = neighbors_before(old), neighbors_before(new)
    told = []
    for clause in merged(list(old), list(new)):
        fate, words = change(old.get(clause, ""), new.get(clause, ""))
        is_away = clause in away
        told.append(Change(clause, fate, words, is_away, behind[clause] if is_away else "", stands[clause] if is_away else ""))
    return told


def change(old: str, new: str) -> tuple[Fate, list[Run]]:
    """What became of one wording, empty where there is none."""
    if not old:
        return Fate.NEW, [Run(Edit.ADDED, new)]
    if not new:
        return Fate.RETIRED, [Run(Edit.REMOVED, old)]
    return (Fate.SAME if old == new else Fate.REWORDED), runs(old, new)


def neighbors_before(order: Iterable[str]) -> dict[str, str]:
    """Each clause with the one it stands behind; the first with an empty one."""
    clauses = list(order)
    return dict(zip(clauses, ["", *clauses], strict=False))


def merged(old: Sequence[str], new: Sequence[str]) -> list[str]:
    """The clauses of both editions in the new order, each retired one behind the clause it stood behind."""
    order = list(new)
    for clause, earlier in neighbors_before(old).items():
        if clause not in order:
            order.insert(order.index(earlier) + 1 if earlier else 0, clause)
    return order


def moved(old: Sequence[str], new: Sequence[str]) -> set[str]:
    """The fewest clauses that have to move for the old order of the same clauses to become the new one."""
    place = {clause: n for n, clause in enumerate(old)}
    ends: list[int] = []  # ends[n]: the smallest place at which a rising row of n + 1 clauses can end
    length: dict[str, int] = {}
    for clause in new:
        n = bisect_left(ends, place[clause])
        ends[n : n + 1] = [place[clause]]
        length[clause] = n + 1
    stays: set[str] = set()
    wanted = len(ends)
    for clause in reversed(new):
        if length[clause] == wanted:
            stays.add(clause)
            wanted -= 1
    return set(new) - stays


class Turn(Enum):
    """What happened to one clause with an edition."""

    FIRST = "first wording"
    REWORDED = "reworded"
    ANEW = "written anew"
    RETIRED = "retired"
    BACK = "taken up again"


def story(bodies: Sequence[str]) -> list[tuple[int, Turn, list[Run]]]:
    """The life of a clause, given what it says in each edition, oldest first, and nothing where an edition has none.

    Each turn with the index of its edition and its words: a new wording as its difference to the one before, one written anew as it
    reads, for the turn before tells the old one. Editions that repeat a wording are left out.
    """
    told: list[tuple[int, Turn, list[Run]]] = []
    last = spoken = ""
    for index, body in enumerate(bodies):
        if body != last:
            told.append((index, *turned(last, spoken, body)))
        last, spoken = body, body or spoken
    return told


def turned(last: str, spoken: str, body: str) -> tuple[Turn, list[Run]]:
    """What happened when an edition says `body` after one that said `last`, where `spoken` was the last wording of all."""
    whole = [Run(Edit.SAME, body)]
    if not body:
        return Turn.RETIRED, []
    if not spoken:
        return Turn.FIRST, whole
    changes = runs(spoken, body)
    turn = Turn.BACK if not last else Turn.ANEW if is_anew(changes) else Turn.REWORDED
    return turn, whole if is_anew(changes) else changes


def is_anew(told: Iterable[Run]) -> bool:
    """Whether a difference keeps no word."""
    return all(run.edit is not Edit.SAME for run in told)


def digest(name: str, wordings: Iterable[tuple[str, str]]) -> str:
    """What an edition says, as one short word: its name, and its clauses and wordings in order. Equal words, equal digest."""
    said = json.dumps([name, [list(pair) for pair in wordings]], ensure_ascii=False, separators=(",", ":"))
    return sha256(said.encode()).hexdigest()


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
            matcher = SequenceMatcher(a=normalized(wording).split(), b=normalized(body).split(), autojunk=False)
            # The quick ratios are bounds from above: most pairs need no word by word comparison.
            if min(matcher.real_quick_ratio(), matcher.quick_ratio()) >= SIMILAR and (ratio := matcher.ratio()) >= SIMILAR:
                pairs.append((ratio, index, clause))
    return pairs
