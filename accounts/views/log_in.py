"""Log-in with its second step, log-out and passwords."""

import logging
from collections.abc import Callable
from typing import cast
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib import auth, messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from accounts import devices, factors, limits, links, passwords, sessions
from accounts.forms import CodeForm, LogInForm, PasswordChangeForm, PasswordForgottenForm, PasswordSetForm
from accounts.models import User
from audit import clock

logger = logging.getLogger(__name__)


@never_cache
@sensitive_post_parameters()
def login(request: HttpRequest) -> HttpResponse:
    target = _target(request)
    if request.user.is_authenticated:
        _refuse_a_circle(request, target)
        return HttpResponseRedirect(target)
    email, verdict = request.POST.get("username", ""), limits.Verdict(allowed=True)
    if request.method == "POST":
        verdict = limits.log_in(request, email, at=clock.now())
    form = LogInForm(request, request.POST or None, wait=limits.wait_in_words(verdict.wait_seconds))
    if request.method == "POST" and form.is_valid():
        limits.logged_in(request, email)
        return _after_password(request, form.get_user(), target)
    if request.method == "POST":
        logger.warning("log-in refused: %s", "the password does not fit" if verdict.allowed else "too many tries")
    page = render(request, "accounts/login.html", {"form": form, "next": "" if target == settings.LOGIN_REDIRECT_URL else target})
    return limits.told(page, verdict)


def _after_password(request: HttpRequest, person: User, target: str) -> HttpResponse:
    """Who has a device is not logged in yet, and gives a second factor next."""
    if devices.has_any(person):
        factors.expect(request, person, at=clock.real())
        return redirect(f"{reverse('second_factor')}?{urlencode({'next': target})}")
    sessions.begin(request, person)
    return HttpResponseRedirect(target)


@never_cache
@sensitive_post_parameters()
def second_factor(request: HttpRequest) -> HttpResponse:
    """The second step of the log-in: a code or a passkey."""
    target, at = _target(request), clock.real()
    person = cast(User, request.user) if request.user.is_authenticated else factors.expected(request, at=at)
    if person is None:
        return redirect(f"{reverse('login')}?{urlencode({'next': target})}")
    if request.user.is_authenticated and (request.user.is_verified() or not devices.has_any(person)):
        return HttpResponseRedirect(target)
    if request.method != "POST":
        return _ask_for_factor(request, person, CodeForm(), target)
    verdict = factors.tried(request, person, request.POST.get("code", ""), at=at)
    if verdict.device is None:
        return _ask_for_factor(request, person, CodeForm.refused(verdict.words), target, wait=verdict.wait)
    if not request.user.is_authenticated:
        sessions.begin(request, person)
    factors.passed(request, verdict.device, at=at)
    return HttpResponseRedirect(target)


def _ask_for_factor(request: HttpRequest, person: User, form: CodeForm, target: str, *, wait: int = 0) -> HttpResponse:
    """429 while no code is looked at."""
    kinds, has_codes = {device.kind for device in devices.of(person)}, devices.codes_left(person) > 0
    form.hint(has_app=devices.APP in kinds, has_codes=has_codes)
    context = {"form": form, "next": target, "kinds": kinds, "has_codes": has_codes}
    response = render(request, "accounts/second_factor.html", context, status=429 if wait else 200)
    if wait:
        response["Retry-After"] = str(wait)
    return response


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    auth.logout(request)
    messages.success(request, "You are logged out.")
    return redirect(settings.LOGOUT_REDIRECT_URL)


@never_cache
def password_forgotten(request: HttpRequest) -> HttpResponse:
    verdict = limits.Verdict(allowed=True)
    if request.method == "POST":
        verdict = limits.password_link(request, request.POST.get("email", ""), at=clock.now())
    form = PasswordForgottenForm(request.POST or None, wait=limits.wait_in_words(verdict.wait_seconds))
    if request.method == "POST" and form.is_valid():
        passwords.send_link(form.cleaned_data["email"], at=clock.now())
        return redirect("password_sent")
    return limits.told(render(request, "accounts/password_forgotten.html", {"form": form}), verdict)


def password_sent(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/password_sent.html")


@never_cache
@sensitive_post_parameters()
def password_set(request: HttpRequest, uid: UUID, token: str) -> HttpResponse:
    return _set(request, lambda: links.for_password(uid, token), "accounts/password_set.html")


@never_cache
@sensitive_post_parameters()
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    return _set(request, lambda: links.for_invitation(token), "accounts/invitation.html")


@never_cache
@sensitive_post_parameters()
@login_required
def password_change(request: HttpRequest) -> HttpResponse:
    """The old password counts as a try like one at the log-in, and with those."""
    person, verdict = cast(User, request.user), limits.Verdict(allowed=True)
    if request.method == "POST":
        verdict = limits.log_in(request, person.email, at=clock.now())
    form = PasswordChangeForm(person, request.POST or None, wait=limits.wait_in_words(verdict.wait_seconds))
    if "old_password" in form.errors:
        logger.warning("change of password refused: %s", "the old one does not fit" if verdict.allowed else "too many tries")
    elif form.is_bound:
        limits.logged_in(request, person.email)
    if form.is_bound and form.is_valid():
        passwords.change(person, form.cleaned_data["new_password1"], session=request.session.session_key)
        auth.update_session_auth_hash(request, person)
        messages.success(request, "Your password is changed. Other devices are logged out.")
        return redirect(settings.LOGIN_REDIRECT_URL)
    return limits.told(render(request, "accounts/password_change.html", {"form": form}), verdict)


def _set(request: HttpRequest, whose: Callable[[], User | None], template: str) -> HttpResponse:
    """Let the person a link belongs to choose a password, then go on logged in."""
    verdict = limits.take(limits.PERSONAL_LINK, limits.address(request), at=clock.now())
    if not verdict.allowed:
        return limits.told(render(request, "429.html", {"wait": limits.wait_in_words(verdict.wait_seconds)}), verdict)
    person = whose()
    if person is None:
        return render(request, "accounts/link_used.html", status=410)
    form = PasswordSetForm(person, request.POST or None)
    if request.method == "POST" and form.is_valid():
        passwords.set_by_link(person, form.cleaned_data["new_password1"])
        answer = _after_password(request, person, settings.LOGIN_REDIRECT_URL)
        if request.user.is_authenticated:
            factors.address_confirmed(request, at=clock.real())
        messages.success(request, "Your password is set.")
        return answer
    return render(request, template, {"form": form, "person": person})


def wanted(request: HttpRequest) -> str:
    """Where the person wanted to go, if that is on this site; else nothing."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(asked, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return asked if is_ours else ""


def _target(request: HttpRequest) -> str:
    """Where the log-in leads."""
    return wanted(request) or settings.LOGIN_REDIRECT_URL


def _refuse_a_circle(request: HttpRequest, target: str) -> None:
    """Wagtail sends whoever may not enter back to the log-in, which would send them there again."""
    if target.startswith(reverse("wagtailadmin_home")) and not request.user.has_perm("wagtailadmin.access_admin"):
        raise PermissionDenied
