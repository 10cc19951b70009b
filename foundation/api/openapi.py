"""The API as an OpenAPI 3.1 document, made of what its views declare."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from django.urls import URLPattern, URLResolver

from foundation.api.operations import JSON, KEY, MATCH, Answer, Operation
from foundation.api.schema import PROBLEM, UUID, Schema

METHODS = ("get", "post", "put", "patch", "delete")
_ARGUMENT = re.compile(r"<(?:(\w+):)?(\w+)>")
_KINDS = {"uuid": UUID, "int": {"type": "integer", "minimum": 0}}
SAID = {
    400: "It can't be read, or a header is missing.",
    401: "No valid token came with it.",
    403: "The roles or scopes don't include this, or a second factor is needed first.",
    404: "There is no such thing within reach.",
    409: "It can't be done as things stand; the problem says why and what to do.",
    410: "It was destroyed when its time was over.",
    412: "It was changed since the ETag was read.",
    413: "More was sent than is taken at once.",
    415: "Another media type is wanted.",
    416: "The range begins after the file's end; Content-Range says how long it is.",
    422: "Something in it doesn't fit; `errors` has each fault's place.",
    428: "If-Match is missing.",
    451: "It isn't available where the request comes from; Link names who blocks it.",
    429: "Too many requests this minute; Retry-After says when to go on.",
}


def document(
    addresses: Iterable[tuple[str, URLPattern]], *, about: dict[str, Any]
) -> dict[str, Any]:
    """Return the document. ``addresses`` are pairs of a path's beginning and Django's pattern."""
    paths: dict[str, Any] = {}
    schemas: dict[str, Schema] = {"Problem": PROBLEM}
    for base, pattern in addresses:
        view = getattr(pattern.callback, "cls", None)
        told = {
            method: _operation(view, method, known, str(pattern.name), schemas)
            for method in METHODS
            if (known := getattr(getattr(view, method, None), "operation", None))
        }
        if told:
            path, arguments = _path(base + str(pattern.pattern))
            paths[path] = {**({"parameters": arguments} if arguments else {}), **told}
    schemas["Problem"] = _referred(PROBLEM, schemas, top=True)
    return {
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        **about,
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "securitySchemes": {
                "token": {
                    "type": "oauth2",
                    "description": "A client's access token, for ten minutes.",
                    "flows": {
                        "clientCredentials": {"tokenUrl": "/api/v1/oauth/token", "scopes": {}}
                    },
                },
                "session": {"type": "apiKey", "in": "cookie", "name": "session"},
            },
        },
    }


def inside(resolver: Any, namespace: str, base: str = "/") -> Iterator[tuple[str, URLPattern]]:
    """Yield every pattern of a namespace with the path before it."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            if pattern.namespace == namespace:
                begins = base + str(pattern.pattern)
                for each in pattern.url_patterns:
                    if isinstance(each, URLPattern):
                        yield begins, each


def _path(written: str) -> tuple[str, list[dict[str, Any]]]:
    arguments = [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": _KINDS.get(kind, {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$"}),
        }
        for kind, name in _ARGUMENT.findall(written)
    ]
    return _ARGUMENT.sub(r"{\2}", written), arguments


def _operation(
    view: Any, method: str, known: Operation, name: str, schemas: dict[str, Schema]
) -> dict[str, Any]:
    door = view.door
    code = view.needs.get(method.upper()) or door.code(method.upper())
    words = [known.description] if known.description else []
    if code:
        words.append(f"Needs the permission `{code}`.")
    told: dict[str, Any] = {
        "operationId": f"{name}_{method}",
        "summary": known.summary,
        "tags": [view.group or "Other"],
        "parameters": [*_parameters(known, schemas), *_headers(method, known)],
        "responses": _responses(method, known, schemas, bool(door.public)),
        "security": [] if door.public else [{"token": [code] if code else []}, {"session": []}],
    }
    if words:
        told["description"] = "\n\n".join(words)
    if code:
        told["x-permission"] = code
    if known.deprecated:
        told["deprecated"] = True
    if known.takes is not None or known.body != JSON:
        told["requestBody"] = {
            "required": True,
            "content": {known.body: {"schema": _referred(known.takes or {}, schemas)}},
        }
    return told


def _parameters(known: Operation, schemas: dict[str, Schema]) -> list[dict[str, Any]]:
    return [
        {
            "name": each.name,
            "in": "query",
            "required": each.required,
            "schema": _referred(each.schema, schemas),
            **({"description": each.description} if each.description else {}),
        }
        for each in known.query
    ]


def _headers(method: str, known: Operation) -> list[dict[str, Any]]:
    found = [
        {
            "name": each.name,
            "in": "header",
            "required": each.required,
            "schema": each.schema,
            "description": each.description,
        }
        for each in known.headers
    ]
    if method == "post" and not known.asks:
        said = "New for every deed, the same for its repetitions: such as a new UUID."
        form = {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"}
        found.append(
            {"name": KEY, "in": "header", "required": True, "schema": form, "description": said}
        )
    if known.changes:
        said = "The ETag of what is changed, as it was read; or `*`."
        form = {"type": "string", "minLength": 1, "maxLength": 1000, "pattern": "^[!-~]+$"}
        found.append(
            {
                "name": MATCH,
                "in": "header",
                "required": True,
                "schema": form,
                "description": said,
            }
        )
    return found


def _responses(
    method: str, known: Operation, schemas: dict[str, Schema], public: bool
) -> dict[str, Any]:
    found: dict[str, Any] = {str(known.status): _answer(known, schemas)}
    for status, other in known.also.items():
        if isinstance(other, Answer):
            found[str(status)] = _other(other, status, schemas)
        else:
            found[str(status)] = {**_answer(known, schemas), "description": other}
    if known.tagged and method == "get":
        found["304"] = {"description": "Unchanged since the ETag in If-None-Match."}
    refusals = {400, 404, 422, 429} | (set() if public else {401, 403})
    if method != "get":
        refusals |= {409, 413, 415}
    if known.media:
        refusals |= {409, 410}
    if known.changes or any(each.name == MATCH for each in known.headers):
        refusals |= {412, 428}
    refusals |= set(known.refuses)
    for status in sorted(refusals):
        found[str(status)] = {
            "description": SAID[status],
            "content": {
                "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
            },
        }
    return found


def _answer(known: Operation, schemas: dict[str, Schema]) -> dict[str, Any]:
    answer: dict[str, Any] = {"description": known.summary}
    if known.media:
        answer["content"] = {media: {"schema": {}} for media in known.media}
    elif known.gives is not None:
        answer["content"] = {JSON: {"schema": _referred(known.gives, schemas)}}
    headers = {}
    if known.tagged:
        headers["ETag"] = {"schema": {"type": "string"}}
    if known.status in (201, 202):
        headers["Location"] = {"schema": {"type": "string"}}
    return {**answer, "headers": headers} if headers else answer


def _other(other: Answer, status: int, schemas: dict[str, Schema]) -> dict[str, Any]:
    named = [name for name, told in (("ETag", other.tagged), ("Location", status == 202)) if told]
    return {
        "description": other.said,
        "content": {JSON: {"schema": _referred(other.gives, schemas)}},
        "headers": {name: {"schema": {"type": "string"}} for name in named},
    }


def _referred(schema: Schema, schemas: dict[str, Schema], *, top: bool = False) -> Schema:
    """Return a schema with references for those that have titles; they go into ``schemas``."""
    if not isinstance(schema, dict):
        return schema
    title = schema.get("title")
    if not top and isinstance(title, str) and "properties" in schema:
        if title not in schemas:
            schemas[title] = {}
            schemas[title] = _referred(schema, schemas, top=True)
        return {"$ref": f"#/components/schemas/{title}"}
    found: Schema = {}
    for word, value in schema.items():
        if word == "properties":
            found[word] = {name: _referred(each, schemas) for name, each in value.items()}
        elif word in ("items", "additionalProperties") and isinstance(value, dict):
            found[word] = _referred(value, schemas)
        elif word in ("anyOf", "oneOf", "allOf"):
            found[word] = [_referred(each, schemas) for each in value]
        else:
            found[word] = value
    return found


def readable(
    path: str, method: str, told: dict[str, Any], schemas: dict[str, Schema]
) -> dict[str, Any]:
    """Return one operation as a page shows it: its words, parameters, and examples as JSON."""
    success = next(s for s in told["responses"] if s.startswith("2"))
    body = told.get("requestBody", {}).get("content", {}).get(JSON, {}).get("schema")
    gives = told["responses"][success].get("content", {}).get(JSON, {}).get("schema")
    return {
        "id": told["operationId"],
        "method": method.upper(),
        "path": path,
        "summary": told["summary"],
        "description": told.get("description", ""),
        "parameters": [
            {
                "name": each["name"],
                "place": each["in"],
                "needed": each["required"],
                "said": each.get("description", ""),
                "choices": each["schema"].get("enum", []),
            }
            for each in told["parameters"]
        ],
        "sends": _example(body, schemas),
        "gives": _example(gives, schemas),
        "status": success,
        "refusals": [s for s in told["responses"] if s >= "400"],
    }


def _example(found: Schema | None, schemas: dict[str, Schema]) -> str:
    """Return a schema's example as indented JSON; nothing where it has none."""
    if not found:
        return ""
    name = found.get("$ref", "").rpartition("/")[2]
    examples = (schemas[name] if name else found).get("examples", [])
    return json.dumps(examples[0], indent=2, ensure_ascii=False) if examples else ""
