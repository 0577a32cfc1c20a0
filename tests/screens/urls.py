"""The addresses of the site, and those that answer as it does when something goes wrong."""

from django.core.exceptions import BadRequest, RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from config import urls

handler400, handler500 = urls.handler400, urls.handler500


def breaks(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("on purpose, for the picture")


def not_readable(request: HttpRequest) -> HttpResponse:
    raise BadRequest


def too_large(request: HttpRequest) -> HttpResponse:
    raise RequestDataTooBig


def too_often(request: HttpRequest) -> HttpResponse:
    return render(request, "429.html", {"wait": "15 minutes"}, status=429)


def old_form(request: HttpRequest) -> HttpResponse:
    return render(request, "403_csrf.html", status=403)


urlpatterns = [
    path("errors/400/", not_readable),
    path("errors/500/", breaks),
    path("errors/413/", too_large),
    path("errors/429/", too_often),
    path("errors/old-form/", old_form),
    *urls.urlpatterns,
]
