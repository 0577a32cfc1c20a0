"""What every answer carries, and what no request may be."""

from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from django.conf import settings
from django.core.exceptions import BadRequest, RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.utils.datastructures import MultiValueDictKeyError

from config import logs

Next = Callable[[HttpRequest], HttpResponse]

PUBLIC = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'"
)
# Wagtail's editor injects styles (docs/decisions/0081); its inline scripts are replaced (config/office.py).
ADMIN = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "connect-src 'self'; media-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'"
)
CLOSED = (
    "accelerometer",
    "attribution-reporting",
    "autoplay",
    "browsing-topics",
    "camera",
    "compute-pressure",
    "display-capture",
    "encrypted-media",
    "gamepad",
    "geolocation",
    "gyroscope",
    "hid",
    "identity-credentials-get",
    "idle-detection",
    "local-fonts",
    "magnetometer",
    "microphone",
    "midi",
    "otp-credentials",
    "payment",
    "picture-in-picture",
    "screen-wake-lock",
    "serial",
    "storage-access",
    "usb",
    "window-management",
    "xr-spatial-tracking",
)
OWN_ALONE = ("publickey-credentials-create", "publickey-credentials-get", "clipboard-write", "fullscreen")  # passkeys; copying a number
PERMISSIONS = ", ".join([*(f"{name}=()" for name in CLOSED), *(f"{name}=(self)" for name in OWN_ALONE)])

TOLD_IN_CONFIDENCE = ("/complaints/", "/casework/")
PERSONAL = (*TOLD_IN_CONFIDENCE, "/accounts/", "/admin/", "/my/", "/staff/")
SAME_FOR_ALL = ("/static/",)  # no word about anybody, and asked for with every page
FOR_OTHER_SITES = ("/api/", "/.well-known/")


class RequestId:
    """Gives a request its id, which the log and the tasks that it causes carry, and which a person may tell the office."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with logs.request(request) as request_id:
            response = self.get_response(request)
        response.headers["X-Request-ID"] = request_id
        return response


class Headers:
    """Before all others, so that redirects, static files and error pages carry them too."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        path, headers = request.path, response.headers
        policy = ADMIN if path.startswith("/admin/") else PUBLIC
        if headers.get("X-Frame-Options") == "SAMEORIGIN":
            # A preview of the editor: the page in it went through here before, under its own address.
            headers["Content-Security-Policy"] = f"{policy}; frame-ancestors 'self'"
        headers.setdefault("Content-Security-Policy", f"{policy}; frame-ancestors 'none'")
        headers.setdefault("Permissions-Policy", PERMISSIONS)
        headers.setdefault("Cross-Origin-Resource-Policy", "cross-origin" if path.startswith(FOR_OTHER_SITES) else "same-origin")
        if path.startswith("/complaints/"):
            # Whatever answered, an error page too: no page after it learns where somebody was (docs/decisions/0148).
            headers["Referrer-Policy"] = "no-referrer"
        if is_personal(request):
            headers["Cache-Control"] = "no-store, private"
        elif response.status_code >= 400:
            headers.setdefault("Cache-Control", "no-store")
        return response


def is_personal(request: HttpRequest) -> bool:
    """Whether the answer may hold something about whoever is logged in. Asks no database: a session cookie is enough."""
    if request.path.startswith(SAME_FOR_ALL):
        return False
    return request.path.startswith(PERSONAL) or settings.SESSION_COOKIE_NAME in request.COOKIES


LONGEST_ADDRESS = 4096  # bytes of path and query; the longest of ours is a search of 120 letters
LARGEST_BODY = 12 * 1024 * 1024  # bytes, as a document of 10 MiB and its form; what holds no file ends at DATA_UPLOAD_MAX_MEMORY_SIZE
SENDING = ("/complaints/", "/casework/", "/my/")  # where a view with an upload handler of its own takes files of a case
LARGEST_BODY_OF_FILES = 104 * 1024 * 1024  # bytes: what one case may hold in files, and the form
TOO_MUCH = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)
METHODS = ("GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE")
READ_AS = {"", "utf-8", "utf8", "us-ascii", "ascii"}


class AddressTooLong(BadRequest):
    """Longer than any address of ours."""


class Bounds:
    """Refuses what is too long, too large or in letters of another alphabet before anything reads it (`bad_request` answers)."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in METHODS:
            return HttpResponseNotAllowed(METHODS)
        if len(request.path.encode(errors="replace")) + len(request.META.get("QUERY_STRING", "")) > LONGEST_ADDRESS:
            raise AddressTooLong("the address is too long")
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal():
            raise BadRequest("the length of the body is no number")
        if len(length) > 12 or int(length) > (LARGEST_BODY_OF_FILES if request.path.startswith(SENDING) else LARGEST_BODY):
            raise RequestDataTooBig("the body is too large")
        if (request.content_params or {}).get("charset", "").lower() not in READ_AS:
            raise BadRequest("only UTF-8 is read")
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., HttpResponse], *told: Any) -> None:
        """A view that bounds its files by a handler of its own; the form is read next, to compare its token."""
        if handler := getattr(view, "upload_handler", None):
            request.upload_handlers.insert(0, handler(request))
        elif int(request.META.get("CONTENT_LENGTH") or "0") > LARGEST_BODY:
            raise RequestDataTooBig("the body is too large")

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A field that a view counts on and the browser of no form leaves out: the sender's slip, not ours."""
        return bad_request(request, exception) if isinstance(exception, MultiValueDictKeyError) else None


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """In words: too much, too long, or not to be read. Nothing of what was sent is repeated."""
    if isinstance(exception, TOO_MUCH):
        return render(request, "413.html", status=413)
    return render(request, "400.html", status=414 if isinstance(exception, AddressTooLong) else 400)


IN_THEIR_OWN_WORDS = ("/registry/", "/v/", "/api/")  # they tell a malformed number before any database is asked
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


class NoNul:
    """No address and no field holds a NUL, and PostgreSQL would break on being asked for one."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked = request.path + unquote(request.META.get("QUERY_STRING", ""))
        if "\x00" in asked and not request.path.startswith(IN_THEIR_OWN_WORDS):
            raise Http404("no address")
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *rest: Any) -> None:
        """The form was read by now, to compare its token."""
        if request.method == "POST" and request.content_type in FORMS:
            typed = (text for name, texts in request.POST.lists() for text in (name, *texts))
            if any("\x00" in text for text in typed):
                raise BadRequest("a field holds a NUL")
