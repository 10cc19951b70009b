"""Words that every part of the plain-language rendering shares."""

from collections.abc import Mapping, Sequence
from typing import Any


def listed(words: Sequence[str]) -> str:
    """Return ``a``, ``a and b`` or ``a, b and c``."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def number_words(text: str) -> str:
    """Return a plain number with thousands set apart, as people read it: 10,000 or 1,250.50."""
    whole, point, decimals = text.partition(".")
    sign = "−" if whole.startswith("-") else ""
    digits = whole.lstrip("-")
    groups = []
    while len(digits) > 3:
        groups.append(digits[-3:])
        digits = digits[:-3]
    return sign + ",".join([digits, *reversed(groups)]) + point + decimals


def conditions(where: Mapping[str, Any]) -> str:
    """Return a ``where`` as words: ``format hardback or paperback, territory WORLD - US``."""
    parts = []
    for name, condition in where.items():
        label = name.replace("_", " ")
        if name == "not":
            excluded = condition if isinstance(condition, Sequence) else [condition]
            parts += [f"but not {conditions(each)}" for each in excluded]
        elif isinstance(condition, Mapping):
            ends = [f"{word} {condition[word]}" for word in ("from", "to") if word in condition]
            parts.append(f"{label} {' '.join(ends)}")
        elif isinstance(condition, str):
            parts.append(f"{label} {condition}")
        else:
            parts.append(f"{label} {' or '.join(condition)}")
    return ", ".join(parts) or "everything"
