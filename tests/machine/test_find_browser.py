"""Which browser the suite and the screens drive."""

from pathlib import Path

import pytest

from bin import environment


@pytest.fixture
def path(tmp_path, monkeypatch) -> Path:
    """The only folder that commands are looked for in."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CHROMIUM", raising=False)
    return tmp_path


def command(place: Path, script: str) -> str:
    place.write_text(script)
    place.chmod(0o755)
    return str(place)


def test_the_one_that_was_named_is_taken(path, monkeypatch):
    command(path / "chromium", "#!/bin/sh\n")
    monkeypatch.setenv("CHROMIUM", "/opt/chromium")

    assert environment.browser() == "/opt/chromium"


def test_a_snap_is_passed_over(path):
    command(path / "chromium-browser", '#!/bin/sh\nexec /snap/bin/chromium "$@"\n')
    (path / "chromium").symlink_to(command(path / "snap", "#!/bin/sh\n"))
    assert environment.browser() is None

    chrome = command(path / "google-chrome", "#!/bin/sh\nexec /opt/chrome\n")
    assert environment.browser() == chrome
