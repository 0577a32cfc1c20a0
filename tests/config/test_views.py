"""What is answered when something of ours breaks."""

import pytest
from django.test import Client

from tests.queries import statements

pytestmark = pytest.mark.django_db


def test_the_page_for_our_mistakes_says_whom_to_write_to_and_asks_no_database(settings):
    settings.ROOT_URLCONF, settings.OFFICE_EMAIL = "tests.config.broken", "office@association.example"

    with statements(0):
        answer = Client(raise_request_exception=False).get("/broken/")

    page = answer.content.decode()
    assert answer.status_code == 500
    assert "Something went wrong on our side" in page
    assert 'href="mailto:office@association.example"' in page
    assert 'href="/registry/"' in page
