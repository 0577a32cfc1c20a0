"""Production as it ships, with the floors beside its pages and the built files in a folder of this run."""

import os
from pathlib import Path

from config.settings.production import *  # noqa: F403
from config.settings.production import TEMPLATES

FOLDER = Path(os.environ["BENCH_FOLDER"])
ROOT_URLCONF = "tests.bench.urls"
TEMPLATES = [{**TEMPLATES[0], "DIRS": [*TEMPLATES[0]["DIRS"], Path(__file__).parent / "templates"]}]
STATIC_ROOT = FOLDER / "static"
MEDIA_ROOT = FOLDER / "media"
