"""Territory expressions of a deal document, checked where they stand."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from kernel.errors import DomainError
from royalties.engine.given import Matcher


def problems(document: Mapping[str, Any], matcher: Matcher) -> list[dict[str, str]]:
    """Return a problem, with its path, for each territory expression that can't be read."""
    found = []
    for path, expression in _expressions(document, ""):
        try:
            matcher(expression, on=date(2000, 1, 1))
        except DomainError as error:
            expected = "codes and groups, such as WORLD - US or EU + CH"
            found.append({"path": path, "message": error.detail, "expected": expected})
    return found


def _expressions(node: Any, path: str) -> Iterator[tuple[str, str]]:
    """Yield the expressions of every ``where`` (examples' lines hold plain codes, not these)."""
    if isinstance(node, list):
        for number, each in enumerate(node):
            yield from _expressions(each, f"{path}[{number}]")
    elif isinstance(node, Mapping):
        for name, each in node.items():
            here = f"{path}.{name}".lstrip(".")
            if here == "examples":
                continue
            if name == "territory":
                listed = [each] if isinstance(each, str) else each
                yield from ((here, one) for one in listed if isinstance(one, str))
            else:
                yield from _expressions(each, here)
