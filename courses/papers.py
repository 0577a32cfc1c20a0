"""Papers: which versions may be asked, what this person saw before, and what a frozen paper says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any
from zlib import crc32

from django.db.models import Exists, F, OuterRef, QuerySet

from courses import rules
from courses.models import Attempt, CoursePage, Enrollment, MakeUp, ModulePage, Question, QuestionVersion, Voiding

Data = dict[str, Any]


def versions(questions: QuerySet[Question]) -> list[QuestionVersion]:
    """Every version of these questions, the one in use last."""
    return list(QuestionVersion.objects.filter(question__in=questions).order_by("question_id", "number"))


def history(run: Enrollment) -> list[Attempt]:
    """Every attempt of this person in any run through the course, oldest first."""
    mine = Attempt.objects.filter(enrollment__person=run.person_id, enrollment__course=run.course_id)
    return list(mine.annotate(quiz=F("module__quiz")).order_by("started_at"))


def seen(run: Enrollment, history: Sequence[Attempt]) -> dict[int, datetime]:
    """When this person last had each version; `history` is theirs in the course. Questions to put right follow on a passed final alone."""
    moments: dict[int, datetime] = {}
    for attempt in history:
        moments.update({item["version"]: attempt.started_at for item in attempt.items})
    passed = [attempt for attempt in history if attempt.outcome == Attempt.Outcome.PASSED]
    if not any(attempt.quiz == ModulePage.Quiz.FINAL for attempt in passed):  # type: ignore[attr-defined]
        return moments
    again = MakeUp.objects.filter(attempt__enrollment__person=run.person_id, attempt__enrollment__course=run.course_id)
    for version, asked in again.order_by("asked_at").values_list("version_id", "asked_at"):
        moments[version] = max(asked, moments.get(version, asked))
    return moments


def freeze(module: ModulePage, seen: Mapping[int, datetime], *, seed: int) -> Data:
    """The paper of a new attempt, for somebody who had versions at these moments. Raises rules.PoolTooSmall."""
    if rules.wrong_blueprint(module.blueprint, size=module.draw):
        raise rules.PoolTooSmall
    pool = versions(Question.objects.asked().filter(module=module))
    blueprint = rules.Blueprint(
        size=module.draw, sections=module.blueprint, min_critical=module.min_critical, one_per_clause=module.is_final
    )
    chosen = rules.draw(as_items(pool, seen), blueprint, seed=seed)
    if len(chosen) < module.pass_points:
        raise rules.PoolTooSmall
    data = {version.pk: version.data for version in pool}
    return {
        "seed": seed,
        "pass_points": module.pass_points,
        "items": [{"version": item.version, "order": order(data[item.version], seed)} for item in chosen],
    }


def as_items(pool: Sequence[QuestionVersion], moments: Mapping[int, datetime]) -> list[rules.Item]:
    """The versions in use as the draw sees them. Having seen an older version counts as having seen the question."""
    last: dict[int, datetime] = {}
    for version in pool:
        if moment := moments.get(version.pk):
            last[version.question_id] = max(moment, last.get(version.question_id, moment))
    in_use = {version.question_id: version for version in pool}
    return [
        rules.Item(
            version=version.pk,
            question=question,
            section=version.data["section"],
            clause=version.data["clauses"][0],
            critical=version.data["critical"],
            last_seen=last.get(question),
        )
        for question, version in sorted(in_use.items())
    ]


def order(data: Data, seed: int) -> list[str]:
    """The order in which a question's options are shown in a paper with this seed."""
    return rules.option_order(data["type"], [option["id"] for option in data["options"]], seed=f"{seed}:{crc32(data['key'].encode())}")


def right(data: Data) -> list[str]:
    """The key of a frozen question: option ids; for an ordering question all of them in the right order."""
    return [option["id"] for option in data["options"] if option["correct"] or data["type"] == rules.ORDERING]


def on(course: CoursePage, clause: str) -> list[QuestionVersion]:
    """Every version of the questions, in any quiz of a course, that ask about a clause."""
    questions = Question.objects.asked().filter(clauses__contains=clause, module__path__startswith=course.path)
    return [version for version in versions(questions) if clause in version.data["clauses"]]


@dataclass(frozen=True, slots=True)
class Shown:
    """An answered question with everything that may be said once it counts: what was right, what was chosen, and why."""

    position: int
    answered: bool
    stem: str
    ordering: bool
    void: bool
    points: Fraction
    options: list[Data]
    clauses: list[str]
    section: str
    critical: bool

    @property
    def full(self) -> bool:
        return self.points == 1

    @property
    def words(self) -> list[str]:
        """Everything that is read of it."""
        return [self.stem, *(option[part] for option in self.options for part in ("text", "rationale"))]


def words(data: Data) -> list[str]:
    """What is read of a frozen question before it is answered."""
    return [data["stem"], *(option["text"] for option in data["options"])]


def reveal(data: Data, order: Sequence[str], choice: Sequence[str], *, position: int = 1, void: bool = False) -> Shown:
    """One question with its key and reasons. Never for a question of an open final quiz."""
    key = right(data)
    by_id = {option["id"]: option for option in data["options"]}
    ordering = data["type"] == rules.ORDERING
    options = [
        {
            "text": by_id[option]["text"],
            "rationale": by_id[option]["rationale"],
            "place": choice.index(option) + 1 if ordering and option in choice else None,
            "verdict": rules.verdict(data["type"], key, choice, option),
        }
        for option in (key if ordering else order)
    ]
    return Shown(
        position=position,
        answered=bool(choice),
        stem=data["stem"],
        ordering=ordering,
        void=void,
        points=Fraction(1) if void else rules.grade(data["type"], key, choice),
        options=options,
        clauses=data["clauses"],
        section=data["section"],
        critical=data["critical"],
    )


def marked(attempt: Attempt) -> list[Shown]:
    """Every question of an attempt, revealed: for grading, and for its own person once it is closed."""
    asked = QuestionVersion.objects.annotate(is_void=Exists(Voiding.objects.filter(version=OuterRef("pk"))))
    by_id = asked.in_bulk([item["version"] for item in attempt.items])
    return [
        reveal(version.data, item["order"], attempt.choices.get(n, []), position=n, void=version.is_void)
        for n, item in enumerate(attempt.items, start=1)
        for version in [by_id[item["version"]]]
    ]
