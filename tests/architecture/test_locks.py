"""The lock files work behind any mirror: hashes, and no address."""

import pytest
from django.conf import settings

LOCKS = sorted(path.name for path in settings.BASE_DIR.glob("requirements*.lock"))


def test_the_three_locks_are_there():
    assert LOCKS == ["requirements-dev.lock", "requirements-uv.lock", "requirements.lock"]


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_address(name):
    text = (settings.BASE_DIR / name).read_text()

    assert "://" not in text
    assert "--index-url" not in text
    assert "--extra-index-url" not in text


@pytest.mark.parametrize("name", LOCKS)
def test_everything_in_a_lock_is_pinned_with_a_hash(name):
    entries = [entry for entry in (settings.BASE_DIR / name).read_text().replace("\\\n", " ").splitlines() if entry and entry[0].isalnum()]

    assert entries
    assert [entry for entry in entries if "==" not in entry or "--hash=sha256:" not in entry] == []


def test_the_development_lock_holds_the_runtime_as_it_is():
    def pins(name: str) -> set[str]:
        return {line.split()[0] for line in (settings.BASE_DIR / name).read_text().splitlines() if line and line[0].isalnum()}

    assert pins("requirements.lock") - pins("requirements-dev.lock") == set()
