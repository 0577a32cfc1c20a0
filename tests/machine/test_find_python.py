"""Which Python is taken: the newest that answers and can make a virtual environment. Played with interpreters that only say so."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.machine.conftest import ROOT

SAYS = """#!/bin/sh
case "$2" in
*version_info\\ \\<*) {works} ;;
*ensurepip*) {venv} ;;
*print*) echo {version} ;;
*) echo "asked for $2" >&2; exit 9 ;;
esac
"""
YES, NO = "exit 0", "exit 1"


@pytest.fixture
def checkout(tmp_path) -> Path:
    """A checkout without .venv, in a folder whose name has a space; nothing is ever installed."""
    folder = tmp_path / "my checkout"
    (folder / "bin").mkdir(parents=True)
    shutil.copy2(ROOT / "bin" / "find-python", folder / "bin")
    installer = folder / "bin" / "install-system-packages"
    installer.write_text('#!/bin/sh\necho "would install $*" >&2\nexit 3\n')
    installer.chmod(0o755)
    return folder


def interpreter(place: Path, *, works: str = YES, venv: str = YES, version: str = "3.12") -> Path:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(SAYS.format(works=works, venv=venv, version=version))
    place.chmod(0o755)
    return place


def find(checkout: Path, *folders: Path) -> subprocess.CompletedProcess[str]:
    path = ":".join([*map(str, folders), "/usr/bin", "/bin"])
    return subprocess.run(["/bin/sh", checkout / "bin" / "find-python"], env={"PATH": path}, capture_output=True, text=True, check=False)


def test_the_newest_is_taken_wherever_it_lies(checkout, tmp_path):
    interpreter(tmp_path / "one" / "python3.12")
    newest = interpreter(tmp_path / "a folder" / "python3.13")

    found = find(checkout, tmp_path / "one", tmp_path / "a folder")

    assert (found.stdout, found.stderr, found.returncode) == (f"{newest}\n", "", 0)


def test_one_that_does_not_answer_is_passed_over(checkout, tmp_path):
    interpreter(tmp_path / "shims" / "python3.13", works="exit 127")
    (tmp_path / "shims" / "python3.12").mkdir()
    older = interpreter(tmp_path / "shims" / "python3.11")

    assert find(checkout, tmp_path / "shims").stdout == f"{older}\n"


def test_one_without_venv_is_passed_over_where_another_has_it(checkout, tmp_path):
    interpreter(tmp_path / "one" / "python3.13", venv=NO)
    whole = interpreter(tmp_path / "one" / "python3.12")

    assert find(checkout, tmp_path / "one").stdout == f"{whole}\n"


def test_a_virtual_environment_that_was_made_here_is_taken(checkout):
    ours = interpreter(checkout / ".venv" / "bin" / "python")
    (ours.parents[1] / "installed.json").write_text(f'{{"place": "{checkout / ".venv"}"}}')

    assert find(checkout).stdout == ".venv/bin/python\n"


@pytest.mark.parametrize("stamp", [None, '{"place": "/somewhere/else/.venv"}'], ids=["half made", "moved"])
def test_a_virtual_environment_that_is_half_made_or_was_moved_is_left_to_be_made_again(checkout, tmp_path, stamp):
    ours = interpreter(checkout / ".venv" / "bin" / "python")
    if stamp:
        (ours.parents[1] / "installed.json").write_text(stamp)
    outside = interpreter(tmp_path / "one" / "python3.13")

    assert find(checkout, tmp_path / "one").stdout == f"{outside}\n"


def test_a_virtual_environment_that_somebody_else_keeps_is_taken_as_it_is(checkout, tmp_path):
    interpreter(tmp_path / "kept" / "bin" / "python")
    (checkout / ".venv").symlink_to(tmp_path / "kept")

    assert find(checkout).stdout == ".venv/bin/python\n"


def test_one_whose_system_is_gone_is_not_taken(checkout, tmp_path):
    ours = interpreter(checkout / ".venv" / "bin" / "python", works="exit 127")
    (ours.parents[1] / "installed.json").write_text(f'{{"place": "{checkout / ".venv"}"}}')
    outside = interpreter(tmp_path / "one" / "python3.13")

    assert find(checkout, tmp_path / "one").stdout == f"{outside}\n"
