"""The demo's contracts: documents of ``mediatrack.deal/1``, one a file."""

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[1] / "deals"


def of(slug: str, what: str = "signed") -> tuple[dict[str, Any], ...]:
    """Return an organisation's documents: ``signed``, ``amended`` or ``proposed``, by file name."""
    files = sorted((FOLDER / slug / what).glob("*.json"))
    return tuple(json.loads(file.read_text(encoding="utf-8")) for file in files)
