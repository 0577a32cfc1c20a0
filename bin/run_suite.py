"""make test: the whole suite. Exits 1 where something does not hold, and 3 where something was not run, which it names with the reason.

Usage: python bin/run_suite.py PARENT, where PARENT is the process whose end ends the run.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

import environment
import services
from run_demo import follow

ROOT = environment.ROOT
SLOW = "browser or faults or machine or bench"
NOT_RUN = 3
NO_TESTS = 5  # pytest's own code
FOR_TESTS = {"pdftotext": "poppler-utils", "redis-server": "redis-server", "node": "nodejs"}


@dataclass
class Stage:
    """One run of pytest and what came of it."""

    name: str
    marks: str
    settings: dict[str, str] = field(default_factory=dict)
    code: int = 0
    passed: set[str] = field(default_factory=set)
    failed: int = 0
    skipped: dict[str, str] = field(default_factory=dict)


def main(parent: int) -> int:
    threading.Thread(target=follow, args=(parent,), daemon=True).start()
    services.leave_tidily()
    os.chdir(ROOT)
    began = time.monotonic()
    environment.get_system_packages(missing_packages())
    if environment.browser() is None:
        print("No Chromium that can be driven was found. Playwright's own:  .venv/bin/playwright install --with-deps chromium", flush=True)
    stages, not_run = run_all()
    not_run += skipped_everywhere(stages)
    broken = [stage.name for stage in stages if stage.code not in (0, NO_TESTS)]
    print(f"\nThe whole suite took {time.monotonic() - began:.0f} s", flush=True)
    for line in not_run:
        print(f"Not run: {line}")
    if broken:
        print(f"Does not hold: {', '.join(broken)}")
    print(f"{sum(len(stage.passed) for stage in stages)} passed, {sum(stage.failed for stage in stages)} failed", flush=True)
    if broken:
        return 1
    return NOT_RUN if not_run else 0


def missing_packages() -> list[str]:
    """What Debian would have to bring for everything to run."""
    packages = environment.missing_for_pdfs()
    packages += [package for command, package in FOR_TESTS.items() if not shutil.which(command)]
    if services.postgresql_folder() is None:
        packages.append("postgresql")
    if environment.browser() is None and not environment.is_ubuntu():
        packages.append("chromium")
    return packages


def run_all() -> tuple[list[Stage], list[str]]:
    """SQLite and PostgreSQL side by side, for two cores; then what starts processes of its own, one after another."""
    sqlite = Stage("SQLite", f"not ({SLOW} or postgres)")
    slow = [Stage("browser", "browser"), Stage("faults", "faults"), Stage("machine", "machine")]
    try:
        with services.running() as settings:
            postgresql = Stage("PostgreSQL and Redis", f"not ({SLOW})", settings)
            side_by_side([sqlite, postgresql])
            faults = Stage("faults on PostgreSQL and Redis", "faults", {**settings, "PYTEST_ADDOPTS": "--reuse-db"})
            for stage in [*slow, faults]:
                run(stage)
            return [sqlite, postgresql, *slow, faults], []
    except services.Unavailable as reason:
        for stage in [sqlite, *slow]:
            run(stage)
        return [sqlite, *slow], [f"everything on PostgreSQL and Redis: {reason}"]


def side_by_side(stages: list[Stage]) -> None:
    threads = [threading.Thread(target=run, args=(stage,), daemon=True) for stage in stages]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


PRINTING = threading.Lock()


def run(stage: Stage) -> None:
    """Run pytest, print what it said once it is through, and read what was passed over."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        leash = [*services.LEASH, str(os.getpid()), "10", "INT"]
        command = [
            *leash,
            str(environment.PYTHON),
            "-m",
            "pytest",
            "-q",
            "-m",
            stage.marks,
            f"--junitxml={report}",
            "-o",
            "junit_family=xunit1",
        ]
        began = time.monotonic()
        done = subprocess.run(
            command, env={**os.environ, **stage.settings}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )
        stage.code = done.returncode
        if report.exists():
            read(stage, ElementTree.parse(report).getroot())
    with PRINTING:
        print(f"{'=' * 30} {stage.name}, {time.monotonic() - began:.0f} s\n{done.stdout}", flush=True)


def read(stage: Stage, report: ElementTree.Element) -> None:
    for case in report.iter("testcase"):
        name = f"{case.get('classname')}.{case.get('name')}"
        skipped = case.find("skipped")
        if skipped is not None and skipped.get("type") != "pytest.xfail":
            stage.skipped[name] = skipped.get("message") or "no reason given"
        elif case.find("failure") is None and case.find("error") is None:
            stage.passed.add(name)
        else:
            stage.failed += 1


def skipped_everywhere(stages: list[Stage]) -> list[str]:
    """Tests that no stage ran, each with its reason; one that waits for the other database is no gap."""
    passed = set().union(*(stage.passed for stage in stages))
    skipped = {name: reason for stage in stages for name, reason in stage.skipped.items()}
    return [f"{name}: {reason}" for name, reason in sorted(skipped.items()) if name not in passed]


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
