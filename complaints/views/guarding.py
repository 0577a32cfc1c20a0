"""What holds for every page where somebody without an account tells us something."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

View = Callable[..., HttpResponse]
OWN = ("same-origin", "none", "")  # of Sec-Fetch-Site: our own page, typed by hand, or a browser too old to say


def private(view: View) -> View:
    """No cookie for a form, nothing kept by browser or cache, nothing sent from another site's page, and no page after it learns of it.

    Django's token needs a cookie that lasts; these pages have another door (docs/decisions/0148): forms from elsewhere are turned away by
    what the browser says of them, and what belongs to somebody has a token of its own (complaints/visits.py).
    """

    @csrf_exempt
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST" and request.headers.get("Sec-Fetch-Site", "") not in OWN:
            response = render(request, "complaints/from_elsewhere.html", status=403)
        else:
            response = view(request, *args, **kwargs)
        return hush(response)

    return guarded


def hush(response: HttpResponse) -> HttpResponse:
    """The headers of such a page."""
    response.headers["Cache-Control"] = "no-store, private"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
