"""Production does not start where that would be unsafe, and names every reason at once."""

from types import SimpleNamespace

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import checks
from config.surfaces import Surface

SAFE = {
    "SERVES_THE_PUBLIC": True,
    "SECRET_KEY": "Jq7Zt2Vw9Xb4Nc6Md8Lf1Kg3Hh5Pp0RrSsTtUuVvWwXxYyZz12",
    "LEDGER_KEY": "0123456789abcdef" * 4,
    "FIELD_KEYS": "13579bdf02468ace" * 4,
    "LIMITER_KEY": "02468ace13579bdf" * 4,
    "SURFACE": Surface.ALL,
    "CASE_KEYS": "0f1e2d3c4b5a6978" * 4,
    "RECEIPT_PEPPER": "8796a5b4c3d2e1f0" * 4,
    "TRUSTED_PROXIES": "1",
    "LEDGER_ANCHORS": "/mnt/elsewhere/anchors",
    "BREACHED_PASSWORDS_FILE": "",
    "DEBUG": False,
    "DEMO_CLOCK_FILE": None,
    "SITE_URL": "https://registry.example.org",
    "ASSOCIATION_NAME": "Association of Trauma Recovery Coaches",
    "ALLOWED_HOSTS": ["registry.example.org"],
    "DATABASES": {"default": {"NAME": "attest"}},
}


@pytest.fixture
def with_settings(tmp_path):
    def build(**changes):
        return SimpleNamespace(**{**SAFE, "VAR_DIR": tmp_path, "STORAGE": tmp_path, **changes})

    return build


def test_a_safe_installation_starts(with_settings):
    checks.refuse_unsafe(with_settings())


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"SECRET_KEY": "unset"}, "SECRET_KEY is not set"),
        ({"SECRET_KEY": "for-tests-only"}, "SECRET_KEY is a default or too short"),
        ({"SECRET_KEY": "django-insecure-" + "abcdefgh" * 8}, "SECRET_KEY is a default or too short"),
        ({"LEDGER_KEY": "0" * 64}, "LEDGER_KEY is a default or too short"),
        ({"LEDGER_KEY": ""}, "LEDGER_KEY is not set"),
        ({"LEDGER_KEY": "0123456789abcdef" * 4 + ",short"}, r"LEDGER_KEY is a default or too short.+\(key 2 of 2\)"),
        ({"LEDGER_KEY": "0123456789abcdef" * 4 + ","}, r"LEDGER_KEY is not set \(key 2 of 2\)"),
        ({"FIELD_KEYS": ""}, "FIELD_KEYS is not set"),
        ({"FIELD_KEYS": "fedcba9876543210" * 4 + ",short"}, "FIELD_KEYS is a default or too short"),
        ({"LIMITER_KEY": "unset"}, "LIMITER_KEY is not set"),
        (
            {"LIMITER_KEY": "0123456789abcdef" * 4},
            "SECRET_KEY, LEDGER_KEY, FIELD_KEYS, LIMITER_KEY, CASE_KEYS, RECEIPT_PEPPER must differ",
        ),
        ({"CASE_KEYS": "unset"}, "CASE_KEYS is not set"),
        ({"CASE_KEYS": "0f1e2d3c4b5a6978" * 4 + ",short"}, r"CASE_KEYS is a default or too short.+\(key 2 of 2\)"),
        ({"CASE_KEYS": "0123456789abcdef" * 4}, "must differ: each opens something else"),
        ({"RECEIPT_PEPPER": ""}, "RECEIPT_PEPPER is not set"),
        ({"RECEIPT_PEPPER": "0f1e2d3c4b5a6978" * 4}, "must differ: each opens something else"),
        ({"SURFACE": Surface.SEALED, "CASE_KEYS": "unset"}, "CASE_KEYS is not set"),
        ({"SURFACE": Surface.PUBLIC}, "CASE_KEYS is set where SURFACE=public serves no case"),
        ({"SURFACE": Surface.PUBLIC, "CASE_KEYS": "unset"}, "RECEIPT_PEPPER is set where SURFACE=public serves no case"),
        ({"FIELD_KEYS": "abcdef9876543210" * 4 + "," + "0123456789abcdef" * 4}, "must differ: each opens something else"),
        ({"TRUSTED_PROXIES": ""}, "TRUSTED_PROXIES is not set"),
        ({"TRUSTED_PROXIES": "0"}, "TRUSTED_PROXIES is not set"),
        ({"TRUSTED_PROXIES": "nginx"}, "TRUSTED_PROXIES is neither a count nor a list of networks"),
        ({"TRUSTED_PROXIES": "0.0.0.0/0"}, "a network of every address trusts everybody"),
        ({"LEDGER_ANCHORS": "unset"}, "LEDGER_ANCHORS is not set: a file, on another disk"),
        ({"BREACHED_PASSWORDS_FILE": "/nowhere/list"}, "BREACHED_PASSWORDS_FILE names no file"),
        ({"DEBUG": True}, "DEBUG is on"),
        ({"DEMO_CLOCK_FILE": "var/demo_clock"}, "DEMO_CLOCK_FILE is set"),
        ({"SITE_URL": "http://registry.example.org"}, "SITE_URL does not begin with https://"),
        ({"ASSOCIATION_NAME": "unset"}, "ASSOCIATION_NAME is not set"),
        ({"ASSOCIATION_NAME": " "}, "ASSOCIATION_NAME is not set"),
        (
            {"ASSOCIATION_NAME": "Coaches \U0001f338"},
            "ASSOCIATION_NAME holds what certificates cannot print: “🌸” .cherry blossom, U.1F338",
        ),
        ({"ASSOCIATION_NAME": "A" * 101}, "ASSOCIATION_NAME has 101 characters; 100 fit"),
        ({"ALLOWED_HOSTS": ["*"]}, "ALLOWED_HOSTS must list"),
        ({"ALLOWED_HOSTS": []}, "ALLOWED_HOSTS must list"),
    ],
)
def test_an_unsafe_one_does_not_and_says_why(with_settings, change, word):
    with pytest.raises(ImproperlyConfigured, match=word.replace("*", r"\*")):
        checks.refuse_unsafe(with_settings(**change))


@pytest.mark.parametrize("below", ["", "documents", "deeper/still"])
def test_storage_in_what_is_a_file_is_refused_before_a_certificate_is_lost(with_settings, tmp_path, below):
    (tmp_path / "attest").touch()

    assert [reason.split()[0] for reason in checks.unsafe(with_settings(STORAGE=tmp_path / "attest" / below))] == ["STORAGE_URL"]
    checks.refuse_unsafe(with_settings(STORAGE=tmp_path / "not there yet" / below))


def test_a_key_that_a_demonstration_made_is_recognized(with_settings, tmp_path):
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "secret_key").write_text(SAFE["SECRET_KEY"])

    assert [reason.split()[0] for reason in checks.unsafe(with_settings())] == ["SECRET_KEY"]


def test_a_ledger_key_that_was_replaced_stays_beside_the_new_one(with_settings):
    checks.refuse_unsafe(with_settings(LEDGER_KEY=f"{'fedcba9876543210' * 4},{SAFE['LEDGER_KEY']}"))


def test_an_older_ledger_key_of_a_demonstration_is_recognized(with_settings, tmp_path):
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "ledger_key").write_text("0123456789abcdfe" * 4)
    settings = with_settings(LEDGER_KEY=f"{SAFE['LEDGER_KEY']},{'0123456789abcdfe' * 4}")

    assert [reason.split()[0] for reason in checks.unsafe(settings)] == ["LEDGER_KEY"]


def test_the_database_of_a_demonstration_never_meets_the_public(with_settings, tmp_path):
    settings = with_settings(DATABASES={"default": {"NAME": str(tmp_path / "site.sqlite3")}})
    assert checks.unsafe(settings) == []

    (tmp_path / "prepared.json").touch()
    assert [reason.split()[0] for reason in checks.unsafe(settings)] == ["DATABASE_URL"]


def test_a_field_key_that_a_demonstration_made_is_recognized_among_others(with_settings, tmp_path):
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "field_keys").write_text("0011223344556677" * 4)
    keys = f"{SAFE['FIELD_KEYS']}, {'0011223344556677' * 4}"

    assert [reason.split()[0] for reason in checks.unsafe(with_settings(FIELD_KEYS=keys))] == ["FIELD_KEYS"]


def test_the_public_surface_starts_without_the_keys_of_cases(with_settings):
    checks.refuse_unsafe(with_settings(SURFACE=Surface.PUBLIC, CASE_KEYS="unset", RECEIPT_PEPPER="unset"))


def test_a_case_key_that_a_demonstration_made_is_recognized(with_settings, tmp_path):
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "case_keys").write_text(SAFE["CASE_KEYS"])

    assert [reason.split()[0] for reason in checks.unsafe(with_settings())] == ["CASE_KEYS"]


def test_every_reason_is_named_at_once(with_settings):
    reasons = checks.unsafe(with_settings(SECRET_KEY="unset", DEBUG=True, SITE_URL="http://x", DEMO_CLOCK_FILE="x"))

    assert len(reasons) == 4


def test_a_demonstration_may_be_unsafe(with_settings):
    checks.refuse_unsafe(with_settings(SERVES_THE_PUBLIC=False, DEBUG=True, SECRET_KEY="unset"))
