"""A deal's document as text that people write: read with the line of every place, and printed."""

import functools
import json
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kernel.errors import DomainError
from royalties.engine import bounds, schema

LONGEST, DEEPEST, WIDTH = bounds.LONGEST, 60, 84
_SPACE = re.compile(r"[ \t\r\n]*")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_STRINGS = json.JSONDecoder()
_WORDS = {"true": True, "false": False, "null": None}


class TextUnreadable(DomainError):
    """Text that is no JSON, or says something twice; ``extra["line"]`` is where."""

    code = "text_unreadable"
    status = 422

    def __init__(self, detail: str, line: int) -> None:
        super().__init__(detail, line=line)
        self.line = line


@dataclass(frozen=True, slots=True)
class Written:
    """A document, and the line on which each of its places begins (``income[0].rate``)."""

    document: dict[str, Any]
    lines: dict[str, int]

    def line(self, path: str) -> int:
        """Return the line of a place, or of the nearest one around it."""
        while path and path not in self.lines:
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return self.lines.get(path, 1)


def read(text: str) -> Written:
    """Return what ``text`` says. Raises TextUnreadable with the line."""
    if len(text) > LONGEST:
        raise TextUnreadable(f"A document has at most {LONGEST:,} signs.", 1)
    reader = _Reader(text.removeprefix("\ufeff"))
    value = reader.value("", 0)
    reader.skip()
    if reader.at < len(reader.text):
        raise reader.wrong("Something stands after the document's end.")
    if not isinstance(value, dict):
        raise TextUnreadable("A deal is one JSON object: { … }.", 1)
    return Written(value, reader.lines)


class _Reader:
    """JSON, strictly: no numbers with a point, no word twice in one object."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0
        self.lines: dict[str, int] = {}
        self._breaks = [match.end() for match in re.finditer("\n", text)]

    def wrong(self, detail: str, at: int | None = None) -> TextUnreadable:
        """Return the refusal of what stands here."""
        line = self._line(self.at if at is None else at)
        return TextUnreadable(f"Line {line}: {detail}", line)

    def _line(self, at: int) -> int:
        return bisect_right(self._breaks, at) + 1

    def skip(self) -> str:
        """Go to the next sign that says something; return it."""
        found = _SPACE.match(self.text, self.at)
        self.at = found.end() if found else self.at
        return self.text[self.at : self.at + 1]

    def value(self, path: str, depth: int) -> Any:
        """Read the value that begins here."""
        sign = self.skip()
        self.lines.setdefault(path, self._line(self.at))
        if depth > DEEPEST:
            raise self.wrong("This is nested too deeply.")
        if sign == "{":
            return self._object(path, depth)
        if sign == "[":
            return self._array(path, depth)
        if sign == '"':
            return self._string()
        for word, meaning in _WORDS.items():
            if self.text.startswith(word, self.at):
                self.at += len(word)
                return meaning
        return self._number()

    def _number(self) -> int:
        found = _NUMBER.match(self.text, self.at)
        if found is None:
            raise self.wrong("Here belongs a value: text in quotes, a number, { … } or [ … ].")
        if found[1] or found[2] or len(found[0]) > 18:
            raise self.wrong(f'{found[0]} must be written as text, "{found[0]}", to stay exact.')
        self.at = found.end()
        return int(found[0])

    def _string(self) -> str:
        try:
            text, self.at = _STRINGS.raw_decode(self.text, self.at)
        except json.JSONDecodeError as error:
            raise self.wrong("The quotes of this text don't close, or it can't be read.") from error
        return str(text).replace("\0", "")

    def _object(self, path: str, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for _ in self._members("}"):
            if self.skip() != '"':
                raise self.wrong('Here belongs a word in quotes, such as "income".')
            begins, name = self.at, self._string()
            if name in found:
                raise self.wrong(f"“{name}” stands twice in the same object. Keep one.", begins)
            place = f"{path}.{name}".lstrip(".")
            self.lines[place] = self._line(begins)
            if self.skip() != ":":
                raise self.wrong(f"After “{name}” a colon is missing.")
            self.at += 1
            found[name] = self.value(place, depth + 1)
        return found

    def _array(self, path: str, depth: int) -> list[Any]:
        found: list[Any] = []
        for number in self._members("]"):
            found.append(self.value(f"{path}[{number}]", depth + 1))
        return found

    def _members(self, end: str) -> Iterator[int]:
        """Yield at the beginning of each member; step over commas and the end."""
        self.at += 1
        number = 0
        while True:
            if self.skip() == end and number == 0:
                break
            yield number
            number += 1
            sign = self.skip()
            if sign == end:
                break
            if sign != ",":
                raise self.wrong(f"Here a comma or {end} is missing.")
            self.at += 1
        self.at += 1


def printed(document: Mapping[str, Any]) -> str:
    """Return a document as text: words in the order of the language, short parts on one line."""
    return _written(document, 0) + "\n"


def _written(value: Any, indent: int) -> str:
    flat = json.dumps(_ordered(value), ensure_ascii=False)
    if not isinstance(value, Mapping | list) or not value:
        return flat
    if indent and len(flat) + indent <= WIDTH:
        return flat
    inside = " " * (indent + 2)
    if isinstance(value, Mapping):
        parts = [
            f"{inside}{json.dumps(name, ensure_ascii=False)}: {_written(each, indent + 2)}"
            for name, each in _sorted(value)
        ]
        opening, closing = "{", "}"
    else:
        parts = [f"{inside}{_written(each, indent + 2)}" for each in value]
        opening, closing = "[", "]"
    return f"{opening}\n" + ",\n".join(parts) + f"\n{' ' * indent}{closing}"


def _ordered(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _ordered(each) for name, each in _sorted(value)}
    return [_ordered(each) for each in value] if isinstance(value, list) else value


def _sorted(value: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Return the members in the language's order; names that people gave stay as they stand."""
    for shape in _shapes():
        if value.keys() <= shape.keys():
            return sorted(value.items(), key=lambda item: shape[item[0]])
    return list(value.items())


@functools.cache
def _shapes() -> list[dict[str, int]]:
    """Return the words of every object of the published schema in its order, short ones first."""
    found: list[dict[str, int]] = []

    def walk(part: Any) -> None:
        if isinstance(part, Mapping):
            if words := part.get("properties"):
                found.append({name: at for at, name in enumerate(words)})
            for each in part.values():
                walk(each)
        elif isinstance(part, list):
            for each in part:
                walk(each)

    walk(schema.published())
    return sorted(found, key=len)
