"""Secrets of accounts are encrypted in the database, and a key can be replaced while people go on."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts import rotation
from accounts.models import AuthenticatorApp
from accounts.models.fields import LostKey, is_current, seal, unseal
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db

OLD, NEW = "1" * 64, "2" * 64
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def app(name="Phone") -> AuthenticatorApp:
    return AuthenticatorApp.objects.create(user=UserFactory(), name=name, secret=SECRET)


def stored(device) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM accounts_authenticatorapp WHERE id = %s", [device.pk])
        return cursor.fetchone()[0]


def rotate() -> str:
    said = io.StringIO()
    call_command("rotate_keys", stdout=said)
    return said.getvalue()


def test_who_reads_the_database_reads_no_secret():
    device = app()

    assert SECRET not in stored(device)
    assert AuthenticatorApp.objects.get(pk=device.pk).secret == SECRET


def test_the_same_text_is_another_ciphertext_each_time():
    assert seal("same") != seal("same")


def test_what_was_changed_in_the_database_is_not_taken_for_a_secret():
    device = app()
    tampered = stored(device)[:-8] + "AAAAAAA="
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_authenticatorapp SET secret = %s WHERE id = %s", [tampered, device.pk])

    with pytest.raises(LostKey):
        AuthenticatorApp.objects.get(pk=device.pk)


def test_every_key_reads_and_the_first_one_writes(settings):
    sealed = seal(SECRET)

    settings.FIELD_KEYS = f"{NEW}, {OLD}"
    assert unseal(sealed) == SECRET
    assert not is_current(sealed)

    settings.FIELD_KEYS = NEW
    with pytest.raises(LostKey):
        unseal(sealed)


def test_the_older_key_can_go_once_the_keys_were_rotated(settings):
    devices = [app(), app()]
    settings.FIELD_KEYS = f"{NEW},{OLD}"

    assert "accounts.AuthenticatorApp.secret: 2 encrypted anew, none left" in rotate()

    settings.FIELD_KEYS = NEW
    assert {AuthenticatorApp.objects.get(pk=device.pk).secret for device in devices} == {SECRET}
    assert "accounts.AuthenticatorApp.secret: 0 encrypted anew" in rotate()


def test_a_rotation_that_was_stopped_goes_on_with_what_is_left(settings, monkeypatch):
    for _ in range(5):
        app()
    settings.FIELD_KEYS = f"{NEW},{OLD}"
    calls = iter([None, None, KeyboardInterrupt()])

    def unseal_until_stopped(sealed):
        if stop := next(calls):
            raise stop
        return unseal(sealed)

    monkeypatch.setattr(rotation, "unseal", unseal_until_stopped)
    with pytest.raises(KeyboardInterrupt):
        rotation.rotate(AuthenticatorApp, "secret")
    monkeypatch.setattr(rotation, "unseal", unseal)

    assert rotation.left(AuthenticatorApp, "secret") == 3
    assert rotation.rotate(AuthenticatorApp, "secret") == 3


def test_a_secret_that_is_written_while_the_keys_are_rotated_stays(settings, monkeypatch):
    device = app()
    settings.FIELD_KEYS = f"{NEW},{OLD}"

    def changed_meanwhile(sealed):
        AuthenticatorApp.objects.filter(pk=device.pk).update(secret="ANOTHER2")
        return unseal(sealed)

    monkeypatch.setattr(rotation, "unseal", changed_meanwhile)

    assert rotation.rotate(AuthenticatorApp, "secret") == 0
    assert AuthenticatorApp.objects.get(pk=device.pk).secret == "ANOTHER2"


def test_a_rotation_says_when_a_key_is_missing_and_changes_nothing(settings):
    device = app()
    before = stored(device)
    settings.FIELD_KEYS = NEW

    with pytest.raises(CommandError, match="a key that FIELD_KEYS does not hold"):
        rotate()

    assert stored(device) == before
