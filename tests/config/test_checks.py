"""Production does not start where that would be unsafe, and names every reason at once."""

from types import SimpleNamespace

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import checks

SAFE = {
    "SERVES_THE_PUBLIC": True,
    "SECRET_KEY": "Jq7Zt2Vw9Xb4Nc6Md8Lf1Kg3Hh5Pp0RrSsTtUuVvWwXxYyZz12",
    "LEDGER_KEY": "0123456789abcdef" * 4,
    "LIMITER_KEY": "fedcba9876543210" * 4,
    "TRUSTED_PROXIES": "1",
    "DEBUG": False,
    "DEMO_CLOCK_FILE": None,
    "SITE_URL": "https://registry.example.org",
    "ALLOWED_HOSTS": ["registry.example.org"],
}


@pytest.fixture
def with_settings(tmp_path):
    def build(**changes):
        return SimpleNamespace(**{**SAFE, "VAR_DIR": tmp_path, **changes})

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
        ({"LIMITER_KEY": "unset"}, "LIMITER_KEY is not set"),
        ({"LIMITER_KEY": "0123456789abcdef" * 4}, "SECRET_KEY, LEDGER_KEY, LIMITER_KEY must differ"),
        ({"TRUSTED_PROXIES": ""}, "TRUSTED_PROXIES is not set"),
        ({"TRUSTED_PROXIES": "0"}, "TRUSTED_PROXIES is not set"),
        ({"TRUSTED_PROXIES": "nginx"}, "TRUSTED_PROXIES is neither a count nor a list of networks"),
        ({"TRUSTED_PROXIES": "0.0.0.0/0"}, "a network of every address trusts everybody"),
        ({"DEBUG": True}, "DEBUG is on"),
        ({"DEMO_CLOCK_FILE": "var/demo_clock"}, "DEMO_CLOCK_FILE is set"),
        ({"SITE_URL": "http://registry.example.org"}, "SITE_URL does not begin with https://"),
        ({"ALLOWED_HOSTS": ["*"]}, "ALLOWED_HOSTS must list"),
        ({"ALLOWED_HOSTS": []}, "ALLOWED_HOSTS must list"),
    ],
)
def test_an_unsafe_one_does_not_and_says_why(with_settings, change, word):
    with pytest.raises(ImproperlyConfigured, match=word.replace("*", r"\*")):
        checks.refuse_unsafe(with_settings(**change))


def test_a_key_that_a_demonstration_made_is_recognized(with_settings, tmp_path):
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "secret_key").write_text(SAFE["SECRET_KEY"])

    assert [reason.split()[0] for reason in checks.unsafe(with_settings())] == ["SECRET_KEY"]


def test_every_reason_is_named_at_once(with_settings):
    reasons = checks.unsafe(with_settings(SECRET_KEY="unset", DEBUG=True, SITE_URL="http://x", DEMO_CLOCK_FILE="x"))

    assert len(reasons) == 4


def test_a_demonstration_may_be_unsafe(with_settings):
    checks.refuse_unsafe(with_settings(SERVES_THE_PUBLIC=False, DEBUG=True, SECRET_KEY="unset"))
