"""The worker's door and its schedule. The outbox row is the truth; a lost task is found again by the sweep."""

import os
from pathlib import Path

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")

app = Celery("attest")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


def _filesystem_broker() -> None:
    """Celery's own folders for the embedded default: one machine, no server."""
    from django.conf import settings

    if not settings.CELERY_BROKER_URL.startswith("filesystem"):
        return
    folder = Path(settings.VAR_DIR) / "broker"
    names = {"messages": None, "control": None, "processed": None}
    for name in names:
        (folder / name).mkdir(parents=True, exist_ok=True)
    app.conf.broker_transport_options = {
        "data_folder_in": str(folder / "messages"),
        "data_folder_out": str(folder / "messages"),
        "control_folder": str(folder / "control"),
        "processed_folder": str(folder / "processed"),
        "store_processed": False,
        "polling_interval": 0.5,
    }


_filesystem_broker()
if app.conf.broker_url and app.conf.broker_url.startswith("redis"):
    # A broker that is down costs a request a moment, not half a minute: the sweep finds what it was not told.
    app.conf.broker_transport_options = {"max_retries": 1, "interval_start": 0, "interval_step": 0.2, "socket_connect_timeout": 2}
app.conf.beat_schedule = {
    "config-heartbeat": {"task": "config.heartbeat", "schedule": 10.0, "options": {"expires": 10}},
    "outbox-sweep": {"task": "outbox.sweep", "schedule": 10.0, "options": {"expires": 10}},
    "ledger-seal": {"task": "audit.seal", "schedule": 10.0, "options": {"expires": 10}},
    "ledger-verify": {"task": "audit.verify", "schedule": 60.0, "options": {"expires": 60}},
    "ledger-verify-nightly": {"task": "audit.verify_nightly", "schedule": crontab(hour="3", minute="23")},
    "ledger-anchor": {"task": "accounts.anchor", "schedule": crontab(minute="11")},
    "accounts-clear": {"task": "accounts.clear", "schedule": crontab(minute="41")},
    "certification-remind": {"task": "certification.remind", "schedule": crontab(minute="*/15")},
    "courses-close-stale-attempts": {"task": "courses.close_stale_attempts", "schedule": crontab(minute="7,37")},
}
