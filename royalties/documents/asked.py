"""Who asked for a file, when, and how it is to be written."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Asked:
    """``by`` is a name as the reader knows it; ``bom`` concerns CSV alone."""

    by: str
    at: datetime
    bom: bool = True
