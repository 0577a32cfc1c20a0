"""/casework/<number>/steps/<name>/: a step filled in, looked at before it is done, done; or signed, where it waits for a signature.

What was typed travels in the page alone and is kept nowhere before the step is taken (docs/decisions/0163).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts import proposals
from accounts.access import ANSWERED, STEP_UP, factor_within
from audit import clock
from cms import code
from complaints import access, evidence, letters, machine, sheets, wording
from complaints.access import Opening, Opens
from complaints.facts import LetterCode, Machine, Outcome, Party
from complaints.machine import Move, StepRefused
from complaints.models import Assignment, Case, Step
from complaints.rules.guards import OPENED
from complaints.rules.people import signatures
from complaints.states import FieldKind, Transition
from complaints.states import step as step_named
from complaints.step_forms import Known, StepForm
from complaints.views.casework import allegations, at_work, header, order_of, steps_open

NOT_YET = "Not yet: something needs another look"
TO = {Party.COMPLAINANT: "to the person who complained", Party.RESPONDENT: "to the coach", Party.OFFICE: "to the office"}
OUTCOMES = {
    Outcome.NOT_PROVEN: "not proven",
    Outcome.ADVICE: "advice",
    Outcome.REMEDIATION: "remediation",
    Outcome.REPRIMAND: "reprimand",
    Outcome.ADMONISHMENT: "public admonishment",
    Outcome.CONDITIONS: "conditions of practice",
    Outcome.SUSPENSION: "suspension",
    Outcome.REVOCATION: "revocation",
}
SILENT = "Nothing of this decision is shown to the public."


@dataclass(frozen=True, slots=True)
class Desk:
    """One request for one step of one case."""

    request: HttpRequest
    case: Case
    opening: Opening
    step: Transition
    row: Step | None  # the step as it waits for a signature

    @property
    def signs(self) -> bool:
        return self.row is not None


@at_work
@require_http_methods(["GET", "HEAD", "POST"])
def case_step(request: HttpRequest, found: Case, opening: Opening, name: str) -> HttpResponseBase:
    """A step that this person may take now; others are not there."""
    on = clock.today()
    if not any(row.name == name for row, _ in steps_open(request.user, found, on=on)):
        return moved(request, found, opening, name)
    step = step_named(name)
    desk = Desk(request, found, opening, step, machine.waiting(found, name) if step.is_for_two or name in OPENED else None)
    if desk.signs:
        return factored(desk, _sign_or_show)
    if request.method != "POST":
        return show(desk, StepForm(None, step, known(desk)))
    if ANSWERED in request.POST or (request.POST.get("go") == "take" and step.fresh_factor):
        return factored(desk, _fill)
    return _fill(request, desk)


def moved(request: HttpRequest, found: Case, opening: Opening, name: str) -> HttpResponse:
    """A step that is not there for this person. Whoever sent a form keeps what they wrote: the case has moved on meanwhile."""
    if request.method != "POST" or opening.how is not Opens.WORDS:
        raise Http404("no such step for this person now")
    try:
        step = step_named(name)
    except KeyError as none:
        raise Http404("no such step") from none
    desk = Desk(request, found, opening, step, None)
    form = StepForm(request.POST, step, known(desk))
    form.is_valid()
    form.refuse([machine.MOVED])
    return show(desk, form, status=409)


def factored(desk: Desk, act: Callable[[HttpRequest, Desk], HttpResponseBase]) -> HttpResponseBase:
    """With a second factor given just now; what was sent is carried through the page that asks for it."""
    return factor_within(STEP_UP)(act)(desk.request, desk)


def _fill(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """Look at what was filled in; show what it does; do it."""
    desk = Desk(request, desk.case, desk.opening, desk.step, desk.row)
    form = StepForm(request.POST, desk.step, known(desk))
    go = request.POST.get("go", "look")
    if not form.is_valid() or go == "edit":
        return show(desk, form)
    version = _number(request.POST.get("version", ""))
    order = order_of(desk.case) if desk.step.machine is Machine.INTERIM else None
    given = {"values": form.values(), "version": version, "by": request.user, "at": clock.now(), "order": order}
    try:
        if go != "take":
            return show_before(desk, form, machine.preview(desk.step.name, desk.case, **given))
        row = machine.apply(desk.step.name, desk.case, **given)
    except StepRefused as refusal:
        form.refuse(refusal.reasons)
        desk.case.refresh_from_db()
        return show(desk, form)
    done = "Done" if row.taken_at else "Signed. It takes effect when the other signature is there"
    messages.success(request, f"{done}: {desk.step.button.lower()}.")
    return lead_back(request, desk.case)


def _sign_or_show(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """What waits for a signature: read, and signed under what was read."""
    row = desk.row
    if row is None or row.proposal is None:
        raise Http404("nothing waits")
    asks_more = desk.step.name in OPENED
    more = StepForm(request.POST if request.method == "POST" else None, desk.step, known(desk), more=True) if asks_more else None
    reasons: list[str] = []
    if request.method == "POST" and (more is None or more.is_valid()):
        try:
            shown = request.POST.get("shown", "")
            signed = machine.sign(row, shown=shown, by=request.user, at=clock.now(), more=more.values() if more else None)
        except StepRefused as refusal:
            reasons = refusal.reasons
        else:
            messages.success(request, f"Signed{', and done' if signed.taken_at else ''}: {desk.step.button.lower()}.")
            return lead_back(request, desk.case)
    if more is None:
        more = _Nothing(request.POST if request.method == "POST" else None, desk.step, Known(), more=True)
        if request.method == "POST":
            more.is_valid()
    if reasons:
        more.refuse(reasons)
    return show_signing(desk, row, more)


class _Nothing(StepForm):
    """Of a step that asks nothing more of whoever signs it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked, self.fields = [], {}


def lead_back(request: HttpRequest, found: Case) -> HttpResponse:
    """To the case where it is still there for this person, otherwise to the queue."""
    opens = access.may_open(request.user, found, on=clock.today()).how is not Opens.NOTHING
    return redirect("case", found.number) if opens else redirect("casework")


# The pages


def show(desk: Desk, form: StepForm, *, status: int = 200) -> HttpResponse:
    """The form of the step, empty or as it was filled in."""
    context = {**framed(desk), "form": form, "refused": NOT_YET}
    return render(desk.request, "complaints/casework/step.html", context, status=status)


def show_before(desk: Desk, form: StepForm, move: Move) -> HttpResponse:
    """What was filled in, the letters as they will be read, and what the public will: before it is done."""
    sent = [
        (f"{LetterCode(one.code).label}, {TO[one.to]}", _composed(one, move))
        for one in desk.step.letters
        if letters.is_wanted(one, move.case, move.facts)
    ]
    carried = [
        (name, value)
        for name, values in desk.request.POST.lists()
        for value in values
        if name not in ("csrfmiddlewaretoken", "go", "version") and not name.startswith(ANSWERED)
    ]
    context = {
        **framed(desk),
        "words": form.in_words(),
        "letters": sent,
        "carried": carried,
        "public": told_public(desk.case, desk.step),
        "signatures": len(signatures(desk.step, move.facts)),
    }
    return render(desk.request, "complaints/casework/before.html", context)


def _composed(one: Any, move: Move) -> str:
    return wording.compose(move.case, one.code, one.to, row=None, values=move.values, facts=move.facts, at=move.at)


def show_signing(desk: Desk, row: Step, form: StepForm) -> HttpResponse:
    """The words that are signed: unsealed on the record, for whoever may sign."""
    proposal = row.proposal
    if proposal is None:
        raise Http404("nothing waits")
    try:
        words = proposals.reading(proposal, desk.request.user)
    except PermissionError as refusal:
        raise Http404("not for this person to sign") from refusal
    context = {
        **framed(desk),
        "form": form,
        "words": words,
        "shown": proposals.digest_of(proposal),
        "made_by": row.made_by,
        "made_at": row.made_at,
        "left": proposal.needed - proposal.signatures.count(),
        "public": told_public(desk.case, desk.step),
        "refused": "Not signed",
    }
    return render(desk.request, "complaints/casework/sign.html", context)


def framed(desk: Desk) -> dict[str, Any]:
    return {
        **header(desk.case, desk.opening, on=clock.today()),
        "step": desk.step,
        "here": reverse("case_step", args=[desk.case.number, desk.step.name]),
        "back": reverse("case", args=[desk.case.number]),
    }


def told_public(found: Case, step: Transition) -> str:
    """What the public page will say by this step; empty where it says nothing new."""
    if not step.changes_registry:
        return ""
    decision = found.decisions.order_by("pk").last()
    if decision is None or step.machine is not Machine.CASE:
        return step.does
    if not decision.public_wording:
        return SILENT
    return f"{OUTCOMES[Outcome(decision.outcome)].capitalize()}. {decision.public_wording}"


# What there is to choose from


def known(desk: Desk) -> Known:
    """Allegations, clauses, people and files, where the step asks for one of them."""
    kinds = {field.kind for field in desk.step.fields}
    reads = desk.opening.how is Opens.WORDS and desk.opening.seat is not None
    charged = [
        (str(one["row"].pk), f"{one['row'].clause_id} {one['row'].clause.title}" if one["row"].clause else one["ticked"])
        for one in (allegations(desk.case) if kinds & {FieldKind.ANSWER_EACH, FieldKind.WORDS_EACH} else [])
        if one["row"].charged
    ]
    files = sheets.files(desk.case, desk.opening.seat) if reads and desk.opening.seat else []
    return Known(
        allegations=charged,
        clauses=_clauses(desk.case) if FieldKind.CLAUSES in kinds else (),
        people=_people(desk.case) if kinds & {FieldKind.PERSON, FieldKind.PEOPLE} else (),
        files=[(str(one.pk), evidence.name_of(one)) for one in files] if kinds & {FieldKind.EVIDENCE, FieldKind.FILES} else (),
    )


def _clauses(found: Case) -> list[tuple[str, str]]:
    """The clauses of the Code as it held on the day of the conduct."""
    edition = found.edition or code.edition_in_force(on=found.conduct_from or found.received_on)
    rows = edition.wordings.select_related("clause").order_by("position") if edition else []
    return [(row.clause_id, f"{row.clause_id} {row.clause.title}") for row in rows]


def _people(found: Case) -> list[tuple[str, str]]:
    rows = Assignment.objects.open().filter(case=found).select_related("person").order_by("pk")
    return [(str(row.person_id), f"{row.person.get_full_name()}, {row.to.label.lower()}") for row in rows]


def _number(text: str) -> int:
    """The version that whoever acts saw; one that is none fits no case."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
