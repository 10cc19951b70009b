"""Third-party front-end files are what their authors published, with their licences beside them."""

import hashlib
from pathlib import Path

import pytest

from machine import places

VENDOR = ("static/vendor", "tests/vendor")


def listed(directory: Path) -> dict[str, str]:
    """Return file -> SHA-256 as SHA256SUMS has them."""
    lines = (directory / "SHA256SUMS").read_text().splitlines()
    return {name: digest for digest, name in (line.split("  ", 1) for line in lines)}


@pytest.mark.parametrize("name", VENDOR)
def test_every_file_is_unmodified_and_listed(name: str) -> None:
    directory = places.ROOT / name
    found = {
        str(file.relative_to(directory)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in directory.rglob("*")
        if file.is_file() and file.name != "SHA256SUMS"
    }
    assert found
    assert found == listed(directory)


@pytest.mark.parametrize("name", VENDOR)
def test_every_package_names_its_version_and_brings_its_licence(name: str) -> None:
    for package in {Path(file).parts[0] for file in listed(places.ROOT / name)}:
        assert package.rsplit("-", 1)[1][0].isdigit(), package
        assert (places.ROOT / name / package / "LICENSE").stat().st_size > 100
