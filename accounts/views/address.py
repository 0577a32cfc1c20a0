"""Another address to log in with: asked for under Security, confirmed from both mailboxes."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import access, changes, factors, limits, links
from accounts.changes import Outcome
from accounts.facts import Mailbox
from accounts.forms import AddressForm
from accounts.models import AddressChange, User
from accounts.views.security import masked
from audit import clock

asks = require_http_methods(["GET", "HEAD", "POST"])
SENT = "Two e-mails are on their way: one to each address. Nothing is changed until both mailboxes have said yes."
TAKEN_BACK = "Your address stays as it is."
MANY_LETTERS = "Many e-mails were asked for in a short time. Please wait {wait}, then ask again; the address you typed is still here."


@never_cache
@access.factor_within(access.STEP_UP, to="change your address")
@asks
def change_address(request: HttpRequest) -> HttpResponseBase:
    """Ask for another address; the answer is the same whether or not somebody has it. A change that waits can be taken back."""
    person, at = cast(User, request.user), clock.now()
    if request.POST.get("act") == "take back":
        changes.take_back(person, by=person, at=at)
        messages.success(request, TAKEN_BACK)
        return redirect("security")
    form, verdict = AddressForm(request.POST if request.method == "POST" else None), limits.Verdict(allowed=True)
    if request.method == "POST" and form.is_valid():
        verdict = limits.address_change(person, form.cleaned_data["email"], at=at)
        if not verdict.allowed:
            form.add_error("email", MANY_LETTERS.format(wait=limits.wait_in_words(verdict.wait_seconds)))
        elif _asked(form, person):
            messages.success(request, SENT)
            return redirect("security")
    context = {"form": form, "person": person, "waiting": changes.waiting(person, at=at)}
    return limits.told(render(request, "accounts/change_address.html", context), verdict)


def _asked(form: AddressForm, person: User) -> bool:
    try:
        changes.ask(person, form.cleaned_data["email"], at=clock.now())
    except changes.NotChanged as refusal:
        form.add_error("email", refusal.reasons)
    return not form.errors


@never_cache
@asks
def address_change(request: HttpRequest, token: str) -> HttpResponse:
    """What a letter of a change leads to. Opening it does nothing, whoever opens it: the buttons do."""
    at = clock.now()
    verdict = limits.take(limits.PERSONAL_LINK, limits.address(request), at=at)
    if not verdict.allowed:
        return limits.told(render(request, "429.html", {"wait": limits.wait_in_words(verdict.wait_seconds)}), verdict)
    found = links.for_address_change(token)
    if found is None:
        return render(request, "accounts/address_change.html", {"state": "unknown"}, status=410)
    change, mailbox = found
    if request.user.is_authenticated and request.user.pk != change.person_id:
        return render(request, "accounts/address_change.html", {"state": "somebody else"}, status=403)
    if request.method == "POST" and request.POST.get("act") in ("yes", "stop"):
        return _answer(request, change, mailbox, token)
    return _shown(request, change, mailbox)


def _answer(request: HttpRequest, change: AddressChange, mailbox: Mailbox, token: str) -> HttpResponse:
    at, is_here = clock.now(), request.user.is_authenticated
    if request.POST["act"] == "stop":
        changes.stop(change, mailbox, at=at)
        return redirect("address_change", token)
    try:
        outcome = changes.say_yes(change, mailbox, at=at, session=request.session.session_key if is_here else None)
    except changes.NotChanged:
        return redirect("address_change", token)
    if outcome is Outcome.DONE and is_here:
        factors.forget_address(request)
        request.session.cycle_key()
    return redirect("address_change", token)


def _shown(request: HttpRequest, change: AddressChange, mailbox: Mailbox) -> HttpResponse:
    state = _state(change, mailbox)
    context = {
        "state": state,
        "change": change,
        "is_old": mailbox is Mailbox.OLD,
        "other": masked(change.new_email) if mailbox is Mailbox.OLD else "",
        "newer": changes.waiting(change.person, at=clock.now()) is not None if state == "ended" else False,
    }
    return render(request, "accounts/address_change.html", context, status=410 if state in ("ended", "too old") else 200)


def _state(change: AddressChange, mailbox: Mailbox) -> str:
    if change.is_done:
        return "done"
    if change.ended_at is not None:
        return "too old" if change.ended_at >= change.expires_at else "ended"
    if change.expires_at <= clock.now():
        return "too old"
    said = change.old_confirmed_at if mailbox is Mailbox.OLD else change.new_confirmed_at
    return "waits" if said else "asks"
