"""What courses keep about a person, and how it is forgotten: completions stay, answers stay and lead to nobody."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import F, Max, Min

from accounts import personal
from accounts.models import User
from accounts.personal import Forgetting, Kept, Table
from courses.models import Accommodation, Answer, Attempt, Completion, Enrollment, LessonMark, MakeUp

NOBODY = "nobody@erased.invalid"
REMOVED = "Removed at the person’s request."


def tell(person: User) -> Iterator[Table]:
    """Runs, lessons read, attempts with what was chosen, what staff opened, completions."""
    runs = Enrollment.objects.filter(person=person).select_related("course").order_by("pk")
    yield Table(
        "Runs through courses",
        [{"Course": run.course.title, "Run": run.number, "Begun": run.opened_at, "Closed": run.closed_at} for run in runs],
    )
    marks = LessonMark.objects.filter(enrollment__person=person).select_related("lesson", "enrollment__course").order_by("read_at")
    yield Table(
        "Lessons read", [{"Course": mark.enrollment.course.title, "Lesson": mark.lesson.title, "Read": mark.read_at} for mark in marks]
    )
    attempts = Attempt.objects.filter(enrollment__person=person).select_related("module", "enrollment__course").order_by("started_at")
    yield Table("Attempts at quizzes", [_attempt(attempt) for attempt in attempts])
    answers = Answer.objects.filter(attempt__enrollment__person=person).select_related("attempt__module").order_by("attempt_id", "position")
    yield Table(
        "Answers",
        [
            {
                "Quiz": answer.attempt.module.title,
                "Attempt": answer.attempt.number,
                "Question": answer.position,
                "Chosen": ", ".join(map(str, answer.choice)),
                "Saved": answer.saved_at,
            }
            for answer in answers
        ],
    )
    again = MakeUp.objects.filter(attempt__enrollment__person=person).order_by("asked_at")
    yield Table("Clauses put right", [{"Clause": one.clause, "Asked": one.asked_at, "Answered": one.answered_at} for one in again])
    opened = Accommodation.objects.filter(enrollment__person=person).order_by("pk")
    yield Table(
        "What the office opened for you",
        [{"Kind": one.get_kind_display(), "Attempts": one.attempts, "Reason": one.reason, "Recorded": one.recorded_at} for one in opened],
    )
    done = Completion.objects.filter(person=person).select_related("course", "edition").order_by("completed_at")
    yield Table(
        "Courses completed",
        [
            {
                "Course": one.course.title,
                "Completed": one.completed_at,
                "How": one.get_route_display(),
                "Edition": one.edition.name if one.edition else "",
            }
            for one in done
        ],
    )


def _attempt(attempt: Attempt) -> dict[str, object]:
    return {
        "Course": attempt.enrollment.course.title,
        "Quiz": attempt.module.title,
        "Attempt": attempt.number,
        "Begun": attempt.started_at,
        "Handed in": attempt.submitted_at,
        "Outcome": attempt.get_outcome_display(),
        "Points": attempt.points,
    }


def forget(person: User, forgetting: Forgetting) -> None:
    """Attempts go over to nobody with their answers, lessons read are removed, words of the office emptied. Completions stay."""
    runs = Enrollment.objects.filter(person=person)
    attempts = Attempt.objects.filter(enrollment__in=runs)
    # No instant of the forgetting stands in what goes over: it would lead back.
    attempts.filter(submitted_at=None).update(submitted_at=F("started_at"), outcome=Attempt.Outcome.UNUSED, points=0)
    Completion.objects.filter(person=person).update(attempt=None, unlinked_at=forgetting.at)
    runs.filter(closed_at=None).update(closed_at=forgetting.at)
    for run in runs.filter(attempts__isnull=False).select_related("course").distinct().order_by("pk"):
        Attempt.objects.filter(enrollment=run).update(enrollment=_run_of_nobody(run, at=forgetting.at))
    LessonMark.objects.filter(enrollment__in=runs).delete()
    Accommodation.objects.filter(enrollment__in=runs).update(reason=REMOVED, key="")


def _run_of_nobody(run: Enrollment, *, at: datetime) -> Enrollment:
    """A closed run of nobody's own for the attempts of this one: as long as they lasted, and with nothing of whose they were."""
    nobody, _ = User.objects.get_or_create(email=NOBODY, defaults={"is_active": False, "erased_at": at})
    User.objects.select_for_update().get(pk=nobody.pk)
    last = Enrollment.objects.filter(person=nobody, course=run.course).aggregate(last=Max("number"))["last"] or 0
    lasted = run.attempts.aggregate(opened_at=Min("started_at"), closed_at=Max("submitted_at"))
    return Enrollment.objects.create(person=nobody, course=run.course, number=last + 1, **lasted)


KEEPS = (
    Kept(
        "Courses completed, with their day",
        "Each renewal rests on one.",
        "For good.",
        False,
        "They stay, and name nobody.",
    ),
    Kept(
        "Attempts at quizzes and your answers",
        "To grade them, to show you your results, and to find questions that are bad.",
        "For good.",
        False,
        "They stay for the statistics of the questions, under an account that is nobody’s.",
    ),
    Kept(
        "Lessons you read, and why the office opened more attempts for you",
        "So that you go on where you were.",
        "While you have an account.",
        True,
        "Removed.",
    ),
)

personal.register(
    personal.Part(
        app="courses",
        title="Your courses",
        keeps=KEEPS,
        tells=frozenset(
            {
                "courses.Enrollment",
                "courses.LessonMark",
                "courses.Attempt",
                "courses.Answer",
                "courses.MakeUp",
                "courses.Accommodation",
                "courses.Completion",
            }
        ),
        leaves_out={
            "courses.Question": "says who of the association has it open for editing",
            "courses.Voiding": "says who of the association declared a question void, and why",
        },
        tell=tell,
        forget=forget,
    )
)
