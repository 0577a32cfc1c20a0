"""Carrying effects out: claimed by one worker at a time, tried again with patience, given up in the open."""

import contextlib
import logging
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from threading import Timer
from traceback import extract_tb

from audit import clock
from outbox.models import WAITING, OutboxMessage
from outbox.queue import HANDLERS

# How long a worker may hold a message. Longer than a handler takes (a certificate: 2 s; a mute mail server: EMAIL_TIMEOUT),
# and short, because a killed worker's message waits that long.
LEASE = timedelta(seconds=60)
# When a handler counts as hanging: before another worker takes the message up and hangs on it as well.
HANGS = timedelta(seconds=50)
# 30 s, 1 min, 2 min … 4 h 16 min, then every 6 hours: 20 tries span 62 hours, so that a mail server which dies on Friday evening and is
# mended on Monday morning costs nobody a letter.
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=6)
MAX_TRIES = 20
LOST = "WorkerLost"

logger = logging.getLogger(__name__)


def pause(tries: int) -> timedelta:
    """How long to wait after the given number of tries, the first being 1."""
    doubled: int = 2 ** (tries - 1)
    return min(FIRST_PAUSE * doubled, LONGEST_PAUSE)


Rescue = Callable[[OutboxMessage], None]


def deliver(pk: int, *, rescue: Rescue | None = None) -> bool:
    """Carry out one message, if it is due and free. Answers whether it was tried here.

    Where its handler hangs, `rescue` is called beside it, in a thread of its own: a thread cannot be ended from without.
    """
    message = _claim(pk, at=clock.now())
    if message is None:
        return False
    try:
        with _watched(message, rescue):
            HANDLERS[message.kind](message)
    except Exception as error:
        _failed(message, error)
    else:
        # Whoever holds the message now: it has happened.
        OutboxMessage.objects.filter(pk=pk, done_at=None).update(done_at=clock.now(), claimed_until=None, gave_up_at=None, last_error="")
    return True


def sweep(*, seconds: float = 8, rescue: Rescue | None = None) -> int:
    """Carry out what is due and free, the longest overdue first, for about so many seconds; answers how many were tried.

    This is how an effect survives a lost task, a killed worker and a broker that was down.
    """
    _give_up_lost(clock.now())
    until = time.monotonic() + seconds
    tried = 0
    while time.monotonic() < until and (pk := _next(clock.now())):
        tried += deliver(pk, rescue=rescue)
    return tried


@contextlib.contextmanager
def _watched(message: OutboxMessage, rescue: Rescue | None) -> Iterator[None]:
    if rescue is None:
        yield
        return
    watch = Timer(HANGS.total_seconds(), rescue, [message])
    watch.daemon = True
    watch.start()
    try:
        yield
    finally:
        watch.cancel()


def _next(at: datetime) -> int | None:
    found: int | None = (
        OutboxMessage.objects.free(at=at).filter(tries__lt=MAX_TRIES).order_by("due_at", "pk").values_list("pk", flat=True).first()
    )
    return found


def _claim(pk: int, *, at: datetime) -> OutboxMessage | None:
    """Take the message by one conditional update: of two workers one gets the row.

    The try is counted at its beginning, and its pause noted, so that a message which kills its worker lets others go first, and is given
    up at last. A claim that is still there is of a worker that is gone: until the message has happened, the office's list says so.
    """
    free = OutboxMessage.objects.free(at=at).filter(pk=pk, tries__lt=MAX_TRIES)
    message: OutboxMessage | None = free.first()
    if message is None:
        return None
    before, message.tries = message.tries, message.tries + 1
    message.last_error = LOST if message.claimed_until else message.last_error
    message.claimed_until, message.due_at = at + LEASE, at + pause(message.tries)
    held = {name: getattr(message, name) for name in ("claimed_until", "due_at", "tries", "last_error")}
    return message if free.filter(tries=before).update(**held) else None


def _failed(message: OutboxMessage, error: Exception) -> None:
    """Note the kind of the error, never its words, which may name somebody. Another worker that took over meanwhile keeps the message."""
    at = clock.now()
    name = type(error).__name__
    place = extract_tb(error.__traceback__)[-1]
    logger.warning("message %s (%s), try %s: %s at %s:%s", message.pk, message.kind, message.tries, name, place.filename, place.lineno)
    gave_up_at = at if message.tries >= MAX_TRIES else None
    OutboxMessage.objects.filter(WAITING, pk=message.pk, tries=message.tries).update(
        claimed_until=None, due_at=at + pause(message.tries), last_error=name, gave_up_at=gave_up_at
    )


def _give_up_lost(at: datetime) -> None:
    """Messages whose every try ended with the worker."""
    lost = OutboxMessage.objects.free(at=at).filter(tries__gte=MAX_TRIES)
    lost.update(gave_up_at=at, claimed_until=None, last_error=LOST)
