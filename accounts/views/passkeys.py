"""What static/js/passkeys.js asks for: adding a passkey, and giving one at the log-in or in between. JSON in and out."""

import logging
import traceback
from pathlib import Path
from typing import Any, cast

from django.http import HttpRequest, JsonResponse
from django_otp_webauthn import exceptions, views
from django_otp_webauthn.utils import rewrite_exceptions

from accounts import access, actions, devices, factors, limits, sessions
from accounts.models import User
from accounts.views.log_in import wanted
from accounts.views.security import after_adding
from audit import clock, log

NOT_NOW = "Please open this page again: what you gave before counts for a few minutes only."
REFUSED = (exceptions.UnprocessableEntity, exceptions.CredentialNotFound, exceptions.CredentialUserMismatch, exceptions.CredentialDisabled)
TOO_MANY = "Many passkeys were tried from your network in a short time. Please wait {wait}, then try again."
UNREADABLE = "The browser sent something that cannot be read. Nothing was changed."


logger = logging.getLogger(__name__)


def _place(problem: Exception) -> str:
    """The line it came from, and nothing of what was sent."""
    last = traceback.extract_tb(problem.__traceback__)[-1]
    return f"{Path(last.filename).name}:{last.lineno}"


class TooMany(exceptions.OTPWebAuthnApiError):
    """Behind the limit no passkey is looked at and no conversation begun."""

    status_code = 429
    default_code = "too_many"

    def __init__(self, verdict: limits.Verdict) -> None:
        super().__init__(detail=TOO_MANY.format(wait=limits.wait_in_words(verdict.wait_seconds)))
        self.verdict = verdict


class InWords:
    """Whatever is wrong with what was sent, the answer is a word for the person and never an error of ours."""

    def handle_exception(self, problem: Exception) -> JsonResponse:
        if isinstance(problem, KeyError | TypeError | ValueError | AttributeError | RecursionError):
            logger.warning("a passkey could not be read: %s at %s", type(problem).__name__, _place(problem))
            problem = exceptions.UnprocessableEntity(code="unreadable", detail=UNREADABLE)
        answer: JsonResponse = super().handle_exception(problem)  # type: ignore[misc]
        if isinstance(problem, TooMany):
            limits.told(answer, problem.verdict)
        return answer


class Registration(InWords):
    """The guards of `access.enrolling`."""

    def check_can_register(self) -> None:
        request = cast(HttpRequest, self.request)  # type: ignore[attr-defined]
        if not access.may_enroll(request):
            raise exceptions.NotVerified(detail=NOT_NOW)
        try:
            devices.refuse_too_many(cast(User, request.user), devices.PASSKEY)
        except devices.NotAdded as refusal:
            raise exceptions.UnprocessableEntity(code="too_many", detail=str(refusal)) from None


class BeginRegistration(Registration, views.BeginCredentialRegistrationView):
    pass


class CompleteRegistration(Registration, views.CompleteCredentialRegistrationView):
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> JsonResponse:
        state = self.get_state()
        with rewrite_exceptions():
            device = self.get_helper().register_complete(user=request.user, state=state, data=request.data)  # type: ignore[attr-defined]
        devices.added(device.user, devices.PASSKEY)
        return JsonResponse({"redirect_url": after_adding(request, device)["Location"]})


class Authentication(InWords):
    """Who gave a password and owes the second factor gives it here; who is logged in gives a fresh one; who did neither logs in."""

    def initial(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Anybody may begin, and each beginning keeps a challenge in a session: so that has an end too."""
        verdict = limits.take(limits.PASSKEY_FROM_PLACE, limits.address(request), at=clock.real())
        if not verdict.allowed:
            raise TooMany(verdict)
        super().initial(request, *args, **kwargs)  # type: ignore[misc]

    def get_user(self) -> User | None:
        request = cast(HttpRequest, self.request)  # type: ignore[attr-defined]
        return cast(User, request.user) if request.user.is_authenticated else factors.expected(request, at=clock.real())


class BeginAuthentication(Authentication, views.BeginCredentialAuthenticationView):
    pass


class CompleteAuthentication(Authentication, views.CompleteCredentialAuthenticationView):
    def complete_auth(self, device: Any) -> None:
        if not self.request.user.is_authenticated:
            sessions.begin(self.request, device.user, backend=sessions.BY_PASSKEY)
        factors.passed(self.request, device, at=clock.real())

    def get_redirect_url(self) -> str:
        return wanted(self.request)

    def handle_exception(self, problem: Exception) -> JsonResponse:
        person = self.get_user()
        if person is not None and isinstance(problem, REFUSED):
            log.record(actions.FACTOR_REFUSED, person, by=None, kind=devices.PASSKEY, in_a_row=1)
        return super().handle_exception(problem)
