"""The auditor's screens: how the ledger stands, what is in it, and what the registry said on a day gone by."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import EmptyPage, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.access import auditors
from accounts.models import User
from audit import clock, log, verifications
from certification import numbers, roster
from certification.models import Certificate
from registry import ledger as reading
from registry import lookup, sentences
from registry.facts import Answer
from registry.forms import EntriesForm, RecordedForm

PAGE = 25


@never_cache
@auditors
@require_safe
def ledger(request: HttpRequest) -> HttpResponse:
    """How the ledger stands, and its anchors."""
    return render(request, "registry/ledger.html", {"state": reading.state(at=clock.now())})


@never_cache
@auditors
@require_POST
def ledger_verification(request: HttpRequest) -> HttpResponse:
    """Have the worker verify the whole ledger."""
    verifications.ask(by=request.user)
    messages.success(request, "The verification is requested. Its result appears here when it is finished, usually within a few minutes.")
    return redirect("ledger")


@never_cache
@auditors
@require_safe
def ledger_actions(request: HttpRequest) -> HttpResponse:
    """The closed list of what can be entered, and how a person is forgotten from each."""
    return render(request, "registry/ledger_actions.html", {"actions": reading.closed_list()})


@never_cache
@auditors
@require_safe
def ledger_entries(request: HttpRequest) -> HttpResponse:
    """Entries by person or certificate, action, number and days, page by page. That details about people are shown is an entry."""
    form = EntriesForm(request.GET, today=clock.today(), actions=_choices())
    context: dict[str, Any] = {"form": form}
    status = 400
    if form.is_valid():
        found, more = _entries(form)
        context |= more
        if found is not None:
            status, shown = _page(form, found)
            context |= shown
            _note_reading(request, context.get("person"), shown.get("lines", []))
        else:
            status = 200
    return render(request, "registry/ledger_entries.html", context, status=status)


def _choices() -> list[tuple[str, str]]:
    return [("", "Everything"), *((action.name, action.sentence) for action in reading.closed_list())]


def _entries(form: EntriesForm) -> tuple[Any, dict[str, Any]]:
    """What is looked for, or None where somebody has to be chosen first; and what the page says of it."""
    asked = form.cleaned_data
    certificate = Certificate.objects.filter(number=numbers.normalize(asked["who"])).first() if asked["who"] else None
    person = User.objects.prefetch_related("names").filter(uid=asked["person"]).first() if asked["person"] else None
    if asked["who"] and not certificate and not person:
        found = roster.find(asked["who"], on=clock.today())
        if len(found.rows) != 1:
            return None, {"choices": [row.person for row in found.rows], "more": found.more, "is_short": found.is_short}
        person = found.rows[0].person
    since, before = _beginning(asked["since"]), _beginning(asked["until"], days=1)
    entries = reading.entries(
        person=person, certificate=certificate, action=asked["action"], number=asked["number"], since=since, before=before
    )
    return entries.select_related("seal", "detail"), {"person": person, "certificate": certificate}


def _beginning(day: date | None, *, days: int = 0) -> datetime | None:
    return timezone.make_aware(datetime.combine(day + timedelta(days=days), time.min)) if day else None


def _page(form: EntriesForm, found: Any) -> tuple[int, dict[str, Any]]:
    pages, number = Paginator(found, PAGE), form.cleaned_data["page"] or 1
    try:
        page = pages.page(number)
    except EmptyPage:
        form.add_error(None, f"There is no page {number} here: the last one is {pages.num_pages}.")
        return 404, {"page_obj": pages.page(pages.num_pages)}
    return 200, {"page_obj": page, "lines": reading.lines(page.object_list)}


def _note_reading(request: HttpRequest, person: User | None, lines: list[reading.Line]) -> None:
    """One entry for the page, where it shows details about people."""
    if shown := [line.entry for line in lines if line.is_confidential]:
        log.read(person or shown[0], by=request.user, entries=[entry.pk for entry in shown])


@never_cache
@auditors
@require_safe
def ledger_recorded(request: HttpRequest) -> HttpResponse:
    """What the registry said about a number on a day, as it was on record then; and what it says about that day now."""
    form = RecordedForm(request.GET or None, today=clock.today())
    context: dict[str, Any] = {"form": form}
    if form.is_bound and form.is_valid():
        context |= _compared(request, **form.cleaned_data)
    return render(request, "registry/ledger_recorded.html", context, status=400 if form.errors else 200)


def _compared(request: HttpRequest, *, number: str, day: date, known: date) -> dict[str, Any]:
    now = clock.now()
    instant = min(timezone.make_aware(datetime.combine(known + timedelta(days=1), time.min)) - timedelta(microseconds=1), now)
    then = lookup.by_number_as_recorded(number, known=instant, day=day)
    since = lookup.by_number(number, on=clock.today(), as_of=day)
    certificate = Certificate.objects.select_related("holder").filter(number=since.number).first()
    entered: list[reading.Line] = []
    if certificate:
        log.read(certificate, by=request.user, about=certificate.holder, day=day, known=known)
        entered = reading.lines(reading.between(certificate, known=instant, until=now).select_related("seal", "detail")[:PAGE])
    return {
        "then": {**_told(then), "title": f"Said at the end of {sentences.day(known)}"},
        "since": _told(since),
        "known": known,
        "day": day,
        "differs": _said(then) != _said(since),
        "entered": entered,
    }


def _told(answer: Answer) -> dict[str, Any]:
    return {"answer": answer, "headline": sentences.headline(answer)}


def _said(answer: Answer) -> tuple[object, ...]:
    return answer.kind, answer.name, answer.notes, answer.certified, answer.first_certified
