"""The admin's screens for editions: bring in an official text, see what it changes, place what fits no clause, withdraw a draft."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_http_methods, require_POST
from wagtail.admin import messages

from accounts.access import authors, may_work_in_office, may_write_content, only
from audit import clock
from cms import code, importing
from cms.facts import SECTIONS
from cms.forms import ImportForm, NoMoreThanAText, PlaceForm
from cms.models import Edition
from cms.models.pages import difference
from cms.reading import EXPECTED, Unreadable

View = Callable[..., HttpResponseBase]


def uploaded_by(handler: type[FileUploadHandler]) -> Callable[[View], View]:
    """A view whose files go through `handler` first: config.middleware.Bounds puts it there before anything reads the form."""

    def mark(view: View) -> View:
        view.upload_handler = handler  # type: ignore[attr-defined]
        return view

    return mark


@uploaded_by(NoMoreThanAText)
@authors
@require_http_methods(["GET", "HEAD", "POST"])
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
            form.add_error("file", ValidationError(refusal.reasons))
        except importing.Refused as refusal:
            for objection in refusal.objections:
                form.add_error(objection.answer, objection.words)
            counts = refusal.counts
        else:
            return told(request, done)
    found = [(SECTIONS[section].title, number, EXPECTED[section]) for section, number in counts.items()]
    form.ask_only_what_was_found()
    return render(request, "cms/admin/import_edition.html", {"form": form, "counts": found})


def told(request: HttpRequest, done: importing.Imported) -> HttpResponse:
    """Say what the import made, what it found to be there already, and which earlier drafts still wait."""
    for note in done.notes:
        messages.info(request, note)
    for edition in done.known:
        messages.info(request, f"{edition.text}: no change. {named(edition)} says this already.", buttons=[look(edition)])
    if not done.editions:
        return redirect("import_edition")
    drafts = ", ".join(str(edition.text) for edition in done.editions)
    waiting = f" Waiting for their clause: {done.unplaced}." if done.unplaced else ""
    messages.success(request, f"{done.pieces} pieces were read. New drafts: {drafts}.{waiting}")
    for edition in done.waiting:
        words = f"{named(edition)} of “{edition.text}” from before is still there. Publish the one that counts and withdraw the other."
        messages.warning(request, words, buttons=[look(edition)])
    code_first = sorted(done.editions, key=lambda edition: edition.text_id != "code")
    return redirect("edition_difference", code_first[0].pk)


def named(edition: Edition) -> str:
    return f"The {'edition' if edition.is_published else 'draft'} “{edition.name}”"


def look(edition: Edition) -> Any:
    return messages.button(reverse("edition_difference", args=[edition.pk]), "Look at it")


@only(may_write_content, may_work_in_office)
@require_http_methods(["GET", "HEAD"])
def edition_difference(request: HttpRequest, pk: int) -> HttpResponse:
    edition = get_object_or_404(Edition.objects.select_related("text", "latest_revision"), pk=pk)
    base, newest = earlier(edition), edition.newest()
    compared = difference(base, newest)
    how = edition.placement.get("how", {})
    unplaced = edition.placement.get("unplaced", [])
    shown = {
        "edition": edition,
        "name": newest.name,
        "base": base,
        "rows": [(clause, change, how.get(clause.pk, "")) for clause, change in compared["rows"]],
        "counts": compared["counts"],
        "by_position": sum(way == "by position" for way in how.values()),
        "unplaced": [
            (piece, PlaceForm(initial={"index": n}, edition=edition, section=piece["section"], auto_id=f"piece-{n}-%s"))
            for n, piece in enumerate(unplaced)
        ],
        "siblings": Edition.objects.filter(source_digest=edition.source_digest).exclude(pk=pk).select_related("text")
        if edition.source_digest
        else [],
        "drafts": Edition.objects.drafts().filter(text=edition.text_id).exclude(pk=pk),
        "waits_for": [] if edition.is_published else code.unready(edition),
        "publish_address": publish_address(edition) if may_work_in_office(request.user) else "",
        "may_change": may_write_content(request.user),
    }
    return render(request, "cms/admin/edition_difference.html", shown)


def earlier(edition: Edition) -> Edition | None:
    """What an edition is shown against: the published one before it, which for a draft is the newest of all."""
    if edition.in_force_on is None:
        return code.latest(edition.text_id)
    return Edition.objects.published().filter(text=edition.text_id, in_force_on__lt=edition.in_force_on).order_by("-in_force_on").first()


def publish_address(edition: Edition) -> str:
    """Where a draft is published, with the number of coaches it touches; empty where that screen is not installed."""
    if edition.is_published:
        return ""
    try:
        return reverse("publish_edition", args=[edition.pk])
    except NoReverseMatch:
        return ""


@authors
@require_POST
def place_piece(request: HttpRequest, pk: int) -> HttpResponse:
    edition = get_object_or_404(Edition, pk=pk)
    unplaced: list[dict[str, Any]] = edition.placement.get("unplaced", [])
    index = request.POST.get("index", "")
    if index.isdecimal() and len(index) < 10 and int(index) < len(unplaced):
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


@authors
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_edition(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once, then take a draft away that nobody will publish."""
    edition = get_object_or_404(Edition.objects.select_related("text"), pk=pk)
    if request.method != "POST" and not edition.is_published:
        return render(request, "cms/admin/withdraw_edition.html", {"edition": edition})
    try:
        importing.withdraw(edition, by=request.user)
    except importing.NotWithdrawable as refusal:
        messages.error(request, str(refusal))
        return redirect("edition_difference", pk)
    messages.success(request, f"The draft “{edition.name}” of “{edition.text}” is withdrawn.")
    return redirect("wagtailsnippets_cms_edition:list")
