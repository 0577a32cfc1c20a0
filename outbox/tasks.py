"""The outbox's tasks. A task carries an id and nothing else; a lost one is found by the sweep."""

from celery import shared_task

from outbox import delivery


@shared_task(name="outbox.deliver")
def deliver(pk: int) -> None:
    """Carry out one message (outbox/delivery.py)."""
    delivery.deliver(pk)


@shared_task(name="outbox.sweep")
def sweep() -> None:
    """Carry out what is overdue; beat calls it every ten seconds."""
    delivery.sweep()
