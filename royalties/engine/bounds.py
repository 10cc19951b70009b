"""How much a deal's document may ask for: what is over is refused before anything is calculated."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from kernel.errors import DomainError

LONGEST, PERIODS, ROWS = 500_000, 200, 5_000


class DealTooLarge(DomainError):
    """A document, or its worked examples, beyond what is checked; ``extra`` has the figures."""

    code = "deal_too_large"
    status = 422


def check(document: Mapping[str, Any]) -> None:
    """Raise DealTooLarge where a document is too long, or its examples calculate too much.

    The document may still be wrong in any way: what isn't where it belongs counts nothing.
    """
    length = len(json.dumps(document, ensure_ascii=False))
    if length > LONGEST:
        raise DealTooLarge(
            f"A deal's document has at most {LONGEST:,} signs; this one has {length:,}. Move lines "
            "of its worked examples into a sales file.",
            length=length,
            most=LONGEST,
        )
    periods = list(_periods(document))
    rows = sum(len(_many(each, name)) for each in periods for name in ("lines", "costs"))
    for count, most, noun in ((len(periods), PERIODS, "periods"), (rows, ROWS, "lines and costs")):
        if count > most:
            raise DealTooLarge(
                f"The worked examples of a deal calculate at most {most:,} {noun} together; these "
                f"have {count:,}. Keep those that prove a clause, and calculate the rest as a run.",
                count=count,
                most=most,
            )


def _periods(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for example in _many(document, "examples"):
        if isinstance(example, Mapping):
            yield from (one for one in _many(example, "periods") if isinstance(one, Mapping))


def _many(inside: Mapping[str, Any], name: str) -> list[Any]:
    found = inside.get(name)
    return found if isinstance(found, list) else []
