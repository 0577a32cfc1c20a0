"""What must hold of courses in the whole database."""

from collections.abc import Iterator

from django.db import connection
from django.db.models import Exists, F, OuterRef

from audit.invariants import invariant
from courses import guards, makeups, papers, publishing, rules
from courses.models import Attempt, Completion, CoursePage, ModulePage, Question, QuestionVersion


@invariant("Every published question has a frozen version")
def questions_are_frozen() -> Iterator[str]:
    unfrozen = Question.objects.asked().filter(~Exists(QuestionVersion.objects.filter(question=OuterRef("pk"))))
    for key in unfrozen.values_list("key", flat=True):
        yield f"question {key} has no version"


@invariant("A frozen version says what it said when it was frozen")
def versions_are_whole() -> Iterator[str]:
    for version in QuestionVersion.objects.iterator():
        if publishing.digest(version.data) != version.sha256:
            yield f"version {version.pk} does not match its digest"


@invariant("The points of an attempt follow from its frozen paper")
def points_follow_from_the_paper() -> Iterator[str]:
    for attempt in Attempt.objects.filter(outcome__in=[Attempt.Outcome.PASSED, Attempt.Outcome.NOT_YET]).iterator():
        earned = sum(shown.points for shown in papers.marked(attempt))
        if earned != attempt.points:
            yield f"attempt {attempt.pk} holds {attempt.points} points and earned {earned}"
        if (earned >= attempt.paper["pass_points"]) != (attempt.outcome == Attempt.Outcome.PASSED):
            yield f"attempt {attempt.pk} has {earned} points and is {attempt.outcome}"


@invariant("A completion is its own run's, closes it, and leaves nothing to put right")
def completions_are_earned() -> Iterator[str]:
    for completion in Completion.objects.select_related("enrollment", "attempt__module").iterator():
        run, attempt = completion.enrollment, completion.attempt
        if (run.person_id, run.course_id) != (completion.person_id, completion.course_id):
            yield f"completion {completion.pk} is of another person or course than its run"
        if run.closed_at is None:
            yield f"completion {completion.pk} leaves its run open"
        if attempt and (attempt.enrollment_id != run.pk or attempt.outcome != Attempt.Outcome.PASSED):
            yield f"completion {completion.pk} rests on an attempt that does not carry it"
        elif attempt and attempt.module.is_final and makeups.outstanding(attempt):
            yield f"completion {completion.pk} leaves a critical clause to put right"


@invariant("The numbers that govern a course in use can be read")
def numbers_can_be_read() -> Iterator[str]:
    for course in CoursePage.objects.live().filter(retired_at=None):
        if words := rules.wrong_waits(course.wait_hours, attempts=course.attempts_allowed):
            yield f"course {course.key}, waits: {words}"
    for module in ModulePage.objects.live().filter(retired_at=None):
        if words := rules.wrong_blueprint(module.blueprint, size=module.draw):
            yield f"module {module.key}, blueprint: {words}"


@invariant("Every completion by the quiz rests on a passed final quiz")
def completions_rest_on_finals() -> Iterator[str]:
    by_quiz = Completion.objects.filter(route=Completion.Route.QUIZ, unlinked_at=None).exclude(attempt__module__quiz=ModulePage.Quiz.FINAL)
    for pk in by_quiz.values_list("pk", flat=True):
        yield f"completion {pk} rests on a check and not on a final quiz"


@invariant("Versions, papers and answers refuse change and removal")
def triggers_stand() -> Iterator[str]:
    for name in sorted(set(guards.refusals(connection.vendor)) - guards.standing(connection)):
        yield f"the trigger {name} is gone"


@invariant("No run closes before it opens, no attempt ends before it begins, and nothing is completed before it began")
def time_runs_forward() -> Iterator[str]:
    for pk in Attempt.objects.filter(submitted_at__lt=F("started_at")).values_list("pk", flat=True):
        yield f"attempt {pk} ends before it begins"
    for pk in Attempt.objects.filter(started_at__lt=F("enrollment__opened_at")).values_list("pk", flat=True):
        yield f"attempt {pk} begins before its run opens"
    for pk in Completion.objects.filter(completed_at__lt=F("enrollment__opened_at")).values_list("pk", flat=True):
        yield f"completion {pk} is earlier than the start of its run"
    for pk in Completion.objects.filter(completed_at__lt=F("attempt__started_at")).values_list("pk", flat=True):
        yield f"completion {pk} is earlier than the start of its attempt"
