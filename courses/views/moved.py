"""Quizzes under the old address of a course or module that got another one: Wagtail leads on from pages, this from what hangs on them."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from wagtail.contrib.redirects.middleware import get_redirect

from courses.models import CoursePage, ModulePage

View = Callable[..., HttpResponse]


def leads_on(view: View) -> View:
    """Where nothing is found, look for the page that had this address before; what was posted goes on with the person."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Http404:
            if away := new_address(request, kwargs):
                return redirect(away, preserve_request=True)
            raise

    return guarded


def new_address(request: HttpRequest, kwargs: dict[str, Any]) -> str:
    """The same address with the slugs of today; empty where no page had the old ones."""
    course, module = kwargs["course"], kwargs.get("module")
    old = [f"/learn/{course}/{module}"] * bool(module) + [f"/learn/{course}"]
    found = next((one for path in old if (one := get_redirect(request, path)) and one.redirect_page), None)
    page = found.redirect_page.specific if found else None
    if isinstance(page, ModulePage):
        slugs = {"course": page.get_parent().slug, "module": page.slug}
    elif isinstance(page, CoursePage):
        slugs = {"course": page.slug}
    else:
        return ""
    address = reverse(request.resolver_match.view_name, kwargs={**kwargs, **slugs})
    return "" if address == request.path else address
