"""The pages that anybody can read. Their intros are edited in the admin; the wording comes from the edition in force."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import CommentPanel, FieldPanel, InlinePanel
from wagtail.contrib.routable_page.models import RoutablePageMixin, path
from wagtail.fields import StreamField
from wagtail.models import Orderable, Page
from wagtail.search import index

from accounts import personal
from audit import clock
from cms import rules
from cms.blocks import ProseBlocks
from cms.models.editions import Edition, Wording, heavy
from cms.models.texts import Clause, Text


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
        return {**context, "promises": promises, "signpost": rules.speaks_of_harm(*words)}


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

    KEPT_TOLD_AT = "privacy"

    template = "cms/plain_page.html"
    parent_page_types = ["cms.HomePage", "cms.PlainPage"]
    subpage_types = ["cms.PlainPage"]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The page on privacy says below its words what is kept and how long, in those of the apps: the two cannot part."""
        kept = personal.told() if self.KEPT_TOLD_AT in self.slug else []
        return {**super().get_context(request, *args, **kwargs), "kept": kept}


class TextPage(Prose):
    """The principles, or therapy and coaching, in the wording in force."""

    text = models.ForeignKey(Text, on_delete=models.PROTECT, related_name="+")

    content_panels = [*Page.content_panels, FieldPanel("text"), FieldPanel("introduction"), FieldPanel("body")]
    template = "cms/text_page.html"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        edition = Edition.objects.in_force(on=clock.today()).filter(text=self.text_id).first()
        claims = list(Clause.objects.filter(text=self.text_id, cites__isnull=False))
        shown = edition.parts() if edition else []
        # Whoever weighs therapy against coaching may need help today, whatever the wording in force says.
        signpost = self.text_id == "therapy" or heavy(shown)
        worded = {wording.clause_id for part in shown for wording in part["wordings"]}
        return {**context, "edition": edition, "parts": shown, "claims": claims, "worded": worded, "signpost": signpost}


class CodePage(RoutablePageMixin, Prose):
    """The Code of Ethics: the whole, a permalink for each clause, the editions and how they differ."""

    template = "cms/code_page.html"
    max_count = 1

    @path("", name="whole")
    def whole(self, request: HttpRequest) -> HttpResponse:
        published = self.published()
        edition, coming = in_force(published, on=clock.today())
        shown = {
            "edition": edition,
            "coming": coming,
            "parts": (told := edition.parts() if edition else []),
            "facts": list(Clause.objects.filter(text="code", cites__isnull=False)),
            "signpost": heavy(told),
        }
        return self.render(request, context_overrides=shown)

    @path("editions/", name="editions")
    def editions(self, request: HttpRequest) -> HttpResponse:
        published, today = self.published(), clock.today()
        shown = {"editions": published[::-1], "in_force": in_force(published, on=today)[0], "today": today}
        return self.render(request, context_overrides=shown, template="cms/editions.html")

    @path("editions/<slug:slug>/", name="edition")
    def one_edition(self, request: HttpRequest, slug: str) -> HttpResponse:
        """An edition by its name; a day such as 2026-05-03 leads to the edition that is in force on it."""
        published = self.published()
        place = next((n for n, edition in enumerate(published) if edition.slug == slug), None)
        if place is None:
            return redirect(of_day(slug, published))
        edition, earlier = published[place], published[place - 1] if place else None
        told = difference(earlier, edition)
        shown_words = (f"{clause.title} {words(change)}" for clause, change in told["rows"] if change.is_one)
        signpost = rules.speaks_of_harm(*shown_words)
        later = published[place + 1] if place + 1 < len(published) else None
        shown = {"edition": edition, "earlier": earlier, "later": later, "today": clock.today(), "signpost": signpost, **told}
        return self.render(request, context_overrides=shown, template="cms/edition.html")

    @path("<slug:anchor>/", name="clause")
    def clause(self, request: HttpRequest, anchor: str) -> HttpResponse:
        """A clause that some edition published; one that only a draft knows is nobody's business yet."""
        clause = Clause.objects.filter(text="code", cites=None, pk=anchor.upper()).first()
        if clause is None or anchor != clause.anchor:
            raise Http404(f"The Code has no clause {anchor}.")
        bodies = dict(Wording.objects.filter(clause=clause, edition__state="published").values_list("edition_id", "body"))
        if not bodies:
            raise Http404(f"No edition has worded {anchor}.")
        editions, today = self.published(), clock.today()
        edition, _ = in_force(editions, on=today)
        turns = [(editions[index], turn, runs) for index, turn, runs in rules.story([bodies.get(one.pk, "") for one in editions])]
        history = [(one, turn, runs) for one, turn, runs in turns if is_begun(one, on=today)]
        around = neighbors(clause)
        beside = [other.title for other in around.values() if other]
        shown = {
            "clause": clause,
            "signpost": rules.speaks_of_harm(clause.title, *bodies.values()) or rules.speaks_of_suicide(*beside),
            "edition": edition,
            "cited": in_force([one for one in editions if one.pk in bodies], on=today)[0],
            "wording": bodies.get(edition.pk) if edition else None,
            "coming": [(one, bodies.get(one.pk, "")) for one, _, _ in turns[len(history) :]],
            "history": history[::-1],
            "facts": list(clause.claims.all()),
            "neighbors": around,
        }
        return self.render(request, context_overrides=shown, template="cms/clause.html")

    def published(self) -> list[Edition]:
        """The published editions of the Code, oldest first."""
        return list(Edition.objects.published().filter(text="code").order_by("in_force_on"))


def is_begun(edition: Edition, *, on: date) -> bool:
    return edition.in_force_on is not None and edition.in_force_on <= on


def in_force(published: list[Edition], *, on: date) -> tuple[Edition | None, Edition | None]:
    """Of editions, oldest first, the one in force on a day and the one that follows it."""
    begun = sum(is_begun(edition, on=on) for edition in published)
    return (published[begun - 1] if begun else None), (published[begun] if begun < len(published) else None)


def of_day(told: str, published: list[Edition]) -> Edition:
    """The edition in force on the day written YYYY-MM-DD. Raises Http404 where that is no day or nothing was in force yet."""
    try:
        day = date.fromisoformat(told) if len(told) == len("2026-05-03") else date.min
    except ValueError:
        day = date.min
    found, _ = in_force(published, on=day)
    if found is None:
        raise Http404(f"There is no published edition {told}.")
    return found


def difference(old: Edition | None, new: Edition) -> dict[str, Any]:
    """What a template needs to show one edition against an earlier one: rows of clause and change, and how many of each fate."""
    changes = rules.compare(old.bodies() if old else {}, new.bodies())
    clauses = Clause.objects.in_bulk([change.clause for change in changes])
    counts = [(fate.value, sum(change.fate is fate for change in changes)) for fate in rules.Fate]
    counts.append(("moved", sum(change.moved for change in changes)))
    return {"rows": [(clauses[change.clause], change) for change in changes], "counts": counts}


def words(change: rules.Change) -> str:
    """All words of a change, those that went and those that came."""
    return " ".join(run.words for run in change.runs)


def neighbors(clause: Clause) -> dict[str, Clause | None]:
    """The clauses before and after one in the Code, of those that some edition published."""
    others = Clause.objects.filter(text="code", cites=None, wordings__edition__state="published")
    return {
        "earlier": others.filter(position__lt=clause.position).order_by("-position").first(),
        "later": others.filter(position__gt=clause.position).order_by("position").first(),
    }
