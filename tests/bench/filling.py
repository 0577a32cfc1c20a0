"""The site that is measured, while it is filled: synthetic coaches are refused where the public is served."""

from tests.bench.settings import *  # noqa: F403
from tests.bench.settings import FOLDER

SERVES_THE_PUBLIC = False
DEMO_CLOCK_FILE = FOLDER / "demo-clock"
