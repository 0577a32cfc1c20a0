"""What the schedule asks of the ledger: seals every ten seconds, a verification every night, and those that somebody asked for."""

from celery import shared_task

from audit import chain, verifications


@shared_task(name="audit.seal")
def seal() -> None:
    """Seal what waits (audit/chain.py)."""
    chain.seal()


@shared_task(name="audit.verify")
def verify() -> None:
    """Carry out the verification that waits, if any (audit/verifications.py)."""
    verifications.run()


@shared_task(name="audit.verify_nightly")
def verify_nightly() -> None:
    """Verify the whole ledger."""
    verifications.ask(by=None)
    verifications.run()
