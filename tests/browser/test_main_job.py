"""A coach takes the review, renews for two years, and the public sees it."""

import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
import zxingcpp
from django.core.management import call_command
from PIL import Image

from audit import clock
from certification.models import Certificate, Term
from certification.rules import anniversary
from demo import cast, codes
from outbox import tasks
from outbox.models import OutboxMessage
from tests.journeys import main_job

pytestmark = pytest.mark.browser
COACH = cast.people()["P-02"]


def deliver_everything() -> None:
    """What the worker does, in this process."""
    for message in OutboxMessage.objects.filter(done_at=None).values_list("pk", flat=True):
        tasks.deliver(message)


def code() -> str:
    """What the coach's app shows; time moves on where this half minute's code was used."""
    return codes.code_for(COACH.email)


def code_on(path: Path) -> str:
    """The address in the QR code of a printed certificate."""
    picture = path.with_suffix("")
    subprocess.run(["pdftoppm", "-r", "150", "-png", "-singlefile", path, picture], check=True)
    (found,) = zxingcpp.read_barcodes(Image.open(picture.with_suffix(".png")))
    return found.text


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_coach_takes_the_review_renews_and_the_public_sees_it(browser, live_site, settings, tmp_path, scripts):
    settings.SITE_URL = live_site
    for command in ("load_texts", "load_courses", "demo_people"):
        call_command(command, verbosity=0)
    before = Certificate.objects.get(number="DEMO-0002").terms.get().last_day
    context = browser.new_context(base_url=live_site, timezone_id="America/New_York", accept_downloads=True, java_script_enabled=scripts)
    context.set_default_timeout(15_000)
    page = context.new_page()

    main_job.log_in(page, COACH.email, cast.PASSWORD, code=code)
    main_job.finish_course(page)
    main_job.sign(page, name=COACH.name, code=code)
    main_job.renew(page)
    path = main_job.download(page, tmp_path, made=deliver_everything)
    context.close()

    address = code_on(path)
    words = main_job.read_publicly(browser, address, scripts=scripts)
    until = anniversary(before + timedelta(days=1), 2) - timedelta(days=1)
    assert Term.objects.filter(certificate__number="DEMO-0002").count() == 2
    assert address.startswith(f"{live_site}/v/")
    assert "active" in words.lower()
    assert f"{until:%B} {until.day}, {until.year}" in words
    assert clock.today() < until
