"""The worker that will be killed: the project's own, with a shorter lease and a busier sweep, so that the test does not last an hour."""

from datetime import timedelta

import django

from config.celery import app

django.setup()

from outbox import delivery  # noqa: E402

delivery.LEASE = timedelta(seconds=3)
app.conf.beat_schedule = {"outbox-sweep": {**app.conf.beat_schedule["outbox-sweep"], "schedule": 1.0}}
