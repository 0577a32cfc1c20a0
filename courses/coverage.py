"""Which clauses are taught and asked about, and which are not yet."""

from collections import Counter
from dataclasses import dataclass

from wagtail.models import Page

from cms.models import Clause
from courses.models import CoursePage, LessonPage, ModulePage, Question


@dataclass(frozen=True, slots=True)
class Row:
    """One clause: how many lessons teach it, how many questions of each pool ask about it, and how many of each only stand in a draft.

    In a draft is whatever learners cannot reach because it, its module or its course is not published.
    """

    clause: Clause
    lessons: int
    checks: int
    finals: int
    draft_lessons: int = 0
    draft_questions: int = 0

    @property
    def questions(self) -> int:
        """In checks and final quizzes together: one anywhere covers the clause."""
        return self.checks + self.finals

    @property
    def gaps(self) -> list[str]:
        missing = {"a lesson": (self.lessons, self.draft_lessons), "a question": (self.questions, self.draft_questions)}
        return [f"{words} ({drafts} in a draft)" if drafts else words for words, (there, drafts) in missing.items() if not there]


def rows() -> list[Row]:
    """Every clause that can be taught, in the order of its text: seven queries. What is retired, or stands in what is, is not counted."""
    shown = _modules()
    lessons, draft_lessons = Counter[str](), Counter[str]()
    for page in LessonPage.objects.filter(retired_at=None).only("clauses", "title", "path", "live"):
        if (module := page.path[: -Page.steplen]) in shown:
            (lessons if page.live and shown[module] else draft_lessons).update(page.clause_ids)
    asked, draft_questions = {False: Counter[str](), True: Counter[str]()}, Counter[str]()
    for question in [*Question.objects.asked().select_related("module"), *Question.objects.drafts().select_related("module")]:
        if (module := question.module.path) in shown:
            is_asked = question.live and shown[module]
            (asked[question.module.is_final] if is_asked else draft_questions).update(question.clause_ids)
    return [
        Row(
            clause,
            lessons[clause.pk],
            asked[False][clause.pk],
            asked[True][clause.pk],
            draft_lessons[clause.pk],
            draft_questions[clause.pk],
        )
        for clause in Clause.objects.select_related("text").order_by("text_id", "position")
        if not clause.pk.startswith("TP-") and "." not in clause.pk
    ]


def _modules() -> dict[str, bool]:
    """The path of every module in use, and whether learners see it: it is published, and so is its course."""
    courses = dict(CoursePage.objects.filter(retired_at=None).values_list("path", "live"))
    modules = list(ModulePage.objects.filter(retired_at=None).values_list("path", "live"))
    return {path: live and courses[course] for path, live in modules if (course := path[: -Page.steplen]) in courses}
