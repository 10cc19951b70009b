"""The gate behind row-level security: one decision, and a list page of 50 files of works.

`make bench ARGS=gate`. Registers works for BENCH_SECONDS (60) in the usual way, by committed
transactions; every other work has four clauses of a licence, an eighth of them a hold. A decision's
time is that of one transaction of the organisation, opened and committed; beside it stands an
empty one, which is what the machine needs for nothing.
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
from uuid import uuid4

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench._database import organisation
from bench.rights import analyze

NOW, TODAY = datetime(2026, 11, 21, 9, tzinfo=UTC), date(2026, 11, 21)
PLACES = ["DE", "US", "US-CA", "FR", "JP", "AE", "UNKNOWN"]
SOLD = ["DE", "US", "EU - DE", "WORLD - US"]
BATCH, TIMES = 2000, 400


class Bench:
    """Works and questions about them."""

    def __init__(self, org: Any) -> None:
        from audit import actors

        self.org, self.rng, self.actor = org, random.Random(7), actors.command("bench")
        self.works: list[Any] = []

    def timed(self, deed: Callable[[], Any]) -> float:
        """Return how many seconds a deed takes in a transaction of its own."""
        from foundation.tenancy import tenant_atomic

        started = time.perf_counter()
        with tenant_atomic(self.org.pk):
            deed()
        return time.perf_counter() - started

    def quantiles(self, deed: Callable[[], Any], times: int = TIMES) -> dict[str, float]:
        """Return the median and the 99th percentile in milliseconds."""
        for _ in range(20):
            self.timed(deed)
        spent = sorted(self.timed(deed) for _ in range(times))
        return {
            "p50_ms": round(spent[times // 2] * 1000, 2),
            "p99_ms": round(spent[times * 99 // 100] * 1000, 2),
        }

    def load(self, seconds: float) -> None:
        """Register works with their clauses until the time is over."""
        started = time.monotonic()
        while time.monotonic() - started < seconds:
            self.timed(self._batch)

    def _batch(self) -> None:
        from catalog.services.works import NewWork
        from holders.services import holders
        from rights.services import granting, holds
        from rights.services.granting import Source
        from rights.services.registration import Registration, register_works

        rows = [Registration(NewWork(kind="film", title=f"Tide {n}")) for n in range(BATCH)]
        made = [work.pk for work in register_works(rows=rows, actor=self.actor, at=NOW)]
        to = holders.register(kind="other", name=f"To {uuid4()}", actor=self.actor, at=NOW).pk
        clauses = [clause for work in made[::2] for clause in self._clauses(work)]
        granting.settle(source=Source(uuid4(), 1, to, "L-1"), rows=clauses, at=NOW)
        for work in made[::8]:
            why = holds.Why("legal", uuid4(), "Bench")
            holds.place(work_id=work, why=why, actor=self.actor, at=NOW)
        self.works += made

    def _clauses(self, work: Any) -> list[Any]:
        from rights.engine.boxes import ALWAYS
        from rights.engine.written import Grant
        from territories.geography import resolver

        where = self.rng.choice(SOLD)
        return [
            Grant(
                work_id=work, clause="1", territory=where, span=resolver.resolve(where, on=TODAY),
                window=ALWAYS, right=right, exclusive=True,
            )
            for right in ("svod", "fvod", "tvod", "pay_tv")
        ]  # fmt: skip

    def ask(self, count: int, places: list[str], right: str = "fvod") -> Callable[[], Any]:
        """Return a deed that asks about ``count`` works, in one place or another."""
        from django.utils import timezone

        from rights.selectors import gate
        from rights.selectors.gate_questions import Question

        def deed() -> None:
            where = self.rng.choice(places)
            works = self.rng.sample(self.works, count)
            questions = [Question(work, right, where) for work in works]
            gate.decide(questions, now=timezone.now())

        return deed


def main() -> None:
    """Print the figures as one JSON object."""
    with organisation() as org:
        bench = Bench(org)
        bench.load(float(os.environ.get("BENCH_SECONDS", "60")))
        analyze()
        figures = {
            "works": len(bench.works),
            "nothing": bench.quantiles(lambda: None),
            "one_decision": bench.quantiles(bench.ask(1, PLACES)),
            "page_of_50": bench.quantiles(bench.ask(50, PLACES)),
            "thousand": bench.quantiles(bench.ask(min(1000, len(bench.works)), PLACES), 30),
        }
    print(json.dumps({"bench": "gate", **figures}))


if __name__ == "__main__":
    main()
