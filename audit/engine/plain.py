"""Values as the chain hashes them: texts, whole numbers, booleans, null, lists and objects."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from audit.engine.checkpoints import moment


def plain(value: Any) -> Any:
    """Return ``value`` ready for canonical JSON. Raises TypeError on floats and unknown types."""
    if isinstance(value, Enum):
        return plain(value.value)
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, UUID | Decimal | date):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): plain(member) for key, member in value.items()}
    if isinstance(value, list | tuple):
        return [plain(member) for member in value]
    if isinstance(value, set | frozenset):
        return sorted((plain(member) for member in value), key=repr)
    raise TypeError(f"An event can't hold {type(value).__name__}: give a text or a number.")
