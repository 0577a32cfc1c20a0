"""The site's addresses, and one that breaks."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from config.urls import handler400, handler500
from config.urls import urlpatterns as site

__all__ = ["handler400", "handler500", "urlpatterns"]


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("this view breaks on purpose")


urlpatterns = [path("broken/", broken), *site]
