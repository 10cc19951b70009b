"""A deal's text held against everything a deal must be: what is wrong and where, what it says."""

from dataclasses import dataclass
from typing import Any

from kernel.errors import DomainError
from royalties import deal_text
from royalties.engine import bounds, places, rendering, schema
from royalties.engine.errors import DealInvalid
from royalties.engine.examples import ExampleResult
from royalties.engine.reading import read_deal
from royalties.engine.schema import Problem
from royalties.selectors import example_runs
from royalties.selectors.calculations import own_matcher


@dataclass(frozen=True, slots=True)
class Wrong:
    """One problem: the place and its line, what stands there, what belongs there."""

    path: str
    line: int
    message: str
    expected: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What a text comes to. ``document`` is None where it can't be read at all."""

    text: str
    document: dict[str, Any] | None
    problems: tuple[Wrong, ...]
    sections: tuple[rendering.Section, ...]
    examples: tuple[ExampleResult, ...]

    @property
    def passed(self) -> int:
        """How many examples come out."""
        return sum(1 for each in self.examples if each.passed)

    @property
    def signable(self) -> bool:
        """Whether nothing stands in the way of its signature."""
        return not self.problems and 0 < len(self.examples) == self.passed

    @property
    def announcement(self) -> str:
        """The outcome in a sentence."""
        if self.problems:
            count = len(self.problems)
            return f"{count} problem{'' if count == 1 else 's'}"
        return f"Nothing is wrong. {self.passed} of {len(self.examples)} worked examples come out"

    @property
    def numbered(self) -> list[tuple[int, str, bool]]:
        """The text's lines with their numbers, and whether something is wrong there."""
        bad = {each.line for each in self.problems}
        return [(n, line, n in bad) for n, line in enumerate(self.text.splitlines(), 1)]


def check(text: str) -> Checked:
    """Return what ``text`` comes to, its worked examples run now. Reads; writes nothing."""
    try:
        written = deal_text.read(text)
    except deal_text.TextUnreadable as error:
        wrong = Wrong("", error.line, error.detail, "JSON")
        return Checked(text, None, (wrong,), (), ())
    document, examples = written.document, list[ExampleResult]()
    try:
        problems, examples = of_document(document)
    except DomainError as error:
        problems = [{"path": "examples", "message": error.detail, "expected": ""}]
    found = tuple(
        Wrong(each["path"], written.line(each["path"]), each["message"], each["expected"])
        for each in problems
    )
    return Checked(text, document, found, () if found else told(document), tuple(examples))


def of_document(document: dict[str, Any]) -> tuple[list[Problem], list[ExampleResult]]:
    """Return what is wrong with a document; where nothing is, how its worked examples come out.

    Raises DealTooLarge and ExamplesTooSlow. Writes nothing.
    """
    bounds.check(document)
    problems, known = schema.problems(document), own_matcher()
    if problems:
        return problems, []
    try:
        terms = read_deal(document)
    except DealInvalid as error:
        return error.extra["problems"], []
    problems = places.problems(document, known)
    return problems, [] if problems else example_runs.run(terms, matcher=known)


def told(document: dict[str, Any]) -> tuple[rendering.Section, ...]:
    """Return a sound document in plain language, without its examples."""
    return tuple(s for s in rendering.describe(document) if s.title != rendering.EXAMPLES)
