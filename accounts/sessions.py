"""Log-ins that last: the store of Django's sessions, written once where somebody logs in, and what a person can see and end of them."""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib import auth
from django.contrib.sessions.backends.base import VALID_KEY_CHARS, CreateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import transaction
from django.http import HttpRequest
from django.utils.crypto import get_random_string

from accounts import actions, rules
from accounts.models import Session, User
from audit import clock, log

logger = logging.getLogger(__name__)

BEGUN = "begun_at"
BROWSER = "browser"
KEY_LENGTH = 32
SEEN_EVERY = timedelta(minutes=1)  # a click in between is not written down
BY_PASSWORD = "django.contrib.auth.backends.ModelBackend"  # noqa: S105  (a class)
BY_PASSKEY = "django_otp_webauthn.backends.WebAuthnBackend"
BROWSERS = [("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")]
SYSTEMS = [("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS", "Mac"), ("Linux", "Linux")]


class SessionStore(DatabaseStore):
    """SESSION_ENGINE. `row` is the row as it was when this request began; None for a new session.

    Django's asks whether a new key is free, stores an empty session under it at once, and stores what the session holds afterwards.
    """

    row: Session | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:  # type: ignore[override]
        return Session

    def _validate_session_key(self, key: Any) -> bool:
        """Whether a cookie can hold a key of ours: 32 letters and digits. For anything else no database is asked, and no NUL breaks it."""
        return isinstance(key, str) and len(key) == KEY_LENGTH and set(key) <= set(VALID_KEY_CHARS)

    def _get_session_from_db(self) -> Session | None:
        self.row = super()._get_session_from_db()  # type: ignore[misc]
        return self.row

    def create(self) -> None:
        """Store the session under a new key: 32 letters and digits at random, another where the database says that it is taken."""
        while True:
            self._session_key = get_random_string(KEY_LENGTH, VALID_KEY_CHARS)
            try:
                self.save(must_create=True)
            except CreateError:
                continue
            self.modified = True
            return

    def cycle_key(self) -> None:
        """A new key for what the session holds. Where nothing is stored there is no key to give up: saving makes the first one."""
        self.items()  # reads them, and forgets a key that the database does not know
        if self.session_key is None:
            self.modified = True
        else:
            super().cycle_key()

    def create_model_instance(self, data: dict[str, Any]) -> Session:  # type: ignore[override]
        """The log-in's beginning travels in the data, so that a new key does not make an old log-in young."""
        at, user = clock.real(), data.get(auth.SESSION_KEY)
        if user:
            data.setdefault(BEGUN, at.isoformat())
        return Session(
            session_key=self._get_or_create_session_key(),  # type: ignore[attr-defined]
            session_data=self.encode(data),
            expire_date=self.get_expiry_date(),
            user_id=int(user) if user else None,
            begun_at=datetime.fromisoformat(data[BEGUN]) if user else None,
            seen_at=at,
            browser=data.get(BROWSER, ""),
        )


def begin(request: HttpRequest, user: User, *, backend: str = BY_PASSWORD) -> None:
    """Log a person in, under a new key; the log says so, by the account's number."""
    auth.login(request, user, backend=backend)
    logger.info("log-in of account %s by %s", user.pk, "password" if backend == BY_PASSWORD else "passkey")
    request.session[BROWSER] = browser(request.headers.get("User-Agent", ""))


def browser(said: str) -> str:
    """Program and system in two words; no version, which would tell people apart."""
    program = next((name for mark, name in BROWSERS if mark in said), "A browser")
    system = next((name for mark, name in SYSTEMS if mark in said), "")
    return f"{program} on {system}" if system else program


def is_over(row: Session, user: User, *, at: datetime) -> bool:
    """Whether the log-in has lasted too long, with or without a click."""
    if row.begun_at is None or row.seen_at is None:
        return False
    return rules.is_over(limits_of(user), begun_at=row.begun_at, seen_at=row.seen_at, at=at)


def limits_of(user: User) -> rules.Limits:
    """How long the person's log-ins last, by the settings of this installation."""
    said = rules.SessionSettings(
        office_idle_minutes=settings.OFFICE_IDLE_MINUTES,
        office_hours=settings.OFFICE_HOURS,
        coach_idle_days=settings.COACH_IDLE_DAYS,
        coach_days=settings.COACH_DAYS,
    )
    return rules.limits(said, works_in_office=user.is_staff)


def see(row: Session, *, at: datetime) -> None:
    """Note that the log-in is in use."""
    if row.seen_at is None or at - row.seen_at >= SEEN_EVERY:
        Session.objects.filter(pk=row.pk).update(seen_at=at)


def of(user: User, *, at: datetime) -> list[Session]:
    """The log-ins of a person that still last, last used first."""
    rows = Session.objects.filter(user=user, expire_date__gt=at).order_by("-seen_at")
    return [row for row in rows if not is_over(row, user, at=at)]


@transaction.atomic
def end(user: User, mark: str, *, by: User | None) -> bool:
    """End one log-in of a person; answers whether there was such a one."""
    row = next((row for row in Session.objects.filter(user=user) if row.mark == mark), None)
    if row is None:
        return False
    row.delete()
    log.record(actions.SESSIONS_ENDED, user, by=by, sessions=1)
    return True


@transaction.atomic
def end_all(user: User, *, by: User | None, but: str | None = None) -> int:
    """End the log-ins of a person, but for the session with the key `but`; answers how many."""
    count, _ = Session.objects.filter(user=user).exclude(session_key=but or "").delete()
    if count:
        log.record(actions.SESSIONS_ENDED, user, by=by, sessions=count)
    return count
