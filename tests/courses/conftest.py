"""The shipped bank, read once."""

from pathlib import Path

import pytest
import yaml
from wagtail.models import Site

import courses


@pytest.fixture(scope="session")
def bank():
    """The shipped questions by key, as written."""
    items = yaml.safe_load((Path(courses.__file__).parent / "content" / "questions.yaml").read_text(encoding="utf-8"))["items"]
    return {item["id"]: item for item in items}


@pytest.fixture(autouse=True)
def forget_the_root():
    """Wagtail remembers where the site's root is; each test plants its own."""
    Site.clear_site_root_paths_cache()
    yield
    Site.clear_site_root_paths_cache()
