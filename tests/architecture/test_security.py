"""docs/security.md tells the truth: every test that it names as proof is there."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings

PAPER = (settings.BASE_DIR / "docs" / "security.md").read_text()
TABLE = [line for line in PAPER[PAPER.index("| section |") :].splitlines() if line.startswith("|")][2:]
ROW = re.compile(r"^\| (?P<section>[0-9][^|]+) \| (?P<holds>[^|]+) \| (?:`(?P<test>[^`]+)`|\*not yet\*) \|$")


@cache
def names_in(path: Path) -> set[str]:
    return {node.name for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef)}


def test_every_row_names_a_section_and_a_test_or_owes_it():
    assert len(TABLE) > 40
    assert [line for line in TABLE if not ROW.match(line)] == []


@pytest.mark.parametrize("row", [pytest.param(row, id=row["section"]) for line in TABLE if (row := ROW.match(line)) and row["test"]])
def test_a_section_has_its_test(row):
    path, _, name = row["test"].partition("::")

    assert name in names_in(settings.BASE_DIR / path)
