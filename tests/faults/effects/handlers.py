"""Handlers, slow before, between and after what they do, so that a kill can meet them anywhere."""

import random
import time

from accounts import mail
from outbox.models import OutboxMessage
from outbox.queue import handles
from tests.faults.effects.models import Row


def dawdle() -> None:
    time.sleep(random.uniform(0, 0.1))


@handles("faults.row")
def write_a_row(message: OutboxMessage) -> None:
    dawdle()
    Row.objects.get_or_create(key=message.key)
    dawdle()


@handles("faults.letter")
def send_a_letter(message: OutboxMessage) -> None:
    dawdle()
    mail.send("ana@example.org", "effects/letter", {}, key=message.key)
    dawdle()


@handles("faults.hang")
def hang(message: OutboxMessage) -> None:
    time.sleep(60 * 60)
