"""Every page of the demo: weight when cold, requests, questions to the database, CPU of the server.

Each page that the demo's people reach, once for whoever reaches it first. CPU runs from the first
middleware to the rendered answer, the median of several; a whole request, signed in, row-level
security on. Prints a table, the dearest page first, and a line on all of them.
"""

import statistics
import sys
from typing import Any

from _database import organisation
from _serving import server

TIMES, WARM = 5, 2


def measured(serve: Any, cookies: Any, address: str) -> tuple[Any, int, float]:
    """Return a page's weight, its questions to the database, and milliseconds of CPU."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from tests.pages import weights

    for _ in range(WARM):
        serve(address, cookies)
    with CaptureQueriesContext(connection) as asked:
        answer, _ = serve(address, cookies)
    used = [serve(address, cookies)[1] for _ in range(TIMES)]
    return weights.of(answer.content), len(asked), statistics.median(used) * 1000


def main() -> int:
    """Measure all; print the table, the dearest first."""
    with organisation():
        from django.conf import settings
        from django.test import Client
        from django.test.utils import setup_test_environment

        from tests import factories
        from tests.pages import renderings

        setup_test_environment()
        settings.WHITENOISE_AUTOREFRESH = True  # else each client reads every static file
        serve = server()
        cookies: dict[Any, Any] = {}
        rows = []
        for one in renderings.walked(renderings.demo()):
            if one.person.pk not in cookies:
                cookies[one.person.pk] = factories.sign_in(Client(), one.person).cookies
            weight, asked, cpu = measured(serve, cookies[one.person.pk], one.address)
            rows.append((cpu, one.name, "?" in one.address, weight, asked))
    print("| page | CPU ms | queries | kB, cold | requests |\n|---|---|---|---|---|")
    for cpu, name, asking, weight, asked in sorted(rows, key=lambda row: (-row[0], row[1])):
        page = f"{name}, narrowed" if asking else name
        print(f"| {page} | {cpu:.1f} | {asked} | {weight.bytes / 1000:.1f} | {weight.requests} |")
    every = [row[0] for row in rows]
    print(f"{len(rows)} pages: median {statistics.median(every):.1f} ms, most {max(every):.1f} ms")
    return 0


if __name__ == "__main__":
    sys.exit(main())
