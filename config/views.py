"""For operators."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache

from config import health


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
