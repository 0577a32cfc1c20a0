"""The pages that anybody can read. Their intros are edited in the admin; the wording comes from the edition in force."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from typing import Any

from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import CommentPanel, FieldPanel, InlinePanel
from wagtail.contrib.routable_page.models import RoutablePageMixin, path
from wagtail.fields import StreamField
from wagtail.models import Orderable, Page
from wagtail.search import index

from audit import clock
from cms import rules
from cms.blocks import ProseBlocks
from cms.models.texts import Clause, Edition, Text, Wording


class HomePage(Page):
    """The front door: what this is, a coach to check, the promise, the courses."""

    opening = models.TextField(blank=True, help_text="One or two sentences under the title.")
    promise = models.TextField(blank=True, help_text="What the Code of Ethics promises a client.")

    content_panels = [
        *Page.content_panels,
        FieldPanel("opening"),
        FieldPanel("promise"),
        InlinePanel("promises", [FieldPanel("clause"), FieldPanel("title"), FieldPanel("words")], label="promise"),
    ]
    settings_panels = [CommentPanel()]
    template = "cms/home_page.html"
    max_count = 1

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        promises = list(self.promises.select_related("clause"))
        words = [text for promise in promises for text in (promise.title, promise.words)]
        return {**context, "promises": promises, "signpost": rules.speaks_of_suicide(*words)}


class Promise(Orderable):
    """A clause of the Code in words for clients, as a card of the home page."""

    page = ParentalKey(HomePage, on_delete=models.CASCADE, related_name="promises")
    clause = models.ForeignKey(Clause, on_delete=models.PROTECT, related_name="+", limit_choices_to={"text": "code"})
    title = models.CharField(max_length=60)
    words = models.CharField(max_length=200, help_text="What the clause means for a client, in one plain sentence.")

    def __str__(self) -> str:
        return self.title


class Prose(Page):
    """A page with an introduction and prose."""

    introduction = models.TextField(blank=True)
    body = StreamField(ProseBlocks(), blank=True)

    content_panels = [*Page.content_panels, FieldPanel("introduction"), FieldPanel("body")]
    settings_panels = [CommentPanel()]
    search_fields = [*Page.search_fields, index.SearchField("introduction"), index.SearchField("body")]
    parent_page_types = ["cms.HomePage"]
    subpage_types: list[str] = []

    class Meta:
        abstract = True


class PlainPage(Prose):
    """Privacy, accessibility and whatever else needs only words."""

    template = "cms/plain_page.html"
    parent_page_types = ["cms.HomePage", "cms.PlainPage"]
    subpage_types = ["cms.PlainPage"]


def parts(edition: Edition | None) -> list[dict[str, Any]]:
    """The wordings of an edition by section, in its order: one query for any number of clauses."""
    wordings = list(edition.wordings.select_related("clause")) if edition else []
    return [{"section": section, "wordings": list(some)} for section, some in groupby(wordings, key=lambda w: w.clause.part)]


def heavy(shown: list[dict[str, Any]]) -> bool:
    """Whether sections as parts() gives them speak of suicide, in a title or in a wording."""
    wordings = [wording for part in shown for wording in part["wordings"]]
    return rules.speaks_of_suicide(*(w.clause.title for w in wordings), *(w.body for w in wordings))


class TextPage(Prose):
    """The principles, or therapy and coaching, in the wording in force."""

    text = models.ForeignKey(Text, on_delete=models.PROTECT, related_name="+")

    content_panels = [*Page.content_panels, FieldPanel("text"), FieldPanel("introduction"), FieldPanel("body")]
    template = "cms/text_page.html"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        edition = Edition.objects.in_force(on=clock.today()).filter(text=self.text_id).first()
        claims = list(Clause.objects.filter(text=self.text_id, cites__isnull=False))
        shown = parts(edition)
        # Whoever weighs therapy against coaching may need help today, whatever the wording in force says.
        signpost = self.text_id == "therapy" or heavy(shown)
        return {**context, "edition": edition, "parts": shown, "claims": claims, "signpost": signpost}


class CodePage(RoutablePageMixin, Prose):
    """The Code of Ethics: the whole, a permalink for each clause, the editions and how they differ."""

    template = "cms/code_page.html"
    max_count = 1

    @path("", name="whole")
    def whole(self, request: HttpRequest) -> HttpResponse:
        edition = self.edition(on=clock.today())
        facts = list(Clause.objects.filter(text="code", cites__isnull=False))
        told = parts(edition)
        shown = {"edition": edition, "parts": told, "facts": facts, "signpost": heavy(told)}
        return self.render(request, context_overrides=shown)

    @path("editions/", name="editions")
    def editions(self, request: HttpRequest) -> HttpResponse:
        editions = Edition.objects.published().filter(text="code").order_by("-in_force_on")
        shown = {"editions": editions, "in_force": self.edition(on=clock.today()), "today": clock.today()}
        return self.render(request, context_overrides=shown, template="cms/editions.html")

    @path("editions/<slug:slug>/", name="edition")
    def one_edition(self, request: HttpRequest, slug: str) -> HttpResponse:
        published = list(Edition.objects.published().filter(text="code").order_by("in_force_on"))
        place = next((n for n, edition in enumerate(published) if edition.slug == slug), None)
        if place is None:
            raise Http404(f"There is no published edition {slug}.")
        edition, earlier = published[place], published[place - 1] if place else None
        told = difference(earlier, edition)
        signpost = rules.speaks_of_suicide(*(f"{clause.title} {words(change)}" for clause, change in told["rows"] if is_shown(change)))
        shown = {"edition": edition, "earlier": earlier, "today": clock.today(), "signpost": signpost, **told}
        return self.render(request, context_overrides=shown, template="cms/edition.html")

    @path("<slug:anchor>/", name="clause")
    def clause(self, request: HttpRequest, anchor: str) -> HttpResponse:
        clause = Clause.objects.filter(text="code", cites=None, pk=anchor.upper()).first()
        if clause is None or anchor != clause.anchor:
            raise Http404(f"The Code has no clause {anchor}.")
        today = clock.today()
        wordings = list(
            Wording.objects.filter(clause=clause, edition__state="published").select_related("edition").order_by("-edition__in_force_on")
        )
        edition = self.edition(on=today)
        held = [w for w in wordings if w.edition.in_force_on and w.edition.in_force_on <= today]
        around = neighbors(clause)
        titles = [other.title for other in (clause, *around.values()) if other]
        shown = {
            "clause": clause,
            "signpost": rules.speaks_of_suicide(*titles, *(w.body for w in wordings)),
            "edition": edition,
            "wording": next((w for w in held if w.edition == edition), None),
            "coming": [w for w in wordings if w not in held],
            "history": history(held),
            "facts": list(clause.claims.all()),
            "neighbors": around,
        }
        return self.render(request, context_overrides=shown, template="cms/clause.html")

    def edition(self, *, on: date) -> Edition | None:
        return Edition.objects.in_force(on=on).filter(text="code").first()


def difference(old: Edition | None, new: Edition) -> dict[str, Any]:
    """What a template needs to show one edition against an earlier one: rows of clause and change, and how many of each fate."""
    changes = rules.compare(bodies(old) if old else {}, bodies(new))
    clauses = Clause.objects.in_bulk([change.clause for change in changes])
    counts = {fate: sum(change.fate is fate for change in changes) for fate in rules.Fate}
    return {"rows": [(clauses[change.clause], change) for change in changes], "counts": counts, "fates": rules.Fate}


def is_shown(change: rules.Change) -> bool:
    """Whether the page of an edition tells of this clause: it leaves out what stayed as it was."""
    return change.fate is not rules.Fate.SAME


def words(change: rules.Change) -> str:
    """All words of a change, those that went and those that came."""
    return " ".join(run.words for run in change.runs)


def bodies(edition: Edition) -> dict[str, str]:
    """Clause -> wording of an edition, in its order."""
    return dict(edition.wordings.order_by("position").values_list("clause_id", "body"))


def history(wordings: list[Wording]) -> list[dict[str, Any]]:
    """Wordings newest first, each with its difference to the one before; editions that repeat a wording are told as one."""
    kept: list[Wording] = []
    for wording in reversed(wordings):
        if not kept or kept[-1].body != wording.body:
            kept.append(wording)
    earlier = [None, *kept[:-1]]
    told = [{"wording": w, "runs": rules.runs(e.body, w.body) if e else None} for w, e in zip(kept, earlier, strict=True)]
    return told[::-1]


def neighbors(clause: Clause) -> dict[str, Clause | None]:
    """The clauses before and after one in the Code."""
    others = Clause.objects.filter(text="code", cites=None)
    return {
        "earlier": others.filter(position__lt=clause.position).order_by("-position").first(),
        "later": others.filter(position__gt=clause.position).order_by("position").first(),
    }
