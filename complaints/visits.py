"""Coming back with the code: how a browser is known between two requests, for a quarter of an hour without a click.

A cookie of the browser session holds a signed word about which code opened the page and when; no row is kept, so that nobody can look up
when somebody came (docs/decisions/0149). A code that was replaced, ended or erased ends every visit that it opened.
"""

import hmac
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from django.conf import settings
from django.core import signing
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from complaints.models import Receipt

IDLE = timedelta(minutes=15)
LONGEST = timedelta(hours=8)
SALT = "complaints.visit"
NOTICES = {"sent", "files", "code", "mail", "no-mail", "withdraw", "review", "challenge", "answered", "again"}


@dataclass(frozen=True, slots=True)
class Visit:
    """`said`: the word of NOTICES that the next page says, for what was just done."""

    receipt: Receipt
    began: datetime
    seen: datetime
    said: str = ""

    @property
    def token(self) -> str:
        """What each form of the visit carries: a page of another site cannot know it."""
        return salted_hmac(f"{SALT}.form", f"{self.receipt.mac}{self.began.timestamp()}", algorithm="sha256").hexdigest()


def cookie_name() -> str:
    """Browsers take `__Host-` only with Secure, for the path / and without a domain."""
    return "__Host-visit" if settings.SESSION_COOKIE_SECURE else "visit"


def begin(response: HttpResponse, receipt: Receipt, *, at: datetime) -> HttpResponse:
    """Let whoever holds the code of this receipt in."""
    return keep(response, Visit(receipt, at, at), at=at)


def keep(response: HttpResponse, visit: Visit, *, at: datetime, said: str = "") -> HttpResponse:
    """Let the quarter of an hour begin anew."""
    visit = replace(visit, seen=at, said=said)
    value = signing.dumps([visit.receipt.mac, visit.began.timestamp(), visit.seen.timestamp(), visit.said], salt=SALT)
    response.set_cookie(cookie_name(), value, secure=bool(settings.SESSION_COOKIE_SECURE), httponly=True, samesite="Strict", path="/")
    return response


def end(response: HttpResponse) -> HttpResponse:
    """Take the cookie back."""
    response.delete_cookie(cookie_name(), path="/", samesite="Strict")
    return response


def of(request: HttpRequest, *, at: datetime, on: date) -> Visit | None:
    """The visit that a request belongs to; None where there is none, it was too long ago, or its code opens nothing any more."""
    try:
        mac, began, seen, said = signing.loads(request.COOKIES.get(cookie_name(), ""), salt=SALT)
        began, seen = (datetime.fromtimestamp(float(instant), tz=UTC) for instant in (began, seen))
        visit = Visit(Receipt(mac=str(mac)), began, seen, said if said in NOTICES else "")
    except (signing.BadSignature, ValueError, TypeError, OverflowError, OSError):
        return None
    if not visit.seen <= at < visit.seen + IDLE or at >= visit.began + LONGEST:
        return None
    opens = Q(replaced_at=None) & (Q(ends_on=None) | Q(ends_on__gte=on)) & Q(case__key__destroyed_at=None)
    receipt = Receipt.objects.filter(opens, mac=visit.receipt.mac).select_related("case").first()
    return replace(visit, receipt=receipt) if receipt else None


def is_own_form(visit: Visit, token: str) -> bool:
    """Whether a form was made for this visit."""
    return hmac.compare_digest(visit.token.encode(), token.encode(errors="replace"))
