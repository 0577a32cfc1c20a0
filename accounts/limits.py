"""The one limiter: how often an address or an account may try something in a span of time.

The span begins with the first try and is over by itself; a refused try does not lengthen it. Every process counts in the same place: a
table, or Redis where CACHE_URL names one. Call it outside a transaction, for what is rolled back was not counted.
"""

import hmac
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from accounts import actions, counting
from accounts.models import Tries, User
from accounts.origins import address
from audit import log

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limit:
    """So many tries in such a span, counted apart from those of every other scope."""

    scope: str
    tries: int
    per: timedelta


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the try may go on; where not, after how many seconds the next one may."""

    allowed: bool
    wait_seconds: int = 0


# A stranger who knows an address cannot lock its owner out alone: from one place ten tries, from all places fifty.
LOG_IN_FROM_PLACE = Limit("log-in-place", 100, timedelta(minutes=15))
LOG_IN_TO_ACCOUNT_FROM_PLACE = Limit("log-in-account-place", 10, timedelta(minutes=15))
LOG_IN_TO_ACCOUNT = Limit("log-in-account", 50, timedelta(minutes=15))
PASSWORD_LINK_FROM_PLACE = Limit("password-link-place", 20, timedelta(minutes=30))
PASSWORD_LINK_TO_ACCOUNT = Limit("password-link-account", 5, timedelta(minutes=30))
# Beside the pauses after each wrong code of a device (accounts/models/devices.py): those guard one device, these the way to all of them.
CODE_FROM_PLACE = Limit("code-place", 100, timedelta(minutes=15))
CODE_TO_ACCOUNT_FROM_PLACE = Limit("code-account-place", 20, timedelta(minutes=15))
CODE_TO_ACCOUNT = Limit("code-account", 50, timedelta(minutes=15))
ADDRESS_CODE_TO_ACCOUNT = Limit("address-code-account", 5, timedelta(minutes=30))
ADDRESS_CHANGE_OF_ACCOUNT = Limit("address-change-account", 5, timedelta(minutes=30))
ADDRESS_CHANGE_TO_ADDRESS = Limit("address-change-address", 5, timedelta(minutes=30))
PASSKEY_FROM_PLACE = Limit("passkey-place", 100, timedelta(minutes=15))
COPY = Limit("copy-of-data", 5, timedelta(hours=24))
PERSONAL_LINK = Limit("personal-link", 60, timedelta(minutes=15))
SEARCH = Limit("registry-search", 120, timedelta(minutes=10))
API = Limit("registry-api", 600, timedelta(minutes=10))


def allow(scope: str, who: str, *, limit: int, per: timedelta, at: datetime) -> Verdict:
    """Count one more try of `who` (an address, an account) in `scope`, and say whether it is among the first `limit` in `per`.

    Neither is kept: the key is an HMAC under LIMITER_KEY. The 1st, 10th, 100th … refused try of a span is an entry in the ledger.
    """
    span, now = _milliseconds(per), int(at.timestamp() * 1000)
    count, ends = counting.count(_key(scope, who), now=now, span=span)
    if count <= limit:
        return Verdict(allowed=True)
    _note(scope, refused=count - limit)
    return Verdict(allowed=False, wait_seconds=max(1, -(-(ends - now) // 1000)))


def take(limit: Limit, who: str, *, at: datetime) -> Verdict:
    """`allow` under a limit with a name."""
    return allow(limit.scope, who, limit=limit.tries, per=limit.per, at=at)


def forgive(limit: Limit, who: str) -> None:
    """Begin anew for somebody who has shown to be in the right, by the right password for instance."""
    counting.reset(_key(limit.scope, who))


def log_in(request: HttpRequest, email: str, *, at: datetime) -> Verdict:
    """Whether somebody may try a password of `email`: the address first, so that a flood from one place locks nobody out."""
    place, email = address(request), email.strip().lower()
    tries = [(LOG_IN_FROM_PLACE, place), (LOG_IN_TO_ACCOUNT_FROM_PLACE, f"{email} {place}"), (LOG_IN_TO_ACCOUNT, email)]
    return _first_refusal(tries, at=at)


def logged_in(request: HttpRequest, email: str) -> None:
    """The password was right: what its owner mistyped before no longer counts."""
    forgive(LOG_IN_TO_ACCOUNT_FROM_PLACE, f"{email.strip().lower()} {address(request)}")


def code(request: HttpRequest, person: User, *, at: datetime) -> Verdict:
    """Whether a code of `person` may be looked at: of an app, of a sheet of recovery codes, of a letter."""
    place = address(request)
    tries = [(CODE_FROM_PLACE, place), (CODE_TO_ACCOUNT_FROM_PLACE, f"{person.pk} {place}"), (CODE_TO_ACCOUNT, f"{person.pk}")]
    return _first_refusal(tries, at=at)


def code_taken(request: HttpRequest, person: User) -> None:
    """The code was right: what its owner mistyped before no longer counts."""
    forgive(CODE_TO_ACCOUNT_FROM_PLACE, f"{person.pk} {address(request)}")


def password_link(request: HttpRequest, email: str, *, at: datetime) -> Verdict:
    """Whether somebody may ask for a link to `email`, whoever has that address or nobody."""
    return _first_refusal([(PASSWORD_LINK_FROM_PLACE, address(request)), (PASSWORD_LINK_TO_ACCOUNT, email.strip().lower())], at=at)


def address_change(person: User, email: str, *, at: datetime) -> Verdict:
    """Whether `person` may ask to log in with `email`: no mailbox is flooded, by one account or by many."""
    return _first_refusal([(ADDRESS_CHANGE_OF_ACCOUNT, f"{person.pk}"), (ADDRESS_CHANGE_TO_ADDRESS, email.strip().lower())], at=at)


def told(response: HttpResponse, verdict: Verdict) -> HttpResponse:
    """The same page as an answer to a refused try: 429, and for programs when to come again."""
    if not verdict.allowed:
        response.status_code = 429
        response.headers["Retry-After"] = str(verdict.wait_seconds)
        response.headers["Cache-Control"] = "no-store"
    return response


def purge(*, at: datetime) -> int:
    """Remove the spans that are over; answers how many. Redis forgets by itself."""
    return Tries.objects.filter(ends__lt=int(at.timestamp() * 1000)).delete()[0]


def wait_in_words(seconds: int) -> str:
    """45 → "45 seconds", 61 → "2 minutes", 0 → "": rounded up, so that who waits that long waits long enough."""
    if not seconds:
        return ""
    if seconds <= 60:
        return f"{seconds} second{'s' if seconds != 1 else ''}"
    return f"{-(-seconds // 60)} minutes"


def _first_refusal(tries: list[tuple[Limit, str]], *, at: datetime) -> Verdict:
    """What is refused under one limit does not count under the next."""
    for limit, who in tries:
        verdict = take(limit, who, at=at)
        if not verdict.allowed:
            return verdict
    return Verdict(allowed=True)


def _key(scope: str, who: str) -> str:
    digest = hmac.new(settings.LIMITER_KEY.encode(), f"{scope}\0{who}".encode(errors="replace"), "sha256").hexdigest()
    return f"{scope}:{digest[:48]}"


def _milliseconds(per: timedelta) -> int:
    return int(per.total_seconds() * 1000)


def _note(scope: str, *, refused: int) -> None:
    """A flood cannot fill the ledger: a burst of 10,000 leaves five entries, and the last one tells its size."""
    if str(refused).strip("0") == "1":
        logger.warning("tries refused: %s, %s in this span", scope, refused)
        log.record(actions.TRIES_REFUSED, Tries(pk=scope), by=None, scope=scope, refused_so_far=refused)
