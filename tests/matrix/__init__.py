"""The words of the access matrix: its columns, its answers, what the requests are about.

Each module beside this one is a part of the matrix, found by itself: ``ROWS``, and where its
addresses need them ``ARGUMENTS`` and ``SENT``, as tests/access_matrix.py describes them.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from accounts.models import Organisation, User

IN = "to sign-in"
ORG = "to the choice of an organisation"
ON = "to another page"
Cell = int | str
Row = tuple[Any, ...]

COLUMNS = (
    "anonymous",
    "rights_manager",
    "financial_analyst",
    "administrator",
    "legal",
    "creator",
    "ops",
    "api_client",  # a token with every scope that a client may have
    "expired",  # an administrator whose role has ended
    "stranger",  # an administrator of another organisation
    "disabled",  # an administrator whose account was disabled
)

Arguments = dict[str, Callable[["World"], dict[str, Any]]]
Sent = dict[tuple[str, str], Callable[["World"], dict[str, Any]]]


@dataclass
class World:
    """What the requests are about: one organisation with its rows, and another one."""

    org: Organisation
    other_org: Organisation
    people: dict[str, User]
    made: dict[str, Any] = field(default_factory=dict)
