"""Passwords that are refused beside the short and the common."""

import hashlib

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from accounts import strength
from accounts.models import User
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


def refused(password: str, user=None) -> list[str]:
    try:
        validate_password(password, user)
    except ValidationError as refusal:
        return [error.code for error in refusal.error_list]
    return []


@pytest.mark.parametrize(
    "password",
    [
        "TraumaRecoveryCoach1!",
        "certified-coach-2026",
        "ethics ethics ethics",
        "LucjaZebrowska1980",
        "Łucja Żebrowska!!",
        "lucja.z@example.org",
        "testserver-lucja-1",
    ],
)
def test_names_addresses_and_words_of_the_association_make_no_password(password):
    person = UserFactory(email="lucja.z@example.org", full_name="Łucja Żebrowska")

    assert "password_made_of_known_words" in refused(password, person)


@pytest.mark.parametrize(
    "password", ["a coach walks at the harbor", "żółta łódka na jeziorze", "lucja likes seventeen lanterns", "正しい馬の電池の留め金で"]
)
def test_a_few_words_of_ones_own_do_even_with_a_known_one_among_them(password):
    person = UserFactory(email="lucja.z@example.org", full_name="Łucja Żebrowska")

    assert refused(password, person) == []


def test_a_person_who_is_not_stored_yet_has_an_address_already():
    assert refused("marenoelmez-1234", User(email="marenoelmez@example.org"))


def sha1(password: str) -> str:
    return hashlib.sha1(password.encode()).hexdigest().upper()


STOLEN = [f"stolen number {number}" for number in range(300)]


@pytest.fixture(params=["digest", "digest and count", "beginning", "windows", "small letters"])
def stolen(request, tmp_path, settings):
    lines = sorted(sha1(password) for password in STOLEN)
    ending = {"windows": "\r\n"}.get(request.param, "\n")
    lines = {"digest and count": [f"{line}:{n * 37}" for n, line in enumerate(lines)], "beginning": [line[:12] for line in lines]}.get(
        request.param, lines
    )
    text = ending.join(lines) + ending
    file = tmp_path / "stolen.txt"
    file.write_bytes((text.lower() if request.param == "small letters" else text).encode())
    settings.BREACHED_PASSWORDS_FILE = str(file)
    return file


def test_every_stolen_password_is_found_and_no_other(stolen):
    assert all(strength.is_listed(stolen, password) for password in STOLEN)
    assert not any(strength.is_listed(stolen, f"not {password}") for password in STOLEN)


def test_a_stolen_password_is_refused_in_words(stolen):
    assert refused(STOLEN[7]) == ["password_breached"]
    assert refused("a lantern over the third bridge") == []


@pytest.mark.parametrize("text", [b"", b"\n", b"A", b"\xff\xfe\n\n\n", b"zzzz\n"])
def test_a_list_that_is_none_finds_nothing_and_breaks_nothing(tmp_path, text):
    file = tmp_path / "list"
    file.write_bytes(text)

    assert not strength.is_listed(file, "b")


def test_a_list_that_has_gone_stops_nobody(settings, tmp_path, caplog):
    settings.BREACHED_PASSWORDS_FILE = str(tmp_path / "gone")

    assert refused("a lantern over the third bridge") == []
    assert "cannot be read: FileNotFoundError" in caplog.text
    assert "lantern" not in caplog.text


@given(st.lists(st.text(min_size=1, max_size=8), max_size=12), st.text(max_size=8))
def test_the_search_by_halves_agrees_with_looking_at_every_line(tmp_path_factory, listed, asked):
    file = tmp_path_factory.mktemp("lists") / "list"
    file.write_text("".join(f"{line}\n" for line in sorted(sha1(password) for password in listed)))

    assert strength.is_listed(file, asked) is (asked in listed)
