"""The sealing step as a task; beat calls it every ten seconds."""

from celery import shared_task

from audit import chain


@shared_task(name="audit.seal")
def seal() -> None:
    """Seal what waits (audit/chain.py)."""
    chain.seal()
