"""Put so many effects, half rows and half letters, each in a transaction of its own. Usage: python -m tests.faults.put COUNT"""

import sys

import django
from django.db import transaction

from config.celery import app

django.setup()

from outbox import queue  # noqa: E402

app.set_default()
for number in range(int(sys.argv[1])):
    with transaction.atomic():
        queue.put(("faults.row", "faults.letter")[number % 2], number, key=f"effect:{number}")
