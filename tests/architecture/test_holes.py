"""The table of holes fits the checkout: each can be planted where it says, and the test that has to notice it is there."""

import ast
import sys

import pytest
from django.conf import settings

sys.path.insert(0, str(settings.BASE_DIR / "bin"))
import check_holes

HOLES = check_holes.holes()


def test_there_are_more_holes_than_fingers():
    assert len(HOLES) >= 10
    assert len({hole.hole for hole in HOLES}) == len(HOLES)


@pytest.mark.parametrize("hole", HOLES, ids=lambda hole: hole.hole)
def test_a_hole_can_be_planted_and_its_test_is_there(hole):
    path, _, name = hole.test.partition("::")
    whole = (settings.BASE_DIR / hole.file).read_text()

    assert hole.planted(whole) != whole
    assert name in {node.name for node in ast.walk(ast.parse((settings.BASE_DIR / path).read_text())) if isinstance(node, ast.FunctionDef)}
