"""What the schedule asks of the house itself."""

from celery import shared_task

from config import health


@shared_task(name="config.heartbeat")
def heartbeat() -> None:
    """Scheduler and worker are alive."""
    health.beat()
