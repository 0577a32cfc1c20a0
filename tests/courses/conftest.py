"""The shipped bank, read once."""

from pathlib import Path

import pytest
import yaml

import courses


@pytest.fixture(scope="session")
def bank():
    """The shipped questions by key, as written."""
    items = yaml.safe_load((Path(courses.__file__).parent / "content" / "questions.yaml").read_text(encoding="utf-8"))["items"]
    return {item["id"]: item for item in items}
