"""The figures of a working, as the data that it is stored and shown as."""

from typing import Any

Node = dict[str, Any]
LARGEST = 50


def node(
    label: str, code: str, amount: str, note: str = "", children: list[Node] | None = None
) -> Node:
    """Return one figure of the tree: what it is, how much, how it came about, and its parts."""
    made: Node = {"label": label, "code": code, "amount": amount}
    if note:
        made["note"] = note
    if children:
        made["children"] = children
    return made
