"""Who may do what is answered from the roles alone, and roles change in one place."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

ELSEWHERE = {"is_superuser", "is_staff", "has_perm", "has_perms", "has_module_perms", "groups", "permissions_for_user"}
LAYERS = ["config", "demo", "complaints", "registry", "certification", "courses", "cms", "accounts", "outbox", "audit"]
SOURCES = sorted(path for layer in LAYERS for path in (settings.BASE_DIR / layer).rglob("*.py") if "migrations" not in path.parts)
WRITE_ROLES = {"accounts/roles.py", "accounts/models/people.py"}
NAME_THE_FLAGS = {"accounts/rules.py", "accounts/invariants.py"}  # what they should be, and whether they are


def asks_elsewhere(tree: ast.AST) -> list[str]:
    """The flags, groups and permissions of Django that a piece of code reads, as an attribute or by name."""
    attributes = [node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    words = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return [name for name in [*attributes, *words] if name in ELSEWHERE]


def answering(path: Path) -> Iterator[ast.AST]:
    """What answers whether somebody may: the whole of a module for access, and every function that is called may_…."""
    tree = ast.parse(path.read_text())
    if path.name == "access.py":
        yield tree
    yield from (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name.startswith(("may_", "_may_")))


@pytest.mark.parametrize("path", [pytest.param(path, id=str(path.relative_to(settings.BASE_DIR))) for path in SOURCES])
def test_whether_somebody_may_is_answered_from_the_roles_alone(path):
    assert [found for piece in answering(path) for found in asks_elsewhere(piece)] == []


def test_the_questions_are_found():
    names = {piece.name for path in SOURCES for piece in answering(path) if isinstance(piece, ast.FunctionDef)}

    assert {"may_work_in_office", "may_write_content", "may_audit", "may_administer"} <= names


@pytest.mark.parametrize("piece", ["user.is_superuser", "getattr(user, 'is_staff')", "user.has_perm('a.b')", "user.groups.filter()"])
def test_each_way_of_asking_elsewhere_is_noticed(piece):
    assert asks_elsewhere(ast.parse(piece))


def test_no_view_asks_django_for_a_permission():
    decorators = {"permission_required", "user_passes_test", "staff_member_required"}
    found = [
        f"{path.relative_to(settings.BASE_DIR)}: {node.id}"
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Name) and node.id in decorators
    ]

    assert found == []


def writes_offices(tree: ast.AST) -> list[str]:
    """Calls that write roles, groups, flags or permissions of a person."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            target = ast.unparse(node.func)
            if (
                node.func.attr in {"create", "update", "update_or_create", "get_or_create", "bulk_create", "delete"}
                and "Roles.objects" in target
            ):
                found.append(target)
            if node.func.attr in {"set", "add", "remove", "clear"} and target.split(".")[-2:-1] in (
                ["groups"],
                ["user_permissions"],
                ["user_set"],
            ):
                found.append(target)
        names = [keyword.arg for keyword in node.keywords] if isinstance(node, ast.Call) else []
        found += [name for name in names if name == "is_superuser"]
        if isinstance(node, ast.Assign):
            targets = [inner for target in node.targets for inner in ast.walk(target)]
            found += [inner.attr for inner in targets if isinstance(inner, ast.Attribute) and inner.attr in {"is_superuser", "is_staff"}]
    return found


def test_roles_groups_and_flags_are_written_in_one_place():
    writers = {str(path.relative_to(settings.BASE_DIR)) for path in SOURCES if writes_offices(ast.parse(path.read_text()))}

    assert writers - NAME_THE_FLAGS == WRITE_ROLES
