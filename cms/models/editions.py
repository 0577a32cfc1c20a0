"""Editions: which wording of a text holds from which day. A draft may change; a published edition is frozen."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.locks import BaseLock
from wagtail.models import DraftStateMixin, LockableMixin, Page, PreviewableMixin, RevisionMixin, WorkflowMixin, WorkflowState

from audit import clock
from cms import rules
from cms.facts import TEXT_TITLES, State, Weight
from cms.models.texts import ADDRESSES, Clause, Text


class Frozen(PermissionDenied):
    """A published edition takes no change, whoever asks and by whatever way; `str` says so in words."""

    def __init__(self) -> None:
        super().__init__("This edition is published; its wording is frozen. A change comes as a new edition.")


class FrozenLock(BaseLock):
    """Nobody edits a published edition, whatever their rights."""

    def for_user(self, user: Any) -> bool:
        return True

    def get_message(self, user: Any) -> str:
        return str(Frozen())

    def get_description(self, user: Any) -> str:
        return "Published editions are frozen."


# What a revision does not bring back: only the importer and the act of publishing write these.
KEPT = ("slug", "state", "in_force_on", "weight", "demonstration", "placement", "source_name", "source_digest")


class EditionQuerySet(models.QuerySet["Edition"]):
    def published(self) -> EditionQuerySet:
        return self.filter(state=State.PUBLISHED)

    def drafts(self) -> EditionQuerySet:
        return self.filter(state=State.DRAFT)

    def in_force(self, *, on: date) -> EditionQuerySet:
        """Published and come into force by `on`, the newest first."""
        return self.published().filter(in_force_on__lte=on).order_by("-in_force_on")


class Edition(PreviewableMixin, WorkflowMixin, DraftStateMixin, LockableMixin, RevisionMixin, ClusterableModel):
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
        return f"{TEXT_TITLES[self.text_id]}: {self.name}"

    def with_content_json(self, content: dict[str, Any]) -> Edition:
        draft: Edition = super().with_content_json(content)
        for name in KEPT:
            setattr(draft, name, getattr(self, name))
        return draft

    @transaction.atomic
    def save(self, **kwargs: Any) -> None:
        """Write a draft with its wordings. Raises Frozen where the edition was published, even a moment ago."""
        if self.pk:
            self.hold()
            if kwargs.get("update_fields") is None and self.wordings.is_deferring:
                self.make_way()
        super().save(**kwargs)

    def make_way(self) -> None:
        """Take out the rows whose clause was changed; saving adds them anew, or two that change places would meet on the way."""
        clauses = {wording.pk: wording.clause_id for wording in self.wordings.all()}
        for wording in self.wordings.get_live_queryset():
            if clauses.get(wording.pk) not in (None, wording.clause_id):
                wording.delete()

    @transaction.atomic
    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Remove a draft. Raises Frozen where the edition was published."""
        self.hold()
        return super().delete(*args, **kwargs)

    def hold(self) -> None:
        """Keep a publication waiting until this transaction ends. Raises Frozen where it came first."""
        if Edition.objects.select_for_update().filter(pk=self.pk).values_list("state", flat=True).first() == State.PUBLISHED:
            raise Frozen

    def get_lock(self) -> BaseLock | None:
        return FrozenLock(self) if self.is_published else super().get_lock()

    @property
    def revisions(self) -> GenericRelation:
        return self._revisions

    @property
    def is_published(self) -> bool:
        return self.state == State.PUBLISHED

    @property
    def title(self) -> str:
        """The name as a heading: "Edition 2027", whether it was named so or only "2027"."""
        return self.name if self.name.casefold().startswith("edition") else f"Edition {self.name}"

    @property
    def is_approved(self) -> bool:
        """Whether the newest wording went through a review; a published edition is past that question."""
        return self.live and not self.has_unpublished_changes

    @property
    def status_string(self) -> str:
        """What the admin's lists and panels say; Wagtail's own word for an approved draft would be "live"."""
        if self.is_published:
            return "published"
        return "approved draft" if self.is_approved else "draft"

    @property
    def review(self) -> str:
        """Where the review of a draft stands: "in progress", "needs changes", or empty."""
        state = self.current_workflow_state
        return {WorkflowState.STATUS_IN_PROGRESS: "in progress", WorkflowState.STATUS_NEEDS_CHANGES: "needs changes"}.get(
            state.status if state else "", ""
        )

    def newest(self) -> Edition:
        """What the edition says now: as it was frozen, or as the draft was saved last, which no row may say yet."""
        newest: Edition = self if self.is_published else self.get_latest_revision_as_object()
        return newest

    def in_order(self) -> list[Wording]:
        """The wordings of this edition as it is held in memory, section by section, each with its clause: at most two queries."""
        wordings = list(self.wordings.select_related("clause"))
        bare = [wording for wording in wordings if not Wording.clause.is_cached(wording)]
        clauses = Clause.objects.in_bulk({wording.clause_id for wording in bare}) if bare else {}
        for wording in bare:
            wording.clause = clauses[wording.clause_id]
        return sorted(wordings, key=lambda wording: (wording.clause.part.order, wording.position))

    def parts(self) -> list[dict[str, Any]]:
        """The wordings by section, as pages show them."""
        return [{"section": part, "wordings": list(some)} for part, some in groupby(self.in_order(), key=lambda w: w.clause.part)]

    def bodies(self) -> dict[str, str]:
        """Clause -> wording, in reading order."""
        return {wording.clause_id: wording.body for wording in self.in_order()}

    def digest(self) -> str:
        """A word for what this edition says: who was shown it can say later that this is what was shown."""
        return rules.digest(self.name, self.bodies().items())

    def get_absolute_url(self) -> str:
        return f"/code/editions/{self.slug}/" if self.text_id == "code" else ADDRESSES[self.text_id]

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """The page of the text as it would read in this wording, marked as a draft."""
        address = ADDRESSES[self.text_id]
        page = Page.objects.filter(slug=address.strip("/"), depth=3).specific().first() or Page(title=self.text.title)
        parts = self.parts()
        claims = list(Clause.objects.filter(text=self.text_id, cites__isnull=False))
        shown = {
            **page.get_context(request),
            "page": page,
            "edition": self,
            "parts": parts,
            "facts" if self.text_id == "code" else "claims": claims,
            "worded": {wording.clause_id for part in parts for wording in part["wordings"]},
            "signpost": self.text_id == "therapy" or heavy(parts),
            "draft": not self.is_published,
        }
        return TemplateResponse(request, "cms/code_page.html" if self.text_id == "code" else "cms/text_page.html", shown)


def heavy(parts: list[dict[str, Any]]) -> bool:
    """Whether sections as Edition.parts() gives them speak of harm, in a title or in a wording."""
    wordings = [wording for part in parts for wording in part["wordings"]]
    return rules.speaks_of_harm(*(w.clause.title for w in wordings), *(w.body for w in wordings))


class Wording(models.Model):
    """What a clause says in an edition. Triggers freeze it once the edition is published."""

    edition = ParentalKey(Edition, on_delete=models.CASCADE, related_name="wordings")
    clause = models.ForeignKey(Clause, on_delete=models.PROTECT, related_name="wordings")
    position = models.PositiveSmallIntegerField(default=0, editable=False)
    body = models.TextField("wording")

    sort_order_field = "position"

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "clause"], name="one_wording_a_clause_and_edition"),
            models.CheckConstraint(condition=~models.Q(body=""), name="a_wording_says_something"),
        ]

    def __str__(self) -> str:
        return f"{self.clause_id} in {self.edition_id}"
