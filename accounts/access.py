"""Who may do what: questions with a person, answered from the roles alone, and what needs a second factor given just now."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers

from accounts import devices, factors, roles, rules
from accounts.facts import Offices, SiteRole
from accounts.forms import CodeForm
from accounts.models import User
from accounts.rules import IN_MY, STEP_UP
from audit import clock

__all__ = [
    "IN_MY",
    "STEP_UP",
    "administrators",
    "auditors",
    "authors",
    "enrolling",
    "factor_within",
    "may_administer",
    "may_audit",
    "may_enroll",
    "may_see_proposals",
    "may_see_roles",
    "may_work_in_office",
    "may_write_content",
    "office",
    "office_holders",
    "only",
    "role_readers",
]

ANSWERED = "step_up"  # the field that says: this comes from the step-up page
ACCOUNT = "/accounts/"  # what lies there is reached from the security page
CARRIED = 500_000  # characters of a form that are carried through the step-up page

View = Callable[..., HttpResponseBase]


def may_work_in_office(user: User | AnonymousUser) -> bool:
    """The office: issues, corrects, grants."""
    return roles.holds(user, SiteRole.STAFF)


def may_write_content(user: User | AnonymousUser) -> bool:
    """Lessons, questions, pages, drafts of editions."""
    return roles.holds(user, SiteRole.AUTHOR, SiteRole.SITE_ADMINISTRATOR)


def may_audit(user: User | AnonymousUser) -> bool:
    """Reads who did what and who holds which office."""
    return roles.holds(user, SiteRole.AUDITOR)


def may_administer(user: User | AnonymousUser) -> bool:
    """Accounts, roles and settings."""
    return roles.holds(user, SiteRole.SITE_ADMINISTRATOR)


def may_see_roles(user: User | AnonymousUser) -> bool:
    """Who holds which office: for whoever decides on it and whoever watches."""
    return may_administer(user) or may_audit(user)


def may_see_proposals(user: User | AnonymousUser) -> bool:
    """The list of what waits for signatures, on which each finds what they may sign or read."""
    return isinstance(user, User) and user.is_active and roles.offices_of(user) != Offices()


def only(*allowed: Callable[[User | AnonymousUser], bool]) -> Callable[[View], View]:
    """A decorator for a view that is open to whom one of the questions lets in.

    Strangers log in first; everybody else is told that the page is not theirs.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not any(may(request.user) for may in allowed):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorate


office = only(may_work_in_office)
authors = only(may_write_content)
administrators = only(may_administer)
role_readers = only(may_see_roles)
auditors = only(may_audit)
office_holders = only(may_see_proposals)


# A second factor given just now


def factor_within(minutes: int, *, files: bool = False, to: str = "") -> Callable[[View], View]:
    """A view that needs a second factor no older than so many minutes (STEP_UP, IN_MY).

    Who has no device is led to add one and comes back. Who gave a factor too long ago is asked for one; a form that was sent is
    carried through that page and arrives once the code is right. Files cannot be carried: with `files=True` the page asks when it
    is opened, and the form may be sent ten minutes longer. `to` says what the person is about to do, such as "sign your statement".
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if ANSWERED in request.POST:
                return _answered(request, minutes, to=to) or view(request, *args, **kwargs)
            longer = rules.FILES_MORE if files and request.method == "POST" else 0
            if factors.is_within(request, minutes + longer, at=clock.real()):
                return view(request, *args, **kwargs)
            if not devices.has_any(request.user):
                return lead_to_devices(request)
            return _step_up(request, CodeForm(prefix=ANSWERED), asked="post" if request.method == "POST" else "get", to=to)

        return guarded

    return decorate


def enrolling(view: View) -> View:
    """A view that adds a device: with one that is there, given just now; the first one after a code from the known address."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if devices.has_any(request.user):
            return factor_within(STEP_UP, to="add a device")(view)(request, *args, **kwargs)
        if not factors.has_confirmed_address(request, at=clock.real()):
            return redirect(f"{reverse('confirm_address')}?{urlencode({'next': request.get_full_path()})}")
        return view(request, *args, **kwargs)

    return guarded


def may_enroll(request: HttpRequest) -> bool:
    """The same for what a script asks: no page to lead to, only yes or no."""
    if devices.has_any(request.user):
        return factors.is_within(request, STEP_UP, at=clock.real())
    return factors.has_confirmed_address(request, at=clock.real())


def lead_to_devices(request: HttpRequest) -> HttpResponse:
    """To the page where a first device is added, and back from there."""
    messages.info(
        request, "This needs a second step when you log in, so that a stolen password is of no use. Set it up here; then you go on."
    )
    return redirect(f"{reverse('security')}?{urlencode({'next': request.get_full_path()})}")


def _answered(request: HttpRequest, minutes: int, *, to: str) -> HttpResponseBase | None:
    """What the step-up page sent: None once the factor is right and the form goes on as it was sent."""
    at, asked = clock.real(), request.POST[ANSWERED]
    if not factors.is_within(request, minutes, at=at):
        verdict = factors.tried(request, request.user, request.POST.get(f"{ANSWERED}-code", ""), at=at)
        if verdict.device is None:
            return _step_up(request, CodeForm.refused(verdict.words, prefix=ANSWERED), asked=asked, to=to, wait=verdict.wait)
        factors.passed(request, verdict.device, at=at)
    if asked != "post":
        return redirect(request.get_full_path())
    form = request.POST.copy()
    for name in [name for name in form if name.startswith(ANSWERED)]:
        del form[name]
    request.POST = form  # type: ignore[assignment]
    return None


def _step_up(request: HttpRequest, form: CodeForm, *, asked: str, to: str, wait: int = 0) -> HttpResponse:
    """The page that asks for a factor and carries what was sent. 429 while no code is looked at."""
    carried = _carried(request)
    too_long = sum(len(name) + len(value) for name, value in carried) > CARRIED
    kinds = {device.kind for device in devices.of(request.user)}
    has_codes = devices.codes_left(request.user) > 0
    context = {
        "form": form.hint(has_app=devices.APP in kinds, has_codes=has_codes),
        "kinds": kinds,
        "has_codes": has_codes,
        "to": to,
        "asked": asked,
        "carried": [] if too_long else carried,
        "too_long": too_long,
        "has_files": bool(request.FILES),
        "address": request.get_full_path(),
        "has_passkeys": devices.PASSKEY in kinds,
        "about_account": request.path.startswith(ACCOUNT),
    }
    status = 413 if too_long else 429 if wait else 200
    response = render(request, "accounts/step_up.html", context, status=status)
    add_never_cache_headers(response)
    if wait:
        response["Retry-After"] = str(wait)
    return response


def _carried(request: HttpRequest) -> list[tuple[str, str]]:
    """The fields of the form that was sent; no token, and never a password."""
    return [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name != "csrfmiddlewaretoken" and not name.startswith(ANSWERED) and "password" not in name
    ]
