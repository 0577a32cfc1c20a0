"""Put so many effects, each in a transaction of its own; of the kind that is named, else half rows and half letters.

Usage: python -m tests.faults.put COUNT [KIND]
"""

import sys

import django
from django.db import transaction

from config.celery import app

django.setup()

from outbox import queue  # noqa: E402

app.set_default()
count, *named = sys.argv[1:]
for number in range(int(count)):
    kind = named[0] if named else ("faults.row", "faults.letter")[number % 2]
    with transaction.atomic():
        queue.put(kind, number, key=f"{kind}:{number}" if named else f"effect:{number}")
