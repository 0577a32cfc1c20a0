"""Papers: which versions may be asked, what this person saw before, and what a frozen paper says."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zlib import crc32

from django.db.models import Q

from courses import rules
from courses.models import Attempt, CoursePage, Enrollment, MakeUp, ModulePage, Question, QuestionVersion

Data = dict[str, Any]


def latest(questions: "Iterable[Question] | Any") -> dict[int, QuestionVersion]:
    """The version in use of each question, by the question's id."""
    versions = QuestionVersion.objects.filter(question__in=questions).order_by("question_id", "number")
    return {version.question_id: version for version in versions}


def seen(run: Enrollment) -> dict[int, datetime]:
    """When this person last had each version, in any run through the course."""
    moments: dict[int, datetime] = {}
    mine = {"enrollment__person": run.person_id, "enrollment__course": run.course_id}
    for paper, started in Attempt.objects.filter(**mine).order_by("started_at").values_list("paper", "started_at"):
        moments.update({item["version"]: started for item in paper["items"]})
    again = MakeUp.objects.filter(attempt__enrollment__person=run.person_id, attempt__enrollment__course=run.course_id)
    for version, asked in again.order_by("asked_at").values_list("version_id", "asked_at"):
        moments[version] = max(asked, moments.get(version, asked))
    return moments


def freeze(run: Enrollment, module: ModulePage, *, seed: int) -> Data:
    """The paper of a new attempt. Raises rules.PoolTooSmall."""
    versions = latest(Question.objects.asked().filter(module=module))
    blueprint = rules.Blueprint(
        size=module.draw, sections=module.blueprint, min_critical=module.min_critical, one_per_clause=module.is_final
    )
    chosen = rules.draw(as_items(versions, seen(run)), blueprint, seed=seed)
    data = {version.pk: version.data for version in versions.values()}
    return {
        "seed": seed,
        "pass_points": module.pass_points,
        "items": [{"version": item.version, "order": order(data[item.version], seed)} for item in chosen],
    }


def as_items(versions: dict[int, QuestionVersion], moments: dict[int, datetime]) -> list[rules.Item]:
    """Versions as the draw sees them. An older version of a question counts as having seen the question."""
    of_version = dict(QuestionVersion.objects.filter(question__in=versions).values_list("pk", "question_id")) if moments else {}
    last: dict[int, datetime] = {}
    for version, moment in moments.items():
        if question := of_version.get(version):
            last[question] = max(moment, last.get(question, moment))
    return [
        rules.Item(
            version=version.pk,
            question=question,
            section=version.data["section"],
            clause=version.data["clauses"][0],
            critical=version.data["critical"],
            last_seen=last.get(question),
        )
        for question, version in sorted(versions.items())
    ]


def order(data: Data, seed: int) -> list[str]:
    """The order in which a question's options are shown in a paper with this seed."""
    return rules.option_order(data["type"], [option["id"] for option in data["options"]], seed=f"{seed}:{crc32(data['key'].encode())}")


def right(data: Data) -> list[str]:
    """The key of a frozen question: option ids; for an ordering question all of them in the right order."""
    return [option["id"] for option in data["options"] if option["correct"] or data["type"] == rules.ORDERING]


def on(course: CoursePage, clause: str) -> dict[int, QuestionVersion]:
    """The versions in use, in any quiz of a course, that ask about a clause."""
    questions = Question.objects.asked().filter(Q(clauses__contains=clause), module__path__startswith=course.path)
    return {question: version for question, version in latest(questions).items() if clause in version.data["clauses"]}
