"""Asking for a walk along the whole ledger, and carrying it out apart from any request."""

import logging
from datetime import timedelta
from itertools import islice

from celery import current_app
from django.db import models, transaction
from django.db.models import Q

from audit import actions, anchors, chain, clock, log
from audit.models import Verification

KEPT = 50  # findings that are kept in words; the others are counted
LOST = timedelta(hours=1)  # a walk that has not ended by then died with its worker, and is begun anew
logger = logging.getLogger(__name__)


@transaction.atomic
def ask(*, by: models.Model | None) -> Verification:
    """Have the ledger verified by the worker, soon. While one waits or runs it is that one that is answered. `by=None` is the schedule."""
    chain.take_turns()
    waiting = Verification.objects.filter(ended_at=None).order_by("pk").first()
    if waiting:
        return waiting
    asked = Verification.objects.create(asked_at=clock.now(), asked_by="" if by is None else str(by.pk))
    if by is not None:
        log.record(actions.VERIFICATION_ASKED, asked, by=by)
    transaction.on_commit(_wake)
    return asked


def _wake() -> None:
    """Tell the worker. A broker that is down costs a minute: the schedule looks for what waits."""
    try:
        current_app.send_task("audit.verify", retry=False)
    except Exception as error:
        logger.warning("a verification waits for the schedule: %s", type(error).__name__)


def run() -> Verification | None:
    """Carry out the verification that waits, if there is one that nobody is at; answers it."""
    at = clock.now()
    free = Verification.objects.filter(Q(begun_at=None) | Q(begun_at__lt=at - LOST), ended_at=None)
    asked: Verification | None = free.order_by("pk").first()
    if asked is None or not free.filter(pk=asked.pk).update(begun_at=at):
        return None
    end = anchors.end()
    findings = log.verify()
    asked.findings = list(islice(findings, KEPT))
    asked.count = len(asked.findings) + sum(1 for _ in findings)
    asked.number, asked.begun_at, asked.ended_at = end.number if end else 0, at, clock.now()
    with transaction.atomic():
        asked.save()
        log.record(actions.VERIFIED, asked, by=None, findings=asked.count, last_seal=asked.number)
    return asked
