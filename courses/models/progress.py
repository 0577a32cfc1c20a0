"""A person's way through a course: runs, marks, attempts, answers, and what was completed."""

from datetime import date, datetime, time, timedelta
from fractions import Fraction
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.timezone import make_aware

from audit import clock
from courses import rules
from courses.models.content import CoursePage, LessonPage, ModulePage, QuestionVersion
from courses.models.fields import Gathered, PointsField


class Enrollment(models.Model):
    """One run of a person through a course. Marks, attempts, waits and accommodations hang on it; nothing is reset."""

    class Purpose(models.TextChoices):
        OWN = "own", "Started by the person"
        ASSIGNED = "assigned", "Assigned"

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    course = models.ForeignKey(CoursePage, on_delete=models.PROTECT, related_name="enrollments")
    number = models.PositiveIntegerField()
    purpose = models.CharField(max_length=8, choices=Purpose, default=Purpose.OWN)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "course", "number"], name="run_has_its_own_number"),
            models.UniqueConstraint(fields=["person", "course", "purpose"], condition=Q(closed_at=None), name="one_open_run_a_purpose"),
            models.CheckConstraint(condition=Q(closed_at=None) | Q(closed_at__gte=F("opened_at")), name="run_closes_after_it_opens"),
        ]

    def __str__(self) -> str:
        return f"run {self.number} of {self.person_id} through {self.course_id}"


class LessonMark(models.Model):
    """A lesson read in a run, and the digest of what it said then."""

    enrollment = models.ForeignKey(Enrollment, on_delete=models.PROTECT, related_name="marks")
    lesson = models.ForeignKey(LessonPage, on_delete=models.PROTECT, related_name="marks")
    read_at = models.DateTimeField()
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["enrollment", "lesson"], name="lesson_is_marked_once_a_run")]

    def __str__(self) -> str:
        return f"lesson {self.lesson_id} in run {self.enrollment_id}"


class AttemptQuerySet(models.QuerySet["Attempt"]):
    def with_choices(self) -> "AttemptQuerySet":
        """Each with its choices, read in the same statement."""
        answers = Answer.objects.filter(attempt=OuterRef("pk")).order_by().values("attempt")
        return self.annotate(choices=Subquery(answers.annotate(all=Gathered("position", "choice")).values("all")))


class Attempt(models.Model):
    """One sitting of a quiz on a frozen paper: {"seed", "pass_points", "open_days", "items": [{"version", "order"}]}."""

    class Outcome(models.TextChoices):
        OPEN = "open", "Open"
        PASSED = "passed", "Passed"
        NOT_YET = "not_yet", "Not yet"
        UNUSED = "unused", "Put aside without an answer"

    enrollment = models.ForeignKey(Enrollment, on_delete=models.PROTECT, related_name="attempts")
    module = models.ForeignKey(ModulePage, on_delete=models.PROTECT, related_name="attempts")
    number = models.PositiveIntegerField()
    paper = models.JSONField()
    started_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=7, choices=Outcome, default=Outcome.OPEN)
    points: "models.Field[Fraction | None, Fraction | None]" = PointsField(null=True, blank=True)

    objects = AttemptQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrollment", "module", "number"], name="attempt_has_its_own_number"),
            models.UniqueConstraint(fields=["enrollment", "module"], condition=Q(submitted_at=None), name="one_open_attempt_a_quiz"),
            models.CheckConstraint(
                condition=Q(outcome="open", submitted_at=None, points=None)
                | (~Q(outcome="open") & Q(submitted_at__isnull=False, points__isnull=False)),
                name="attempt_is_open_or_graded",
            ),
        ]

    def __str__(self) -> str:
        return f"attempt {self.number} at {self.module_id} in run {self.enrollment_id}"

    @property
    def is_open(self) -> bool:
        return self.submitted_at is None

    @property
    def closes_at(self) -> datetime:
        """When it is handed in as it stands, by the days that counted when it began."""
        return rules.closes_at(self.started_at, days=self.paper.get("open_days") or self.enrollment.course.open_days)

    def is_over(self, *, at: datetime) -> bool:
        """Whether it is still open although its days are over: nobody wrote down yet that it is handed in."""
        return self.is_open and self.closes_at <= at

    def address(self, page: str, *more: object) -> str:
        """Where a page of this attempt is: its question, review or result."""
        course = self.enrollment.course.slug
        kind, place = ("quiz", [course]) if self.module.is_final else ("check", [course, self.module.slug])
        return reverse(f"{kind}_{page}", args=[*place, self.pk, *more])

    @property
    def items(self) -> list[dict[str, Any]]:
        return list(self.paper["items"])

    @cached_property
    def choices(self) -> dict[int, list[str]]:
        """What was chosen so far, by position, as it was when first asked for."""
        return dict(self.answers.values_list("position", "choice"))

    def forget_choices(self) -> None:
        """They were changed: ask anew."""
        self.__dict__.pop("choices", None)

    def questions(self, *positions: int) -> dict[int, dict[str, Any]]:
        """What the paper asks at these positions, by position; a paper and its versions are frozen, so each is read once."""
        wanted = {position: self.items[position - 1]["version"] for position in positions if position not in self._read}
        if wanted:
            versions = QuestionVersion.objects.in_bulk(wanted.values())
            self._read |= {position: versions[version].data for position, version in wanted.items()}
        return {position: self._read[position] for position in positions}

    @cached_property
    def _read(self) -> dict[int, dict[str, Any]]:
        return {}


class Answer(models.Model):
    """What was chosen at one position of a paper: option ids, in order where order counts."""

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="answers")
    position = models.PositiveSmallIntegerField()
    choice = models.JSONField()
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["attempt", "position"], name="one_answer_a_question")]

    def __str__(self) -> str:
        return f"answer {self.position} of attempt {self.attempt_id}"


class MakeUp(models.Model):
    """Another question on a critical clause that was missed in a passed final quiz; the last one of a clause is right in the end."""

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="makeups")
    clause = models.CharField(max_length=12)
    number = models.PositiveSmallIntegerField()
    version = models.ForeignKey(QuestionVersion, on_delete=models.PROTECT, related_name="+")
    order = models.JSONField()
    asked_at = models.DateTimeField()
    choice = models.JSONField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    right = models.BooleanField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["attempt", "clause", "number"], name="makeup_has_its_own_number"),
            models.UniqueConstraint(fields=["attempt", "clause"], condition=Q(answered_at=None), name="one_open_makeup_a_clause"),
            models.UniqueConstraint(fields=["attempt", "clause"], condition=Q(right=True), name="clause_is_put_right_once"),
            models.CheckConstraint(
                condition=Q(answered_at=None, right=None) | Q(answered_at__isnull=False, right__isnull=False),
                name="makeup_is_open_or_graded",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.clause} again, attempt {self.attempt_id}"

    @property
    def is_void(self) -> bool:
        """Whether its question was withdrawn."""
        return hasattr(self.version, "voiding")


class Accommodation(models.Model):
    """What staff opened for a person beyond the rule: more attempts, or another route; with the reason and its end."""

    class Kind(models.TextChoices):
        ATTEMPTS = "attempts", "More attempts"
        OTHER_ROUTE = "other_route", "Another route"

    enrollment = models.ForeignKey(Enrollment, on_delete=models.PROTECT, related_name="accommodations")
    kind = models.CharField(max_length=11, choices=Kind)
    attempts = models.PositiveSmallIntegerField(default=0)
    reason = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    ends_on = models.DateField(null=True, blank=True)
    taken_back_at = models.DateTimeField(null=True, blank=True)
    key = models.CharField(max_length=36, blank=True, help_text="Of the form that it came from, so that a double click is one click.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrollment", "key"], condition=~Q(key=""), name="a_form_grants_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="accommodation_has_a_reason"),
            models.CheckConstraint(
                condition=Q(kind="attempts", attempts__gte=1) | Q(kind="other_route", attempts=0), name="attempts_are_granted_by_number"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} in run {self.enrollment_id}"

    def is_in_force(self, *, on: date) -> bool:
        return self.taken_back_at is None and (self.ends_on is None or on <= self.ends_on)

    @property
    def as_grant(self) -> rules.Grant:
        """From the instant it was recorded until the end of its last day, or until it was taken back."""
        end = None if self.ends_on is None else make_aware(datetime.combine(self.ends_on + timedelta(days=1), time()))
        ends = [one for one in (end, self.taken_back_at) if one]
        return rules.Grant(self.attempts, self.recorded_at, min(ends, default=None))


class Voiding(models.Model):
    """A version that turned out to be bad: everybody who had it gets the point."""

    version = models.OneToOneField(QuestionVersion, on_delete=models.PROTECT, related_name="voiding")
    reason = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="voiding_has_a_reason")]

    def __str__(self) -> str:
        return f"{self.version_id} is void"


RESTS = Q(attempt__isnull=False, unlinked_at=None) | Q(attempt=None, unlinked_at__isnull=False)


class Completion(models.Model):
    """A course completed: once a run, for good. The renewal asks for these."""

    class Route(models.TextChoices):
        QUIZ = "quiz", "By the final quiz"
        READ = "read", "By reading and checks, in a course without a final quiz"
        OTHER = "other", "By another route"

    enrollment = models.OneToOneField(Enrollment, on_delete=models.PROTECT, related_name="completion")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    course = models.ForeignKey(CoursePage, on_delete=models.PROTECT, related_name="completions")
    completed_at = models.DateTimeField()
    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    unlinked_at = models.DateTimeField(
        null=True, editable=False, help_text="When the person was forgotten: since then it leads to no attempt (courses/kept.py)."
    )
    edition = models.ForeignKey("cms.Edition", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    route = models.CharField(max_length=5, choices=Route, default=Route.QUIZ)
    without_final = models.TextField(
        blank=True, help_text="Where no final quiz was in use: why the course was complete without one, as its page said that day."
    )
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(Q(route="quiz", without_final="") & RESTS)
                | (Q(route="read") & RESTS & ~Q(without_final=""))
                | Q(route="other", attempt=None, without_final=""),
                name="completion_names_what_it_rests_on",
            ),
        ]

    def __str__(self) -> str:
        return f"completion of run {self.enrollment_id}"
