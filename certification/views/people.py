"""The office's screens about people: finding anybody, inviting, names, and holds on a new certificate."""

from datetime import date
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts import invitations
from accounts.access import office as for_office
from accounts.models import User
from audit import clock
from certification import corrections, holds, reminders, roster
from certification.facts import in_words
from certification.forms import HoldForm, NameForm
from certification.models import Certificate, Hold
from certification.views.acts import asks, by, does, page, sent
from courses.models import Enrollment

PAGE = 50
NAME = ("full_name", "latin_name", "family_name_first", "language")


@never_cache
@for_office
@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """Anybody with an account, of the office or not."""
    q = request.GET.get("q", "").replace("\x00", "").strip()
    found = roster.find(q, on=clock.today()) if q else None
    return render(request, "certification/people.html", {"q": q[: roster.LONGEST], "found": found})


def _person(uid: UUID) -> User:
    return get_object_or_404(User.objects.prefetch_related("names"), uid=uid)


def _record(person: User) -> str:
    return reverse("person_record", args=[person.uid])


@never_cache
@for_office
@require_GET
def person_record(request: HttpRequest, uid: UUID) -> HttpResponse:
    """What is on record about one person, and what can be done."""
    on = clock.today()
    (row,) = roster.rows([get_object_or_404(User, uid=uid).pk], on=on)
    person = row.person
    context = {
        "person": person,
        "row": row,
        "holds": [(hold, state_of(hold, on=on)) for hold in Hold.objects.current().filter(holder=person)],
        "runs": Enrollment.objects.filter(person=person, closed_at=None).select_related("course"),
        "history": roster.history(person),
        "log_in": roster.log_in_of(person),
        "is_own": person.pk == request.user.pk,
    }
    return render(request, "certification/person_record.html", context)


def state_of(hold: Hold, *, on: date) -> str:
    if not hold.span.reaches(on):
        return "over"
    return "in force" if hold.span.covers(on) else "ahead"


@never_cache
@for_office
@asks
def person_name(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    """The name of somebody who holds no certificate: nothing public changes. For a holder the certificate's own screen shows what does."""
    person = _person(uid)
    if held := Certificate.objects.filter(holder=person).order_by("pk").first():
        return redirect("change_name", held.number)
    form = NameForm(sent(request), initial={field: getattr(person.name, field) for field in NAME} if person.name else {})
    rename = lambda: corrections.rename(person, **form.cleaned_data, by=by(request))  # noqa: E731
    if request.method == "POST" and form.is_valid() and does(form, rename):
        messages.success(request, "The name was changed.")
        return redirect("person_record", uid)
    words = "The person holds no certificate, so nothing changes in the public registry. The name is changed at once."
    return page(request, form, person=person, title="Change the name", words=words, button="Change the name", back=_record(person))


@never_cache
@for_office
@asks
def person_invite(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    """Send a link to choose a password."""
    person, form = _person(uid), forms.Form(sent(request))
    if request.method == "POST" and form.is_valid() and does(form, lambda: invitations.invite(person, by=by(request))):
        messages.success(request, "The invitation is on its way.")
        return redirect("person_record", uid)
    words = f"An e-mail with a link to choose a password goes to {person.email}."
    return page(request, form, person=person, title="Invite the person", words=words, button="Send the invitation", back=_record(person))


@never_cache
@for_office
@asks
def place_hold(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    """Block a new certificate for a time."""
    person, form = _person(uid), HoldForm(sent(request), initial={"first_day": clock.today()})
    if request.method == "POST" and form.is_valid() and does(form, lambda: holds.place(person, **form.cleaned_data, by=by(request))):
        messages.success(request, "New certificates are blocked for these days.")
        return redirect("person_record", uid)
    words = (
        f"From the first to the last day, the office cannot issue a new certificate to {person.get_full_name()}. What the person holds "
        "stays as it is and can be renewed. No reason is kept here, so that nothing about an open case is told. The office and auditors "
        "see the block; the public and the person do not."
    )
    button = "Block new certificates"
    return page(request, form, person=person, title="Block a new certificate", words=words, button=button, grave=True, back=_record(person))


@never_cache
@for_office
@asks
def lift_hold(request: HttpRequest, uid: UUID, hold: int) -> HttpResponseBase:
    """End a block on new certificates before its last day."""
    person, form = _person(uid), forms.Form(sent(request))
    row = get_object_or_404(Hold.objects.current(), pk=hold, holder=person)
    if request.method == "POST" and form.is_valid() and does(form, lambda: holds.lift(row, by=by(request), on=clock.today())):
        messages.success(request, "The block has ended.")
        return redirect("person_record", uid)
    days = f"{in_words(row.first_day)} to {in_words(row.last_day)}" if row.last_day else f"{in_words(row.first_day)}, without an end"
    words = (
        f"The block was placed for {days}. If you end it, the office can issue a new certificate again from today. "
        "The days until yesterday stay on record."
    )
    return page(request, form, person=person, title="End the block", words=words, button="End the block", back=_record(person))


@never_cache
@for_office
@asks
def not_invited(request: HttpRequest) -> HttpResponseBase:
    """Holders who have no password and were never invited: nobody writes to them. Those whose reminder is due come first."""
    on, after = clock.today(), request.GET.get("after", "")
    if request.method == "POST":
        chosen = User.objects.filter(uid__in=_uids(request.POST.getlist("person"))).exclude(invitations.reachable())
        asked, sent_to = list(chosen.prefetch_related("names")), 0
        for person in asked:
            try:
                invitations.invite(person, by=by(request))
                sent_to += 1
            except invitations.CannotInvite as refusal:
                messages.warning(request, f"Not invited: {person.get_full_name()}. {'. '.join(refusal.reasons)}.")
        if sent_to or not asked:
            messages.success(request, f"{sent_to} invitation{'' if sent_to == 1 else 's'} on the way.")
        return redirect("not_invited")
    due = reminders.unreached(on=on)
    waiting = Certificate.objects.exclude(invitations.reachable("holder")).exclude(pk__in=[term.certificate_id for term in due])
    rows = list(waiting.filter(number__gt=after).select_related("holder").prefetch_related("holder__names").order_by("number")[: PAGE + 1])
    context = {"due": due, "rows": rows[:PAGE], "next": rows[PAGE - 1].number if len(rows) > PAGE else "", "after": after}
    return render(request, "certification/not_invited.html", context)


def _uids(texts: list[str]) -> list[UUID]:
    """Those of the texts that are ids."""
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found
