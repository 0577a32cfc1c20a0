"""The registry for machines: the same facts from the same function, as JSON; what cannot be answered is a problem of RFC 9457."""

from datetime import date
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import get_conditional_response
from django.views.decorators.csrf import csrf_exempt

from accounts import limits
from audit import clock
from registry import lookup, sentences
from registry.facts import Answer, fingerprint
from registry.forms import NotADay, day_asked

ALLOWED = "GET, HEAD, OPTIONS"


@csrf_exempt
def api_certificate(request: HttpRequest, number: str) -> HttpResponse:
    """GET: the public answer on a number, today or on the day of `?as_of=`."""
    if request.method == "OPTIONS":
        return _open(HttpResponse(status=204, headers={"Allow": ALLOWED}))
    if request.method not in ("GET", "HEAD"):
        response = problem(405, "method_not_allowed", "Only reading is possible here.")
        response.headers["Allow"] = ALLOWED
        return _open(response)
    verdict = limits.take(limits.API, limits.address(request), at=clock.now())
    if not verdict.allowed:
        words = f"Many questions came from your network in a short time. Please wait {limits.wait_in_words(verdict.wait_seconds)}."
        return limits.told(_open(problem(429, "too_many", words, wait_seconds=verdict.wait_seconds)), verdict)
    today = clock.today()
    try:
        day = day_asked(request, today=today)
    except NotADay as refusal:
        return _open(problem(400, "not_a_day", refusal.mend or str(refusal)))
    return _open(_answered(request, lookup.by_number(number, on=today, as_of=day)))


@csrf_exempt
def api_nothing(request: HttpRequest, rest: str) -> HttpResponse:
    """Any other address under /api/: told in the words of the API."""
    return _open(problem(404, "no_such_address", "The API has no such address."))


def _answered(request: HttpRequest, answer: Answer) -> HttpResponse:
    if not answer.is_known:
        return problem(404, answer.kind.value, sentences.headline(answer), number=answer.number, likely=list(answer.likely))
    etag = f'W/"{fingerprint(answer)}"'
    response = get_conditional_response(request, etag=etag) or JsonResponse(as_json(answer), json_dumps_params={"ensure_ascii": False})
    response.headers["ETag"] = etag
    return response


def as_json(answer: Answer) -> dict[str, Any]:
    """All that the page says, with days as ISO 8601 and both ends included."""
    address = f"/registry/{answer.number}/"
    return {
        "number": answer.number,
        "standing": answer.kind.value,
        "as_of": answer.day.isoformat(),
        "asked_on": answer.asked_on.isoformat(),
        "since": _iso(answer.since),
        "until": _iso(answer.until),
        "certified_from": _iso(answer.certified.first_day if answer.certified else None),
        "certified_until": _iso(answer.certified.last_day if answer.certified else None),
        "first_certified": _iso(answer.first_certified),
        "scheme": answer.scheme,
        "name": answer.name and {"full": answer.name.full_name, "latin": answer.name.latin_name, "language": answer.name.language},
        "sentence": sentences.headline(answer),
        "meaning": sentences.meaning(answer),
        "notes": [
            {
                "kind": note.kind.value,
                "text": note.text,
                "clauses": list(note.clause_ids),
                "from": _iso(note.first_day),
                "until": _iso(note.last_day),
            }
            for note in answer.notes
        ],
        "history": [{"what": line.what.lower(), "from": _iso(line.first_day), "until": _iso(line.last_day)} for line in answer.history],
        "links": {"html": settings.SITE_URL + address, "self": f"{settings.SITE_URL}/api/v1{address.rstrip('/')}"},
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def problem(status: int, kind: str, detail: str, **more: Any) -> HttpResponse:
    """RFC 9457: `type` names the kind of problem, `detail` says it in words."""
    body = {"type": f"urn:attest:registry:{kind}", "title": TITLES[status], "status": status, "kind": kind, "detail": detail, **more}
    return JsonResponse(body, status=status, content_type="application/problem+json", json_dumps_params={"ensure_ascii": False})


TITLES = {400: "Not a question we can answer", 404: "Not found", 405: "Not allowed", 429: "Too many questions"}


def _open(response: HttpResponse) -> HttpResponse:
    """For pages of any origin, which may keep an answer and ask whether it still holds."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Allow-Methods"] = ALLOWED
    response.headers["Access-Control-Allow-Headers"] = "If-None-Match"
    response.headers["Access-Control-Expose-Headers"] = "ETag, Retry-After"
    response.headers["Cache-Control"] = "public, no-cache"
    return response
