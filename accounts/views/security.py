"""The security of one's own account: devices for the second factor, recovery codes, log-ins that last."""

import json
from datetime import datetime
from typing import cast
from urllib.parse import urlencode

import segno
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts import access, addresses, changes, devices, factors, limits, rules, sessions
from accounts.forms import AddressCodeForm, AppForm, RecoveryCodeForm
from accounts.models import User
from accounts.models.fields import LostKey, seal, unseal
from accounts.views.log_in import wanted
from audit import clock

SECRET = "new_app"  # noqa: S105  (the name of a place in the session; what stands there is encrypted)
CODES = "new_codes"
MANY_LETTERS = "Many e-mails were asked for in a short time. Please wait {wait}, then ask for another one; look for the newest meanwhile."


@never_cache
@login_required
def security(request: HttpRequest) -> HttpResponse:
    person, at = cast(User, request.user), clock.real()
    held = devices.of(person)
    context = {
        "held": held,
        "codes_left": devices.codes_left(person),
        "codes_of": rules.RECOVERY_CODES,
        "sessions": sessions.of(person, at=at),
        "this_session": request.session.session_key,
        "limits": rules.in_words(sessions.limits_of(person)),
        "next": wanted(request),
        "needs_device": person.is_staff,
        "change": changes.waiting(person, at=clock.now()),
    }
    return render(request, "accounts/security.html", context)


@never_cache
@sensitive_post_parameters()
@login_required
def confirm_address(request: HttpRequest) -> HttpResponse:
    """Before the first device: a code to the address that is known, so that a stolen password adds none."""
    person, at, target = cast(User, request.user), clock.real(), wanted(request) or reverse("security")
    if devices.has_any(person) or factors.has_confirmed_address(request, at=at):
        return HttpResponseRedirect(target)
    verdict, asks_for_code = limits.Verdict(allowed=True), request.POST.get("act") == "send"
    form = AddressCodeForm(request.POST if request.method == "POST" and not asks_for_code else None)
    if asks_for_code:
        verdict = limits.take(limits.ADDRESS_CODE_TO_ACCOUNT, str(person.pk), at=at)
        if verdict.allowed:
            addresses.send_code(person, at=at)
            return redirect(f"{reverse('confirm_address')}?{urlencode({'next': target})}")
        messages.warning(request, MANY_LETTERS.format(wait=limits.wait_in_words(verdict.wait_seconds)))
    elif form.is_valid():
        verdict = limits.code(request, person, at=at)
        if not verdict.allowed:
            form.add_error("code", factors.TOO_MANY.format(wait=limits.wait_in_words(verdict.wait_seconds)))
        elif _confirmed(request, form, at=at):
            return HttpResponseRedirect(target)
    context = {"form": form, "next": target, "is_sent": addresses.is_waiting(person, at=at), "address": masked(person.email)}
    return limits.told(render(request, "accounts/confirm_address.html", context), verdict)


def _confirmed(request: HttpRequest, form: AddressCodeForm, *, at: datetime) -> bool:
    person = cast(User, request.user)
    try:
        addresses.confirm(person, form.cleaned_data["code"], at=at)
    except addresses.NotConfirmed as refusal:
        form.add_error("code", str(refusal))
        return False
    limits.code_taken(request, person)
    request.session.cycle_key()
    factors.address_confirmed(request, at=at)
    return True


def masked(email: str) -> str:
    """Enough to recognize the own address, too little to learn it."""
    name, _, host = email.partition("@")
    return f"{name[:2]}…@{host}"


@never_cache
@sensitive_post_parameters()
@access.enrolling
def add_app(request: HttpRequest) -> HttpResponseBase:
    """An authenticator app: its secret as a picture and in letters, and a code that shows that the app has it."""
    person, at = cast(User, request.user), clock.real()
    secret = _kept(request, SECRET) or devices.new_secret()
    request.session[SECRET] = seal(secret)
    form = AppForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            device = devices.add_app(person, secret, form.cleaned_data["code"], name=form.cleaned_data["name"], at=at)
        except devices.NotAdded as refusal:
            form.add_error("code" if "code" in refusal.reasons[0] else None, refusal.reasons)
        else:
            del request.session[SECRET]
            return after_adding(request, device)
    code = segno.make(devices.address_for_apps(person, secret), error="m").svg_data_uri(scale=5, border=3, light="#fff")
    context = {
        "form": form,
        "picture": code,
        "secret": " ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
        "next": wanted(request),
    }
    return render(request, "accounts/add_app.html", context)


def after_adding(request: HttpRequest, device: devices.Device) -> HttpResponse:
    """A device was added in this session: it counts as given, other log-ins end, and recovery codes come next."""
    person = cast(User, request.user)
    factors.passed(request, device, at=clock.real())
    sessions.end_all(person, by=person, but=request.session.session_key)
    messages.success(request, "Your device is added. An e-mail about it is on its way to you.")
    return HttpResponseRedirect(where_next(request))


def where_next(request: HttpRequest) -> str:
    """To the recovery codes while there are none, else to what the person came from."""
    target = wanted(request)
    if devices.codes_left(cast(User, request.user)):
        return target or reverse("security")
    return f"{reverse('recovery_codes')}?{urlencode({'next': target})}" if target else reverse("recovery_codes")


@never_cache
@access.enrolling
def add_passkey(request: HttpRequest) -> HttpResponseBase:
    """A passkey, which the browser makes: a page with one button."""
    return render(request, "accounts/add_passkey.html", {"next": wanted(request)})


@never_cache
@sensitive_post_parameters()
@access.factor_within(access.STEP_UP, to="make recovery codes")
@require_http_methods(["GET", "HEAD", "POST"])
def recovery_codes(request: HttpRequest) -> HttpResponseBase:
    """Ten codes, shown until one of them was typed again, and never afterwards. Only then do they count, and earlier ones no longer."""
    person, target = cast(User, request.user), wanted(request)
    if request.POST.get("act") == "make":
        request.session[CODES] = seal(json.dumps(devices.new_codes()))
        return redirect(f"{reverse('recovery_codes')}?{urlencode({'next': target})}" if target else "recovery_codes")
    kept = _kept(request, CODES)
    codes: list[str] = json.loads(kept) if kept else []
    form = RecoveryCodeForm(request.POST if request.method == "POST" and codes else None)
    if form.is_valid():
        if devices.plain(form.cleaned_data["code"]) in map(devices.plain, codes):
            devices.keep_codes(person, codes, by=person, at=clock.real())
            del request.session[CODES]
            messages.success(request, "Your recovery codes count from now on. Keep them where you find them and nobody else does.")
            return HttpResponseRedirect(target or reverse("security"))
        form.add_error("code", "This is none of the codes above. Please type one of them as it stands there.")
    context = {"form": form, "codes": codes, "left": devices.codes_left(person), "next": target}
    return render(request, "accounts/recovery_codes.html", context)


@never_cache
@access.factor_within(access.STEP_UP, to="remove a device")
@require_http_methods(["GET", "HEAD", "POST"])
def remove_device(request: HttpRequest, kind: str, pk: int) -> HttpResponseBase:
    person = cast(User, request.user)
    held = devices.of(person)
    device = next((device for device in held if (device.kind, device.pk) == (kind, pk)), None)
    if device is None:
        raise Http404("no such device")
    if request.method == "POST":
        try:
            devices.remove(person, kind, pk, by=person)
        except ObjectDoesNotExist:
            raise Http404("no such device") from None
        except devices.NotRemoved as refusal:
            for reason in refusal.reasons:
                messages.warning(request, reason)
        else:
            messages.success(request, "The device is removed. An e-mail about it is on its way to you.")
        return redirect("security")
    return render(request, "accounts/remove_device.html", {"device": device, "is_last": len(held) == 1})


@require_POST
@login_required
def end_session(request: HttpRequest, mark: str) -> HttpResponse:
    person = cast(User, request.user)
    if sessions.end(person, mark, by=person):
        messages.success(request, "That log-in has ended.")
    return redirect("security")


@require_POST
@login_required
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    person = cast(User, request.user)
    sessions.end_all(person, by=person, but=request.session.session_key)
    messages.success(request, "You are logged out everywhere but here.")
    return redirect("security")


def _kept(request: HttpRequest, place: str) -> str:
    """What waits in the session, decrypted; nothing where its key is gone meanwhile: then it is made anew."""
    try:
        return unseal(request.session[place]) if place in request.session else ""
    except LostKey:
        return ""
