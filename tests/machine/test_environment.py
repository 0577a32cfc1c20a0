"""The virtual environment is made again where it was left half made."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.machine.conftest import ROOT

pytestmark = pytest.mark.machine

MAKE = "import sys; sys.path.insert(0, 'bin'); import environment; environment.create()"
OUTSIDE = str(Path(sys.base_prefix) / "bin" / "python3")


@pytest.fixture
def checkout(tmp_path) -> Path:
    shutil.copytree(ROOT / "bin", tmp_path / "bin")
    shutil.copytree(ROOT / "config", tmp_path / "config")
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "python").symlink_to(OUTSIDE)
    (tmp_path / ".venv" / "pyvenv.cfg").write_text(f"home = {Path(OUTSIDE).parent}\ninclude-system-site-packages = false\n")
    return tmp_path


def create(checkout: Path, python: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([python, "-c", MAKE], cwd=checkout, capture_output=True, text=True, check=False)


def test_an_environment_that_was_left_half_made_is_made_again(checkout):
    made = create(checkout, OUTSIDE)

    assert (made.returncode, made.stdout) == (0, "Making .venv\n")
    assert subprocess.run([checkout / ".venv" / "bin" / "python", "-c", "import pip"], check=False).returncode == 0
    assert create(checkout, OUTSIDE).stdout == ""


def test_an_environment_that_was_moved_is_made_again(checkout):
    create(checkout, OUTSIDE)
    (checkout / ".venv" / "installed.json").write_text(json.dumps({"place": "/somewhere/else/.venv"}))

    assert create(checkout, OUTSIDE).stdout == "Making .venv\n"


def test_an_environment_does_not_remove_the_python_that_runs(checkout):
    create(checkout, OUTSIDE)
    ours = checkout / ".venv" / "bin" / "python"
    (checkout / ".venv" / "installed.json").write_text(json.dumps({"place": "/somewhere/else/.venv"}))
    refused = create(checkout, ours)

    assert refused.returncode == 1
    assert "cannot replace itself" in refused.stderr
    assert ours.exists()
