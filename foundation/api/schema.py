"""Words for what the API takes and gives: JSON Schema 2020-12, as OpenAPI 3.1 has it.

NEW_WORK = record("NewWork", {"title": text(500), "kind": one_of(KINDS)}, optional=["kind"])

A schema with a title stands once in the OpenAPI document and is referred to.
"""

from collections.abc import Iterable, Mapping
from typing import Any

Schema = dict[str, Any]

UUID: Schema = {"type": "string", "format": "uuid"}
DAY: Schema = {
    "type": "string",
    "format": "date",
    "pattern": "^[12][0-9]{3}-",
    "examples": ["2026-03-31"],
}
MOMENT: Schema = {"type": "string", "format": "date-time", "examples": ["2026-04-10T09:30:00Z"]}
AMOUNT: Schema = {
    "type": "string",
    "pattern": r"^-?[0-9]{1,38}(\.[0-9]{1,20})?$",
    "description": "An exact decimal number as text: never a float.",
    "examples": ["1234.50"],
}
CURRENCY: Schema = {"type": "string", "pattern": "^[A-Z]{3}$", "examples": ["EUR"]}
PERIOD: Schema = {
    "type": "string",
    "pattern": "^[0-9]{4}(-Q[1-4]|-H[12]|-(0[1-9]|1[0-2]))?$",
    "description": "A year, half, quarter or month: 2026, 2026-H1, 2026-Q1, 2026-03.",
    "examples": ["2026-Q1"],
}
COUNT: Schema = {"type": "integer", "minimum": 0}
FLAG: Schema = {"type": "boolean"}
SHA256: Schema = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
ANYTHING: Schema = {"type": "object", "additionalProperties": True}


def text(most: int, *, least: int = 0, **more: Any) -> Schema:
    """Return a text of ``least`` to ``most`` characters."""
    return {"type": "string", "minLength": least, "maxLength": most, **more}


def whole(low: int, high: int, **more: Any) -> Schema:
    """Return a whole number, both ends included."""
    return {"type": "integer", "minimum": low, "maximum": high, **more}


def one_of(values: Iterable[str]) -> Schema:
    """Return one of some words."""
    return {"type": "string", "enum": list(values)}


def many(of: Schema, *, most: int | None = None, least: int = 0) -> Schema:
    """Return a list."""
    found: Schema = {"type": "array", "items": of, "minItems": least}
    return found if most is None else {**found, "maxItems": most}


def maybe(of: Schema) -> Schema:
    """Return the same, or null."""
    return {"anyOf": [of, {"type": "null"}]}


def record(
    title: str,
    properties: Mapping[str, Schema],
    *,
    optional: Iterable[str] = (),
    example: Any = None,
) -> Schema:
    """Return an object with these properties and no others."""
    loose = set(optional)
    found: Schema = {
        "title": title,
        "type": "object",
        "properties": dict(properties),
        "required": [name for name in properties if name not in loose],
        "additionalProperties": False,
    }
    return found if example is None else {**found, "examples": [example]}


def page_of(item: Schema) -> Schema:
    """Return one page of a list: its items, and the address of the next page."""
    shown = item.get("examples", [])[:1]
    return record(
        f"{item['title']}Page",
        {
            "items": many(item),
            "next": maybe(
                {"type": "string", "description": "The address of the next page; null at the end."}
            ),
        },
        example={"items": shown, "next": None} if shown else None,
    )


PROBLEM: Schema = {
    "title": "Problem",
    "type": "object",
    "description": "A refusal (RFC 9457): what happened, to which thing, and what to do next.",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string", "description": "Stable: programs decide by it."},
        "errors": many(
            record(
                "ProblemError",
                {
                    "path": {
                        "type": "string",
                        "description": "A JSON Pointer into what was sent; `?name` of the query, "
                        "`#Name` of a header.",
                    },
                    "code": {"type": "string"},
                    "message": {"type": "string"},
                },
            )
        ),
    },
    "required": ["type", "title", "status", "detail", "code"],
    "additionalProperties": True,
    "examples": [
        {
            "type": "urn:mediatrack:problem:invalid_request",
            "title": "Invalid request",
            "status": 422,
            "code": "invalid_request",
            "detail": "/title: a text of at least 1 character is needed.",
            "errors": [
                {
                    "path": "/title",
                    "code": "too_short",
                    "message": "a text of at least 1 character is needed",
                }
            ],
        }
    ],
}
