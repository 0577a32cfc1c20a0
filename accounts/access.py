"""Who may use the office's screens, and who may write content."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from accounts.models import User

STAFF = "Staff"
AUTHORS = "Authors"

View = Callable[..., HttpResponseBase]


def may_work_in_office(user: User | AnonymousUser) -> bool:
    """The office: issues, corrects, grants."""
    return user.is_active and (user.is_superuser or _is_in(user, STAFF))


def may_write_content(user: User | AnonymousUser) -> bool:
    """Lessons, questions, pages; the office too."""
    return user.is_active and (user.is_superuser or _is_in(user, AUTHORS, STAFF))


def office(view: View) -> View:
    """A view for the office alone: strangers log in first, everybody else is told that the page is not theirs."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not may_work_in_office(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def _is_in(user: User | AnonymousUser, *groups: str) -> bool:
    return user.groups.filter(name__in=groups).exists()
