"""The papers lead somewhere: every link to a file finds it, every decision stands in the index."""

import re

import pytest
from django.conf import settings

LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")
PAPERS = sorted([*settings.BASE_DIR.glob("*.md"), *(settings.BASE_DIR / "docs").rglob("*.md")])


@pytest.mark.parametrize("paper", [pytest.param(paper, id=str(paper.relative_to(settings.BASE_DIR))) for paper in PAPERS])
def test_every_link_to_a_file_finds_it(paper):
    dead = [link for link in LINK.findall(paper.read_text()) if not (paper.parent / link).exists()]

    assert dead == []


def test_every_decision_stands_in_the_index():
    folder = settings.BASE_DIR / "docs" / "decisions"
    index = (folder / "README.md").read_text()

    assert [path.name for path in sorted(folder.glob("0*.md")) if f"({path.name})" not in index] == []
