"""Finding people by name: the words under which each is kept, and the search in stages, the dear one last.

Whole words, then beginnings of words, then one typing error; each stage is asked only when the one before found nobody.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import reduce
from operator import or_

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from accounts import names
from accounts.models import Name, NameSlip, NameWord, User

LETTERS = 3  # fewer would list strangers; one East Asian character is enough
WORDS = 12
WORDS_JOINED = 4  # blanks that are tried as one too many


class Stage(StrEnum):
    TOO_SHORT = "too short"
    WORDS = "whole words"
    BEGINNINGS = "beginnings of words"
    TYPING_ERROR = "one typing error"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Found:
    """Ids of people, at most `limit`, and whether there are more; found in which stage."""

    people: tuple[int, ...]
    more: bool
    stage: Stage


@dataclass(frozen=True, slots=True)
class Part:
    """What one word of a name has to be, or else to begin with."""

    whole: frozenset[str] = frozenset()
    beginning: frozenset[str] = frozenset()

    @property
    def rows(self) -> Q:
        """Either words or beginnings: both in one condition would read the whole index."""
        if not self.beginning:
            return Q(word__in=sorted(self.whole))
        ranges = [Q(word__gte=word, word__lt=f"{word}\U0010ffff") for word in sorted(self.beginning)]
        return reduce(or_, ranges)

    @property
    def rarity(self) -> int:
        """A long word has few bearers: the search begins there."""
        return min(map(len, self.whole | self.beginning), default=0)


Plan = Sequence[Part]


@transaction.atomic
def keep(name: Name) -> None:
    """Let the bearer be found by this name, and by no earlier one."""
    person = name.user_id
    words = names.keys_of(name.full_name, name.latin_name)
    dropped = set(NameWord.objects.filter(person=person).exclude(word__in=words).values_list("word", flat=True))
    NameWord.objects.filter(person=person, word__in=dropped).delete()
    NameWord.objects.bulk_create([NameWord(person_id=person, word=word) for word in sorted(words)], ignore_conflicts=True)
    slips = [NameSlip(slip=slip, word=word) for word in sorted(words) for slip in sorted(names.slips(word))]
    NameSlip.objects.bulk_create(slips, ignore_conflicts=True)
    _let_slips_go(dropped)


@transaction.atomic
def let_go(person: User) -> None:
    """Let the person be found by no name: for the right to be forgotten."""
    words = set(person.name_words.values_list("word", flat=True))
    person.name_words.all().delete()
    _let_slips_go(words)


def _let_slips_go(words: set[str]) -> None:
    NameSlip.objects.filter(word__in=words).exclude(Exists(NameWord.objects.filter(word=OuterRef("word")))).delete()


def find(text: str, *, limit: int = 20) -> list[User]:
    """For the office: people of any role whose name is meant by the text."""
    found = search(text, limit=limit)
    people = User.objects.prefetch_related("names").in_bulk(found.people)
    return [people[pk] for pk in found.people]


def search(text: str, *, among: Exists | Q | None = None, limit: int = 20) -> Found:
    """Who is meant by the text, in any order of words, without regard to accents, case and apostrophes.

    `among` restricts rows of NameWord, such as to people who hold a certificate.
    """
    asked = names.asked(text)[:WORDS]
    if not _enough(asked):
        return Found((), False, Stage.TOO_SHORT)
    for stage, plans in _stages(asked):
        for plan in plans:
            if people := _holding(plan, among=among, limit=limit):
                return Found(tuple(people[:limit]), len(people) > limit, stage)
    return Found((), False, Stage.NOBODY)


def _enough(asked: list[frozenset[str]]) -> bool:
    words = [max(options, key=len) for options in asked]
    return sum(map(len, words)) >= LETTERS or any(names.EAST_ASIAN_RUN.search(word) for word in words)


def _stages(asked: list[frozenset[str]]) -> Iterator[tuple[Stage, Iterator[Plan]]]:
    yield Stage.WORDS, iter([[Part(options) for options in asked]])
    yield Stage.BEGINNINGS, iter([[Part(beginning=options) for options in asked]])
    yield Stage.TYPING_ERROR, _mended(asked)


def _mended(asked: list[frozenset[str]]) -> Iterator[Plan]:
    """Each word with a letter put right, then with a blank put in, then with a blank taken out."""
    known = _known({piece for options in asked for word in options for piece in _pieces(word)})
    near = [frozenset(_near(options, known)) for options in asked]
    letters = [Part(others) if others - options else Part(beginning=options) for options, others in zip(asked, near, strict=True)]
    if any(part.whole for part in letters):
        yield letters
    for i, options in enumerate(asked):
        for first, second in (halves for word in sorted(options) for halves in _halves(word)):
            if first in known.get(first, ()) and second in known.get(second, ()):
                yield [*letters[:i], Part(frozenset({first})), Part(frozenset({second})), *letters[i + 1 :]]
    for words in names.joined_pairs([min(options) for options in asked])[:WORDS_JOINED]:
        yield [Part(frozenset({word})) for word in words]


def _near(options: frozenset[str], known: dict[str, set[str]]) -> Iterator[str]:
    for word in options:
        for slip in names.slips(word):
            yield from (other for other in known.get(slip, ()) if names.one_slip_apart(word, other))


def _halves(word: str) -> list[tuple[str, str]]:
    return [(word[:i], word[i:]) for i in range(2, len(word) - 1)]


def _pieces(word: str) -> set[str]:
    return names.slips(word) | {half for halves in _halves(word) for half in halves}


def _known(slips: set[str]) -> dict[str, set[str]]:
    """The words that stand behind each of the slips."""
    known: dict[str, set[str]] = {}
    for slip, word in NameSlip.objects.filter(slip__in=slips).values_list("slip", "word"):
        known.setdefault(slip, set()).add(word)
    return known


def _holding(plan: Plan, *, among: Exists | Q | None, limit: int) -> list[int]:
    """People with a word for each part of the plan, at most one more than `limit`, in the order of their words."""
    first, *others = sorted(plan, key=lambda part: -part.rarity)
    rows = NameWord.objects.filter(first.rows)
    for part in others:
        rows = rows.filter(Exists(NameWord.objects.filter(part.rows, person=OuterRef("person"))))
    if among is not None:
        rows = rows.filter(among)
    people = rows.order_by("word", "person_id").values_list("person_id", flat=True)[: 4 * (limit + 1)]
    return list(dict.fromkeys(people))[: limit + 1]
