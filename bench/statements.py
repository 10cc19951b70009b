"""A sales file to committed statements, row-level security on, against the raw COPY of that file.

`make bench ARGS=statements`. A million lines of 1,000 works, one deal with three payees. Goal: from
the accepted lines to the statements at most half of COPY. BENCH_LINES changes the number of lines.
"""

import csv
import json
import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench._database import NAME, organisation
from bench.engine import DEAL

WORKS = 1_000
PLACES = "US GB DE FR JP BR CA AU MX IN IT ES NL SE NO DK PL KR ZA AR".split()
HEADINGS = "isrc title artist channel format territory source sold_on units amount currency".split()


def write(path: Path, count: int) -> None:
    """Write that many sales lines."""
    rng = random.Random(5)
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(HEADINGS)
        for _ in range(count):
            song = rng.randrange(WORKS)
            rows.writerow(
                (
                    f"QZBEN24{song:05}",
                    f"Song number {song}",
                    "The Benches",
                    "streaming",
                    rng.choice(("stream", "stream", "stream", "download")),
                    rng.choice(PLACES),
                    rng.choice(("Alpha", "Beta", "Gamma")),
                    f"2026-0{rng.randrange(1, 4)}-{rng.randrange(1, 29):02}",
                    rng.randrange(1, 100),
                    f"{rng.randrange(5)}.{rng.randrange(10**6):06}",
                    "USD",
                )  # fmt: skip
            )


def copied(path: Path) -> float:
    """Return the seconds of COPY of the file into a plain table, typed, without an index."""
    import psycopg
    from psycopg.conninfo import make_conninfo

    from machine.servers import Servers

    dsn = make_conninfo(Servers("test").admin_url(), dbname=NAME)
    kinds = {"units": "bigint", "amount": "numeric", "sold_on": "date"}
    columns = ", ".join(f"{name} {kinds.get(name, 'text')}" for name in HEADINGS)
    with psycopg.connect(dsn) as link, path.open("rb") as file:
        link.execute(f"CREATE TABLE raw_lines ({columns})")
        started = time.perf_counter()
        with link.cursor().copy("COPY raw_lines FROM STDIN (FORMAT csv, HEADER)") as copy:
            while chunk := file.read(1 << 20):
                copy.write(chunk)
        link.commit()
        seconds = time.perf_counter() - started
        link.execute("DROP TABLE raw_lines")
    return seconds


def prepared(org: Any) -> None:
    """Make the works and the signed deal."""
    from foundation.tenancy import tenant_atomic
    from tests.royalties import world

    example = {
        "name": "one sale",
        "periods": [
            {
                "period": "2026-Q1",
                "lines": [{"format": "download", "units": 1, "amount": "100.00"}],
                "expect": {"ben": {"due": "4.50"}},
            }
        ],
    }
    with tenant_atomic(org.id):
        world.works.create_many(
            works=[
                world.NewWork(
                    kind="recording",
                    title=f"Song number {n}",
                    code=f"W{n:04}",
                    identifiers=[("isrc", f"QZBEN24{n:05}")],
                )
                for n in range(WORKS)
            ],
            at=world.NOW,
        )
        world.signed({**DEAL, "examples": [example]})


def taken(org: Any, source: Path) -> dict[str, float]:
    """Take the file to its statements; return the seconds of each part."""
    from django.utils import timezone

    from audit.actors import command
    from foundation import jobs
    from foundation.tenancy import tenant_atomic
    from integrations.services import imports
    from royalties.services import runs

    seconds: dict[str, float] = {}
    by, at = command("bench"), timezone.now()

    def timed(name: str, deed: Callable[[], Any]) -> Any:
        started = time.perf_counter()
        found = deed()
        seconds[name] = round(time.perf_counter() - started, 2)
        return found

    def begin() -> Any:
        with tenant_atomic(org.id):
            return imports.begin(source=source, name=source.name, by=by, at=at).row

    def job(step: Callable[..., Any]) -> None:
        with tenant_atomic(org.id):
            asked = step(import_id=row.pk, by=by, at=at)
        jobs.finish(org.id, asked.pk)

    def calculate() -> Any:
        with tenant_atomic(org.id):
            run, asked = runs.begin(period="2026-Q1", by=by, at=at)
        assert jobs.work(org.id, asked) == "done"
        return run

    def post() -> None:
        with tenant_atomic(org.id):
            runs.post(run_id=run.pk, by=by, at=timezone.now())

    row = timed("upload", begin)
    timed("read_and_check", lambda: job(imports.validate))
    timed("commit_lines", lambda: job(imports.commit))
    run = timed("calculate", calculate)
    timed("post", post)
    return seconds


def main() -> None:
    """Print the figures as one JSON object."""
    count = int(os.environ.get("BENCH_LINES", "1000000"))
    with tempfile.TemporaryDirectory() as name, organisation() as org:
        source = Path(name) / "sales.csv"
        write(source, count)
        prepared(org)
        copies = [copied(source) for _ in range(3)]
        seconds = taken(org, source)
        copy = sorted(copies)[1]
        statements = sum(seconds[part] for part in ("commit_lines", "calculate", "post"))
        figures = {
            "lines": count,
            "copy_seconds": round(copy, 2),
            "seconds": seconds,
            "lines_to_statements": round(statements, 2),
            "lines_to_statements_over_copy": round(statements / copy, 2),
            "file_to_statements_over_copy": round(sum(seconds.values()) / copy, 2),
            "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10,
        }
    print(json.dumps({"bench": "statements", **figures}))


if __name__ == "__main__":
    main()
