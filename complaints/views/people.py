"""Screens about those who work on cases: appointments, how many cases they can staff, and the yearly register of interests."""

from collections.abc import Callable
from datetime import date
from itertools import groupby
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import proposals, roles
from accounts.access import STEP_UP, factor_within, only
from accounts.models import User
from audit import clock
from complaints import appointments, conflicts, interests, staffing
from complaints.facts import CONFLICT_WORDS, ConflictKind
from complaints.models import Appointment, Declaration, Interest
from complaints.people_forms import AppointForm, EndAppointmentForm, EndInterestForm, InterestForm

asks = require_http_methods(["GET", "HEAD", "POST"])
PROPOSED = "Proposed, with your signature. It takes effect when a second person signs, within seven days."
NOT_DONE = "Not yet: something needs another look"


def may_appoint(user: User | AnonymousUser) -> bool:
    """Proposes appointments and reads who holds which."""
    return isinstance(user, User) and appointments.is_registrar_or_administrator(user)


def may_see_appointments(user: User | AnonymousUser) -> bool:
    return may_appoint(user) or (isinstance(user, User) and roles.is_auditor(user))


def is_registrar(user: User | AnonymousUser) -> bool:
    return isinstance(user, User) and appointments.is_registrar(user)


def works_on_cases(user: User | AnonymousUser) -> bool:
    """Has an appointment that is in force, or begins later."""
    on = clock.today()
    return isinstance(user, User) and user.is_active and Appointment.objects.not_over(on=on).filter(person=user).exists()


@never_cache
@only(may_see_appointments)
@require_safe
def appointments_held(request: HttpRequest) -> HttpResponse:
    """Everybody who works on cases, with what they are appointed to, and how many cases that staffs."""
    on = clock.today()
    context = {
        "people": list(_people(on)),
        "card": staffing.card(on=on),
        "appoints": may_appoint(request.user),
        "is_registrar": is_registrar(request.user),
        "today": on,
    }
    return render(request, "complaints/appointments.html", context)


def _people(on: date) -> Any:
    """Each person with their appointments, in force first, and whether their declaration counts."""
    rows = Appointment.objects.not_over(on=on).select_related("person").prefetch_related("person__names")
    said = Declaration.objects.filter(declared_on__lte=on).order_by("declared_on")
    declared: dict[int, date] = dict(said.values_list("person", "declared_on"))
    for person, held in groupby(rows.order_by("person__email", "person_id", "first_day", "pk"), key=lambda row: row.person):
        last = declared.get(person.pk)
        yield {"person": person, "rows": list(held), "declared_on": last, "counts": conflicts.has_declared(last, on=on)}


@never_cache
@only(may_appoint)
@asks
@factor_within(STEP_UP)
def propose_appointment(request: HttpRequest) -> HttpResponseBase:
    """Propose an appointment, with the first signature."""
    form = AppointForm(request.POST if request.method == "POST" else None, initial={"first_day": clock.today()})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data

        def propose() -> str:
            made = appointments.propose(given["email"], form.terms(), by=request.user, reason=given["reason"], at=clock.now())
            return reverse("proposal", args=[made.uid])

        if target := _done(form, propose):
            messages.success(request, PROPOSED)
            return redirect(target)
    context = {"form": form, "title": "Appoint somebody", "button": "Propose and sign", "refused": NOT_DONE}
    return render(request, "complaints/propose_appointment.html", context)


@never_cache
@only(may_appoint)
@asks
@factor_within(STEP_UP)
def end_appointment(request: HttpRequest, appointment: UUID) -> HttpResponseBase:
    """Propose the last day of an appointment, with the first signature."""
    row = get_object_or_404(Appointment.objects.not_over(on=clock.today()).select_related("person"), uid=appointment)
    form = EndAppointmentForm(request.POST if request.method == "POST" else None, initial={"last_day": clock.today()})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data

        def propose() -> str:
            made = appointments.propose_end(row, last_day=given["last_day"], by=request.user, reason=given["reason"], at=clock.now())
            return reverse("proposal", args=[made.uid])

        if target := _done(form, propose):
            messages.success(request, PROPOSED)
            return redirect(target)
    return render(request, "complaints/end_appointment.html", {"form": form, "appointment": row, "refused": NOT_DONE})


def _done(form: Form, act: Callable[[], str]) -> str:
    """Where it leads; empty where it was refused, with every reason on the form."""
    try:
        return act()
    except (appointments.NotAppointed, interests.NotEntered, proposals.CannotSign) as refusal:
        for reason in refusal.reasons:
            form.add_error(None, reason)
    return ""


# The register of interests


@never_cache
@only(works_on_cases)
@asks
def my_interests(request: HttpRequest) -> HttpResponseBase:
    """One's own register: enter, and say once a year that it is complete."""
    return _register(request, request.user, back="", here=reverse("my_interests"))


@never_cache
@only(is_registrar)
@asks
def interests_of(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    """Somebody's register, for a registrar who types in what they tell."""
    person = get_object_or_404(User.objects.filter(erased_at=None), uid=uid)
    if not works_on_cases(person) and not Interest.objects.filter(person=person).exists():
        raise Http404("nobody of the office")
    return _register(request, person, back=reverse("appointments"), here=reverse("interests_of", args=[uid]))


def _register(request: HttpRequest, person: User, *, back: str, here: str) -> HttpResponseBase:
    on, act = clock.today(), request.POST.get("act", "")
    form = InterestForm(request.POST if act == "enter" else None, on=on)
    if act == "enter" and form.is_valid():

        def enter() -> str:
            interests.enter(person, **form.chosen(), by=request.user, at=clock.now())
            return here

        if _done(form, enter):
            messages.success(request, "Entered. Say below that the register is complete once nothing is missing.")
            return redirect(here)
    elif act == "declare":
        interests.declare(person, by=request.user, at=clock.now())
        messages.success(request, "Thank you. That counts for a year.")
        return redirect(here)
    register = interests.register(person, on=on)
    context = {
        "form": form,
        "person": person,
        "register": register,
        "rows": [(row, CONFLICT_WORDS[ConflictKind(row.kind)], conflicts.bars(row.fact, on=on)) for row in register.entries],
        "is_own": person == request.user,
        "back": back,
    }
    return render(request, "complaints/interests.html", context)


def _entry(request: HttpRequest, uid: UUID) -> Interest:
    """An entry of one's own register, or of another for a registrar; nothing for anybody else."""
    row = get_object_or_404(Interest.objects.filter(voided_at=None).select_related("about", "person"), uid=uid)
    if row.person != request.user and not is_registrar(request.user):
        raise PermissionDenied
    return row


def _home(request: HttpRequest, row: Interest) -> str:
    return reverse("my_interests") if row.person == request.user else reverse("interests_of", args=[row.person.uid])


@never_cache
@only(works_on_cases)
@asks
def end_interest(request: HttpRequest, interest: UUID) -> HttpResponseBase:
    """Give an entry its last day."""
    row = _entry(request, interest)
    back, form = _home(request, row), EndInterestForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():

        def end() -> str:
            interests.end(row, form.cleaned_data["until"], by=request.user, at=clock.now())
            return back

        if _done(form, end):
            messages.success(request, "The last day is entered.")
            return redirect(back)
    words = CONFLICT_WORDS[ConflictKind(row.kind)]
    return render(request, "complaints/end_interest.html", {"form": form, "interest": row, "words": words, "back": back})


@never_cache
@only(is_registrar)
@require_POST
def take_back_interest(request: HttpRequest, interest: UUID) -> HttpResponseBase:
    """Take out what was entered by mistake into somebody else's register."""
    row = _entry(request, interest)
    try:
        interests.take_back(row, by=request.user, at=clock.now())
    except interests.NotEntered as refusal:
        messages.error(request, " ".join(refusal.reasons))
    else:
        messages.success(request, "Taken out. The ledger keeps that it stood there.")
    return redirect(_home(request, row))
