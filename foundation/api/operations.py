"""What one method of the API does: declared on its function, told as OpenAPI.

    @operation("Register a work", takes=NEW_WORK, gives=WORK, status=201)
    def post(self, request):
        work = registration.register_work(..., **self.sent)
        return Reply(shown(work), location=address("api:work", pk=work.pk))

The function finds what was sent in ``self.sent`` and the query in ``self.asked``, both checked, and
returns JSON-ready data, a ``Reply``, or a response of its own (a file).
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from hashlib import sha256
from typing import Any, Protocol, cast
from uuid import UUID

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from rest_framework.request import Request

from foundation import idempotency
from foundation.api import bodies
from foundation.api.schema import Schema
from kernel.errors import DomainError

KEY, MATCH = "Idempotency-Key", "If-Match"
JSON, FORM = "application/json", "multipart/form-data"


class KeyNeeded(DomainError):
    """A POST came without its Idempotency-Key."""

    code = "idempotency_key_needed"
    status = 400


class MatchNeeded(DomainError):
    """A change came without If-Match."""

    code = "if_match_needed"
    status = 428


class Outdated(DomainError):
    """The thing was changed since the caller read it."""

    code = "outdated"
    status = 412


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of the query."""

    name: str
    schema: Schema
    description: str = ""
    required: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What an operation may answer with besides its usual answer, under another status."""

    said: str
    gives: Schema
    tagged: bool = False


@dataclass(frozen=True, slots=True)
class Operation:
    """What one method takes and gives.

    ``tagged``: the answer has an ETag. ``changes``: If-Match must name the present one, which the
    view's ``present(**path)`` tells under the row's lock. ``media``: what files come instead of
    JSON. ``body``: the media type of what is sent where it is not JSON; then ``most`` bytes.
    ``headers``: what else comes with it; the view finds them in ``asked`` by their names.
    ``asks``: a POST that only asks, its question being too long for an address: it changes nothing,
    so it needs no Idempotency-Key, no answer is kept, and it counts as a read.
    ``refuses``: further statuses that it may refuse with.
    ``also``: other statuses that are no refusals, with words where the content is the same.
    """

    summary: str
    gives: Schema | None = None
    takes: Schema | None = None
    status: int = 200
    query: tuple[Parameter, ...] = ()
    headers: tuple[Parameter, ...] = ()
    description: str = ""
    tagged: bool = False
    changes: bool = False
    media: tuple[str, ...] = ()
    body: str = JSON
    most: int = bodies.JSON_BYTES
    also: Mapping[int, str | Answer] = field(default_factory=dict)
    deprecated: bool = False
    asks: bool = False
    refuses: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer with more to it than its data."""

    data: Any
    status: int = 0
    location: str = ""


class View(Protocol):
    """What a view of the API has for its operations."""

    sent: Any
    asked: dict[str, Any]
    present: Callable[..., Any]


Handler = Callable[..., Any]


def operation(summary: str, **declared: Any) -> Callable[[Handler], Handler]:
    """Declare a method of a view as an operation."""
    known = Operation(summary, **declared)

    def declare(handler: Handler) -> Handler:
        @wraps(handler)
        def answer(view: View, request: Request, **path: Any) -> HttpResponseBase:
            view.asked = {**_query(known, request), **_headers(known, request)}
            content = _read(view, known, request)

            def act() -> Any:
                if known.changes:
                    hold(request, view.present(**path))
                return handler(view, request, **path)

            if request.method != "POST" or known.asks:
                return _told(known, request, act())
            return _once(known, request, content, act)

        answer.operation = known  # type: ignore[attr-defined]
        return answer

    return declare


def etag_of(content: bytes) -> str:
    """Return the ETag of a representation."""
    return f'"{sha256(content).hexdigest()[:32]}"'


def dumps(data: Any) -> bytes:
    """Return JSON as the API writes it."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()


def _query(known: Operation, request: Request) -> dict[str, Any]:
    """Return the query's parameters by name, each as its schema says. Raises InvalidRequest."""
    allowed = {each.name: each for each in known.query}
    wrong, found = [], {}
    for name, values in request.query_params.lists():
        if name not in allowed:
            wrong.append((f"?{name[:50]}", "unknown", "there is no such parameter here"))
        elif len(values) > 1:
            wrong.append((f"?{name}", "twice", "give it once"))
        elif bodies.unreadable(values[0]):
            wrong.append((f"?{name}", "wrong_form", "a text without NUL is needed"))
        else:
            found[name] = _typed(values[0], allowed[name].schema)
    missing = [each.name for each in known.query if each.required and each.name not in found]
    wrong += [(f"?{name}", "missing", "this is needed") for name in missing]
    if wrong:
        raise bodies.faults(wrong)
    for name, value in found.items():
        bodies.checked(value, allowed[name].schema, at=f"?{name}")
    return found


def _headers(known: Operation, request: Request) -> dict[str, Any]:
    """Return the declared headers by name, each as its schema says. Raises InvalidRequest."""
    given = {each.name: request.headers.get(each.name) for each in known.headers}
    found = {
        each.name: _typed(value.strip(), each.schema)
        for each in known.headers
        if (value := given[each.name]) is not None
    }
    missing = [each.name for each in known.headers if each.required and each.name not in found]
    if missing:
        raise bodies.faults((f"#{name}", "missing", "this header is needed") for name in missing)
    for each in known.headers:
        if each.name in found:
            bodies.checked(found[each.name], each.schema, at=f"#{each.name}")
    return found


def _typed(text: str, schema: Schema) -> Any:
    if schema.get("type") == "integer" and text.isascii() and text.isdigit() and len(text) < 18:
        return int(text)
    if schema.get("type") == "boolean" and text in ("true", "false"):
        return text == "true"
    return text


def _read(view: View, known: Operation, request: Request) -> bytes:
    """Read the body where one is taken; return what stands for it in the request's hash."""
    view.sent = None
    if known.body == FORM:
        assert known.takes is not None
        view.sent, content = bodies.form(request._request, known.takes, most=known.most)
        return content
    if known.body != JSON:
        content = bodies.raw(request._request, most=known.most, media_type=known.body)
        view.sent = content
        return sha256(content).digest()
    if known.takes is None:
        return b""
    content = bodies.raw(request._request, most=known.most, media_type=JSON)
    view.sent = bodies.checked(bodies.parse(content), known.takes)
    return content


def hold(request: Request, present: Any) -> None:
    """Refuse a change of what isn't what the caller saw. Raises MatchNeeded and Outdated."""
    given = request.headers.get(MATCH, "").strip()
    if not given:
        raise MatchNeeded("Read it first, and send its ETag as If-Match with the change.")
    tags = [one.strip() for one in given.split(",")]
    if given != "*" and etag_of(dumps(present)) not in tags:
        raise Outdated("It was changed since you read it. Read it again, then change it.")


def _once(
    known: Operation, request: Request, content: bytes, act: Callable[[], Any]
) -> HttpResponseBase:
    key = request.headers.get(KEY, "")
    if not (0 < len(key) <= 255 and key.isascii() and key.isprintable()):
        raise KeyNeeded(
            f"Send an {KEY} of up to 255 plain characters with every POST, such as a new UUID: the "
            "same request with the same key is done once and answered alike."
        )
    path = request._request.get_full_path()
    files: list[HttpResponseBase] = []

    def answer() -> idempotency.Answer:
        told = _told(known, request, act())
        if not isinstance(told, HttpResponse):
            raise TypeError(f"{known.summary} must answer with its whole content.")
        files.append(told)
        kept = {name: told[name] for name in ("Location", "ETag") if name in told}
        media_type = told["Content-Type"]
        return idempotency.Answer(told.status_code, told.content, media_type, kept)

    given = idempotency.once(
        key=key,
        caller_id=cast(UUID, request.user.pk),
        asked=idempotency.request_hash("POST", path, content),
        at=timezone.now(),
        act=answer,
    )
    if files:
        return files[0]
    again = HttpResponse(given.body, status=given.status, content_type=given.media_type)
    for name, value in given.headers.items():
        again[name] = value
    again["Idempotent-Replay"] = "true"
    return again


def _told(known: Operation, request: Request, found: Any) -> HttpResponseBase:
    """Return the response: of data as JSON, with its ETag and its address."""
    if isinstance(found, HttpResponseBase):
        return found
    reply = found if isinstance(found, Reply) else Reply(found)
    status = reply.status or known.status
    if status == 204:
        return HttpResponse(status=204)
    content = dumps(reply.data)
    answer = HttpResponse(content, status=status, content_type=JSON)
    if reply.location:
        answer["Location"] = reply.location
    other = known.also.get(status)
    if other.tagged if isinstance(other, Answer) else known.tagged:
        answer["ETag"] = etag_of(content)
        asked = [one.strip() for one in request.headers.get("If-None-Match", "").split(",")]
        if request.method in ("GET", "HEAD") and answer["ETag"] in asked:
            unchanged = HttpResponse(status=304)
            unchanged["ETag"] = answer["ETag"]
            return unchanged
    return answer
