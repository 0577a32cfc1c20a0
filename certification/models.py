"""Schemes, certificates and the dated facts about them. Rows of Term and Sanction are never changed, only voided (guards.py)."""

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.storage import Storage, storages
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Upper
from django.urls import reverse

from audit import clock
from certification import numbers
from certification.facts import (
    MOST_REMINDERS,
    NUMBERS,
    REMINDERS,
    Granted,
    Policy,
    Requirement,
    SanctionFact,
    SanctionKind,
    Span,
    Standing,
)

STATEMENT = (
    "I have studied the Code of Ethics, version {code_version}, in force since {code_date}. I answered the final quiz by myself. "
    "I know that the Code applies to all my work as a certified coach. I know that a breach is a reason to review my certificate "
    "and that a review may end in its removal. I will keep to the Code."
)


def default_reminders() -> list[int]:
    return [180, 90, 60, 30, 14, 3, 0, -30]


def number(name: str, default: int) -> models.PositiveSmallIntegerField:
    """A field for a number that a board votes on, with its words and bounds."""
    words = NUMBERS[name]
    bounds = [MinValueValidator(words.least), MaxValueValidator(words.most)]
    return models.PositiveSmallIntegerField(default=default, validators=bounds, help_text=words.help_text)


def within(name: str) -> Q:
    """The same bounds for the database."""
    return Q(**{f"{name}__gte": NUMBERS[name].least, f"{name}__lte": NUMBERS[name].most})


def are_reminders(days: Any) -> None:
    """Whole days between the bounds, each once (guards.py says so to the database). Raises ValidationError."""
    is_list = isinstance(days, list) and all(type(day) is int for day in days)
    if not is_list or len(set(days)) != len(days) or len(days) > MOST_REMINDERS:
        raise ValidationError(f"Write at most {MOST_REMINDERS} whole numbers of days, each once.")
    if any(not REMINDERS.least <= day <= REMINDERS.most for day in days):
        raise ValidationError(f"A reminder lies {-REMINDERS.least} days after the end at most, and {REMINDERS.most} days before it.")


def is_statement(text: str) -> None:
    """Names the edition and its day, and has no other place to be filled in. Raises ValidationError."""
    if not re.fullmatch(r"[^{}]*", text.replace("{code_version}", "").replace("{code_date}", "")):
        raise ValidationError("Only {code_version} and {code_date} are filled in; other braces have no meaning.")
    if missing := [place for place in ("{code_version}", "{code_date}") if place not in text]:
        raise ValidationError(f"The statement names the edition and its day: {' and '.join(missing)} is missing.")


def document_storage() -> Storage:
    """Private: documents are served by a view to their holder, never by address."""
    return storages["documents"]


class Scheme(models.Model):
    """The rules a board votes on (ISO/IEC 17024: certification scheme): each number with unit, reason and effect."""

    name = models.CharField(max_length=120, help_text="What the certificate certifies; printed on it.")
    prefix = models.CharField(
        max_length=8,
        unique=True,
        validators=[RegexValidator(r"^[A-Z]{2,8}$", "Two to eight capital letters.")],
        help_text="Two to eight capital letters before new numbers. Numbers already given keep theirs.",
    )
    review_course_key = models.SlugField(
        default="code-of-ethics-review",
        help_text="Key of the course to be completed before every renewal. The Code asks for one; its completion earns one renewal.",
    )
    term_years = number("term_years", 2)
    window_opens_days = number("window_opens_days", 180)
    late_period_days = number("late_period_days", 90)
    review_valid_days = number("review_valid_days", 365)
    material_grace_days = number("material_grace_days", 60)
    reminder_days = models.JSONField(default=default_reminders, blank=True, validators=[are_reminders], help_text=REMINDERS.help_text)
    statement_text = models.TextField(
        default=STATEMENT,
        max_length=2000,
        validators=[is_statement],
        help_text="What a coach signs before a renewal; {code_version} and {code_date} are filled in. Statements signed keep their text.",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="a_scheme_has_a_name"),
            models.CheckConstraint(condition=within("term_years"), name="a_term_lasts_one_to_ten_years"),
            models.CheckConstraint(condition=within("window_opens_days"), name="renewal_opens_within_the_last_year_of_a_term"),
            models.CheckConstraint(condition=within("late_period_days"), name="late_renewal_ends_within_a_year"),
            models.CheckConstraint(condition=within("review_valid_days"), name="a_review_counts_a_month_to_five_years"),
            models.CheckConstraint(condition=within("material_grace_days"), name="older_reviews_count_a_year_at_most"),
            models.CheckConstraint(
                condition=Q(statement_text__contains="{code_version}") & Q(statement_text__contains="{code_date}"),
                name="a_statement_names_the_edition_and_its_day",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def policy(self) -> Policy:
        return Policy(
            term_years=self.term_years,
            window_opens_days=self.window_opens_days,
            late_period_days=self.late_period_days,
            review_valid_days=self.review_valid_days,
            material_grace_days=self.material_grace_days,
        )


def voided_late(name: str) -> models.CheckConstraint:
    """What the record said before a row was recorded cannot be taken back."""
    return models.CheckConstraint(condition=Q(voided_at=None) | Q(voided_at__gte=F("recorded_at")), name=name)


class AlreadyVoided(Exception):
    """Somebody changed the record a moment ago; look again before you change it."""


class DatedQuerySet(models.QuerySet[Any]):
    """Rows with first_day, last_day, recorded_at and voided_at."""

    def current(self) -> "DatedQuerySet":
        return self.filter(voided_at=None)

    def void(self, row: models.Model) -> None:
        """Take a row out of the current facts, for good. Raises AlreadyVoided when somebody did so before."""
        if not self.current().filter(pk=row.pk).update(voided_at=clock.now()):
            raise AlreadyVoided(f"{row} was voided before")

    def as_recorded(self, at: datetime) -> "DatedQuerySet":
        """What the record said at an instant: recorded by then and not voided by then."""
        return self.filter(Q(voided_at=None) | Q(voided_at__gt=at), recorded_at__lte=at)

    def covering(self, day: date) -> "DatedQuerySet":
        return self.current().filter(Q(last_day=None) | Q(last_day__gte=day), first_day__lte=day)


class SanctionQuerySet(DatedQuerySet):
    def to_look_at(self, *, on: date) -> "SanctionQuerySet":
        """Suspensions until met whose cap day is reached: somebody decides what is next, nothing ends by itself."""
        return self.current().filter(kind=SanctionKind.SUSPENSION, last_day=None, cap_day__lte=on).order_by("cap_day", "pk")  # type: ignore[return-value]


class TermQuerySet(DatedQuerySet):
    def ending(self, *, on: date, least: int, most: int) -> "TermQuerySet":
        """Latest terms, not given back, with `least` to `most` days left on a day (negative ones after the end).

        Where a suspension stopped the time for a late renewal the end may lie longer past: those are all there, and they are few.
        """
        later = Term.objects.current().filter(certificate=OuterRef("certificate"), first_day__gt=OuterRef("first_day"))
        stopped = Sanction.objects.filter(certificate=OuterRef("certificate"), kind=SanctionKind.SUSPENSION)
        near = Q(last_day__gte=on + timedelta(days=least)) | Q(Exists(stopped))
        found = self.current().filter(near, last_day__lte=on + timedelta(days=most), given_back=False)
        return found.exclude(Exists(later))  # type: ignore[return-value]


class CertificateQuerySet(models.QuerySet["Certificate"]):
    def locked(self, pk: Any) -> "Certificate":
        """The row, locked until the transaction ends; on SQLite the transaction itself holds every other writer off."""
        return self.select_for_update(of=("self",)).select_related("scheme", "holder").get(pk=pk)

    def with_standing(self, *, on: date) -> "CertificateQuerySet":
        """Annotate `standing` (None before the first term): the SQL twin of rules.standing, proved equal by a test."""
        sanctions = Sanction.objects.covering(on).filter(certificate=OuterRef("pk"))
        terms = Term.objects.current().filter(certificate=OuterRef("pk"))
        return self.annotate(
            standing=Case(
                When(~Exists(terms.filter(first_day__lte=on)), then=Value(None)),
                When(Exists(sanctions.filter(kind=SanctionKind.REVOCATION)), then=Value(Standing.REVOKED.value)),
                When(Exists(sanctions.filter(kind=SanctionKind.SUSPENSION)), then=Value(Standing.SUSPENDED.value)),
                When(Exists(Term.objects.covering(on).filter(certificate=OuterRef("pk"))), then=Value(Standing.ACTIVE.value)),
                default=Value(Standing.LAPSED.value),
                output_field=models.CharField(null=True),
            )
        )

    def for_public(self) -> "CertificateQuerySet":
        """With holder, names, terms and sanctions at hand: a fixed number of statements for any number of rows."""
        return self.select_related("scheme", "holder").prefetch_related("holder__names", "terms", "sanctions")


class Certificate(models.Model):
    """A number, its holder and its scheme. What it is worth on a day follows from its terms and sanctions (rules.standing)."""

    number = models.CharField(max_length=32, unique=True)
    holder = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="certificates")
    verify_code = models.CharField(
        max_length=32, unique=True, default=numbers.make_code, editable=False, help_text="Leads to the public page for ever."
    )
    recorded_at = models.DateTimeField(default=clock.now, editable=False)
    issued_on = models.DateField("first certified on")

    objects = CertificateQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(number=Upper("number")), name="number_is_in_capital_letters")]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """The public page (registry)."""
        return f"/registry/{self.number}/"

    def spans(self) -> list[Span]:
        """Terms not voided, oldest first; reads `terms` once, prefetched or not."""
        return sorted((term.span for term in self.terms.all() if term.voided_at is None), key=lambda span: span.first_day)

    def sanction_facts(self) -> list[SanctionFact]:
        """Sanctions not voided, oldest first."""
        return sorted((row.fact for row in self.sanctions.all() if row.voided_at is None), key=lambda fact: (fact.first_day, fact.pk or 0))


class Statement(models.Model):
    """What a person signed about the Code before a renewal, frozen as it was shown."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    edition = models.ForeignKey("cms.Edition", on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    typed_name = models.CharField(max_length=120)
    signed_at = models.DateTimeField(default=clock.now)
    reauthenticated_at = models.DateTimeField(
        null=True, help_text="When who signs last showed that it is them, by a second factor: within five minutes before signing."
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(reauthenticated_at=None) | Q(reauthenticated_at__lte=F("signed_at")),
                name="a_second_factor_comes_before_signing",
            )
        ]

    def __str__(self) -> str:
        return f"statement {self.pk}"


class Term(models.Model):
    """Days for which a certificate was granted; the last day is included."""

    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="terms")
    first_day = models.DateField()
    last_day = models.DateField()
    granted = models.CharField(max_length=16, choices=[(how.value, how.label) for how in Granted])
    review = models.ForeignKey("courses.Completion", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, null=True, blank=True, related_name="terms")
    given_back = models.BooleanField(default=False, help_text="The holder ended it early.")
    recorded_at = models.DateTimeField(default=clock.now, editable=False)
    voided_at = models.DateTimeField(null=True, blank=True)
    replaces = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by")
    reason = models.TextField(blank=True)
    forgotten_at = models.DateTimeField(null=True, editable=False, help_text="When its words were emptied with its holder's name.")

    objects = TermQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["first_day", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["review"], condition=Q(voided_at=None), name="one_review_earns_one_renewal"),
            models.UniqueConstraint(fields=["statement"], condition=Q(voided_at=None), name="one_statement_serves_one_term"),
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="term_ends_after_it_starts"),
            voided_late("term_is_voided_after_it_was_recorded"),
            models.CheckConstraint(condition=Q(forgotten_at=None) | Q(reason=""), name="a_forgotten_term_has_no_words"),
            models.CheckConstraint(condition=Q(granted__in=[how.value for how in Granted]), name="term_is_granted_in_a_known_way"),
        ]
        indexes = [
            models.Index(fields=["certificate", "first_day"], name="term_of_certificate"),
            models.Index(fields=["last_day"], condition=Q(voided_at=None), name="term_by_last_day"),
        ]

    def __str__(self) -> str:
        return f"{self.first_day} to {self.last_day}"

    @property
    def span(self) -> Span:
        return Span(self.first_day, self.last_day, self.given_back)

    def covers(self, day: date) -> bool:
        return self.voided_at is None and self.span.covers(day)


class Sanction(models.Model):
    """A suspension, revocation, conditions or public reprimand, from a day; `last_day` None is open."""

    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="sanctions")
    kind = models.CharField(max_length=16, choices=[(kind.value, kind.label) for kind in SanctionKind])
    interim = models.BooleanField(default=False, help_text="An order for the time of a review; final otherwise.")
    first_day = models.DateField()
    last_day = models.DateField(null=True, blank=True)
    not_before = models.DateField(null=True, blank=True, help_text="A suspension until met is not discharged before this day.")
    cap_day = models.DateField(
        null=True, blank=True, help_text="A suspension until met is looked at again on this day; it never ends by itself."
    )
    public_note = models.TextField(blank=True, help_text="What the public page says, in plain words.")
    clause_ids = models.JSONField(default=list, blank=True)
    published_until = models.DateField(null=True, blank=True, help_text="Last day of the note and the history line; the word itself stays.")
    decided_on = models.DateField()
    continues = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="continued_by")
    source_reference = models.CharField(max_length=64, blank=True, help_text="Where it was decided; opaque here.")
    recorded_at = models.DateTimeField(default=clock.now, editable=False)
    voided_at = models.DateTimeField(null=True, blank=True)
    replaces = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by")
    reason = models.TextField(blank=True)
    forgotten_at = models.DateTimeField(null=True, editable=False, help_text="When its words were emptied with its holder's name.")

    objects = SanctionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["first_day", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(last_day=None) | Q(last_day__gte=F("first_day")), name="sanction_ends_after_it_starts"),
            voided_late("sanction_is_voided_after_it_was_recorded"),
            models.CheckConstraint(condition=Q(forgotten_at=None) | Q(reason="", public_note=""), name="a_forgotten_sanction_has_no_words"),
            models.CheckConstraint(condition=Q(kind__in=[kind.value for kind in SanctionKind]), name="sanction_is_of_a_known_kind"),
            models.UniqueConstraint(
                fields=["certificate", "source_reference", "kind", "interim"],
                condition=Q(voided_at=None) & ~Q(source_reference=""),
                name="one_decision_imposes_once",
            ),
        ]
        indexes = [models.Index(fields=["certificate", "first_day"], name="sanction_of_certificate")]

    def __str__(self) -> str:
        return f"{self.kind} from {self.first_day}"

    @property
    def fact(self) -> SanctionFact:
        return SanctionFact(
            kind=SanctionKind(self.kind),
            first_day=self.first_day,
            last_day=self.last_day,
            interim=self.interim,
            pk=self.pk,
            continues=self.continues_id,
            published_until=self.published_until,
        )

    @property
    def span(self) -> Span:
        return Span(self.first_day, self.last_day)

    def covers(self, day: date) -> bool:
        return self.voided_at is None and self.fact.covers(day)


class Hold(models.Model):
    """Bars a person from a new certificate for a time; `last_day` None is open. It carries no reason."""

    holder = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    first_day = models.DateField()
    last_day = models.DateField(null=True, blank=True)
    recorded_at = models.DateTimeField(default=clock.now, editable=False)
    voided_at = models.DateTimeField(null=True, blank=True)
    replaces = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by")

    objects = DatedQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["first_day", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(last_day=None) | Q(last_day__gte=F("first_day")), name="hold_ends_after_it_starts"),
            voided_late("hold_is_voided_after_it_was_recorded"),
        ]

    def __str__(self) -> str:
        return f"hold from {self.first_day}"

    @property
    def span(self) -> Span:
        return Span(self.first_day, self.last_day)


class RequirementMetQuerySet(models.QuerySet["RequirementMet"]):
    def unspent(self) -> "RequirementMetQuerySet":
        """What can serve a grant: never used by a term, or used by one that was taken back, like its review and its statement."""
        return self.filter(Q(term=None) | Q(term__voided_at__isnull=False))


class RequirementMet(models.Model):
    """A requirement that staff record as met by another route, such as a live session; it serves one term.

    A term that replaces another takes its rows along (terms.replace); those of a term taken back wait again. One that was recorded too
    early to bring a certificate back may wait beside one that does (requirements.record_met).
    """

    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="requirements_met")
    requirement = models.CharField(max_length=16, choices=[(item.value, item.label) for item in Requirement])
    reason = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now, editable=False)
    term = models.ForeignKey(Term, on_delete=models.PROTECT, null=True, blank=True, related_name="requirements_met")

    objects = RequirementMetQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="another_route_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.requirement} met otherwise"


class DocumentQuerySet(models.QuerySet["CertificateDocument"]):
    def current(self) -> "DocumentQuerySet":
        """Not replaced: at most one a term."""
        return self.filter(replaced_at=None)

    def of(self, holder: models.Model) -> "QuerySet[CertificateDocument]":
        return self.filter(term__certificate__holder=holder).select_related("term__certificate").order_by("-term__first_day", "-pk")

    def take_out_of_use(self, *, terms: Iterable[int]) -> None:
        """Those in use of these terms: their codes still lead to the public page, which says so; nobody downloads them any more."""
        self.current().filter(term__in=list(terms)).update(replaced_at=clock.now())


class CertificateDocument(models.Model):
    """A printed certificate: the facts it states, frozen, and the file made from them."""

    term = models.ForeignKey(Term, on_delete=models.PROTECT, related_name="documents")
    verify_code = models.CharField(max_length=32, unique=True, default=numbers.make_code, editable=False)
    facts = models.JSONField()
    sha256 = models.CharField(max_length=64, blank=True)
    file = models.FileField(storage=document_storage, upload_to="certificates", blank=True)
    made_at = models.DateTimeField(default=clock.now, editable=False)
    replaced_at = models.DateTimeField(null=True, blank=True, help_text="Set before the next document of the term is added.")
    replaced_by = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaces")

    objects = DocumentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["term"], condition=Q(replaced_at=None), name="one_document_in_use_a_term"),
            models.CheckConstraint(condition=Q(replaced_by=None) | Q(replaced_at__isnull=False), name="replaced_document_says_when"),
        ]

    def __str__(self) -> str:
        return self.verify_code

    def get_absolute_url(self) -> str:
        """Where its QR code leads (registry)."""
        return f"/v/{self.verify_code}/"

    @property
    def download_url(self) -> str:
        return reverse("certificate_document", args=[self.verify_code])
