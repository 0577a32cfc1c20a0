"""Which clauses are taught and asked about, and which are not yet."""

from collections import Counter
from dataclasses import dataclass

from cms.models import Clause
from courses.models import LessonPage, Question


@dataclass(frozen=True, slots=True)
class Row:
    """One clause: how many lessons teach it, how many questions of each pool ask about it."""

    clause: Clause
    lessons: int
    checks: int
    finals: int

    @property
    def questions(self) -> int:
        """In checks and final quizzes together: one anywhere covers the clause."""
        return self.checks + self.finals

    @property
    def gaps(self) -> list[str]:
        missing = {"a lesson": not self.lessons, "a question": not self.questions}
        return [words for words, there in missing.items() if there]


def rows() -> list[Row]:
    """Every clause that can be taught, in the order of its text: three queries."""
    lessons = Counter(
        clause for page in LessonPage.objects.live().filter(retired_at=None).only("clauses", "title") for clause in page.clause_ids
    )
    asked = {False: Counter[str](), True: Counter[str]()}
    for question in Question.objects.asked().select_related("module"):
        asked[question.module.is_final].update(question.clause_ids)
    return [
        Row(clause, lessons[clause.pk], asked[False][clause.pk], asked[True][clause.pk])
        for clause in Clause.objects.select_related("text").order_by("text_id", "position")
        if not clause.pk.startswith("TP-") and "." not in clause.pk
    ]
