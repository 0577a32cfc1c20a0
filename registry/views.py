"""What anybody reads without an account: the search, a certificate's page, and where the code on a document leads."""

from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import NoReverseMatch, Resolver404, resolve, reverse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from accounts import limits
from audit import clock
from certification import numbers, search
from cms import rules as texts
from registry import lookup, sentences
from registry.facts import Answer, fingerprint
from registry.forms import NotADay, day_asked

LONGEST_SEARCH = 120
COMPLAINTS = "/complaints/"


@require_safe
def registry(request: HttpRequest) -> HttpResponse:
    """One field for a number, a code or a name."""
    q = request.GET.get("q", "").replace("\x00", "").strip()
    today = clock.today()
    context: dict[str, object] = {"q": q[:LONGEST_SEARCH]}
    verdict = limits.Verdict(allowed=True)
    if q:
        verdict = limits.take(limits.SEARCH, limits.address(request), at=clock.now())
        context["wait"] = limits.wait_in_words(verdict.wait_seconds)
    if q and verdict.allowed:
        found = search.find(q, on=today)
        if found.by in (search.NUMBER, search.CODE):
            return redirect("registry_certificate", found.certificates[0].number)
        if not found.certificates and lookup.CODE.fullmatch(code := numbers.normalize_code(q[:LONGEST_SEARCH])):
            return redirect("verify", code)
        if not found.certificates and looks_like_a_number(q):
            return redirect("registry_certificate", numbers.normalize(q))
        answers = lookup.of(found.certificates, on=today)
        context |= {
            "results": [(answer, sentences.headline(answer)) for answer in answers],
            "found": found,
            "too_long": len(q) > LONGEST_SEARCH,
        }
    response = render(request, "registry/registry.html", context)
    if q:
        response.headers["X-Robots-Tag"] = "noindex"
    return limits.told(response, verdict)


def looks_like_a_number(q: str) -> bool:
    number = numbers.normalize(q[:LONGEST_SEARCH])
    return lookup.is_well_formed(number) and any(character.isdigit() for character in number)


@require_safe
def registry_certificate(request: HttpRequest, number: str) -> HttpResponse:
    """The public page of a certificate, today or on a past day."""
    kept = lookup.normal(number[:LONGEST_SEARCH])
    if kept != number and lookup.is_well_formed(kept):
        query = f"?{request.GET.urlencode()}" if request.GET else ""
        return redirect(reverse("registry_certificate", args=[kept]) + query)
    today = clock.today()
    try:
        day = day_asked(request, today=today)
    except NotADay as refusal:
        path = reverse("registry_certificate", args=[kept])
        context = {"path": path, "problem": str(refusal), "typed": request.GET["as_of"][:40], "today": today}
        return render(request, "registry/not_a_day.html", context, status=400)
    answer = lookup.by_number(number, on=today, as_of=day)
    return page(request, answer, {})


@require_safe
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """Where the QR code on a certificate leads: what holds today, and whether the document is still the one in use."""
    document = lookup.by_code(code, on=clock.today())
    return page(request, document.answer, {"document": document})


def page(request: HttpRequest, answer: Answer, extra: dict[str, object]) -> HttpResponse:
    """The answer as a page. A stranger who read the same page before gets 304 Not Modified; it is never served without asking."""
    etag = f'W/"{fingerprint(answer, extra, look())}"' if settings.SESSION_COOKIE_NAME not in request.COOKIES else None
    response = get_conditional_response(request, etag=etag) if etag else None
    if response is None:
        context = {
            "answer": answer,
            "headline": sentences.headline(answer),
            "meaning": sentences.meaning(answer),
            "advice": sentences.advice(answer),
            "signpost": texts.speaks_of_harm(*(note.text for note in answer.notes)),
            "site_url": settings.SITE_URL,
            "path": f"/registry/{answer.number}/",
            "complaint_form": complaint_form(),
            "complaints": complaints(),
            "typed": "" if answer.is_about_today else answer.day.isoformat(),
            "today": answer.asked_on,
            "problem": "",
            "document": None,
            **extra,
        }
        template = "registry/certificate.html" if answer.is_told else "registry/no_certificate.html"
        response = render(request, template, context, status=200 if answer.is_known else 404)
    response.headers["Cache-Control"] = "no-cache"
    response.headers["X-Robots-Tag"] = "noindex"
    if etag and response.status_code in (200, 304):
        response.headers["ETag"] = etag
    return response


@cache
def complaint_form() -> str:
    """Where a worry can be told, if it can be told here."""
    try:
        return reverse("complaint_new")
    except NoReverseMatch:
        return ""


@cache
def complaints() -> str:
    """The page that tells how to complain, if this site has one."""
    try:
        return COMPLAINTS if resolve(COMPLAINTS).url_name != "wagtail_serve" else ""
    except Resolver404:
        return ""


@cache
def look() -> tuple[float, str]:
    """Changes when a release changes the page itself or the address of its style, so that nobody keeps an old one."""
    folder = Path(str(settings.BASE_DIR)) / "templates"
    return max(path.stat().st_mtime for path in folder.rglob("*.html")), static("css/base.css")
