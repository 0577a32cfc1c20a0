"""What can be learned: courses, modules, lessons, questions, and the frozen versions of questions."""

from typing import Any, Self
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.utils.text import Truncator
from wagtail.admin.panels import CommentPanel, FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import DraftStateMixin, LockableMixin, Page, PreviewableMixin, RevisionMixin, WorkflowMixin
from wagtail.search import index

from audit import clock
from cms import rules as words
from courses import rules
from courses.blocks import LessonBlocks, OptionBlocks, digest, texts
from courses.facts import SECTIONS
from courses.models.authoring import CopyWithoutAlias, LessonForm, ModuleForm, QuestionForm
from courses.models.fields import ClausesField, HoursField, SectionsField, read_clauses

# More of these is a slip of the hand.
MOST_ATTEMPTS, MOST_DAYS, MOST_QUESTIONS = 20, 365, 200


def new_key() -> str:
    """A key nobody holds yet, for content made in the admin."""
    return uuid4().hex[:12]


def new_question_key() -> str:
    return f"Q-{get_random_string(8, 'ABCDEFGHJKMNPQRSTUVWXYZ23456789')}"


LAST_FINAL = (
    "It is the final quiz of its course, and nothing else completes it. "
    "Publish another final quiz first, or write on the course why it is complete without one."
)
SAT = "People have sat this quiz: a final quiz stays one, and a check stays one. Make a new module for the other kind."


def three_waits() -> list[int]:
    return list(rules.USUAL_WAITS)


def bounds(least: int, most: int) -> list[Any]:
    """The validators of a number that keeps within these."""
    return [MinValueValidator(least, f"Write {least} or more."), MaxValueValidator(most, f"Write {most} or less.")]


def lines(text: str) -> list[str]:
    """The lines of a text field that keeps one entry a line."""
    return [line.strip() for line in text.splitlines() if line.strip()]


class Kept(models.Model):
    """Content on which records may hang: it has a key that never changes, and is retired, not removed. No date does either."""

    key = models.SlugField(max_length=60, unique=True, default=new_key, editable=False)
    retired_at = models.DateTimeField(null=True, blank=True, editable=False)

    exclude_fields_in_copy = ["key", "retired_at"]
    copy_form_class = CopyWithoutAlias

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.go_live_at = self.expire_at = None
        super().save(*args, **kwargs)

    def with_content_json(self, content: dict[str, Any]) -> Self:
        """A draft never brings back an old key or an old retirement, nor a date on which it would come or go by itself."""
        draft = super().with_content_json(content)  # type: ignore[misc]
        draft.key, draft.retired_at = self.key, self.retired_at
        draft.go_live_at = draft.expire_at = None
        return draft


class CatalogPage(Page):
    """The list of courses, at /learn/."""

    introduction = models.TextField(blank=True)

    content_panels = [*Page.content_panels, FieldPanel("introduction")]
    settings_panels = [CommentPanel()]
    copy_form_class = CopyWithoutAlias
    subpage_types = ["courses.CoursePage"]
    max_count = 1
    preview_modes = []


class CoursePage(Kept, Page):
    """A course, and the numbers that govern its final quiz."""

    subtitle = models.CharField(max_length=160, blank=True)
    summary = models.TextField(blank=True)
    audience = models.CharField(max_length=200, blank=True)
    outcomes = models.TextField(blank=True, help_text="One a line.")
    content_warning = models.TextField(blank=True)
    attempts_allowed = models.PositiveSmallIntegerField(
        "attempts at the final quiz",
        default=3,
        validators=bounds(1, MOST_ATTEMPTS),
        help_text="In one run through the course. After the last only staff open another, with a reason.",
    )
    wait_hours = HoursField(
        "hours before each attempt",
        default=three_waits,
        help_text="The hours that pass before the first, the second, the third attempt and so on, separated by commas: 0, 24, 72.",
    )
    open_days = models.PositiveSmallIntegerField(
        "days an attempt stays open",
        default=30,
        validators=bounds(1, MOST_DAYS),
        help_text="Then it is submitted as it stands, if any answer was saved.",
    )
    without_final = models.TextField(
        "complete without a final quiz",
        blank=True,
        max_length=500,
        help_text=(
            "Why this course is complete once every lesson is read and every check is passed; each completion keeps these words. "
            "Empty: only a passed final quiz completes it. They count while no final quiz is in use."
        ),
    )
    reviewed_edition = models.ForeignKey(
        "cms.Edition",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="reviewed against",
        help_text="The edition of the Code that this course was last read against; completions name it. Empty: the one in force that day.",
        limit_choices_to={"text": "code", "state": "published"},
    )

    content_panels = [
        *Page.content_panels,
        FieldPanel("subtitle"),
        FieldPanel("summary"),
        FieldPanel("audience"),
        FieldPanel("outcomes"),
        FieldPanel("content_warning"),
        FieldPanel("reviewed_edition"),
        MultiFieldPanel(
            [FieldPanel("attempts_allowed"), FieldPanel("wait_hours"), FieldPanel("open_days"), FieldPanel("without_final")],
            heading="Final quiz",
        ),
    ]
    settings_panels = [CommentPanel()]
    parent_page_types = ["courses.CatalogPage"]
    subpage_types = ["courses.ModulePage"]
    preview_modes = []

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(attempts_allowed__range=(1, MOST_ATTEMPTS), open_days__range=(1, MOST_DAYS)),
                name="attempts_and_days_keep_within_bounds",
                violation_error_message=f"From 1 to {MOST_ATTEMPTS} attempts, and from 1 to {MOST_DAYS} days.",
            )
        ]

    def get_absolute_url(self) -> str:
        return reverse("course", args=[self.slug])

    def with_content_json(self, content: dict[str, Any]) -> Self:
        """A draft from before the question was asked takes back no answer to it."""
        draft = super().with_content_json(content)
        if "without_final" not in content:
            draft.without_final = self.without_final
        return draft

    def clean(self) -> None:
        super().clean()
        if self.attempts_allowed and (words := rules.wrong_waits(self.wait_hours, attempts=self.attempts_allowed)):
            raise ValidationError({"wait_hours": words})

    @property
    def outcome_list(self) -> list[str]:
        return lines(self.outcomes)

    def modules(self) -> "models.QuerySet[ModulePage]":
        """The modules that learners see, in order."""
        return ModulePage.objects.child_of(self).live().filter(retired_at=None).order_by("path")

    def finals(self) -> "models.QuerySet[ModulePage]":
        """The final quizzes in use."""
        return self.modules().filter(quiz=ModulePage.Quiz.FINAL)


class ModulePage(Kept, Page):
    """A part of a course with its quiz: a check after each module, or the final quiz."""

    class Quiz(models.TextChoices):
        CHECK = "check", "Check after the module"
        FINAL = "final", "Final quiz of the course"

    quiz = models.CharField(max_length=5, choices=Quiz, default=Quiz.CHECK)
    draw = models.PositiveSmallIntegerField(
        "questions drawn", default=4, validators=bounds(0, MOST_QUESTIONS), help_text="0: this module asks nothing."
    )
    pass_points = models.PositiveSmallIntegerField(
        "points needed", default=3, help_text="No rounding: half a point less is not yet enough."
    )
    blueprint = SectionsField(
        "how many from which section",
        default=dict,
        blank=True,
        help_text=f"A section and a number on each line, such as “scope: 7”; together as many as are drawn. "
        f"The sections are: {', '.join(SECTIONS)}. Empty: from the whole module.",
    )
    min_critical = models.PositiveSmallIntegerField("critical questions at least", default=0)

    content_panels = [
        *Page.content_panels,
        MultiFieldPanel(
            [FieldPanel("quiz"), FieldPanel("draw"), FieldPanel("pass_points"), FieldPanel("blueprint"), FieldPanel("min_critical")],
            heading="Quiz",
        ),
    ]
    settings_panels = [CommentPanel()]
    parent_page_types = ["courses.CoursePage"]
    subpage_types = ["courses.LessonPage"]
    preview_modes = []
    base_form_class = ModuleForm

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(pass_points__lte=models.F("draw")),
                name="quiz_can_be_passed",
                violation_error_message="More points are needed than questions are drawn.",
            ),
            models.CheckConstraint(
                condition=models.Q(draw=0) | models.Q(pass_points__gte=1),
                name="quiz_asks_for_a_point",
                violation_error_message="A quiz that asks something needs a point at least.",
            ),
            models.CheckConstraint(
                condition=models.Q(min_critical__lte=models.F("draw")),
                name="critical_questions_fit_into_the_quiz",
                violation_error_message="More critical questions are asked for than questions are drawn.",
            ),
        ]

    @property
    def is_final(self) -> bool:
        return self.quiz == self.Quiz.FINAL

    @property
    def minutes(self) -> int:
        """What its questions take."""
        return rules.minutes_of_questions(self.draw, final=self.is_final)

    def clean(self) -> None:
        super().clean()
        if self.draw is not None and (words := rules.wrong_blueprint(self.blueprint, size=self.draw)):
            raise ValidationError({"blueprint": words})
        if self.is_final and self.draw == 0:
            raise ValidationError({"draw": "A final quiz asks one question at least."})
        stored = ModulePage.objects.filter(pk=self.pk).first() if self.pk else None
        if stored is None or stored.quiz == self.quiz:
            return
        if stored.attempts.exists():
            raise ValidationError({"quiz": SAT})
        if stored.completes_alone():
            raise ValidationError({"quiz": LAST_FINAL})

    def shortage(self, *, without: "Question | None" = None) -> list[str]:
        """What the questions in use lack for this quiz, in words for an author; empty when it can be taken. `without` one of them."""
        if not self.draw:
            return []
        if words := rules.wrong_blueprint(self.blueprint, size=self.draw):
            return [words]
        asked = [one for one in self.questions.asked() if one != without] if self.pk else []
        items = [rules.Item(one.pk, one.pk, one.section, (one.clause_ids or [""])[0], critical=one.critical) for one in asked]
        return rules.shortage(items, rules.Blueprint(self.draw, self.blueprint, self.min_critical, one_per_clause=self.is_final))

    def completes_alone(self) -> bool:
        """Whether this is the only final quiz in use of a course that nothing else completes."""
        if not (self.is_final and self.live and self.retired_at is None):
            return False
        course = CoursePage.objects.ancestor_of(self).get()
        return not course.without_final.strip() and not course.finals().exclude(pk=self.pk).exists()


class LessonPage(Kept, Page):
    """One lesson. What it mentions stands before what it says."""

    minutes = models.PositiveSmallIntegerField(default=10)
    objectives = models.TextField(blank=True, help_text="One a line, each something a coach can do afterwards.")
    clauses = ClausesField(blank=True)
    content_warning = models.CharField(
        max_length=240, blank=True, help_text="What the lesson mentions, shown before it. Empty: nothing to warn of."
    )
    offers_leaving = models.BooleanField("offer a way to leave", default=False, help_text="For lessons on the heaviest subjects.")
    body = StreamField(LessonBlocks(), use_json_field=True)
    activity = models.TextField("to do for yourself", blank=True, help_text="Private: what a coach writes is stored nowhere.")
    digest = models.CharField(
        max_length=64, default="", editable=False, help_text="SHA-256 of its words, to tell that a lesson changed since it was read."
    )

    content_panels = [
        *Page.content_panels,
        FieldPanel("content_warning"),
        FieldPanel("offers_leaving"),
        MultiFieldPanel([FieldPanel("minutes"), FieldPanel("objectives"), FieldPanel("clauses")], heading="About the lesson"),
        FieldPanel("body"),
        FieldPanel("activity"),
    ]
    search_fields = [*Page.search_fields, index.SearchField("body")]
    settings_panels = [CommentPanel()]
    parent_page_types = ["courses.ModulePage"]
    subpage_types: list[str] = []
    template = "courses/lesson.html"
    base_form_class = LessonForm

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.digest = digest(self.body.get_prep_value(), self.content_warning, self.objectives, self.activity)
        super().save(*args, **kwargs)

    def get_context(self, request: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """For the preview; visitors come through courses/views/learn.py."""
        return {**super().get_context(request, *args, **kwargs), "lesson": self, "signpost": words.speaks_of_harm(*self.words)}

    @property
    def clause_ids(self) -> list[str]:
        return read_clauses(self.clauses)

    @property
    def objective_list(self) -> list[str]:
        return lines(self.objectives)

    @property
    def words(self) -> list[str]:
        """Everything that is read on its page, of its own."""
        return [self.title, self.content_warning, self.objectives, *texts(self.body.get_prep_value()), self.activity]


class QuestionQuerySet(models.QuerySet["Question"]):
    def asked(self) -> "QuestionQuerySet":
        """Published, not retired, and not withdrawn as it stands: what a draw may choose from. A new version comes back into use."""
        newest = QuestionVersion.objects.filter(question=models.OuterRef("pk")).order_by("-number")
        withdrawn = models.Subquery(newest.values("voiding")[:1])
        return self.filter(live=True, retired_at=None).alias(withdrawn=withdrawn).filter(withdrawn=None)

    def drafts(self) -> "QuestionQuerySet":
        """Not published, and not retired."""
        return self.filter(live=False, retired_at=None)


class Question(Kept, PreviewableMixin, WorkflowMixin, LockableMixin, DraftStateMixin, RevisionMixin, index.Indexed, models.Model):
    """A question as authors edit it. Nobody is ever asked this row: publishing freezes a `QuestionVersion`."""

    class Type(models.TextChoices):
        SINGLE = "single", "One best answer"
        TRUE_FALSE = "true-false-reason", "True or false, with the reason"
        MULTIPLE = "multiple", "Several right answers"
        ORDERING = "ordering", "Put in order"

    class Level(models.TextChoices):
        REMEMBER = "remember"
        UNDERSTAND = "understand"
        APPLY = "apply"
        ANALYZE = "analyze"

    key = models.CharField(max_length=40, unique=True, default=new_question_key, editable=False)
    type = models.CharField(max_length=20, choices=Type, default=Type.SINGLE)
    module = models.ForeignKey(ModulePage, on_delete=models.PROTECT, related_name="questions")
    section = models.SlugField(max_length=40, choices=list(SECTIONS.items()), help_text="The part of the quiz it is drawn for.")
    clauses = ClausesField()
    difficulty = models.DecimalField(
        "expected share of right answers",
        max_digits=3,
        decimal_places=2,
        default="0.75",
        validators=[MinValueValidator(0), MaxValueValidator(1)],
    )
    level = models.CharField(max_length=12, choices=Level, default=Level.APPLY)
    critical = models.BooleanField(
        default=False, help_text="Missed in the final quiz, it has to be put right before the course is complete."
    )
    stem = models.TextField("question")
    options = StreamField(OptionBlocks(), use_json_field=True, min_num=2, max_num=8)

    objects = QuestionQuerySet.as_manager()
    base_form_class = QuestionForm
    search_fields = [
        index.SearchField("stem"),
        index.AutocompleteField("stem"),
        index.SearchField("key"),
        index.FilterField("type"),
        index.FilterField("module_id"),
    ]

    class Meta:
        ordering = ["key"]

    def __str__(self) -> str:
        return f"{self.key}: {Truncator(self.stem).words(9, truncate='…')}"

    @property
    def clause_ids(self) -> list[str]:
        return read_clauses(self.clauses)

    def clean(self) -> None:
        super().clean()
        right = sum(bool(option.value["correct"]) for option in self.options)
        wanted = {self.Type.SINGLE: right == 1, self.Type.TRUE_FALSE: right == 1, self.Type.MULTIPLE: 2 <= right < len(self.options)}
        if not wanted.get(self.Type(self.type), True):
            raise ValidationError({"options": f"{self.get_type_display()}: {right} of the options are marked as right."})

    @property
    def preview_modes(self) -> list[tuple[str, str]]:
        return [("learner", "As learners see it"), ("key", "With the key and the reasons")]

    def get_preview_template(self, request: Any, mode_name: str) -> str:
        return "courses/question_preview.html"

    def get_preview_context(self, request: Any, mode_name: str) -> dict[str, Any]:
        return {"request": request, "question": self, "with_key": mode_name == "key"}

    def content(self) -> dict[str, Any]:
        """What a version freezes: everything that asking and grading need, and nothing else."""
        return {
            "key": self.key,
            "type": self.type,
            "module": self.module_id,
            "section": self.section,
            "clauses": self.clause_ids,
            "critical": self.critical,
            "stem": self.stem,
            "options": [
                {
                    "id": str(option.id),
                    "text": option.value["text"],
                    "correct": bool(option.value["correct"]),
                    "rationale": option.value["rationale"],
                }
                for option in self.options
            ],
        }


class QuestionVersion(models.Model):
    """A question as somebody was or will be asked it. Triggers refuse change and removal."""

    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    data = models.JSONField()
    published_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["question_id", "number"]
        constraints = [models.UniqueConstraint(fields=["question", "number"], name="version_has_its_own_number")]

    def __str__(self) -> str:
        return f"{self.data['key']}, version {self.number}"
