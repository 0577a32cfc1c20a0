"""So many coaches with review and statement in an open window. Every fifth is logged in: the numbers and sessions become sessions.json.

Usage: python -m tests.faults.seed COUNT
"""

import json
import sys

import django
from django.db import transaction
from django.test import Client

django.setup()

from django.conf import settings  # noqa: E402

from audit import clock  # noqa: E402
from certification.facts import Granted  # noqa: E402
from tests.factories.certification import ready_to_renew  # noqa: E402


def session_of(person) -> str:
    client = Client()
    client.force_login(person)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


with transaction.atomic():
    certificates = [ready_to_renew(on=clock.today(), term__granted=Granted.IMPORTED) for _ in range(int(sys.argv[1]))]
    sessions = {certificate.number: session_of(certificate.holder) for certificate in certificates[::5]}
(settings.VAR_DIR / "sessions.json").write_text(json.dumps(sessions))
