"""Courses of any size, and people at every point of one."""

from datetime import UTC, datetime

import factory
from wagtail.models import Site

from courses import attempts, enrollments, papers, publishing, reading
from courses.models import Attempt, CatalogPage, CoursePage, LessonPage, ModulePage, Question, QuestionVersion
from tests.factories.accounts import UserFactory
from tests.factories.indexes import unindexed

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


def catalog() -> CatalogPage:
    home = Site.objects.get(is_default_site=True).root_page
    return CatalogPage.objects.first() or home.add_child(instance=CatalogPage(title="Courses", slug="learn"))


class QuestionFactory(factory.django.DjangoModelFactory):
    """A published question with options a, b, c, d; `right` names the right ones (in an ordering question: a, b, c, d)."""

    class Meta:
        model = Question

    class Params:
        right = "a"

    key = factory.Sequence(lambda n: f"Q-T-{n}")
    stem = factory.Sequence(lambda n: f"What fits best, case {n}?")
    section = "scope"
    clauses = factory.Sequence(lambda n: f"SC-{n % 90 + 1:02}")
    options = factory.LazyAttribute(
        lambda made: [
            {
                "type": "option",
                "id": f"{made.key}-{letter}",
                "value": {
                    "text": f"Option {letter} of {made.key}",
                    "correct": letter in made.right,
                    "rationale": f"Reason {letter} of {made.key}",
                },
            }
            for letter in "abcd"
        ]
    )

    @classmethod
    def _create(cls, model_class, *args, **fields):
        question = super()._create(model_class, *args, **fields)
        publishing.freeze(question)
        return question


@unindexed()
def course(
    *, lessons: int = 2, checks: int = 1, questions: int = 3, final: int = 0, asking: dict | None = None, name: str = "", **fields
) -> CoursePage:
    """A published course: its lessons shared out over modules with checks, and a final quiz of `final` questions, if any."""
    name = name or f"course-{CoursePage.objects.count() + 1}"
    fields = {"without_final": "" if final else "It never had a final quiz.", **fields}
    page = catalog().add_child(instance=CoursePage(title=name.replace("-", " ").capitalize(), slug=name, key=name, **fields))
    for number in range(checks):
        module = page.add_child(
            instance=ModulePage(title=f"Part {number + 1}", slug=f"m{number + 1}", key=f"{name}-m{number + 1}", draw=2, pass_points=1)
        )
        for place in range(number, lessons, checks):
            lesson(module, place + 1, name)
        QuestionFactory.create_batch(questions, module=module)
    if final:
        module = page.add_child(
            instance=ModulePage(title="Final quiz", slug="final", key=f"{name}-final", quiz="final", draw=final, pass_points=final - 1)
        )
        QuestionFactory.create_batch(final * 3, module=module, **(asking or {}))
    return page


def lesson(module: ModulePage, number: int, name: str) -> LessonPage:
    return module.add_child(
        instance=LessonPage(
            title=f"Lesson {number}",
            slug=f"l{number}",
            key=f"{name}-l{number}",
            clauses="SC-01",
            objectives="See it.",
            body=[{"type": "text", "value": f"<p>Body of lesson {number}.</p>", "id": f"{name}-{number}"}],
        )
    )


def person_in(page: CoursePage, *, at: datetime = NOON, person=None, **fields):
    """Somebody who has just started a course: their run."""
    return enrollments.start(person or UserFactory(**fields), page, at=at)


def read_everything(run, *, at: datetime = NOON) -> None:
    for one in LessonPage.objects.descendant_of(run.course):
        reading.mark(run, one, at=at)


def key_of(attempt: Attempt) -> dict[int, list[str]]:
    """The right choice at every position of a paper."""
    versions = QuestionVersion.objects.in_bulk([item["version"] for item in attempt.items])
    return {n: papers.right(versions[item["version"]].data) for n, item in enumerate(attempt.items, start=1)}


def wrong_at(attempt: Attempt, position: int) -> list[str]:
    right = key_of(attempt)[position]
    return [next(option for option in attempt.items[position - 1]["order"] if option not in right)]


def sit(run, module: ModulePage, *, wrong: int = 0, at: datetime = NOON) -> Attempt:
    """Begin a quiz, answer it with the last `wrong` questions wrong, and hand it in."""
    attempt = attempts.start(run, module, at=at)
    choices = key_of(attempt)
    for position in list(choices)[len(choices) - wrong :] if wrong else []:
        choices[position] = wrong_at(attempt, position)
    attempts.save(attempt, choices, at=at)
    return attempts.submit(attempt, by=run.person, at=at)


def final_of(page: CoursePage) -> ModulePage:
    return ModulePage.objects.descendant_of(page).get(quiz="final")


def ready_for_the_final(page: CoursePage, *, at: datetime = NOON, person=None):
    """A run with everything read and checked."""
    run = person_in(page, at=at, person=person)
    read_everything(run, at=at)
    for module in ModulePage.objects.descendant_of(page).filter(quiz="check"):
        sit(run, module, at=at)
    return run
