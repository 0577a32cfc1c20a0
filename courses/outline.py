"""A course as its learners see it: modules and lessons in order, in one query, and how far one run has come."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from wagtail.models import Page

from courses import rules
from courses.models import Attempt, CoursePage, LessonMark, ModulePage
from courses.models.fields import read_clauses

FIELDS = (
    "id",
    "path",
    "depth",
    "title",
    "slug",
    "modulepage__key",
    "modulepage__quiz",
    "modulepage__draw",
    "modulepage__pass_points",
    "modulepage__retired_at",
    "lessonpage__key",
    "lessonpage__minutes",
    "lessonpage__clauses",
    "lessonpage__digest",
    "lessonpage__retired_at",
)


@lru_cache(maxsize=10_000)
def address(name: str, *place: str) -> str:
    """Where a page of a course is; addresses are the same for everybody."""
    return reverse(name, args=place)


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a course: where it is, and what it is called within a sentence, such as: the lesson “Equals”."""

    url: str
    words: str
    done: bool = False


@dataclass(slots=True)
class LessonLine:
    """A lesson in the outline; `read_at` and `changed` speak of one run."""

    id: int
    key: str
    title: str
    url: str
    minutes: int
    digest: str
    clause_text: str
    read_at: datetime | None = None
    changed: bool = False

    @property
    def clauses(self) -> list[str]:
        return read_clauses(self.clause_text)

    @property
    def words(self) -> str:
        """What it is called within a sentence: a title alone may read as an order."""
        return f"the lesson “{self.title}”"


@dataclass(slots=True)
class ModuleLine:
    """A module in the outline, its lessons, and its quiz; `passed` and `open_attempt` speak of one run."""

    id: int
    key: str
    title: str
    slug: str
    is_final: bool
    draw: int
    pass_points: int
    quiz_url: str
    lessons: list[LessonLine] = field(default_factory=list)
    passed: bool = False
    open_attempt: int | None = None

    @property
    def has_check(self) -> bool:
        return not self.is_final and self.draw > 0

    @property
    def minutes(self) -> int:
        """What its questions take."""
        return rules.minutes_of_questions(self.draw, final=self.is_final)


@dataclass(slots=True)
class Outline:
    """The outline of one course."""

    id: int
    title: str
    slug: str
    url: str
    modules: list[ModuleLine]

    @property
    def lessons(self) -> list[LessonLine]:
        return [lesson for module in self.modules for lesson in module.lessons]

    @property
    def checks(self) -> list[ModuleLine]:
        return [module for module in self.modules if module.has_check]

    @property
    def final(self) -> ModuleLine | None:
        return next((module for module in self.modules if module.is_final), None)

    @property
    def minutes_to_read(self) -> int:
        return sum(lesson.minutes for lesson in self.lessons)

    @property
    def minutes_to_answer(self) -> int:
        return sum(module.minutes for module in self.modules)

    @property
    def minutes(self) -> int:
        """What the whole course takes: every lesson and every question, as each tells it."""
        return self.minutes_to_read + self.minutes_to_answer

    @property
    def lessons_left(self) -> int:
        return sum(lesson.read_at is None for lesson in self.lessons)

    @property
    def checks_left(self) -> int:
        return sum(not module.passed for module in self.checks)

    def on(self, clause: str) -> list[LessonLine]:
        """The lessons that teach a clause."""
        return [lesson for lesson in self.lessons if clause in lesson.clauses]

    @property
    def whole(self) -> Step:
        """The course itself, where no other step follows."""
        return Step(self.url, f"the course “{self.title}”")

    def after(self, url: str) -> Step:
        """The step after this one; the final quiz or the course itself after the last."""
        steps = [*self.steps(), *([Step(self.final.quiz_url, "the final quiz")] if self.final else [])]
        places = [place for place, step in enumerate(steps) if step.url == url]
        following = steps[places[0] + 1 :] if places else []
        return following[0] if following else self.whole

    def before(self, url: str) -> Step | None:
        """The step before this one, if any."""
        steps = list(self.steps())
        places = [place for place, step in enumerate(steps) if step.url == url]
        return steps[places[0] - 1] if places and places[0] else None

    def steps(self) -> Iterator[Step]:
        """Every step in order but the final quiz."""
        for module in self.modules:
            for lesson in module.lessons:
                yield Step(lesson.url, lesson.words, lesson.read_at is not None)
            if module.has_check:
                yield Step(module.quiz_url, f"the check “{module.title}”", module.passed)


def of(course_path: str) -> Outline:
    """The outline of the course at this place in the page tree: one query, whatever its size."""
    return _built(list(_pages().filter(path__startswith=course_path)))


def minutes_of(courses: Sequence[CoursePage]) -> dict[int, int]:
    """What each of these courses takes, by its id: one query for all of them, because all stand in one catalog."""
    rows: dict[str, list[dict[str, Any]]] = {course.path: [] for course in courses}
    catalog = courses[0].path[: -Page.steplen] if courses else ""
    for row in _pages().filter(path__startswith=catalog) if courses else ():
        rows.get(row["path"][: len(catalog) + Page.steplen], []).append(row)
    return {course.pk: _built(rows[course.path]).minutes for course in courses}


def _built(rows: list[dict[str, Any]]) -> Outline:
    course, *below = rows
    outline = Outline(course["id"], course["title"], course["slug"], address("course", course["slug"]), [])
    by_path: dict[str, ModuleLine] = {}
    for row in below:
        if row["modulepage__key"] and not row["modulepage__retired_at"]:
            by_path[row["path"]] = module = _module(row, course["slug"])
            outline.modules.append(module)
        elif row["lessonpage__key"] and not row["lessonpage__retired_at"] and (parent := by_path.get(row["path"][: -Page.steplen])):
            parent.lessons.append(_lesson(row, course["slug"], parent.slug))
    return outline


@cache
def _pages() -> QuerySet[Page, dict[str, Any]]:
    """What every outline asks, put together once and never answered itself: naming the columns is a third of its cost."""
    rows: QuerySet[Page, dict[str, Any]] = Page.objects.filter(live=True).order_by("path").values(*FIELDS)
    return rows


def _module(row: dict[str, Any], course: str) -> ModuleLine:
    is_final = row["modulepage__quiz"] == ModulePage.Quiz.FINAL
    return ModuleLine(
        id=row["id"],
        key=row["modulepage__key"],
        title=row["title"],
        slug=row["slug"],
        is_final=is_final,
        draw=row["modulepage__draw"],
        pass_points=row["modulepage__pass_points"],
        quiz_url=address("quiz", course) if is_final else address("check", course, row["slug"]),
    )


def _lesson(row: dict[str, Any], course: str, module: str) -> LessonLine:
    return LessonLine(
        id=row["id"],
        key=row["lessonpage__key"],
        title=row["title"],
        url=address("lesson", course, module, row["slug"]),
        minutes=row["lessonpage__minutes"],
        digest=row["lessonpage__digest"],
        clause_text=row["lessonpage__clauses"],
    )


def mark(outline: Outline, marks: "list[LessonMark]") -> None:
    """Note in the outline which lessons were read, and which say something else since then."""
    by_lesson = {mark.lesson_id: mark for mark in marks}
    for lesson in outline.lessons:
        if there := by_lesson.get(lesson.id):
            lesson.read_at, lesson.changed = there.read_at, there.digest != lesson.digest


def note_attempts(outline: Outline, attempts: "list[Attempt]") -> None:
    """Note in the outline which quizzes are passed, and which attempt is open."""
    for module in outline.modules:
        mine = [attempt for attempt in attempts if attempt.module_id == module.id]
        module.passed = any(attempt.outcome == Attempt.Outcome.PASSED for attempt in mine)
        module.open_attempt = next((attempt.pk for attempt in mine if attempt.is_open), None)
