"""The least that Django can do behind the same server and middleware: nothing, and one indexed lookup with a template of two levels."""

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from certification.models import Certificate


def empty(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


def lookup(request: HttpRequest, number: str) -> HttpResponse:
    certificate = Certificate.objects.get(number=number)
    return HttpResponse(render_to_string("bench/lookup.html", {"certificate": certificate}))
