"""The second place of the ledger's anchors when its writer is killed amid its work."""

import os
import signal
import subprocess
import sys
from datetime import date, timedelta

import pytest
from django.conf import settings

from audit import anchors
from audit.facts import Anchor
from tests.faults.house import wait_until

pytestmark = pytest.mark.faults
FIRST, LINES = date(2026, 1, 1), 600
WRITER = """
import sys, django
django.setup()
from pathlib import Path
from tests.faults.test_anchors_survive import write
write(Path(sys.argv[1]))
"""


def lines():
    return [Anchor(number, f"{number:064x}", FIRST + timedelta(days=number)) for number in range(1, LINES + 1)]


def write(path):
    for anchor in lines():
        anchors.append(path, anchor)


def test_a_writer_that_is_killed_leaves_every_line_whole_and_none_twice(tmp_path):
    path = tmp_path / "anchors"
    for reached in (20, 200, 400):
        env = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.test"}
        writer = subprocess.Popen([sys.executable, "-c", WRITER, str(path)], env=env, cwd=settings.BASE_DIR)
        wait_until(lambda reached=reached: path.exists() and path.read_text().count("\n") > reached)
        writer.send_signal(signal.SIGKILL)
        writer.wait()

    write(path)
    assert anchors.read(path) == lines()
    assert path.read_text().splitlines() == [str(anchor) for anchor in lines()]
