"""A sales file of 100,000 rows through every step of the staged import.

`make bench ARGS=intake`. Goal 10 s, limit 60 s, the first finding within 3 s, at most 300 MiB for
each process. BENCH_ROWS changes the number of rows.
"""

import json
import os
import random
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench._database import organisation

PLACES = "US GB DE FR JP BR CA AU MX IN IT ES NL SE NO DK PL KR ZA AR".split()
LIMIT_SECONDS, LIMIT_MIB = 60, 300


def write(path: Path, count: int) -> int:
    """Write that many rows of 20,000 songs, one in a thousand with something wrong in it."""
    rng, bad = random.Random(5), 0
    with path.open("w", encoding="utf-8") as file:
        file.write(
            "isrc,upc,title,artist,channel,format,territory,source,sold_on,units,amount,currency\n"
        )
        for number in range(count):
            song = rng.randrange(20_000)
            place = rng.choice(PLACES)
            if number % 1_000 == 999:
                place, bad = "Atlantis", bad + 1
            file.write(
                f"QZABC24{song:05},0{song:011},Song number {song},Artist {song % 900},streaming,"
                f"stream,{place},{rng.choice(('Alpha', 'Beta', 'Gamma'))},"
                f"2026-0{rng.randrange(1, 4)}-{rng.randrange(1, 29):02},{rng.randrange(1, 500)},"
                f"{rng.randrange(5)}.{rng.randrange(10**6):06},USD\n"
            )
    return bad


def peak_mib() -> int:
    """Return the most memory this process has held."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) >> 10
    return 0


def first_finding(org: Any, job_id: Any, seen: dict[str, float] | None) -> None:
    """Note after how many seconds a page that asks for the job shows its first finding."""
    from django.db import connection

    from foundation.models import Job
    from foundation.tenancy import tenant_atomic

    started, ended = time.perf_counter(), seen is None
    while not ended:
        with tenant_atomic(org.id):
            job = Job.objects.get(pk=job_id)
        ended = job.ended or bool((job.cursor or {}).get("errors"))
        time.sleep(0.02)
    if seen is not None:
        seen["first_finding_seconds"] = round(time.perf_counter() - started, 2)
    connection.close()


def steps(org: Any, source: Path) -> tuple[dict[str, float], dict[str, float], Any]:
    """Take the file through its steps; return their seconds, the first finding's, the import."""
    from django.utils import timezone

    from audit.actors import command
    from foundation import jobs
    from foundation.tenancy import tenant_atomic
    from integrations import tasks  # noqa: F401
    from integrations.models import Import
    from integrations.services import imports

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

    def job(step: Callable[..., Any], seen: dict[str, float] | None = None) -> None:
        with tenant_atomic(org.id):
            asked = step(import_id=row.pk, by=by, at=at)
        watch = threading.Thread(target=first_finding, args=(org, asked.pk, seen))
        watch.start()
        jobs.finish(org.id, asked.pk)
        watch.join()

    row = timed("begin", begin)
    seen: dict[str, float] = {}
    timed("validate", lambda: job(imports.validate, seen))
    timed("commit", lambda: job(imports.commit))
    with tenant_atomic(org.id):
        return seconds, seen, Import.objects.get(pk=row.pk)


def reader_peak(source: Path, folder: Path) -> int:
    """Return the most memory the confined child holds over the same file, in MiB."""
    from integrations.files.reading import read_sales_file

    read_sales_file(source, folder=folder)
    return int(json.loads((folder / "report.json").read_text())["peak_kib"]) >> 10


def main() -> None:
    """Print the figures as one JSON object."""
    count = int(os.environ.get("BENCH_ROWS", "100000"))
    with tempfile.TemporaryDirectory() as name, organisation() as org:
        source, folder = Path(name) / "sales.csv", Path(name) / "reading"
        folder.mkdir()
        bad = write(source, count)
        seconds, seen, row = steps(org, source)
        counted, peak = row.counted(), peak_mib()
        figures = {
            "rows": count,
            "seconds": round(sum(seconds.values()), 2),
            **{f"{step}_seconds": spent for step, spent in seconds.items()},
            **seen,
            "accepted": counted["accepted"],
            "quarantined": counted["quarantined"],
            "peak_mib": peak,
            "peak_mib_of_the_reader": reader_peak(source, folder),
        }
    print(json.dumps({"bench": "intake", **figures}))
    whole = (counted["accepted"], counted["quarantined"]) == (count - bad, bad)
    quick = figures["seconds"] <= LIMIT_SECONDS * max(1, count // 100_000)
    lean = max(peak, figures["peak_mib_of_the_reader"]) <= LIMIT_MIB
    sys.exit(0 if whole and quick and lean else 1)


if __name__ == "__main__":
    main()
