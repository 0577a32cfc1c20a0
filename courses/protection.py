"""What hangs on a page or a question, and why it therefore stays."""

from wagtail.models import Page

from courses.models import Attempt, Completion, CoursePage, Enrollment, LessonMark, MakeUp, Question


def hanging(thing: Page | Question) -> list[str]:
    """The records that hang on a page, with everything below it, or on a question; in words with numbers, empty when there are none."""
    counts = _on_question(thing) if isinstance(thing, Question) else _below(thing)
    return [f"{number} {one if number == 1 else many}" for number, one, many in counts if number]


def _below(page: Page) -> list[tuple[int, str, str]]:
    below = page.path
    return [
        (LessonMark.objects.filter(lesson__path__startswith=below).count(), "lesson marked as read", "lessons marked as read"),
        (Attempt.objects.filter(module__path__startswith=below).count(), "attempt at a quiz", "attempts at a quiz"),
        (Question.objects.filter(module__path__startswith=below).count(), "question", "questions"),
        (Enrollment.objects.filter(course__path__startswith=below).count(), "run through the course", "runs through the course"),
        (Completion.objects.filter(course__path__startswith=below).count(), "completion", "completions"),
    ]


def _on_question(question: Question) -> list[tuple[int, str, str]]:
    versions = set(question.versions.values_list("pk", flat=True))
    papers = Attempt.objects.values_list("paper", flat=True).iterator()
    asked = sum(any(item["version"] in versions for item in paper["items"]) for paper in papers)
    again = MakeUp.objects.filter(version__in=versions).count()
    return [
        (len(versions), "frozen version", "frozen versions"),
        (asked, "attempt that asked it", "attempts that asked it"),
        (again, "time it was asked to put something right", "times it was asked to put something right"),
    ]


def moves_away(page: Page, destination: Page) -> bool:
    """Whether a move would take a page out of its course, where its records belong."""
    course: CoursePage | None = CoursePage.objects.ancestor_of(page).first()
    there: CoursePage | None = CoursePage.objects.ancestor_of(destination, inclusive=True).first()
    return course != there
