"""/casework/: the queue of those who work on cases, and a case as far as it opens to each of them, behind a second factor."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import only
from accounts.models import User
from audit import clock
from cms import code
from cms.models import Wording
from complaints import access, evidence, machine, options, queues, seats, sheets
from complaints.access import Opening, Opens
from complaints.casework import say_conflict
from complaints.crypto import LostKey, Unopened
from complaints.evidence import NotShown
from complaints.facts import CONFLICT_WORDS, STATE_WORDS, TURN, CaseRole, ConflictKind, Level, Relation, Seat
from complaints.machine import StepRefused
from complaints.models import Case, Clock, Evidence, Step
from complaints.papers import Erased
from complaints.rules import sight
from complaints.rules.guards import OPENED
from complaints.seats import NotSeated
from complaints.states import Transition
from complaints.states import step as step_named
from complaints.step_forms import AttestForm

PAGE = 25
asks = require_http_methods(["GET", "HEAD", "POST"])
Shows = Callable[..., HttpResponseBase]


def at_work(view: Shows) -> Shows:
    """For those who work on cases. A case that does not open to them is not there, as one that never was."""

    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, number: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
        on = clock.today()
        if not access.may_see_queue(request.user, on=on):
            raise PermissionDenied
        found = get_object_or_404(Case.objects.select_related("respondent", "edition"), number=number)
        opening = access.may_open(request.user, found, on=on)
        if opening.how is Opens.NOTHING:
            raise Http404("no such case")
        try:
            response = view(request, found, opening, *args, **kwargs)
        except (Erased, LostKey, Unopened):
            response = render(request, "complaints/casework/not_opened.html", {"case": found}, status=410)
        return hushed(response)

    return guarded


def hushed(response: HttpResponseBase) -> HttpResponseBase:
    """Nothing kept by browser or cache, and no page after it learns where somebody was."""
    response.headers["Cache-Control"] = "no-store, private"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def works_on_cases(user: User | AnonymousUser) -> bool:
    return access.may_see_queue(user, on=clock.today())


@never_cache
@only(works_on_cases)
@require_safe
def casework(request: HttpRequest) -> HttpResponseBase:
    """What waits, and for whom."""
    on = clock.today()
    who = queues.worker(request.user, on=on)
    known = queues.known_to(who)
    waiting = queues.to_sign(who, known)
    page = Paginator(known, PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": queues.rows(list(page.object_list), who, waiting, at=clock.now()),
        "to_sign": [(row.case, step_named(row.name).button, row.name) for found in waiting.values() for row in found],
        "takes_in": CaseRole.INTAKE.value in who.appointed,
        "audits": who.audits,
    }
    return hushed(render(request, "complaints/casework/queue.html", context))


@at_work
@require_safe
def case(request: HttpRequest, found: Case, opening: Opening) -> HttpResponse:
    """One case: its header, the question before it opens, or all that the seat reads."""
    if opening.how is Opens.SEAT:
        return attest_page(request, found, opening, AttestForm(None, kinds(), may_read=True))
    on = clock.today()
    context = {**header(found, opening, on=on), "steps_open": steps_open(request.user, found, on=on)}
    if opening.how is Opens.WORDS and opening.seat:
        reading = sheets.read(found, opening.seat, by=request.user, on=on)
        context |= {
            "reading": reading,
            "files": [(one, evidence.name_of(one)) for one in sheets.files(found, opening.seat)],
            "originals": sight.reads_originals(opening.seat),
            "copies": sight.reads_copies(opening.seat),
            "allegations": allegations(found),
            "timeline": [(row, step_named(row.name), reading.steps.get(row.uid, "")) for row in taken(found)],
        }
    else:
        context["timeline"] = [(row, step_named(row.name), "") for row in taken(found)]
    return render(request, "complaints/casework/case.html", context)


@at_work
@asks
def attest(request: HttpRequest, found: Case, opening: Opening) -> HttpResponseBase:
    """Say that one knows neither side, or what there is: then the case closes at once, before a word was opened."""
    may_read = opening.how is Opens.SEAT
    form = AttestForm(request.POST if request.method == "POST" else None, kinds(), may_read=may_read)
    if request.method == "POST" and form.is_valid():
        says = form.cleaned_data["says"]
        kind = None if says == AttestForm.NONE else ConflictKind(says)
        try:
            if kind is None:
                seats.attest(found, request.user, conflicts=[], at=clock.now())
            else:
                say_conflict(found, request.user, kind, at=clock.now())
        except (NotSeated, StepRefused) as refusal:
            for reason in refusal.reasons:
                form.add_error(None, reason)
        else:
            if kind is not None:
                messages.success(request, "Thank you for saying so. The case is closed to you, and somebody else takes the seat.")
                return redirect("casework")
            return redirect("case", found.number)
    return attest_page(request, found, opening, form)


def attest_page(request: HttpRequest, found: Case, opening: Opening, form: AttestForm) -> HttpResponse:
    context = {
        **header(found, opening, on=clock.today()),
        "form": form,
        "coach": found.respondent if sight.names_coach(opening.seat) else None,
        "refused": "Not yet: something needs another look",
    }
    return render(request, "complaints/casework/attest.html", context)


@at_work
@require_safe
def evidence_copy(request: HttpRequest, found: Case, opening: Opening, uid: UUID) -> HttpResponse:
    """The cleaned copy of a file, to be saved."""
    return _file(request, found, opening, uid, sight.reads_copies, evidence.open_copy)


@at_work
@require_safe
def evidence_original(request: HttpRequest, found: Case, opening: Opening, uid: UUID) -> HttpResponse:
    """A file as it came, for the investigator."""
    return _file(request, found, opening, uid, sight.reads_originals, evidence.open_original)


def _file(
    request: HttpRequest, found: Case, opening: Opening, uid: UUID, reads: Callable[[Seat], bool], open_file: Callable[..., Any]
) -> HttpResponse:
    if opening.how is not Opens.WORDS or opening.seat is None or not reads(opening.seat):
        raise Http404("no such file")
    one = get_object_or_404(Evidence.objects.select_related("case"), case=found, uid=uid)
    try:
        return evidence.answer(open_file(one, by=request.user, why=sight.WHY[opening.seat]))
    except NotShown as refusal:
        raise Http404("no such file") from refusal


# What the pages show


def kinds() -> list[tuple[str, str]]:
    return [(kind.value, words) for kind, words in CONFLICT_WORDS.items()]


def header(found: Case, opening: Opening, *, on: date) -> dict[str, Any]:
    """What may be known of a case without opening it."""
    timed = [queues.run(row, on=on) for row in Clock.objects.filter(case=found, ended=None).order_by("due_at", "pk")]
    reads = opening.how is Opens.WORDS
    return {
        "case": found,
        "opening": opening,
        "reads": reads,
        "where": STATE_WORDS[found.where],
        "turn": TURN.get(found.where, ""),
        "until": queues.awaited(found, timed),
        "clocks": timed,
        "people": queues.seats_of(found),
        "relation": Relation(found.relation).value.replace("-", " ").capitalize(),
        "level": Level(found.level).value.capitalize(),
    }


def steps_open(person: User, found: Case, *, on: date) -> list[tuple[Transition, str]]:
    """The steps that this person may take or sign now, each with its address."""
    held = seats.held_by(person, found, on=on)
    if held is not None and held.attested_at is None:
        return []
    return [
        (row, reverse("case_step", args=[found.number, row.name]))
        for row in machine.steps_open_to(person, found, on=on, order=order_of(found))
        if row.name not in OPENED or machine.waiting(found, row.name)
    ]


def order_of(found: Case) -> Any:
    """The interim order that is proposed or in force."""
    return found.orders.filter(state__in=["PROPOSED", "IN_FORCE"]).order_by("pk").last()


def taken(found: Case) -> list[Step]:
    """The steps of a case, the newest first."""
    return list(found.steps.exclude(taken_at=None).select_related("made_by").order_by("-taken_at", "-pk"))


def allegations(found: Case) -> list[Mapping[str, Any]]:
    """What is alleged, each beside its clause as it was worded on the day of the conduct."""
    edition = found.edition or code.edition_in_force(on=found.conduct_from or found.received_on)
    rows = list(found.allegations.select_related("clause").order_by("clause__position", "pk"))
    said = Wording.objects.filter(edition=edition, clause__in=[row.clause_id for row in rows if row.clause_id])
    bodies = dict(said.values_list("clause", "body"))
    return [
        {
            "row": row,
            "ticked": options.BY_CODE[row.option].words if row.option in options.BY_CODE else "",
            "body": bodies.get(row.clause_id, ""),
            "edition": edition,
        }
        for row in rows
    ]


def may_act(person: User, found: Case, step: Transition, *, on: date) -> bool:
    """Whether a step is one that this person may take or sign now."""
    return any(row.name == step.name for row, _ in steps_open(person, found, on=on))
