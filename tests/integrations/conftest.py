"""Readings for the tests: files written on the spot, folders that go away."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from integrations.files.contract import Reading
from integrations.files.reading import Choices, read_sales_file

SAMPLES = Path(__file__).parent / "samples"

Read = Callable[..., Reading]


def lines(reading: Reading) -> list[dict[str, Any]]:
    """Return the accepted lines."""
    return pq.read_table(reading.lines).to_pylist()


@pytest.fixture
def read(tmp_path_factory: pytest.TempPathFactory) -> Read:
    """Return a function that reads text, bytes or a path as the product does."""

    def read(source: str | bytes | Path, name: str = "sales.csv", **choices: Any) -> Reading:
        if isinstance(source, Path):
            path = source
        else:
            path = tmp_path_factory.mktemp("file") / name
            path.write_bytes(source.encode() if isinstance(source, str) else source)
        folder = tmp_path_factory.mktemp("reading")
        return read_sales_file(path, folder=folder, choices=Choices(**choices))

    return read


@pytest.fixture(scope="session")
def partner_samples() -> Path:
    """Return the directory of the trade's own sample files, where the machine has it."""
    named = os.environ.get("MEDIATRACK_SAMPLES", "")
    if not named:
        pytest.skip("MEDIATRACK_SAMPLES doesn't name a directory of sample files")
    return Path(named)
