"""docs/rules.md tells the truth: every function it names can be imported, every test it names is there."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.module_loading import import_string

ROW = re.compile(r"^\| (?P<rule>[^|]+) \| `(?P<function>[^`]+)` \| `(?P<test>[^`]+)` \|$")
TABLE = [line for line in (settings.BASE_DIR / "docs" / "rules.md").read_text().splitlines() if line.startswith("|")]
ROWS = [ROW.match(line) for line in TABLE[2:]]


@cache
def names_in(path: Path) -> set[str]:
    return {node.name for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef)}


def test_every_row_names_a_rule_a_function_and_a_test():
    assert TABLE[0] == "| rule | function | test |"
    assert ROWS
    assert [line for line, row in zip(TABLE[2:], ROWS, strict=True) if row is None] == []


@pytest.mark.parametrize("row", [pytest.param(row, id=row["rule"][:60]) for row in ROWS if row])
def test_a_rule_has_its_function_and_its_test(row):
    path, _, name = row["test"].partition("::")

    assert callable(import_string(row["function"]))
    assert name in names_in(settings.BASE_DIR / path)
