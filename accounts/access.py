"""Who may do what: questions with a person, answered from the roles alone, and the decorators that ask them."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from accounts import roles
from accounts.facts import Offices, SiteRole
from accounts.models import User

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
office_holders = only(may_see_proposals)
