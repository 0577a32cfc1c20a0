"""The admin's screens for editions: bring in an official text, see what it changes, place what fits no clause."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse

from accounts.access import authors
from audit import clock
from cms import code, importing, rules
from cms.facts import SECTIONS
from cms.forms import ImportForm, PlaceForm
from cms.models import Clause, Edition
from cms.reading import EXPECTED, Unreadable


@authors
def import_edition(request: HttpRequest) -> HttpResponse:
    form = ImportForm(request.POST or None, request.FILES or None)
    counts: dict[str, int] = {}
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            done = importing.import_text(
                data["file"].read(), name=data["name"], source=data["file"].name, by=request.user, on=clock.today(),
                confirm=data["confirm"], accept_counts=data["accept_counts"],
            )  # fmt: skip
        except Unreadable as refusal:
            form.add_error("file", ValidationError([*refusal.reasons, "Nothing was stored."]))
        except importing.Refused as refusal:
            form.add_error(None, ValidationError([*refusal.reasons, "Nothing was stored."]))
            counts = refusal.counts
        else:
            return told(request, done)
    return render(request, "cms/admin/import_edition.html", {"form": form, "counts": table(counts)})


def told(request: HttpRequest, done: importing.Imported) -> HttpResponse:
    if not done.editions:
        messages.info(request, "No change: an edition with this wording is here already.")
        return redirect("import_edition")
    messages.success(request, f"{done.pieces} pieces were read into {len(done.editions)} drafts; {done.unplaced} wait for their clause.")
    code_first = sorted(done.editions, key=lambda edition: edition.text_id != "code")
    return redirect("edition_difference", code_first[0].pk)


def table(counts: dict[str, int]) -> list[tuple[str, int, int]]:
    return [(SECTIONS[section].title, number, EXPECTED[section]) for section, number in counts.items()]


@authors
def edition_difference(request: HttpRequest, pk: int) -> HttpResponse:
    edition = get_object_or_404(Edition.objects.select_related("text"), pk=pk)
    base = earlier(edition)
    new = wordings(edition)
    changes = rules.compare(wordings(base) if base else {}, new)
    clauses = Clause.objects.in_bulk([change.clause for change in changes])
    how = edition.placement.get("how", {})
    unplaced = edition.placement.get("unplaced", [])
    shown = {
        "edition": edition,
        "base": base,
        "rows": [(clauses[change.clause], change, how.get(change.clause, "")) for change in changes],
        "counts": {fate: sum(change.fate is fate for change in changes) for fate in rules.Fate},
        "by_position": sum(way == "by position" for way in how.values()),
        "unplaced": [
            (piece, PlaceForm(initial={"index": n}, edition=edition, section=piece["section"], auto_id=f"piece-{n}-%s"))
            for n, piece in enumerate(unplaced)
        ],
        "pending": edition.live and edition.has_unpublished_changes,
        "siblings": Edition.objects.filter(source_digest=edition.source_digest).exclude(pk=pk) if edition.source_digest else [],
        "publish_address": publish_address(edition),
    }
    return render(request, "cms/admin/edition_difference.html", shown)


def earlier(edition: Edition) -> Edition | None:
    """What an edition is shown against: the published one before it, or for a draft the one in force."""
    if edition.in_force_on is None:
        return code.edition_in_force(edition.text_id, on=clock.today())
    return Edition.objects.published().filter(text=edition.text_id, in_force_on__lt=edition.in_force_on).order_by("-in_force_on").first()


def wordings(edition: Edition) -> dict[str, str]:
    """Clause -> wording: frozen for a published edition, the newest saved draft otherwise."""
    newest = edition if edition.is_published else edition.get_latest_revision_as_object()
    return {wording.clause_id: wording.body for wording in sorted(newest.wordings.all(), key=lambda w: w.position)}


def publish_address(edition: Edition) -> str:
    """Where a draft is published, with the number of coaches it touches; empty where that screen is not installed."""
    if edition.is_published:
        return ""
    try:
        return reverse("publish_edition", args=[edition.pk])
    except NoReverseMatch:
        return ""


@authors
def place_piece(request: HttpRequest, pk: int) -> HttpResponse:
    edition = get_object_or_404(Edition, pk=pk)
    unplaced: list[dict[str, Any]] = edition.placement.get("unplaced", [])
    index = request.POST.get("index", "")
    if request.method == "POST" and index.isdecimal() and len(index) < 10 and int(index) < len(unplaced):
        form = PlaceForm(request.POST, edition=edition, section=unplaced[int(index)]["section"])
        if form.is_valid() and request.POST.get("body") == unplaced[int(index)]["body"]:
            return placed(request, edition, form)
    messages.error(request, "This piece was placed already, or the clause is not free. Please look again.")
    return redirect("edition_difference", pk)


def placed(request: HttpRequest, edition: Edition, form: PlaceForm) -> HttpResponse:
    try:
        wording = importing.assign(edition, form.cleaned_data["index"], clause=form.cleaned_data["clause"], by=request.user)
    except importing.NotPlaceable as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"Placed as {wording.clause_id}.")
    return redirect("edition_difference", edition.pk)
