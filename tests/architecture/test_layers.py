"""The import contracts in pyproject.toml leave nothing out, and what import-linter cannot see is looked at here."""

import tomllib
from fnmatch import fnmatch

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models

TOOLS = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())["tool"]
CONTRACTS = TOOLS["importlinter"]
ORDER = CONTRACTS["contracts"][0]["layers"]
LAYERS = [part.strip() for layer in ORDER for part in layer.replace("|", " ").split()]


def packages() -> set[str]:
    """Every Python package at the top of the repository; the tests and the scripts of bin/ are no part of the product's layers."""
    return {path.parent.name for path in settings.BASE_DIR.glob("*/__init__.py")} - {"tests"}


def split() -> set[str]:
    """Rules and tables of steps that are too many for one file."""
    return {".".join(path.parts[-3:-1]) for name in ("rules", "states") for path in settings.BASE_DIR.glob(f"*/{name}/__init__.py")}


def test_every_package_has_its_place_in_the_order():
    assert set(LAYERS) == packages()
    assert set(CONTRACTS["root_packages"]) == packages()


def test_every_package_orders_its_own_modules_and_leaves_none_out():
    inside = {container: contract["exhaustive"] for contract in CONTRACTS["contracts"] for container in contract.get("containers", [])}

    assert inside == dict.fromkeys(packages() | split(), True)


@pytest.mark.parametrize("app", ["certification", "courses", "cms"])
def test_the_types_of_every_verb_are_checked_strictly(app):
    (contract,) = [one for one in CONTRACTS["contracts"] if one.get("containers") == [app]]
    (line,) = [layer for layer in contract["layers"] if "(importing)" in layer]
    verbs = [f"{app}.{name.strip('() ')}" for name in line.split(":") if (settings.BASE_DIR / app / f"{name.strip('() ')}.py").exists()]
    (strict,) = [one["module"] for one in TOOLS["mypy"]["overrides"] if one.get("disallow_untyped_defs")]

    assert len(verbs) > 2
    assert [verb for verb in verbs if not any(fnmatch(verb, pattern) for pattern in strict)] == []


def test_a_foreign_key_that_points_down_leaves_no_way_back_up():
    back_doors = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if model._meta.app_label in LAYERS
        for field in model._meta.local_fields + model._meta.local_many_to_many
        if points_down(model, field) and not field.remote_field.hidden and field.name not in from_wagtail(model)
    ]

    assert back_doors == [], 'give these related_name="+": a lower app must not know who is above'


def points_down(model: type[models.Model], field: models.Field) -> bool:
    target = field.related_model
    return isinstance(target, type) and target._meta.app_label in LAYERS and target._meta.app_label != model._meta.app_label


def from_wagtail(model: type[models.Model]) -> set[str]:
    """Fields that a model inherits from an abstract model of Wagtail's, which names them itself."""
    parents = [parent for parent in model.__mro__[1:] if parent.__module__.startswith("wagtail.")]
    return {field.name for parent in parents if hasattr(parent, "_meta") for field in parent._meta.local_fields}
