"""For operators, and what is answered when something of ours breaks."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseServerError, JsonResponse
from django.template.loader import render_to_string
from django.views.decorators.cache import never_cache

from config import health, menu


@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Every part with "ok" or what is the matter; 503 where one is not well."""
    state = health.state()
    return JsonResponse(state, status=200 if set(state.values()) == {"ok"} else 503)


def nothing_here(request: HttpRequest) -> HttpResponse:
    """For addresses that a library brings and this site does not want."""
    raise Http404


def our_mistake(request: HttpRequest) -> HttpResponse:
    """Where to go and whom to write to. Asks nobody: the database may be what broke."""
    ways = tuple((href, label, False) for href, label in menu.MENU)
    context = {"site_name": settings.ASSOCIATION_NAME, "office_email": settings.OFFICE_EMAIL, "menu": ways, "footer": menu.FOOTER}
    return HttpResponseServerError(render_to_string("500.html", context))
