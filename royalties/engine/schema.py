"""The shape of a deal document, held against the published JSON Schema."""

import functools
import json
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

PUBLISHED = Path(__file__).resolve().parents[2] / "docs" / "schema" / "mediatrack.deal-1.json"

_PLAIN = {
    "number": 'a number as text, such as "1234.56"',
    "percent": 'a percent as text, such as "12.5"',
    "factor": 'a factor as text, such as "0.5" or "1/2"',
    "date": 'a date such as "2026-03-31"',
    "period": 'a period such as "2026-Q1"',
    "id": "an identifier: letters, digits, - and _, at most 64",
}
_TYPES = {
    "object": "an object { … }",
    "array": "a list [ … ]",
    "string": "text in quotes",
    "boolean": "true or false",
    "integer": "a whole number",
}

Problem = dict[str, str]


@functools.cache
def published() -> dict[str, Any]:
    """Return the published JSON Schema of deal documents."""
    document: dict[str, Any] = json.loads(PUBLISHED.read_text(encoding="utf-8"))
    return document


@functools.cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(published())


def problems(document: object) -> list[Problem]:
    """Return every place where ``document`` departs from the published shape, in document order.

    Each problem has ``path`` (``income[0].rate.percent``), ``message`` and ``expected``.
    """
    found: list[Problem] = []
    for error in sorted(_validator().iter_errors(document), key=lambda e: [str(p) for p in e.path]):
        found += [p for p in _explained(error) if p not in found]
    return found


def _explained(error: Any) -> Iterator[Problem]:
    """Say what is wrong, going into the alternative that the writer most likely meant."""
    if error.validator == "anyOf" and error.context:
        meant = _meant(error)
        if meant:
            for inner in meant:
                yield from _explained(inner)
            return
        yield _problem(error, _shown(error.instance), _alternatives(error.schema["anyOf"]))
        return
    if error.validator == "additionalProperties":
        yield from _unknown_words(error)
        return
    if error.validator == "required":
        missing = [key for key in error.validator_value if key not in error.instance]
        yield _problem(error, f"is missing {_listed(missing)}", _listed(missing))
        return
    yield _problem(error, _shown(error.instance), _expected(error))


def _meant(error: Any) -> list[Any]:
    """Return the errors of the alternative that shares most of its words with the document."""
    if not isinstance(error.instance, Mapping):
        return []
    best: list[Any] = []
    best_score = 0
    for number, alternative in enumerate(error.schema["anyOf"]):
        words = set(_resolved(alternative).get("properties", {}))
        first = set(_resolved(alternative).get("required", []))
        score = len(words & set(error.instance)) + 2 * len(first & set(error.instance))
        if score > best_score:
            best_score = score
            best = [e for e in error.context or () if e.schema_path[0] == number]
    return best


def _resolved(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    name = _definition(schema)
    defs: Mapping[str, Mapping[str, Any]] = published()["$defs"]
    return defs[name] if name else schema


def _definition(schema: Mapping[str, Any]) -> str:
    return str(schema.get("$ref", "")).rpartition("/")[2]


def _unknown_words(error: Any) -> Iterator[Problem]:
    known = list(error.schema.get("properties", {}))
    for word in error.instance:
        if word in known:
            continue
        near = get_close_matches(word, known, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        yield {
            "path": _path(error, word),
            "message": f"{word!r} is not a word of the deal language here{hint}",
            "expected": "one of " + ", ".join(sorted(known)),
        }


def _expected(error: Any) -> str:
    """Return in plain words what belongs at the place of ``error``."""
    for name, words in _PLAIN.items():
        if error.schema == published()["$defs"][name]:
            return words
    if error.validator == "enum":
        return "one of " + ", ".join(json.dumps(value) for value in error.validator_value)
    if error.validator == "const":
        return json.dumps(error.validator_value)
    if error.validator == "type":
        kinds = error.validator_value
        kinds = [kinds] if isinstance(kinds, str) else kinds
        return " or ".join(_TYPES.get(kind, kind) for kind in kinds)
    if error.validator in ("minItems", "minProperties", "minLength"):
        return "at least one entry"
    return str(error.message)


def _alternatives(alternatives: list[Mapping[str, Any]]) -> str:
    """Name the alternatives, each by its plain words, its values or its first word."""
    said = []
    for alternative in alternatives:
        name = _definition(alternative)
        body = _resolved(alternative)
        if name in _PLAIN:
            said.append(_PLAIN[name])
        elif "enum" in body:
            said.append(" or ".join(json.dumps(value) for value in body["enum"]))
        elif "const" in body:
            said.append(json.dumps(body["const"]))
        elif body.get("required"):
            said.append("{" + ", ".join(f'"{key}": …' for key in body["required"]) + "}")
        else:
            said.append(_TYPES.get(str(body.get("type", "")), "a value"))
    return "; or ".join(dict.fromkeys(said))


def _problem(error: Any, message: str, expected: str) -> Problem:
    return {"path": _path(error), "message": message, "expected": expected}


def _path(error: Any, last: str = "") -> str:
    """Write the place as people do: ``income[0].rate``; the whole document is ``$``."""
    text = ""
    for part in [*error.absolute_path, *([last] if last else [])]:
        text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return text.lstrip(".") or "$"


def _listed(words: list[str]) -> str:
    return ", ".join(repr(word) for word in words)


def _shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return f"found {text if len(text) <= 60 else text[:57] + '…'}"
