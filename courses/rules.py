"""Drawing, grading and waiting. Facts in, answers out: no database, no clock, no request."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from random import Random
from typing import Any

from courses.facts import SECTIONS, Verdict

MULTIPLE, ORDERING, KEEPS_ITS_ORDER = "multiple", "ordering", "true-false-reason"
GRANTED_DAYS = 90  # usually, for attempts that the office opens: time for the lessons, and an end
USUAL_WAITS = (0, 24, 72)
LONGEST_WAIT = 365 * 24  # hours; longer is a slip of the hand


# What a person takes for a question, in minutes: in a check with its lesson just read, in a final quiz with a case to weigh.
MINUTES_IN_A_CHECK, MINUTES_IN_A_FINAL = 1, 2


@dataclass(frozen=True, slots=True)
class Item:
    """A frozen question as the draw sees it. `last_seen` is when this person last had it; None is never."""

    version: int
    question: int
    section: str
    clause: str
    critical: bool = False
    last_seen: datetime | None = None


@dataclass(frozen=True, slots=True)
class Blueprint:
    """How many questions, from which sections, how many of them critical at least, and whether a primary clause may come twice."""

    size: int
    sections: Mapping[str, int]
    min_critical: int = 0
    one_per_clause: bool = False


class PoolTooSmall(Exception):
    """The questions there are cannot make the paper that the blueprint asks for."""


def is_whole(value: object, *, least: int) -> bool:
    """Whether a stored value is a whole number and at least so much. True and False are none."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


def wrong_waits(stored: Any, *, attempts: int) -> str:
    """What is wrong with the waits before the attempts at a final quiz, in words for an author; empty when nothing is."""
    if not isinstance(stored, list) or not all(is_whole(hours, least=0) for hours in stored):
        return "Write whole hours, separated by commas, such as 0, 24, 72."
    if max(stored, default=0) > LONGEST_WAIT:
        return f"A wait is {LONGEST_WAIT} hours at most, which is a year."
    if len(stored) != attempts:
        return f"There are {attempts} attempts, so write {attempts} waits: the hours before each of them, starting with the first."
    return ""


def waits(stored: Any) -> Sequence[int]:
    """The waits that count: those that were stored or, where they cannot be read, the usual ones."""
    is_readable = isinstance(stored, list) and not wrong_waits(stored, attempts=len(stored))
    return stored if is_readable else USUAL_WAITS


def wrong_blueprint(stored: Any, *, size: int) -> str:
    """What is wrong with how many questions come from which section, in words for an author; empty when nothing is."""
    if not isinstance(stored, dict) or not all(is_whole(wanted, least=1) for wanted in stored.values()):
        return "Write a section and a whole number from 1 on in each line, such as “scope: 7”."
    if unknown := [section for section in stored if section not in SECTIONS]:
        return f"There is no section “{unknown[0]}”. The sections are: {', '.join(SECTIONS)}."
    if stored and sum(stored.values()) != size:
        return f"This asks for {sum(stored.values())} questions and the quiz for {size}: the two have to be the same."
    return ""


def shortage(pool: Sequence[Item], blueprint: Blueprint) -> list[str]:
    """What the questions in use lack for a paper, each in words for an author; empty when a paper can be drawn."""
    lacking = []
    for section, wanted in (blueprint.sections or {"": blueprint.size}).items():
        there = [item for item in pool if section in ("", item.section)]
        named = f"{section}: " if section else ""
        if len(there) < wanted:
            lacking.append(f"{named}{wanted} asked for, {len(there)} in use")
        elif blueprint.one_per_clause and (clauses := len(Counter(item.clause for item in there))) < wanted:
            lacking.append(f"{named}{wanted} asked for, each on a clause of its own, and the {len(there)} in use are on {clauses}")
    if (critical := sum(item.critical for item in pool)) < blueprint.min_critical:
        lacking.append(f"{blueprint.min_critical} critical questions asked for, {critical} in use")
    return lacking or _not_drawn(pool, blueprint)


def _not_drawn(pool: Sequence[Item], blueprint: Blueprint) -> list[str]:
    """Enough of each kind, and still no paper where the same clauses are asked about in several sections."""
    try:
        draw(pool, blueprint, seed=0)
    except PoolTooSmall:
        return ["The questions in use ask about too few different clauses to make a paper."]
    return []


def draw(pool: Sequence[Item], blueprint: Blueprint, *, seed: int) -> list[Item]:
    """Choose a paper: never-seen questions first, then those seen longest ago, by chance within that. Raises PoolTooSmall."""
    chance = Random(seed)  # noqa: S311
    ranked = chance.sample(list(pool), len(pool))
    ranked.sort(key=lambda item: (item.last_seen is not None, item.last_seen.timestamp() if item.last_seen else 0.0))
    paper: list[Item] = []
    for section, wanted in (blueprint.sections or {"": blueprint.size}).items():
        paper += _pick([item for item in ranked if section in ("", item.section)], wanted, taken=paper, strict=blueprint.one_per_clause)
    _raise_critical(paper, ranked, blueprint)
    return chance.sample(paper, len(paper))


def _pick(candidates: Sequence[Item], wanted: int, *, taken: Sequence[Item], strict: bool) -> list[Item]:
    """The first `wanted` candidates on clauses that nothing asks about yet; unless strict, others fill what is left."""
    clauses = {item.clause for item in taken}
    first: list[Item] = []
    rest: list[Item] = []
    for item in candidates:
        (rest if item.clause in clauses else first).append(item)
        clauses.add(item.clause)
    picked = (first if strict else first + rest)[:wanted]
    if len(picked) < wanted:
        raise PoolTooSmall
    return picked


def _raise_critical(paper: list[Item], ranked: Sequence[Item], blueprint: Blueprint) -> None:
    """Exchange plain questions for critical ones of the same section until there are enough."""
    while sum(item.critical for item in paper) < blueprint.min_critical:
        swap = next(
            (
                (place, better)
                for better in ranked
                if better.critical and better not in paper
                for place, plain in enumerate(paper)
                if not plain.critical and plain.section == better.section and _fits(better, paper, instead_of=plain, blueprint=blueprint)
            ),
            None,
        )
        if swap is None:
            raise PoolTooSmall
        paper[swap[0]] = swap[1]


def _fits(item: Item, paper: Sequence[Item], *, instead_of: Item, blueprint: Blueprint) -> bool:
    return not blueprint.one_per_clause or all(other is instead_of or other.clause != item.clause for other in paper)


def minutes_of_questions(count: int, *, final: bool) -> int:
    """The minutes that a quiz of so many questions takes, told to whoever plans the time; nobody is ever timed."""
    return count * (MINUTES_IN_A_FINAL if final else MINUTES_IN_A_CHECK)


def option_order(kind: str, options: Sequence[str], *, seed: str) -> list[str]:
    """The order in which one question's options are shown. Ordering questions never start out right; verdicts keep their order."""
    if kind == KEEPS_ITS_ORDER:
        return list(options)
    shown = Random(seed).sample(list(options), len(options))  # noqa: S311
    if kind == ORDERING and shown == list(options):
        shown = [*shown[1:], shown[0]]
    return shown


def grade(kind: str, right: Sequence[str], choice: Sequence[str]) -> Fraction:
    """Points from 0 to 1 for one answer, exactly. An empty choice is no answer and earns nothing."""
    if kind == ORDERING:
        return Fraction(list(choice) == list(right))
    if kind == MULTIPLE:
        hits = len(set(choice) & set(right))
        return max(Fraction(0), Fraction(hits - len(set(choice) - set(right)), len(right)))
    return Fraction(list(choice) == list(right))


def verdict(kind: str, right: Sequence[str], choice: Sequence[str], option: str) -> Verdict:
    """What is said of one option of an answered question. A step of an ordering question is right where it was put in its place."""
    if option not in choice:
        return Verdict.MISSED if option in right else Verdict.LEFT
    is_right = right.index(option) == choice.index(option) if kind == ORDERING else option in right
    return Verdict.HIT if is_right else Verdict.WRONG


def misfit(kind: str, options: Collection[str], choice: Sequence[str]) -> str:
    """Why a choice is no answer to this question, in words for the person; empty when it is one."""
    if not choice:
        return (
            "Nothing is chosen yet. Choose your answers, then save."
            if kind == MULTIPLE
            else "Nothing is chosen yet. Choose an answer, then save."
        )
    if not set(choice) <= set(options):
        return "This is not one of the answers to this question."
    if kind == ORDERING:
        return "" if sorted(choice) == sorted(options) else "Give every step its own place: each number once."
    if len(set(choice)) != len(choice):
        return "Each answer can be chosen once."
    return "" if kind == MULTIPLE or len(choice) == 1 else "Choose one answer."


def shown(points: Fraction) -> str:
    """Points for people: 16, 15.5, 16 2/3."""
    whole, rest = divmod(points, 1)
    if not rest:
        return str(whole)
    return f"{whole}.5" if rest == Fraction(1, 2) else f"{whole} {rest}"


def closes_at(started: datetime, *, days: int) -> datetime:
    """When an attempt that is still open is handed in as it stands."""
    return started + timedelta(days=days)


@dataclass(frozen=True, slots=True)
class Grant:
    """Attempts that staff opened beyond the rule, from one instant until another; None is without an end."""

    attempts: int
    since: datetime
    until: datetime | None

    def covers(self, instant: datetime) -> bool:
        return self.since <= instant and (self.until is None or instant < self.until)


def granted(grants: Sequence[Grant], *, extra: Sequence[datetime], at: datetime) -> int:
    """How many attempts beyond the rule count at an instant: those that were begun, at `extra`, and those that can still be begun.

    What was begun is taken from the grant that ends first; what is left of a grant ends with it.
    """
    left = [grant.attempts for grant in grants]
    order = sorted(range(len(grants)), key=lambda n: (grants[n].until is None, grants[n].until or at))
    for began in sorted(extra):
        taken = next((n for n in order if left[n] and grants[n].covers(began)), None)
        if taken is not None:
            left[taken] -= 1
    return len(extra) + sum(some for some, grant in zip(left, grants, strict=True) if grant.covers(at))


class Bar(StrEnum):
    """What stands between a person and a quiz."""

    CLOSED = "This run through the course is closed."
    PASSED = "You have passed this quiz."
    LESSONS = "Some lessons are not marked as read yet."
    CHECKS = "Some checks after the modules are not passed yet."
    WAIT = "The waiting time before the next attempt is not over yet."
    NO_ATTEMPT_LEFT = "All attempts are used. The office can open another one with you."


@dataclass(frozen=True, slots=True)
class Run:
    """What counts when a final quiz is to begin. `used` are attempts that count; `granted` those that staff opened beyond the rule."""

    closed: bool = False
    passed: bool = False
    lessons_left: int = 0
    checks_left: int = 0
    used: int = 0
    allowed: int = 3
    granted: int = 0
    last_submitted: datetime | None = None
    wait_hours: Sequence[int] = USUAL_WAITS


def opens_at(run: Run) -> datetime | None:
    """When the next attempt may begin, if a wait stands before it. What staff opened waits for nothing."""
    if run.last_submitted is None or run.used >= min(run.allowed, len(run.wait_hours)):
        return None
    return run.last_submitted + timedelta(hours=run.wait_hours[run.used])


def bars(run: Run, *, at: datetime) -> list[Bar]:
    """Everything that stands between this run and its final quiz at an instant; empty when it may begin."""
    wait = opens_at(run)
    checks = {
        Bar.CLOSED: run.closed,
        Bar.PASSED: run.passed,
        Bar.LESSONS: run.lessons_left > 0,
        Bar.CHECKS: run.checks_left > 0,
        Bar.NO_ATTEMPT_LEFT: run.used >= run.allowed + run.granted,
        Bar.WAIT: wait is not None and at < wait,
    }
    return [bar for bar, stands in checks.items() if stands]
