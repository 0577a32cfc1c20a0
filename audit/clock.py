"""The one place that reads the time. Views, jobs and the moment a row is recorded ask here; rules and verbs are told."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

_moved: ContextVar[timedelta | None] = ContextVar("moved", default=None)


def now() -> datetime:
    """This instant, aware; moved by `moved()` or, in a demonstration, by `manage.py demo_clock`."""
    return timezone.now() + (_moved.get() or timedelta(days=demo_days()))


def real() -> datetime:
    """This instant as clocks outside know it, aware: what the age of a log-in and a code of six digits are measured by.

    A demonstration's offset leaves it alone, so that an authenticator app fits and nobody is logged out; `moved()` moves it.
    """
    return timezone.now() + (_moved.get() or timedelta(0))


def today() -> date:
    """The calendar day in the association's zone (domain.md, section 3)."""
    return timezone.localdate(now())


def day_of(instant: datetime) -> date:
    """The calendar day of an instant in the association's zone."""
    return timezone.localdate(instant)


def demo_days() -> int:
    """How many days a demonstration has been moved; 0 where the setting DEMO_CLOCK_FILE is None, as in production."""
    if settings.DEMO_CLOCK_FILE is None:
        return 0
    try:
        return int(Path(settings.DEMO_CLOCK_FILE).read_text())
    except FileNotFoundError:
        return 0


@contextmanager
def moved(by: timedelta) -> Iterator[None]:
    """Let this thread live at another time: for the demonstration's histories and for tests."""
    token = _moved.set(by)
    try:
        yield
    finally:
        _moved.reset(token)
