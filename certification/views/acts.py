"""What the office's screens share: a form, an act, and what the act refuses."""

import hashlib
import json
from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts import invitations, naming
from accounts.models import User
from accounts.rules import SOMEBODY_ELSE
from certification import corrections, holds, issuing, renewals, requirements, schemes
from certification.models import AlreadyVoided
from cms import code
from courses import enrollments

REFUSALS = (
    corrections.CannotCorrect,
    holds.CannotHold,
    issuing.CannotIssue,
    naming.NameNotUsable,
    renewals.NotEligible,
    requirements.CannotRecord,
    schemes.CannotChange,
    enrollments.CannotEnroll,
    code.NotPublishable,
    invitations.CannotInvite,
)
asks = require_http_methods(["GET", "HEAD", "POST"])


def by(request: HttpRequest) -> User:
    """Who acts; behind a log-in."""
    assert isinstance(request.user, User)  # noqa: S101  (for_office)
    return request.user


def sent(request: HttpRequest) -> Any:
    """What a form is made with: the data of a POST, else None."""
    return request.POST if request.method == "POST" else None


def what_is_shown(form: forms.Form) -> str:
    """A short digest of what a form says. The button that confirms carries it: what was not shown is not done."""
    said = {name: form.data.get(form.add_prefix(name), "") for name in form.fields}
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]


def is_confirmed(request: HttpRequest, form: forms.Form) -> bool:
    """Whether the person who sends the form has seen what exactly it does."""
    return request.POST.get("confirm", "") == what_is_shown(form)


def page(request: HttpRequest, form: forms.Form, *, person: User | None = None, number: str = "", **context: Any) -> HttpResponse:
    """The common page of an act: whom and which certificate it is about, words, a form; about oneself, whom to ask instead."""
    about = ", ".join(part for part in (number, person.get_full_name() if person else "") if part)
    is_own = bool(person) and person == request.user
    shared = {"form": form, "about": about, "is_own": is_own, "somebody_else": SOMEBODY_ELSE}
    return render(request, "certification/act.html", {**shared, **context})


def does(form: forms.Form, act: Callable[[], object]) -> bool:
    """Carry out an act; what it refuses stands above the form."""
    try:
        act()
    except REFUSALS as refusal:
        for reason in refusal.reasons:
            form.add_error(None, reason)
    except AlreadyVoided as refusal:
        form.add_error(None, f"{refusal}. Look at the record again.")
    return not form.errors
