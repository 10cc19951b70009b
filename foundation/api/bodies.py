"""What a request sends: read with care, held against its schema; each fault has its place."""

import json
from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache
from hashlib import file_digest
from typing import Any, cast
from uuid import UUID

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError

from kernel.canonical import digest
from kernel.errors import DomainError

JSON_BYTES = 2 << 20
DEEPEST = 60
DIGITS = 18
_CHUNK = 1 << 16
checker = FormatChecker(formats=())


class InvalidRequest(DomainError):
    """What was sent doesn't fit; ``extra["errors"]`` has each fault's path, code and message."""

    code = "invalid_request"
    status = 422


class Malformed(DomainError):
    """What was sent can't be read at all."""

    code = "malformed"
    status = 400


class TooLarge(DomainError):
    """More was sent than is taken at once."""

    code = "too_large"
    status = 413


class WrongMediaType(DomainError):
    """Another kind of content is wanted."""

    code = "wrong_media_type"
    status = 415


def faults(errors: Iterable[tuple[str, str, str]]) -> InvalidRequest:
    """Return the refusal that tells these faults, each ``(path, code, message)``."""
    told = [{"path": path, "code": code, "message": message} for path, code, message in errors]
    first, more = told[0], len(told) - 1
    where = first["path"] or "What was sent"
    also = f" And {more} more." if more else ""
    return InvalidRequest(f"{where}: {first['message']}.{also}", errors=told)


def raw(request: HttpRequest, *, most: int, media_type: str) -> bytes:
    """Return the body's bytes. Raises WrongMediaType and TooLarge."""
    if (request.content_type or "").lower() != media_type:
        raise WrongMediaType(f"Send this as {media_type}.", wanted=media_type)
    if int(request.META.get("CONTENT_LENGTH") or 0) > most:
        raise TooLarge(f"At most {most:,} bytes are taken at once.", most=most)
    parts, size = [], 0
    while chunk := request.read(_CHUNK):
        size += len(chunk)
        if size > most:
            raise TooLarge(f"At most {most:,} bytes are taken at once.", most=most)
        parts.append(chunk)
    return b"".join(parts)


def form(
    request: HttpRequest, schema: dict[str, Any], *, most: int
) -> tuple[dict[str, Any], bytes]:
    """Return a form's fields with its one ``file``, and what stands for both in a hash.

    The boundary between the parts is another each time; it doesn't count.
    """
    if (request.content_type or "").lower() != "multipart/form-data":
        raise WrongMediaType("Send this as multipart/form-data.", wanted="multipart/form-data")
    if int(request.META.get("CONTENT_LENGTH") or 0) > most:
        raise TooLarge(f"At most {most:,} bytes are taken at once.", most=most)
    try:
        fields, files = request.POST, request.FILES
    except (MultiPartParserError, SuspiciousOperation) as error:
        raise Malformed(f"The form can't be read: {str(error)[:200]}.") from error
    twice = [name for name in fields if len(fields.getlist(name)) > 1]
    wrong = [(f"/{name[:50]}", "twice", "give it once") for name in twice]
    sent = files.getlist("file")
    if set(files) != {"file"} or len(sent) != 1:
        wrong.append(("/file", "missing", "exactly one file is needed, as the field file"))
    if wrong:
        raise faults(wrong)
    told = dict(fields.items())
    _plain(told)
    without = [name for name in schema["required"] if name != "file"]
    shown = {name: each for name, each in schema["properties"].items() if name != "file"}
    checked(told, {**schema, "properties": shown, "required": without})
    file: Any = sent[0]
    content = file_digest(file, "sha256").digest()
    file.seek(0)
    name = (file.name or "file").encode()
    return {**told, "file": file}, digest(told).encode() + name + content


def parse(content: bytes) -> Any:
    """Return the JSON value; no number has a point, no word stands twice in an object."""
    try:
        found = json.loads(
            content.decode("utf-8-sig"),
            object_pairs_hook=_once,
            parse_float=_no_float,
            parse_int=_no_giant,
            parse_constant=_no_float,
        )
    except DomainError:
        raise
    except (ValueError, RecursionError) as error:
        raise Malformed(f"The body is no JSON: {str(error)[:200]}.") from error
    _plain(found)
    return found


def checked(value: Any, schema: dict[str, Any], *, at: str = "") -> Any:
    """Return ``value`` where it fits ``schema``. Raises InvalidRequest with every fault."""
    found = sorted(_validator(digest(schema), _Held(schema)).iter_errors(value), key=_place)
    if found:
        told = (one for each in found[:50] for one in _told(each))
        raise faults((at + path, code, said) for path, code, said in told)
    return value


def fits(value: Any, schema: dict[str, Any]) -> bool:
    """Return whether ``value`` is as ``schema`` says."""
    return _validator(digest(schema), _Held(schema)).is_valid(value)


def unreadable(text: str) -> bool:
    """Return whether a text holds what no database takes: NUL, or half of a character."""
    return "\0" in text or any("\ud800" <= sign <= "\udfff" for sign in text)


class _Held:
    """A schema beside its digest: found again by the digest alone."""

    def __init__(self, schema: dict[str, Any]) -> None:
        self.schema = schema

    def __hash__(self) -> int:
        return 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held)


@lru_cache(maxsize=500)
def _validator(_digest: str, held: _Held) -> Draft202012Validator:
    return Draft202012Validator(held.schema, format_checker=checker)


@checker.checks("uuid")
def _is_uuid(value: object) -> bool:
    if not isinstance(value, str):
        return True
    try:
        return str(UUID(value)) == value.lower()
    except ValueError:
        return False


@checker.checks("date")
def _is_day(value: object) -> bool:
    if not isinstance(value, str):
        return True
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _once(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise Malformed(f"{name[:50]!r} stands twice in the same object. Keep one of them.")
        found[name] = value
    return found


def _no_float(written: str) -> Any:
    raise Malformed(f"{written[:30]} isn't exact. Write whole numbers, or amounts as texts.")


def _no_giant(written: str) -> int:
    if len(written) > DIGITS:
        raise Malformed(f"A number has at most {DIGITS} digits. Write larger ones as texts.")
    return int(written)


def _plain(value: Any) -> None:
    """Refuse what no database takes, and nesting beyond all reason; without recursion."""
    waiting = [(value, 0)]
    while waiting:
        each, depth = waiting.pop()
        if depth > DEEPEST:
            raise Malformed(f"The body is nested deeper than {DEEPEST} levels.")
        if isinstance(each, str) and unreadable(each):
            raise Malformed("A text holds a NUL or half of a character. Take it out.")
        if isinstance(each, list):
            waiting += [(one, depth + 1) for one in each]
        elif isinstance(each, dict):
            waiting += [(one, depth + 1) for pair in each.items() for one in pair]


def _place(error: ValidationError) -> tuple[str, str]:
    return "/".join(map(str, error.absolute_path)), str(error.validator)


_CODES = {
    "required": "missing",
    "additionalProperties": "unknown",
    "type": "wrong_type",
    "enum": "not_a_choice",
    "minLength": "too_short",
    "maxLength": "too_long",
    "minItems": "too_few",
    "maxItems": "too_many",
    "minimum": "too_small",
    "maximum": "too_large",
    "pattern": "wrong_form",
    "format": "wrong_form",
    "anyOf": "wrong_form",
    "minProperties": "too_few",
}


def _told(error: ValidationError) -> Iterator[tuple[str, str, str]]:
    """Yield a fault's path, code and words; one for each missing or unknown word."""
    path, schema = "".join(f"/{part}" for part in error.absolute_path), cast(Any, error.schema)
    value, instance = cast(Any, error.validator_value), cast(Any, error.instance)
    code = _CODES.get(str(error.validator), "wrong_form")
    if code == "unknown":
        for name in sorted(set(instance) - set(schema.get("properties", ()))):
            yield f"{path}/{name[:100]}", code, "there is no such property here"
    elif code == "missing":
        for name in value:
            if name not in instance:
                yield f"{path}/{name}", code, "this is needed"
    else:
        yield path, code, _words(str(error.validator), value)


def _words(rule: str, value: Any) -> str:
    said = {
        "type": f"this must be of type {value}",
        "enum": f"one of these is needed: {', '.join(map(str, value)) if rule == 'enum' else ''}",
        "minLength": f"a text of at least {value} character(s) is needed",
        "maxLength": f"at most {value} characters are taken",
        "minItems": f"at least {value} item(s) are needed",
        "maxItems": f"at most {value} items are taken",
        "minimum": f"the smallest is {value}",
        "maximum": f"the largest is {value}",
        "pattern": f"this doesn't have the form {value}",
        "format": f"this is no {value}",
        "minProperties": "say at least one thing to change",
    }
    return said.get(rule, "this doesn't have the form that is described")
