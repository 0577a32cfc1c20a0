"""The outbox's tasks. A task carries an id and nothing else; a lost one is found by the sweep."""

import logging
import os

from celery import shared_task

from outbox import delivery
from outbox.models import OutboxMessage

EX_TEMPFAIL = 75  # sysexits.h
logger = logging.getLogger(__name__)


@shared_task(name="outbox.deliver")
def deliver(pk: int) -> None:
    """Carry out one message (outbox/delivery.py)."""
    delivery.deliver(pk, rescue=end_the_worker)


@shared_task(name="outbox.sweep")
def sweep() -> None:
    """Carry out what is overdue; beat calls it every ten seconds."""
    delivery.sweep(rescue=end_the_worker)


def end_the_worker(message: OutboxMessage) -> None:
    """The worker ends at once, as if killed, and whoever keeps it alive starts it again: a hanging handler would hold a thread for ever.

    What its other threads had in hand is free again when its lease is over.
    """
    logger.error("message %s (%s), try %s: hangs; the worker ends, to be started again", message.pk, message.kind, message.tries)
    os._exit(EX_TEMPFAIL)
