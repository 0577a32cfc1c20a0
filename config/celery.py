"""The worker's door and its schedule. The outbox row is the truth; a lost task is found again by the sweep."""

import os
from pathlib import Path
from typing import Any

from celery import Celery, signals
from celery.schedules import crontab

from config import logs

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")

app = Celery("attest")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


HEADER = "request_id"


@signals.setup_logging.connect
def keep_the_logs_as_they_are(**told: Any) -> None:
    """Celery would set up logs of its own, which name the arguments of a task and the words of an exception."""


@signals.before_task_publish.connect
def say_which_request(headers: dict[str, Any] | None = None, **told: Any) -> None:
    if headers is not None and (request_id := logs.request_id()):
        headers[HEADER] = request_id


@signals.task_prerun.connect
def belong_to_the_request(task: Any = None, **told: Any) -> None:
    told_with = getattr(task.request, HEADER, None) or (task.request.headers or {}).get(HEADER)
    task.request.log_lines = logs.request(request_id=told_with or task.request.id or "")
    task.request.log_lines.__enter__()


@signals.task_postrun.connect
def end_with_the_task(task: Any = None, **told: Any) -> None:
    if lines := getattr(task.request, "log_lines", None):
        lines.__exit__(None, None, None)


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
    "accounts-purge-tries": {"task": "accounts.purge_tries", "schedule": crontab(minute="*/10")},
    "certification-remind": {"task": "certification.remind", "schedule": crontab(minute="*/15")},
    "complaints-settle-appointments": {"task": "complaints.settle_appointments", "schedule": crontab(minute="17")},
    "complaints-tick": {"task": "complaints.tick", "schedule": crontab(minute="*/15")},
    "courses-close-stale-attempts": {"task": "courses.close_stale_attempts", "schedule": crontab(minute="7,37")},
}
