"""The association's texts as data: a clause keeps its id for ever, an edition says on which day which wording holds."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.locks import BaseLock
from wagtail.models import DraftStateMixin, LockableMixin, RevisionMixin, WorkflowMixin
from wagtail.search import index

from audit import clock
from cms.facts import SECTIONS, Kind, Section, State, Weight

ADDRESSES = {"principles": "/principles/", "code": "/code/", "therapy": "/therapy-or-coaching/"}


class Text(models.Model):
    """One of the three texts: principles, code, therapy."""

    slug = models.SlugField(primary_key=True, max_length=20)
    title = models.CharField(max_length=80)

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return ADDRESSES[self.slug]


class Clause(index.Indexed, models.Model):
    """A piece of a text under an id that never changes and is never used again (domain.md, section 1)."""

    id = models.CharField(primary_key=True, max_length=10)
    text = models.ForeignKey(Text, on_delete=models.PROTECT, related_name="clauses")
    section = models.CharField(max_length=24, choices=[(slug, section.title) for slug, section in SECTIONS.items()])
    title = models.CharField(max_length=120)
    short = models.CharField("in one line", max_length=200, blank=True)
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.STATEMENT)
    critical = models.BooleanField(default=False, help_text="An error in the final quiz has to be put right before the course counts.")
    position = models.PositiveSmallIntegerField(editable=False)
    cites = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        related_name="claims",
        null=True,
        blank=True,
        editable=False,
        help_text="The clause that this teaching claim rests on; empty where the clause has a wording of its own.",
    )
    claim = models.TextField("what is taught", blank=True, help_text="The words of a teaching claim.")

    search_fields = [
        index.SearchField("id"),
        index.SearchField("title"),
        index.AutocompleteField("id"),
        index.AutocompleteField("title"),
        index.FilterField("text_id"),
    ]

    class Meta:
        ordering = ["text_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["text", "position"], name="one_clause_a_place"),
            models.CheckConstraint(
                condition=models.Q(cites=None, claim="") | (models.Q(cites__isnull=False) & ~models.Q(claim="")),
                name="a_teaching_claim_cites_a_clause_and_says_something",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.title}"

    def get_absolute_url(self) -> str:
        """The permalink of a clause of the Code; of the other texts, the place on their page."""
        if self.text_id != "code":
            return f"{ADDRESSES[self.text_id]}#{self.anchor}"
        if self.cites_id:
            return f"/code/{self.cites_id.lower()}/#{self.anchor}"
        return f"/code/{self.anchor}/"

    @property
    def anchor(self) -> str:
        """The id as it stands in addresses: ps-07, ce-00-1."""
        return self.id.lower().replace(".", "-")

    @property
    def part(self) -> Section:
        return SECTIONS[self.section]


class FrozenLock(BaseLock):
    """Nobody edits a published edition, whatever their rights."""

    def for_user(self, user: Any) -> bool:
        return True

    def get_message(self, user: Any) -> str:
        return "This edition is published; its wording is frozen. A change comes as a new edition."

    def get_description(self, user: Any) -> str:
        return "Published editions are frozen."


# What a revision does not bring back: only the importer and the act of publishing write these.
KEPT = ("slug", "state", "in_force_on", "weight", "demonstration", "placement", "source_name", "source_digest")


class EditionQuerySet(models.QuerySet["Edition"]):
    def published(self) -> EditionQuerySet:
        return self.filter(state=State.PUBLISHED)

    def in_force(self, *, on: date) -> EditionQuerySet:
        """Published and come into force by `on`, the newest first."""
        return self.published().filter(in_force_on__lte=on).order_by("-in_force_on")


class Edition(WorkflowMixin, DraftStateMixin, LockableMixin, RevisionMixin, ClusterableModel):
    """A wording of a whole text. Draft until `code.publish` freezes it; Wagtail's `live` says that the draft was approved in review."""

    text = models.ForeignKey(Text, on_delete=models.PROTECT, related_name="editions")
    name = models.CharField(max_length=60)
    slug = models.SlugField(max_length=60, editable=False)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT, editable=False)
    in_force_on = models.DateField("in force on", null=True, blank=True, editable=False)
    weight = models.CharField(max_length=10, choices=Weight, blank=True, editable=False)
    demonstration = models.BooleanField("demonstration wording", default=False, editable=False)
    source_name = models.CharField("imported from", max_length=200, blank=True, editable=False)
    source_digest = models.CharField(max_length=64, blank=True, editable=False)
    placement = models.JSONField(default=dict, blank=True, editable=False)
    recorded_at = models.DateTimeField(default=clock.now, editable=False)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False)

    _revisions = GenericRelation("wagtailcore.Revision", related_query_name="edition")
    workflow_states = GenericRelation(
        "wagtailcore.WorkflowState",
        content_type_field="base_content_type",
        object_id_field="object_id",
        related_query_name="edition",
        for_concrete_model=False,
    )

    objects = EditionQuerySet.as_manager()

    class Meta:
        ordering = ["text_id", "-recorded_at"]
        constraints = [
            models.UniqueConstraint(fields=["text", "slug"], name="one_edition_a_slug"),
            models.UniqueConstraint(
                fields=["text", "in_force_on"], condition=models.Q(state=State.PUBLISHED), name="one_edition_comes_into_force_on_a_day"
            ),
            models.CheckConstraint(
                condition=models.Q(state=State.DRAFT, in_force_on=None, weight="")
                | models.Q(state=State.PUBLISHED, in_force_on__isnull=False),
                name="a_published_edition_says_when_it_comes_into_force",
            ),
            models.CheckConstraint(condition=models.Q(weight__in=["", *Weight.values]), name="an_edition_is_minor_or_material"),
        ]

    def __str__(self) -> str:
        return f"{self.text_id}: {self.name}"

    def with_content_json(self, content: dict[str, Any]) -> Edition:
        draft: Edition = super().with_content_json(content)
        for name in KEPT:
            setattr(draft, name, getattr(self, name))
        return draft

    def get_lock(self) -> BaseLock | None:
        return FrozenLock(self) if self.is_published else super().get_lock()

    @property
    def revisions(self) -> GenericRelation:
        return self._revisions

    @property
    def is_published(self) -> bool:
        return self.state == State.PUBLISHED

    def get_absolute_url(self) -> str:
        return f"/code/editions/{self.slug}/" if self.text_id == "code" else ADDRESSES[self.text_id]


class Wording(models.Model):
    """What a clause says in an edition. Triggers freeze it once the edition is published."""

    edition = ParentalKey(Edition, on_delete=models.CASCADE, related_name="wordings")
    clause = models.ForeignKey(Clause, on_delete=models.PROTECT, related_name="wordings")
    position = models.PositiveSmallIntegerField(default=0, editable=False)
    body = models.TextField("wording")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "clause"], name="one_wording_a_clause_and_edition"),
            models.CheckConstraint(condition=~models.Q(body=""), name="a_wording_says_something"),
        ]

    def __str__(self) -> str:
        return f"{self.clause_id} in {self.edition_id}"
