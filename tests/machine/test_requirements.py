"""Locked requirements: whole, hashed, and silent about where they came from."""

import re

import pytest

from machine import places

REQUIREMENTS = places.ROOT / "requirements"
KINDS = ("tools", "base", "dev")


def names(kind: str) -> dict[str, str]:
    """Return name -> version of everything locked in a file."""
    text = (REQUIREMENTS / f"{kind}.txt").read_text()
    return dict(re.findall(r"^([a-z0-9._-]+)(?:\[[a-z,-]+\])?==(\S+)", text, re.MULTILINE))


@pytest.mark.parametrize("kind", KINDS)
def test_everything_wanted_is_locked(kind: str) -> None:
    lines = (REQUIREMENTS / f"{kind}.in").read_text().splitlines()
    wanted = {
        re.split(r"[\[<>=]", line)[0].strip()
        for line in lines
        if line.strip() and not line.startswith(("#", "-"))
    }
    assert wanted
    assert wanted <= names(kind).keys()


@pytest.mark.parametrize("kind", KINDS)
def test_every_locked_package_has_hashes(kind: str) -> None:
    blocks = re.split(
        r"^(?=[a-z0-9])", (REQUIREMENTS / f"{kind}.txt").read_text(), flags=re.MULTILINE
    )
    without = [block for block in blocks if "==" in block and "--hash=sha256:" not in block]
    assert without == []


@pytest.mark.parametrize("kind", KINDS)
def test_no_address_is_recorded(kind: str) -> None:
    for ending in ("in", "txt"):
        text = (REQUIREMENTS / f"{kind}.{ending}").read_text()
        assert re.findall(r"https?:|index-url|find-links|file:", text) == []


def test_what_runs_and_what_is_tested_are_the_same_versions() -> None:
    base, dev = names("base"), names("dev")
    assert {name: dev.get(name) for name in base} == base


def test_no_lock_file_that_records_addresses_is_there() -> None:
    assert not (places.ROOT / "uv.lock").exists()
