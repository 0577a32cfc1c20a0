"""An app whose effects can be counted after a crash; where it is installed, an effect waits seconds for its next worker, not a minute."""

import os
from datetime import timedelta

from django.apps import AppConfig


class EffectsConfig(AppConfig):
    name = "tests.faults.effects"

    def ready(self) -> None:
        from config.celery import app
        from outbox import delivery
        from tests.faults.effects import handlers  # noqa: F401

        delivery.LEASE = timedelta(seconds=8)
        delivery.FIRST_PAUSE = timedelta(seconds=4)
        delivery.HANGS = timedelta(seconds=float(os.environ.get("FAULTS_HANGS", delivery.HANGS.total_seconds())))
        app.conf.beat_schedule = {name: {**app.conf.beat_schedule[name], "schedule": 1.0} for name in ("outbox-sweep", "ledger-seal")}
