"""The engine alone on a million lines and three payees, against the row-by-row oracle.

`make bench ARGS=engine`. The two run on the same lines in the same process; their results must be
equal. Before them the engine runs alone on ten times the lines, in a process of its own, for its
time and memory. BENCH_LINES changes the number of lines.
"""

import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
import pyarrow as pa

from royalties.engine.calculate import Calculation, calculate
from royalties.engine.lines import Lines
from royalties.engine.reading import read_deal
from territories.geography.resolver import matcher
from tests.engine.oracle.calculate import calculate as oracle

DEAL: dict[str, Any] = {
    "schema": "mediatrack.deal/1",
    "deal": "BENCH",
    "title": "Three payees, tiers, territories and a fee",
    "direction": "out",
    "currency": "USD",
    "accounting": {"period": "quarter"},
    "payees": {"ana": {}, "ben": {}, "cy": {}},
    "counters": {"streams": {"measure": "units", "where": {"format": ["stream"]}, "over": "life"}},
    "income": [
        {
            "id": "streams",
            "where": {"format": ["stream"]},
            "base": "amount",
            "deductions": [{"percent": "15", "of": "base"}],
            "rate": {
                "tiers": {
                    "counter": "streams",
                    "kind": "marginal",
                    "steps": [
                        {"over": "0", "percent": "50"},
                        {"over": "30000000", "percent": "55"},
                    ],
                }
            },
            "adjustments": [{"where": {"territory": "WORLD - US"}, "factor": "0.8"}],
            "to": {"split": "band"},
        },
        {"id": "sales", "base": "amount", "rate": {"percent": "18"}, "to": {"split": "band"}},
    ],
    "splits": {"band": {"weights": {"ana": "2", "ben": "1", "cy": "1"}}},
    "accounts": {
        "ana": {"advances": [{"id": "signing", "amount": "10000.00", "on": "2026-01-02"}]}
    },
}


def table(count: int) -> pa.Table:
    """Return that many lines: 1,000 works, 20 territories, 3 sources; amounts at six decimals."""
    random = np.random.default_rng(7)

    def words(values: list[str]) -> pa.DictionaryArray:
        codes = random.integers(0, len(values), count, dtype=np.int32)
        return pa.DictionaryArray.from_arrays(pa.array(codes), values)

    places = "US GB DE FR JP BR CA AU MX IN IT ES NL SE NO DK PL KR ZA AR".split()
    columns = {
        "work": words([f"W{n:04}" for n in range(1000)]),
        "territory": words(places),
        "source": words(["Alpha", "Beta", "Gamma"]),
        "format": words(["stream", "stream", "stream", "download"]),
        "units": pa.array(random.integers(1, 100, count)),
        "amount": pa.array(random.integers(1, 5_000_000, count)),
    }
    fields = [
        pa.field(name, array.type, metadata={"scale": "6" if name == "amount" else "0"})
        for name, array in columns.items()
    ]
    return pa.table(list(columns.values()), schema=pa.schema(fields))


def rows_of(lines: pa.Table) -> list[dict[str, Any]]:
    """Return the lines as the oracle reads them."""
    rows = lines.to_pylist()
    for row in rows:
        row["amount"] = f"{row['amount'] // 10**6}.{row['amount'] % 10**6:06}"
    return rows


def timed(lines: pa.Table) -> tuple[Calculation, float]:
    """Return the engine's calculation and its seconds, from the Arrow table on."""
    deal, started = read_deal(DEAL), time.perf_counter()
    done = calculate(deal, period="2026-Q1", lines=Lines.from_arrow(lines), matcher=matcher)
    return done, time.perf_counter() - started


def peak() -> int:
    """Return the largest memory of this process so far, in MiB, the lines included."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def alone(count: int) -> dict[str, Any]:
    """Return the figures of so many lines, measured in a process of its own."""
    command = [sys.executable, __file__, "alone", str(count)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout))


def main() -> None:
    """Print the figures as one JSON object."""
    if sys.argv[1:2] == ["alone"]:
        _, seconds = timed(table(int(sys.argv[2])))
        print(json.dumps({"seconds": round(seconds, 2), "peak_mib": peak()}))
        return
    count = int(os.environ.get("BENCH_LINES", "1000000"))
    tenfold = alone(10 * count)
    lines = table(count)
    done, *times = timed(lines)
    for _ in range(2):
        done, seconds = timed(lines)
        times.append(seconds)
    most = peak()
    rows = rows_of(lines)
    started = time.perf_counter()
    slow = oracle(DEAL, period="2026-Q1", lines=rows, matches=lambda e, c, on: matcher(e, on=on)(c))
    slowly = time.perf_counter() - started
    figures = {
        "lines": count,
        "cells": done.cells.num_rows,
        "engine_seconds": round(sorted(times)[1], 3),
        "oracle_seconds": round(slowly, 1),
        "times_faster": round(slowly / sorted(times)[1]),
        "equal": slow["payees"] == done.result["payees"]
        and slow["closing"] == done.result["closing"],
        "peak_mib_of_the_engine": most,
        "ten_times_the_lines": tenfold,
    }
    print(json.dumps({"bench": "engine", **figures}))
    sys.exit(0 if figures["equal"] else 1)


if __name__ == "__main__":
    main()
