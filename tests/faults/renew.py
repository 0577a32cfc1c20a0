"""Renew every certificate: by the running site for a coach who is logged in there, by the verb for the others.

It begins at the first each time, as people do who saw a page break: what was renewed before is asked for again.
Usage: python -m tests.faults.renew PORT
"""

import contextlib
import http.client
import json
import random
import sys
import time
from urllib.parse import urlencode

import django

django.setup()

from django.conf import settings  # noqa: E402

from audit import clock  # noqa: E402
from certification import renewals  # noqa: E402
from certification.models import Certificate  # noqa: E402

TOKEN = "t" * 32


def press_the_button(number: str, session: str, port: int) -> None:
    """The POST of the renewal page; the site answers with a redirect, whether it renewed now or before."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=240)
    cookies = f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={TOKEN}"
    headers = {"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded"}
    line.request("POST", f"/my/renewal/?certificate={number}", urlencode({"csrfmiddlewaretoken": TOKEN}), headers)
    answer = line.getresponse()
    assert (answer.status, answer.getheader("Location")) == (302, "/my/certificates/"), f"{answer.status} for {number}"


def renew(certificate: Certificate) -> None:
    with contextlib.suppress(renewals.NotEligible):
        renewals.renew(certificate, by=certificate.holder, on=clock.today())
        time.sleep(random.uniform(0, 0.1))


sessions = json.loads((settings.VAR_DIR / "sessions.json").read_text())
for certificate in Certificate.objects.select_related("holder").order_by("pk"):
    if session := sessions.get(certificate.number):
        press_the_button(certificate.number, session, int(sys.argv[1]))
    else:
        renew(certificate)
