"""Putting effects into the outbox, and the handlers that carry them out."""

import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from celery import current_app
from django.db import models, transaction

from audit import clock, log
from outbox import actions
from outbox.models import OutboxMessage

Handler = Callable[[OutboxMessage], None]
HANDLERS: dict[str, Handler] = {}
logger = logging.getLogger(__name__)


class NotRetriable(Exception):
    """The effect has happened, nothing has gone wrong with it, or a worker is at it."""


def handles(kind: str) -> Callable[[Handler], Handler]:
    """Register the function that carries out messages of `kind`.

    It gets the OutboxMessage, outside any transaction, and must bear being run twice: a row by its key, a file by its name, a letter
    by the message's key (accounts/mail.py). It should take less than `delivery.LEASE`.
    """

    def register(handler: Handler) -> Handler:
        if kind in HANDLERS:
            raise ValueError(f"two handlers for {kind}")
        HANDLERS[kind] = handler
        return handler

    return register


def put(kind: str, subject_id: Any, *, key: str, due_at: datetime | None = None) -> int:
    """Note an effect in the caller's transaction, and answer the message's id. The same key again is the same effect: nothing is added.

    Raises LookupError when no handler is registered for `kind`.
    """
    if kind not in HANDLERS:
        raise LookupError(f"nothing handles {kind}")
    message = OutboxMessage(kind=kind, subject_id=str(subject_id), key=key, due_at=due_at or clock.now())
    # One statement on either engine: a key that is taken gives back its row, and no savepoint is needed.
    OutboxMessage.objects.bulk_create([message], update_conflicts=True, unique_fields=["key"], update_fields=["key"])
    if due_at is None or due_at <= clock.now():
        transaction.on_commit(partial(_wake, message.pk))
    return message.pk


@transaction.atomic
def retry(message: OutboxMessage, *, by: models.Model) -> None:
    """Try an undelivered effect again, now and with all its tries. Raises NotRetriable."""
    at = clock.now()
    in_nobodys_hands = models.Q(claimed_until=None) | models.Q(claimed_until__lte=at)
    undelivered = OutboxMessage.objects.undelivered().filter(in_nobodys_hands, pk=message.pk)
    if not undelivered.order_by().update(gave_up_at=None, claimed_until=None, tries=0, due_at=at):
        raise NotRetriable
    log.record(actions.DELIVERY_RETRIED, message, by=by, kind=message.kind)
    transaction.on_commit(partial(_wake, message.pk))


def withdraw(meant: models.Q) -> int:
    """Remove the effects among these that have not happened, given up ones too; answers how many. For a person who is forgotten.

    A worker that holds one at this moment carries it out to its end.
    """
    count, _ = OutboxMessage.objects.filter(meant, done_at=None).delete()
    return count


def _wake(pk: int) -> None:
    """Tell the worker. A broker that is down must not undo what was committed: the sweep finds the message."""
    try:
        current_app.send_task("outbox.deliver", args=[pk], retry=False)
    except Exception as error:
        logger.warning("message %s waits for the sweep: %s", pk, type(error).__name__)
