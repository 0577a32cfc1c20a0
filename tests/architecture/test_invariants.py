"""Every invariant is broken by a test that reads its finding: a check that finds nothing proves nothing."""

import ast
import inspect
import re
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings

from audit.invariants import INVARIANTS

MODULES = sorted({Path(inspect.getfile(check)) for check in INVARIANTS.values()})


def text(node: ast.AST) -> str:
    """What a string says, with … for what is put in."""
    if isinstance(node, ast.JoinedStr):
        return "".join(text(part) for part in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else "…"


def findings() -> list[tuple[str, str]]:
    """The app and the words of every finding in `<app>/invariants.py`."""
    trees = [(path.parent.name, ast.parse(path.read_text())) for path in MODULES]
    said = [(app, text(node.value)) for app, tree in trees for node in ast.walk(tree) if isinstance(node, ast.Yield)]
    return [(app, finding) for app, finding in said if finding != "…"]


@cache
def literals(app: str) -> list[str]:
    """What the tests of an app say in quotes."""
    trees = [ast.parse(path.read_text()) for path in (settings.BASE_DIR / "tests" / app).glob("test_*.py")]
    return [text(node) for tree in trees for node in ast.walk(tree) if isinstance(node, ast.JoinedStr | ast.Constant)]


def reads(literal: str, finding: str) -> bool:
    """Whether a test that says `literal` reads the finding, whole or a telling part of it."""
    named, *pieces = finding.split("…")  # the first piece names the thing: "attempt …"
    whole = ".+".join(re.escape(piece.strip()) for piece in pieces if piece.strip()) or re.escape(named)
    return bool(re.search(whole, literal)) or (len(literal.split()) > 2 and literal in finding)


def test_every_app_with_verbs_has_invariants():
    assert {path.parent.name for path in MODULES} >= {"audit", "outbox", "courses", "certification"}


@pytest.mark.parametrize(("app", "finding"), [pytest.param(*each, id=" ".join(each)) for each in findings()])
def test_every_finding_is_read_by_a_test(app, finding):
    assert any(reads(literal, finding) for literal in literals(app)), "break this invariant by SQL in a test, and read what it says"


@pytest.mark.parametrize("sentence", sorted(INVARIANTS))
def test_every_invariant_says_what_breaks_it(sentence):
    """In findings of its own, or in those of the function that it hands on to, which a test names with the sentence."""
    tree = ast.parse(inspect.getsource(INVARIANTS[sentence]))
    app = Path(inspect.getfile(INVARIANTS[sentence])).parent.name

    assert any(isinstance(node, ast.Yield) for node in ast.walk(tree)) or sentence in literals(app)
