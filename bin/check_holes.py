"""make check-holes: plants holes one by one in a copy of this checkout, and demands that the test named for each turns red.

A test that nobody has seen fail proves nothing. The table is tests/holes.yaml. Exits 1 where a hole went unnoticed.
Usage: python bin/check_holes.py [WORD…]   only the holes whose sentence holds one of the words
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import yaml

ROOT = Path(__file__).resolve().parents[1]
TABLE = ROOT / "tests" / "holes.yaml"
SETTINGS = {name: value for name, value in os.environ.items() if not name.endswith(("_URL", "_KEY"))}


@dataclass(frozen=True)
class Hole:
    """One row: what is done, where, and which test says no."""

    hole: str
    file: str
    find: str
    put: str
    test: str

    def planted(self, text: str) -> str:
        """The file with the hole. Raises ValueError where the place is not there exactly once."""
        if text.count(self.find) != 1:
            raise ValueError(f"{self.file} holds {self.find!r} {text.count(self.find)} times, not once")
        return text.replace(self.find, self.put)


def holes() -> list[Hole]:
    return [Hole(**row) for row in yaml.safe_load(TABLE.read_text())]


def main(words: list[str]) -> int:
    chosen = [hole for hole in holes() if not words or any(word in hole.hole for word in words)]
    with tempfile.TemporaryDirectory(prefix="attest-holes-") as name:
        checkout = copy_checkout(Path(name) / "checkout")
        say(f"Without a hole: {len({hole.test for hole in chosen})} tests")
        failed, errors = run(checkout, sorted({hole.test for hole in chosen}))
        if failed or errors:
            say(f"Not every test holds without a hole, so they show nothing. Nothing was planted. {' '.join(failed)}")
            return 1
        unnoticed = [hole for hole in chosen if not noticed(checkout, hole)]
    say(f"\n{len(chosen) - len(unnoticed)} of {len(chosen)} holes were noticed")
    for hole in unnoticed:
        say(f"Unnoticed: {hole.hole} ({hole.test})")
    return 1 if unnoticed else 0


def noticed(checkout: Path, hole: Hole) -> bool:
    """Plant, run, mend."""
    path, began = checkout / hole.file, time.monotonic()
    whole = path.read_text()
    path.write_text(hole.planted(whole))
    try:
        failed, errors = run(checkout, [hole.test])
    finally:
        path.write_text(whole)
    # A test that could not even begin has not noticed anything.
    red = bool(failed) and errors == 0
    say(f"{'red  ' if red else 'GREEN' if not errors else 'ERROR'}  {hole.hole} ({time.monotonic() - began:.0f} s)")
    return red


def copy_checkout(target: Path) -> Path:
    """What git knows of and what is new, with the virtual environment of this run and a migrated test database where there is one."""
    listed = subprocess.run(["git", "ls-files", "-z", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, check=True).stdout
    for name in filter(None, listed.decode().split("\0")):
        if (ROOT / name).is_file() and not (ROOT / name).is_symlink():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
    (target / "var").mkdir()
    for database in (ROOT / "var").glob("test-template-*.sqlite3"):
        shutil.copy2(database, target / "var")
    return target


def run(checkout: Path, tests: list[str]) -> tuple[list[str], int]:
    """Which of the tests failed, and how many could not begin."""
    report = checkout / "report.xml"
    report.unlink(missing_ok=True)
    command = [sys.executable, "-m", "pytest", "-q", "-m", "", f"--junitxml={report}", *tests]
    done = subprocess.run(command, cwd=checkout, env=SETTINGS, capture_output=True, text=True, check=False)
    if not report.exists() or done.returncode not in (0, 1):
        say(done.stdout[-2000:] + done.stderr[-2000:])
        return [], 1
    suite = next(ElementTree.parse(report).getroot().iter("testsuite"))
    failed = sorted({test.get("name", "").partition("[")[0] for test in suite.iter("testcase") if test.find("failure") is not None})
    return failed, int(suite.get("errors", 0))


def say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
