"""A set of places in a column: PostgreSQL's int8multirange, a ``SpanSet`` in Python."""

from typing import TYPE_CHECKING, Any

from django.db import models
from psycopg.types.multirange import Int8Multirange, Multirange
from psycopg.types.range import Range

from territories.geography.spans import SpanSet


def to_multirange(places: SpanSet) -> Int8Multirange:
    """Return ``places`` as a parameter for psycopg."""
    return Int8Multirange(Range(lower, upper) for lower, upper in places.ranges)


if TYPE_CHECKING:
    _Field = models.Field[SpanSet, SpanSet]
    _Lookup = models.Lookup[bool]
else:
    _Field, _Lookup = models.Field, models.Lookup


class SpanSetField(_Field):
    """A column of type int8multirange. Lookups: ``overlaps`` and ``covers``, both with a set."""

    description = "A set of places"

    def db_type(self, connection: Any) -> str:
        return "int8multirange"

    def from_db_value(
        self, value: Multirange[int] | None, expression: Any, connection: Any
    ) -> SpanSet | None:
        if value is None:
            return None
        return SpanSet(tuple((one.lower or 0, one.upper or 0) for one in value))

    def to_python(self, value: Any) -> Any:
        return value

    def get_prep_value(self, value: Any) -> Any:
        return to_multirange(value) if isinstance(value, SpanSet) else value


class _SetOperator(_Lookup):
    operator = ""

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        left, left_params = self.process_lhs(compiler, connection)
        right, right_params = self.process_rhs(compiler, connection)
        return f"{left} {self.operator} {right}", (*left_params, *right_params)


@SpanSetField.register_lookup
class Overlaps(_SetOperator):
    """Whether the two sets share a place."""

    lookup_name = "overlaps"
    operator = "&&"


@SpanSetField.register_lookup
class Covers(_SetOperator):
    """Whether the column's set holds all of the other."""

    lookup_name = "covers"
    operator = "@>"
