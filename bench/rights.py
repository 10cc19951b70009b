"""The registry with 100,000 live claims behind row-level security: register, claim, ask.

`make bench ARGS=rights`. Every deed is a transaction of its own, committed. BENCH_WORKS changes the
number of works (six claims each). Statistics are gathered after the first thousand works and at the
end, as autovacuum would: without them PostgreSQL checks foreign keys several times more slowly.
"""

import json
import os
import random
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import psycopg
from psycopg.conninfo import make_conninfo

from bench._database import NAME, organisation

NOW, TODAY = datetime(2026, 11, 21, 9, tzinfo=UTC), date(2026, 11, 21)
PLACES = ["DE", "EU", "US", "WORLD - US", "DACH"]
BATCH, CLAIMS, QUESTIONS = 4000, 200, 30


class Bench:
    """Deeds and questions of one organisation, each in a transaction, timed."""

    def __init__(self, org: Any) -> None:
        from audit import actors
        from holders.services import holders

        self.org, self.rng, self.actor = org, random.Random(7), actors.command("bench")
        self.works: list[Any] = []
        self.people: list[Any] = []

        def people() -> None:
            self.people = [
                holders.register(kind="person", name=f"Holder {n}", actor=self.actor, at=NOW).pk
                for n in range(200)
            ]

        self.timed(people)

    def timed(self, deed: Callable[[], Any]) -> float:
        """Return how many seconds a deed takes, its commit included."""
        from foundation.tenancy import tenant_atomic

        started = time.perf_counter()
        with tenant_atomic(self.org.pk):
            deed()
        return time.perf_counter() - started

    def middle(self, deed: Callable[[], Any], times: int = QUESTIONS) -> float:
        """Return the median milliseconds of a deed."""
        return round(sorted(self.timed(deed) for _ in range(times))[times // 2] * 1000, 1)

    def register(self, count: int) -> float:
        """Register works; return the seconds it took."""
        from catalog.services.works import NewWork
        from rights.services.registration import Registration, register_works

        def batch() -> None:
            rows = [
                Registration(
                    NewWork(kind="composition", title=f"Tide {n}"),
                    [(self.rng.choice(self.people), 1)],
                )
                for n in range(min(BATCH, count - len(self.works)))
            ]
            made = register_works(rows=rows, actor=self.actor, at=NOW)
            self.works += [work.pk for work in made]

        return sum(self.timed(batch) for _ in range(-(-count // BATCH)))

    def claim(self) -> None:
        """Claim a right in a work that nobody claimed yet, by thirds."""
        from rights.services import claims
        from rights.services.terms import NewClaim

        terms = NewClaim(
            right_type=self.rng.choice(["mechanical", "sync_film"]),
            shares=[(holder, 1) for holder in self.rng.sample(self.people, 3)],
            territory=self.rng.choice(PLACES),
        )
        work = self.works.pop(self.rng.randrange(len(self.works)))
        claims.claim(work_id=work, terms=terms, actor=self.actor, at=NOW)

    def questions(self) -> dict[str, float]:
        """Return the median milliseconds of a page of each kind of answer."""
        from rights.selectors import claims

        asked: dict[str, Callable[[], Any]] = {
            "of_work_ms": lambda: claims.of_work(self.rng.choice(self.works), on=TODAY),
            "of_holder_ms": lambda: claims.of_holder(
                self.rng.choice(self.people), on=TODAY, limit=50
            ),
            "in_territory_ms": lambda: claims.in_territory("DE", on=TODAY, limit=50),
            "in_territory_by_right_ms": lambda: claims.in_territory(
                "JP", "sync_film", on=TODAY, limit=50
            ),
            "in_territory_none_ms": lambda: claims.in_territory("DE", "svod", on=TODAY, limit=50),
        }
        return {name: self.middle(deed) for name, deed in asked.items()}


def analyze() -> None:
    """Gather statistics, for which the application has no right."""
    from machine.servers import Servers

    admin = make_conninfo(Servers("test").admin_url(), dbname=NAME)
    with psycopg.connect(admin, autocommit=True) as link:
        link.execute("ANALYZE")


def main() -> None:
    """Print the figures as one JSON object."""
    count = int(os.environ.get("BENCH_WORKS", "16000"))
    with organisation() as org:
        bench = Bench(org)
        bench.register(BATCH // 4)
        analyze()
        spent = bench.register(count)
        analyze()
        figures = {
            "works": count,
            "register_seconds_per_1000_works": round(spent / count * 1000, 2),
            "claim_ms": bench.middle(bench.claim, CLAIMS),
            **bench.questions(),
        }
    print(json.dumps({"bench": "rights", **figures}))


if __name__ == "__main__":
    main()
