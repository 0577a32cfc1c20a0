"""The association's name, told once by the environment, stands wherever somebody reads who speaks."""

import pytest
from django.conf import settings as installation

from accounts import mail
from accounts.models import User
from tests.factories.accounts import AdministratorFactory
from tests.factories.certification import CertificateFactory

pytestmark = pytest.mark.django_db

NAME = "Association of Examples"


@pytest.fixture(autouse=True)
def named(settings):
    settings.ASSOCIATION_NAME = NAME


@pytest.mark.parametrize("address", ["/accounts/login/", "/registry/", "/registry/{number}/"])
def test_pages_carry_it_in_title_head_and_foot(client, address):
    page = client.get(address.format(number=CertificateFactory().number)).content.decode()

    assert f"· {NAME}</title>" in page
    assert page.count(NAME) >= 3
    assert "Attest" not in page


def test_letters_are_signed_with_it(mailoutbox):
    mail.send(User(email="ana@example.org"), "accounts/email/password_changed", {"name": "Ana", "link": ""}, key="x")

    assert f"your account at {NAME}" in mailoutbox[0].body
    assert mailoutbox[0].body.rstrip().endswith(NAME)


def test_the_admin_has_the_same_name(client):
    client.force_login(AdministratorFactory())

    assert installation.WAGTAIL_SITE_NAME in client.get("/admin/").content.decode()
