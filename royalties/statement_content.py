"""What a statement says, as figures and ids: of results alone, so that it can be made again."""

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any
from uuid import UUID

from royalties.engine.statement import together, told
from royalties.models import Run, RunResult


def run_hash(results: Sequence[tuple[str, str, str]]) -> str:
    """Return the hash of a run: of its results' deal, period and hash, in their order."""
    return sha256(repr(list(results)).encode()).hexdigest()


def contents(
    run: Run, results: Sequence[RunResult], holders: Mapping[UUID, Mapping[str, UUID]]
) -> Iterator[tuple[UUID, dict[str, Any]]]:
    """Yield each holder of a posted run with what their statement says, one for each currency.

    ``holders`` says who each deal's payees are. Deals that pay us make no statement, nor do payees
    without a figure.
    """
    parts: dict[tuple[UUID, str], list[dict[str, Any]]] = {}
    for result in results:
        if result.deal.direction == "in":
            continue
        currency = result.figures["currency"]
        for payee in result.figures["payees"]:
            part = part_of(result, payee)
            if part is not None:
                parts.setdefault((holders[result.deal_id][payee], currency), []).append(part)
    ordered = sorted(parts.items(), key=lambda item: (str(item[0][0]), item[0][1]))
    for number, ((holder, currency), listed) in enumerate(ordered, 1):
        yield holder, _content(run, number, holder, currency, listed)


def _content(
    run: Run, number: int, holder: UUID, currency: str, parts: list[dict[str, Any]]
) -> dict[str, Any]:
    return {
        "statement": f"{run.period}-{number:05}",
        "holder": str(holder),
        "currency": currency,
        "period": run.period,
        "run": run.results_hash,
        "sums": together(parts, currency),
        "deals": parts,
    }


def part_of(result: RunResult, payee: str) -> dict[str, Any] | None:
    """Return what one deal's period says to one payee; None where every figure is zero."""
    said = told(result.figures, result.opening, result.closing, payee)
    if said is None:
        return None
    return {
        "result": str(result.pk),
        "results_hash": result.results_hash,
        "deal": result.deal.code,
        "version": result.version.number,
        "payee": payee,
        "period": result.period,
        **said,
    }
