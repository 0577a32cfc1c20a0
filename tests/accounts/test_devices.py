"""Devices: added, removed, reset by two administrators, and the glass that is broken for the last one."""

import io
import re
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django_otp_webauthn.models import WebAuthnCredential

from accounts import actions, addresses, devices, factors, rules
from accounts.models import AddressCode, AuthenticatorApp, RecoveryCodes, Session, User
from audit import clock, log
from audit.models import Entry
from outbox.models import OutboxMessage
from tests.accounts.test_views import deliver_all
from tests.factories.accounts import AdministratorFactory, AuditorFactory, StaffFactory, UserFactory
from tests.logins import Client, app_of

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 23, 17, tzinfo=UTC)


def administrator(**fields):
    return AdministratorFactory(**fields)


def passkey_of(user, name="Passkey") -> WebAuthnCredential:
    number = WebAuthnCredential.objects.count()
    return WebAuthnCredential.objects.create(user=user, name=name, credential_id=bytes([number]) * 16, public_key=b"k", aaguid="")


def done_to(person) -> list[str]:
    return [entry.action.partition(".")[2] for entry in log.history(person)]


def letters() -> list[str]:
    return sorted(OutboxMessage.objects.values_list("kind", flat=True))


def code_for(secret: str, *, at=NOON) -> str:
    return f"{devices.totp(secret, at=at).token():06}"


# Adding


def test_an_app_that_shows_the_code_of_the_secret_is_added_noted_and_told():
    person, secret = UserFactory(), devices.new_secret()

    device = devices.add_app(person, secret, code_for(secret), name="Phone", at=NOON)

    assert (device.name, device.secret, device.confirmed) == ("Phone", secret, True)
    assert done_to(person) == ["device_added"]
    assert letters() == ["accounts.device_added"]


def test_the_code_that_added_an_app_is_not_taken_again():
    person, secret = UserFactory(), devices.new_secret()
    devices.add_app(person, secret, code_for(secret), at=NOON)

    assert factors.check(person, code_for(secret), at=NOON).device is None


@pytest.mark.parametrize("code", ["", "000000", "abc", "²²²²²²", "12345678901"])
def test_an_app_that_shows_something_else_is_not_added(code):
    person, secret = UserFactory(), devices.new_secret()
    assert code != code_for(secret)

    with pytest.raises(devices.NotAdded, match="does not fit"):
        devices.add_app(person, secret, code, at=NOON)

    assert not AuthenticatorApp.objects.exists()
    assert letters() == []


def test_five_of_a_kind_are_enough():
    person = UserFactory()
    for _ in range(rules.DEVICES):
        secret = devices.new_secret()
        devices.add_app(person, secret, code_for(secret), at=NOON)
    secret = devices.new_secret()

    with pytest.raises(devices.NotAdded, match="5 of these already"):
        devices.add_app(person, secret, code_for(secret), at=NOON)

    names = list(AuthenticatorApp.objects.filter(user=person).order_by("pk").values_list("name", flat=True))
    assert names == ["Authenticator app", *(f"Authenticator app {number}" for number in range(2, 6))]


def test_the_picture_names_the_site_and_the_person_and_holds_the_secret(settings):
    settings.WAGTAIL_SITE_NAME = "Attest: test"
    person = UserFactory(email="amara+coach@example.org")

    address = urlsplit(devices.address_for_apps(person, "JBSWY3DPEHPK3PXP"))

    assert (address.scheme, address.netloc) == ("otpauth", "totp")
    assert address.path == "/Attest%20test%3Aamara%2Bcoach%40example.org"
    assert parse_qs(address.query) == {"secret": ["JBSWY3DPEHPK3PXP"], "issuer": ["Attest test"]}


def test_who_has_any_device_is_asked_for_a_second_factor(django_assert_num_queries):
    nobody, with_app, with_passkey, with_codes, with_none_left = (UserFactory() for _ in range(5))
    app_of(with_app)
    passkey_of(with_passkey)
    devices.keep_codes(with_codes, devices.new_codes(), by=None, at=NOON)
    devices.keep_codes(with_none_left, [], by=None, at=NOON)

    with django_assert_num_queries(5):
        asked = [devices.has_any(person) for person in (nobody, with_app, with_passkey, with_codes, with_none_left)]

    assert asked == [False, True, True, True, False]


# Removing


def test_a_removed_device_is_noted_and_told():
    person = UserFactory()
    app, _ = app_of(person), passkey_of(person)

    devices.remove(person, "app", app.pk, by=person)

    assert [device.kind for device in devices.of(person)] == ["passkey"]
    assert done_to(person) == ["device_removed"]
    assert letters() == ["accounts.device_removed"]


def test_with_the_last_device_the_recovery_codes_go():
    person = UserFactory()
    app = app_of(person)
    devices.keep_codes(person, devices.new_codes(), by=person, at=NOON)

    devices.remove(person, "app", app.pk, by=person)

    assert not devices.has_any(person)


def test_office_people_keep_one_device():
    person = StaffFactory()
    app = app_of(person)

    with pytest.raises(devices.NotRemoved, match="Add another one first"):
        devices.remove(person, "app", app.pk, by=person)

    passkey_of(person)
    devices.remove(person, "app", app.pk, by=person)


def test_nobody_removes_the_device_of_somebody_else():
    mine, other = UserFactory(), UserFactory()
    app = app_of(other)

    with pytest.raises(AuthenticatorApp.DoesNotExist):
        devices.remove(mine, "app", app.pk, by=mine)


# Two administrators


def test_two_administrators_reset_the_devices_of_who_lost_them():
    person, first, second = UserFactory(), administrator(), administrator()
    app_of(person), passkey_of(person)
    devices.keep_codes(person, devices.new_codes(), by=person, at=NOON)
    Client().force_login(person, factor=True)

    devices.reset(person, by=[first, second], at=NOON)

    assert not devices.has_any(person)
    assert not RecoveryCodes.objects.filter(user=person).exists()
    assert not Session.objects.filter(user=person).exists()
    entry = Entry.objects.get(action=actions.DEVICES_RESET.name)
    assert entry.detail.facts == {"administrators": sorted([str(first.pk), str(second.pk)])}
    assert "accounts.devices_reset" in letters()


def test_every_reason_against_a_reset_is_said_at_once_and_nothing_is_removed():
    person = administrator()
    app_of(person)
    office, gone = StaffFactory(), administrator()
    User.objects.filter(pk=gone.pk).update(is_active=False)
    gone.refresh_from_db()

    for by, words in (
        ([person], ["Two administrators", "their own devices"]),
        ([administrator(), office], ["Only administrators"]),
        ([office, office], ["Two administrators", "Only administrators"]),
        ([administrator(), gone], ["Only administrators"]),
    ):
        with pytest.raises(devices.NotReset) as refusal:
            devices.reset(person, by=by, at=NOON)
        assert len(refusal.value.reasons) == len(words)
        assert all(any(word in reason for reason in refusal.value.reasons) for word in words)

    assert devices.has_any(person)


# Breaking the glass


def break_glass(email: str) -> list[str]:
    said = io.StringIO()
    call_command("break_glass", email, stdout=said)
    return re.findall(r"^  (\S{4}-\S{4}-\S{4}-\S{4})$", said.getvalue(), re.MULTILINE)


def test_the_last_administrator_gets_codes_on_the_record_and_person_and_auditors_are_told():
    last = administrator(email="last@example.org")
    app_of(administrator())
    AuditorFactory(email="auditor@example.org")

    codes = break_glass("Last@example.org")
    deliver_all()

    assert len(codes) == rules.RECOVERY_CODES
    assert factors.check(last, codes[0], at=clock.real()).device is not None
    entry = Entry.objects.get(action=actions.GLASS_BROKEN.name)
    assert (entry.subject_id, entry.actor_id) == (str(last.pk), "")
    assert {letter.to[0] for letter in mail.outbox} == {"last@example.org", "auditor@example.org"}
    assert not any(code in letter.body for letter in mail.outbox for code in codes)


@pytest.mark.parametrize(
    ("email", "words"),
    [
        ("nobody@example.org", "Nobody logs in with"),
        ("office@example.org", "for administrators"),
        ("first@example.org", "Two other administrators"),
    ],
)
def test_the_glass_stays_whole_where_there_is_another_way(email, words):
    StaffFactory(email="office@example.org")
    for address in ("first@example.org", "second@example.org", "third@example.org"):
        app_of(administrator(email=address))

    with pytest.raises(CommandError, match=words):
        break_glass(email)

    assert not Entry.objects.filter(action=actions.GLASS_BROKEN.name).exists()


# The known address


def test_a_code_by_mail_is_taken_once_and_the_outbox_holds_none():
    person = UserFactory()
    addresses.send_code(person, at=clock.real())
    code = AddressCode.objects.get().code
    assert not any(code in str(value) for value in OutboxMessage.objects.values_list("subject_id", "key").get())
    deliver_all()

    assert f"{code[:4]} {code[4:]}" in mail.outbox[0].body
    addresses.confirm(person, f" {code[:4]} {code[4:]}", at=clock.real())
    with pytest.raises(addresses.NotConfirmed, match="No code is waiting"):
        addresses.confirm(person, code, at=clock.real())
    assert done_to(person) == ["address_code_sent", "address_confirmed"]


def test_a_code_by_mail_is_dead_after_fifteen_minutes_and_a_late_letter_stays_home():
    person = UserFactory()
    addresses.send_code(person, at=clock.real())
    code = AddressCode.objects.get().code

    with clock.moved(timedelta(minutes=16)):
        deliver_all()
        with pytest.raises(addresses.NotConfirmed, match="older than 15 minutes"):
            addresses.confirm(person, code, at=clock.real())

    assert mail.outbox == []


def test_five_wrong_ones_void_the_code_by_mail():
    person = UserFactory()
    addresses.send_code(person, at=NOON)
    code = AddressCode.objects.get().code
    wrong = "00000000" if code != "00000000" else "11111111"

    for _ in range(5):
        with pytest.raises(addresses.NotConfirmed, match="not the code of the newest e-mail"):
            addresses.confirm(person, wrong, at=NOON)
    with pytest.raises(addresses.NotConfirmed, match="Too many"):
        addresses.confirm(person, code, at=NOON)


def test_asking_again_within_a_minute_sends_nothing_more_and_later_voids_the_first():
    person = UserFactory()
    addresses.send_code(person, at=NOON)
    addresses.send_code(person, at=NOON + timedelta(seconds=30))
    assert OutboxMessage.objects.count() == 1
    first = AddressCode.objects.get().code

    addresses.send_code(person, at=NOON + timedelta(minutes=2))

    assert OutboxMessage.objects.count() == 2
    with pytest.raises(addresses.NotConfirmed, match="not the code of the newest"):
        addresses.confirm(person, first, at=NOON + timedelta(minutes=2))


def test_the_code_of_somebody_else_confirms_nothing():
    mine, other = UserFactory(), UserFactory()
    addresses.send_code(other, at=NOON)

    with pytest.raises(addresses.NotConfirmed, match="No code is waiting"):
        addresses.confirm(mine, AddressCode.objects.get().code, at=NOON)


def test_codes_that_no_longer_count_leave_the_database():
    addresses.send_code(UserFactory(), at=NOON)
    addresses.send_code(UserFactory(), at=NOON + timedelta(minutes=20))

    addresses.clear(at=NOON + timedelta(minutes=21))

    assert AddressCode.objects.count() == 1
