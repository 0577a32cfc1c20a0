"""What holds for every request of a person: log-ins that end, and pages that open with a second factor alone."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import auth, messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from accounts import access, actions, devices, sessions
from audit import clock, log

Answer = Callable[[HttpRequest], HttpResponse]


class SessionLimits:
    """Ends a log-in that lasted too long, with or without a click; notes that the others are in use."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            row, at = request.session.row, clock.real()  # type: ignore[attr-defined]
            if row is not None and sessions.is_over(row, request.user, at=at):
                auth.logout(request)
                messages.info(request, "You were logged out, because you had been logged in for a while. Please log in again.")
            elif row is not None:
                sessions.see(row, at=at)
        return self.get_response(request)


class RequireSecondFactor:
    """Everything below these paths is closed to whoever gave no second factor, whatever the view says."""

    PATHS = ("/admin/", "/casework/", "/staff/")
    OF_THE_OFFICE = ("/admin/", "/staff/")
    FILES = ("csv", "xlsx")  # in which Wagtail gives its lists out
    OPEN = re.compile(r"^/admin/(?:login|logout|password_reset)(?:/|$)")  # lead to the one log-in (config/urls.py)

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response
        self.harmless: frozenset[str] = frozenset()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(self.PATHS) and not self._is_open(request.path_info):
            if not request.user.is_authenticated:
                return _no(request) or redirect_to_login(request.get_full_path())
            if not request.user.is_verified():
                return self._ask(request)
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *rest: Any) -> HttpResponseBase | None:
        """A list that leaves as a file asks for a factor given just now. After the token of a form was compared."""
        if request.path_info.startswith(self.OF_THE_OFFICE) and request.GET.get("export") in self.FILES:
            return _note_export(request)
        return None

    def _is_open(self, path: str) -> bool:
        """The icons and the words of Wagtail's scripts, the same for everybody."""
        self.harmless = self.harmless or frozenset({reverse("wagtailadmin_sprite"), reverse("wagtailadmin_javascript_catalog")})
        return path in self.harmless or bool(self.OPEN.match(path))

    def _ask(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(self.OF_THE_OFFICE) and not access.may_see_proposals(request.user):
            raise PermissionDenied
        if refused := _no(request):
            return refused
        if devices.has_any(request.user):
            return redirect(f"{reverse('second_factor')}?{urlencode({'next': request.get_full_path()})}")
        return access.lead_to_devices(request)


@access.factor_within(access.STEP_UP)
def _note_export(request: HttpRequest) -> None:
    log.record(actions.LIST_EXPORTED, request.user, by=request.user, list=request.resolver_match.view_name)


def _no(request: HttpRequest) -> HttpResponse | None:
    """For what a script asks: a page to log in on would be taken for the answer."""
    headers = request.headers
    is_script = headers.get("X-Requested-With") == "XMLHttpRequest" or headers.get("Sec-Fetch-Dest") == "empty"
    if is_script or "application/json" in headers.get("Accept", ""):
        return HttpResponse("A second factor is needed.\n", content_type="text/plain", status=403)
    return None
