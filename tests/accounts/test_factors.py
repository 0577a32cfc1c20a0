"""Codes: what is taken, what is refused, and what a wrong one costs."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection, connections
from hypothesis import given
from hypothesis import strategies as st

from accounts import actions, devices, factors, rules
from accounts.models import AuthenticatorApp, RecoveryCode, RecoveryCodes, User
from audit import clock
from audit.models import Entry
from outbox.models import OutboxMessage
from tests.factories.accounts import UserFactory
from tests.logins import app_of, code_of

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 23, 17, tzinfo=UTC)


@pytest.fixture
def at_noon():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def check(person, typed):
    return factors.check(person, typed, at=clock.real())


def refusals(person) -> int:
    return Entry.objects.filter(action=actions.FACTOR_REFUSED.name, about_id=str(person.pk)).count()


# Apps


def test_the_codes_are_those_of_the_standard():
    """RFC 6238, appendix B, for SHA-1; the last six of its eight digits."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    instants = {59: "287082", 1111111109: "081804", 1234567890: "005924", 2000000000: "279037"}

    assert {seconds: f"{devices.totp(secret, at=datetime.fromtimestamp(seconds, UTC)).token():06}" for seconds in instants} == instants


@pytest.mark.parametrize(("ahead", "is_taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_half_a_minute_wrong(at_noon, ahead, is_taken):
    person = UserFactory()

    assert (check(person, code_of(person, ahead=ahead)).device is not None) is is_taken


def test_a_clock_that_goes_wrong_more_and_more_is_followed(at_noon):
    person = UserFactory()
    app_of(person)

    for minute, steps in ((0, 1), (2, 2), (4, 3)):
        at_noon.move_to(NOON + timedelta(minutes=minute))
        assert check(person, code_of(person, ahead=steps)).device is not None


def test_a_code_may_be_typed_with_blanks(at_noon):
    person = UserFactory()
    code = code_of(person)

    assert check(person, f" {code[:3]} {code[3:]} ").device == app_of(person)


def test_a_code_is_taken_once(at_noon):
    person = UserFactory()
    code = code_of(person)
    check(person, code)

    again = check(person, code)

    assert again.device is None
    assert "used already" in again.words
    assert refusals(person) == 1


def test_a_code_from_before_the_last_one_is_no_longer_taken(at_noon):
    person = UserFactory()
    earlier = code_of(person, ahead=-1)
    check(person, code_of(person))

    assert check(person, earlier).device is None


def test_the_code_of_somebody_else_is_refused(at_noon):
    mine, other = UserFactory(), UserFactory()
    app_of(mine)

    verdict = check(mine, code_of(other))

    assert verdict.device is None
    assert "does not fit" in verdict.words
    assert AuthenticatorApp.objects.get(user=other).last_step == -1


def test_each_of_two_apps_is_taken(at_noon):
    person = UserFactory()
    first = app_of(person)
    second = AuthenticatorApp.objects.create(user=person, name="Tablet", secret=devices.new_secret())

    assert check(person, f"{devices.totp(second.secret, at=NOON).token():06}").device == second
    assert check(person, code_of(person)).device == first


@pytest.mark.parametrize("typed", ["", " ", "-", "abc", "12345", "1234567", "٣٤٥٦٧٨", "x" * 10_000, "²²²²²²", "\u0000\u0000"])
def test_what_is_no_code_is_refused_in_words(at_noon, typed):
    person = UserFactory()
    app_of(person)

    verdict = check(person, typed)

    assert verdict.device is None
    assert verdict.words.endswith(".") or verdict.words.endswith("please.")


def test_who_has_no_device_is_told_so():
    person = UserFactory()

    assert "no authenticator app" in check(person, "123456").words
    assert "no recovery codes" in check(person, "AAAA-BBBB-CCCC-DDDD").words


def test_who_types_the_wrong_kind_of_code_is_led_to_what_is_there():
    person = UserFactory()
    app_of(person)

    assert check(person, "AAAA-BBBB-CCCC-DDDD").words == (
        "You have no recovery codes here. Please type the six digits that your app shows now."
    )


def test_a_slip_in_the_six_digits_is_not_answered_with_recovery_codes(at_noon):
    person = UserFactory()
    app_of(person)

    assert check(person, "12345O").words == "This code does not fit. Type the six digits that the app shows now."


# Waiting


def never_right(person) -> str:
    """A code that no step near now shows."""
    near = {code_of(person, ahead=ahead) for ahead in range(-3, 4)}
    return next(code for code in ("111111", "222222", "333333", "444444", "555555", "666666", "777777", "888888") if code not in near)


def test_each_wrong_code_makes_the_next_wait_twice_as_long(at_noon):
    person = UserFactory()
    waits = []
    for _ in range(5):
        verdict = check(person, never_right(person))
        waits.append(verdict.wait)
        at_noon.shift(timedelta(seconds=max(verdict.wait, 1)))

    assert waits == [0, 2, 4, 8, 16]


def test_while_one_has_to_wait_the_right_code_is_not_looked_at_and_the_words_say_how_long(at_noon):
    person = UserFactory()
    for _ in range(4):
        verdict = check(person, never_right(person))
        at_noon.shift(timedelta(seconds=max(verdict.wait, 1)))
    check(person, never_right(person))

    verdict = check(person, code_of(person))

    assert verdict.device is None
    assert verdict.wait == 16
    assert "please wait 16 seconds" in verdict.words
    at_noon.shift(timedelta(seconds=16))
    assert check(person, code_of(person)).device is not None


def test_a_right_code_ends_the_waiting(at_noon):
    person = UserFactory()
    check(person, never_right(person))
    at_noon.shift(timedelta(seconds=1))
    check(person, code_of(person))

    assert check(person, never_right(person)).wait == 0


def test_no_wait_is_longer_than_a_good_hour(at_noon):
    person = UserFactory()
    for _ in range(30):
        check(person, never_right(person))
        at_noon.shift(timedelta(hours=2))
    check(person, never_right(person))

    assert 3600 < check(person, code_of(person)).wait < 4200


@pytest.mark.long
def test_ten_thousand_wrong_codes_open_nothing_and_are_counted(at_noon):
    person = UserFactory()
    app_of(person)
    wrong = never_right(person)

    verdicts = [check(person, wrong) for _ in range(10_000)]

    assert {verdict.device for verdict in verdicts} == {None}
    assert AuthenticatorApp.objects.get(user=person).refused == 10_000
    assert refusals(person) == 1, "only what was looked at; the rest waits in vain"


def test_who_is_guessed_at_is_told_by_mail_once(at_noon):
    person = UserFactory()
    for _ in range(8):
        at_noon.shift(timedelta(hours=2))
        check(person, never_right(person))

    assert OutboxMessage.objects.filter(kind="accounts.wrong_codes", subject_id=str(person.pk)).count() == 1
    assert refusals(person) == 8


def test_wrong_app_codes_do_not_lock_the_recovery_codes(at_noon):
    person = UserFactory()
    codes = devices.new_codes()
    devices.keep_codes(person, codes, by=person, at=NOON)
    for _ in range(3):
        check(person, never_right(person))

    assert check(person, codes[0]).device is not None


# Recovery codes


@pytest.fixture
def sheet():
    person = UserFactory()
    codes = devices.new_codes()
    devices.keep_codes(person, codes, by=person, at=clock.real())
    return person, codes


def test_a_recovery_code_is_taken_once_however_it_is_typed(sheet, at_noon):
    person, codes = sheet

    assert check(person, codes[0].lower().replace("-", " ").replace("0", "o").replace("1", "l")).device is not None
    again = check(person, codes[0])

    assert again.device is None
    assert "each works once" in again.words
    assert devices.codes_left(person) == rules.RECOVERY_CODES - 1


def test_no_code_of_a_sheet_stands_in_the_database(sheet):
    _, codes = sheet

    kept = " ".join(RecoveryCode.objects.values_list("digest", flat=True))

    assert not any(code in kept or devices.plain(code) in kept for code in codes)


def test_a_recovery_code_of_somebody_else_is_refused(sheet):
    _, codes = sheet
    other = UserFactory()
    devices.keep_codes(other, devices.new_codes(), by=other, at=clock.real())

    assert check(other, codes[0]).device is None


def test_new_codes_void_the_earlier_ones(sheet, at_noon):
    person, codes = sheet
    devices.keep_codes(person, devices.new_codes(), by=person, at=clock.real())

    assert check(person, codes[0]).device is None
    assert RecoveryCodes.objects.filter(user=person).count() == 1


@given(st.text(max_size=60))
def test_any_text_is_read_as_a_code_without_breaking(text):
    assert devices.plain(devices.plain(text)) == devices.plain(text)


def test_codes_are_made_by_chance_and_hold_eighty_bits():
    codes = {code for _ in range(100) for code in devices.new_codes()}

    assert len(codes) == 1000
    assert all(len(devices.plain(code)) == 16 and devices.plain(code) == code.replace("-", "") for code in codes)


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_of_two_sessions_that_race_for_the_last_recovery_code_one_wins():
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")
    person = UserFactory()
    codes = devices.new_codes()
    devices.keep_codes(person, codes[:1], by=person, at=clock.real())

    def give(_):
        try:
            return factors.check(User.objects.get(pk=person.pk), codes[0], at=clock.real()).device is not None
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        answers = sorted(pool.map(give, range(8)))

    assert answers == [False] * 7 + [True]
    assert devices.codes_left(person) == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_of_two_sessions_that_send_the_same_app_code_one_wins():
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")
    person = UserFactory()
    code = code_of(person)

    def give(_):
        try:
            return factors.check(User.objects.get(pk=person.pk), code, at=clock.real()).device is not None
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        answers = sorted(pool.map(give, range(8)))

    assert answers == [False] * 7 + [True]
