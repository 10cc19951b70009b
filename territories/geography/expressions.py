"""Territory expressions: ``WORLD - US - CA``, ``EU + CH - IT``, ``WORLD - (EU - IT)``.

Read from left to right: ``+`` adds, ``-`` takes away, parentheses group. A comma or a semicolon
adds too, so a plain list of codes is an expression. A minus stands apart from a code that has
a hyphen: ``US-CA`` is California, ``US - CA`` is the United States without Canada.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kernel.errors import DomainError
from territories.geography.atlas import Atlas, public_atlas

MAX_LENGTH = 4000
MAX_DEPTH = 20
VENUE_CODE = re.compile(r"LOC:[A-Z0-9][A-Z0-9._-]{0,49}\Z", re.ASCII)
_TOKEN = re.compile(
    r"\s*(?:(?P<word>LOC:[A-Z0-9][A-Z0-9._-]*|[A-Z0-9]+(?:-[A-Z0-9]+)*)"
    r"|(?P<sign>[-+(),;\u2212\u2013\u2014]))",
    re.ASCII | re.IGNORECASE,
)
_SIGNS = {",": "+", ";": "+", "\u2212": "-", "\u2013": "-", "\u2014": "-"}


class BadExpression(DomainError):
    """An expression that can't be read; ``extra`` has the token and its position from 0."""

    code = "bad_territory_expression"
    status = 422


@dataclass(frozen=True, slots=True)
class Expression:
    """A sum of parts, each with its sign; a part is a code or another expression.

    Always in canonical form: no parentheses that change nothing, the first sign a plus.
    """

    terms: "tuple[tuple[str, str | Expression], ...]"

    def __str__(self) -> str:
        shown = []
        for sign, part in self.terms:
            shown.append(f" {sign} " + (part if isinstance(part, str) else f"({part})"))
        return "".join(shown)[3:]

    def codes(self) -> list[str]:
        """Return the codes it names, in order, each once."""
        found: dict[str, None] = {}
        for _, part in self.terms:
            found.update(dict.fromkeys([part] if isinstance(part, str) else part.codes()))
        return list(found)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    position: int


def words(text: str) -> list[str]:
    """Return the words of ``text`` that could be codes, in upper case, without judging them."""
    return [token.text.upper() for token in _tokens(text) if token.kind == "word"]


def parse(text: str, *, atlas: Atlas | None = None) -> Expression:
    """Return the expression written in ``text``; ``str()`` of it is the canonical form.

    Raises ``UnknownTerritory`` for a word nobody knows, ``BadExpression`` for the rest.
    """
    return _Parser(text, atlas or public_atlas()).parse()


def _tokens(text: str) -> Iterator[_Token]:
    if len(text) > MAX_LENGTH:
        raise BadExpression(
            f"The expression has {len(text)} characters; at most {MAX_LENGTH} are read. "
            "Define a group for it.",
            position=MAX_LENGTH,
        )
    at, end = 0, len(text.rstrip())
    while at < end:
        found = _TOKEN.match(text, at)
        if not found:
            at += len(text[at:]) - len(text[at:].lstrip())
            raise BadExpression(
                f"{text[at]!r} at character {at + 1} has no place in a territory expression. "
                "Use codes, +, - and parentheses.",
                token=text[at],
                position=at,
            )
        kind = "word" if found["word"] else "sign"
        told = found[kind]
        yield _Token(kind, _SIGNS.get(told, told), found.start(kind))
        at = found.end()


class _Parser:
    """Recursive descent over: expression = part {sign part}; part = code or ( expression )."""

    def __init__(self, text: str, atlas: Atlas) -> None:
        self.text, self.atlas = text, atlas
        self.tokens = [*_tokens(text), _Token("end", "", len(text.rstrip()))]
        self.at = 0

    def parse(self) -> Expression:
        found = self._sum(0)
        if self._next.kind != "end":
            raise self._unexpected("a + or a -")
        return found

    @property
    def _next(self) -> _Token:
        return self.tokens[self.at]

    def _sum(self, depth: int) -> Expression:
        first = self._part(depth)
        terms: list[tuple[str, str | Expression]] = (
            list(first.terms) if isinstance(first, Expression) else [("+", first)]
        )
        while self._next.kind == "sign" and self._next.text in "+-":
            sign = self._next.text
            self.at += 1
            terms += self._signed(sign, self._part(depth))
        return Expression(tuple(terms))

    @staticmethod
    def _signed(sign: str, part: str | Expression) -> list[tuple[str, str | Expression]]:
        """Return ``part`` as terms, without parentheses where they change nothing.

        A sum of additions alone can be spelt out after either sign: A - (B + C) is A - B - C.
        """
        if isinstance(part, str):
            return [(sign, part)]
        if all(inner == "+" for inner, _ in part.terms):
            return [(sign, one) for _, one in part.terms]
        return [(sign, part)]

    def _part(self, depth: int) -> str | Expression:
        token = self._next
        if token.kind == "word":
            self.at += 1
            return self.atlas.known(token.text, position=token.position, text=self.text)
        if token.text != "(":
            raise self._unexpected("a territory")
        if depth >= MAX_DEPTH:
            raise BadExpression(
                f"More than {MAX_DEPTH} parentheses inside each other. Define a group instead.",
                token="(",
                position=token.position,
            )
        self.at += 1
        inner = self._sum(depth + 1)
        if self._next.text != ")":
            raise self._unexpected("a )")
        self.at += 1
        return inner.terms[0][1] if len(inner.terms) == 1 else inner

    def _unexpected(self, expected: str) -> BadExpression:
        token = self._next
        what = f"{token.text!r} at character {token.position + 1}" if token.text else "The end"
        return BadExpression(
            f"{what} stands where {expected} is expected. Write it like EU + CH - IT.",
            token=token.text,
            position=token.position,
        )
