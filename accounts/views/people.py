"""The office's acts on somebody's account: another address, and whether anybody may log in with it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import blocks, changes
from accounts.access import STEP_UP, administrators, factor_within, may_administer, may_work_in_office, only
from accounts.forms import AddressForPersonForm, BlockForm
from accounts.models import User
from accounts.views.log_in import wanted
from audit import clock

OFFICE = "/staff/"  # where the office starts (certification)
asks = require_http_methods(["GET", "HEAD", "POST"])
WAITS = (
    "Noted. E-mails go to both addresses. The old mailbox has a day to stop it; then it happens, once the new one has said yes, "
    "until {day} at the latest."
)
DONE = "The address is changed."


def _person(uid: UUID) -> User:
    return get_object_or_404(User.objects.select_related("roles").prefetch_related("names"), uid=uid)


def _back(request: HttpRequest, person: User) -> str:
    if target := wanted(request):
        return target
    return reverse("wagtailusers_users:edit", args=[person.pk]) if may_administer(request.user) else OFFICE


@never_cache
@only(may_work_in_office, may_administer)
@asks
@factor_within(STEP_UP, to="change the address of a person")
def person_address(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    """Give a person another address, or take back a change that waits."""
    person, at = _person(uid), clock.now()
    back = _back(request, person)
    against = changes.against_office(person, by=request.user)
    if request.POST.get("act") == "take back" and not against:
        changes.take_back(person, by=request.user, at=at)
        messages.success(request, "The address stays as it is.")
        return redirect(back)
    form = AddressForPersonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            change = changes.ask_for(person, **_asked(form), by=request.user, at=at)
        except changes.NotChanged as refusal:
            form.add_error(None, refusal.reasons)
        else:
            day = clock.day_of(change.expires_at)
            messages.success(request, DONE if change.is_done else WAITS.format(day=f"{day:%B} {day.day}, {day.year}"))
            return redirect(back)
    context = {"form": form, "person": person, "back": back, "against": against, "next": wanted(request)}
    button = "Send both e-mails" if person.has_usable_password() else "Change the address"
    return render(request, "accounts/person_address.html", {**context, "button": button, "waiting": changes.waiting(person, at=at)})


def _asked(form: AddressForPersonForm) -> dict[str, str]:
    return {"email": form.cleaned_data["email"], "reason": form.cleaned_data["reason"]}


@never_cache
@administrators
@asks
@factor_within(STEP_UP, to="close or open an account")
def person_log_in(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    """Close an account, or open it again."""
    person = _person(uid)
    back, form = _back(request, person), BlockForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            if person.is_active:
                blocks.place(person, reason=form.cleaned_data["reason"], by=request.user, at=clock.now())
            else:
                blocks.lift(person, reason=form.cleaned_data["reason"], by=request.user)
        except blocks.NotBlocked as refusal:
            form.add_error(None, refusal.reasons)
        else:
            messages.success(request, f"The account is {'closed' if person.is_active else 'open again'}. An e-mail tells the person.")
            return redirect(back)
    return render(request, "accounts/person_log_in.html", {"form": form, "person": person, "back": back, "next": wanted(request)})
