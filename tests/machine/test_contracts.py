"""Every app is held to the import contracts from the commit that brings it."""

import tomllib

import pytest

from machine import places

SHARED_TABLES = {"foundation"}  # its abstract bases are what the other apps' tables are made of
CONTRACTS = tomllib.loads((places.ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]


def packages() -> set[str]:
    """Return the product's packages: the top-level directories that hold Python modules."""
    return {
        found.parent.name
        for found in places.ROOT.glob("*/__init__.py")
        if found.parent.name != "tests" and not found.parent.name.startswith(".")
    }


def contract(kind: str, key: str) -> dict[str, list[str]]:
    """Return the one contract of a kind that has a key."""
    (found,) = [c for c in CONTRACTS["contracts"] if c["type"] == kind and key in c]
    return found


def apps_with_tables() -> list[str]:
    return sorted(
        name
        for name in packages() - SHARED_TABLES
        if (places.ROOT / name / "models.py").exists() or (places.ROOT / name / "models").exists()
    )


def test_every_package_is_looked_at() -> None:
    assert set(CONTRACTS["root_packages"]) == packages()


def test_every_package_has_its_place_in_the_order() -> None:
    (order,) = [
        c["layers"]
        for c in CONTRACTS["contracts"]
        if c["type"] == "layers" and "containers" not in c
    ]
    required = {name.strip() for line in order for name in line.split("|") if "(" not in name}
    assert packages() <= required, "an app that exists stands without parentheses"


def test_every_app_keeps_its_inner_order() -> None:
    inside = contract("layers", "containers")["containers"]
    assert set(inside) == packages() - {"config", "kernel"}


@pytest.mark.parametrize("app", apps_with_tables())
def test_tables_are_private_to_their_app(app: str) -> None:
    of_app = [c for c in CONTRACTS["contracts"] if c.get("protected_modules") == [f"{app}.models"]]
    assert of_app, f"copy a contract of type 'protected' for {app}.models in pyproject.toml"
    assert set(of_app[0]["allowed_importers"]) <= {app, "reporting"}
