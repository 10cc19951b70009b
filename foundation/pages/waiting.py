"""A part of a page that waits for a job asks for itself: soon at first, then more and more seldom.

The part carries ``{{ looks_again(request, address) }}`` in its tag while the job runs. Without
scripts its own link does the same.
"""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from markupsafe import Markup

WAITS = (1, 1, 2, 3, 4, 6, 8, 10)  # seconds until it asks again, by how often it has


def looks_again(request: HttpRequest, address: str, **kept: Any) -> Markup:
    """Return the attributes with which a part asks for ``address`` once more; ``kept`` goes along.

    How often it has asked stands in the address as ``n``.
    """
    n = number(request, "n")
    query = urlencode({"n": n + 1, **kept})
    wait = WAITS[min(n, len(WAITS) - 1)]
    return Markup('hx-get="{}?{}" hx-trigger="load delay:{}s" hx-swap="outerHTML"').format(
        address, query, wait
    )


def number(request: HttpRequest, name: str) -> int:
    """Return a small number of the request's address, 0 where there is none."""
    text = request.GET.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 4 else 0
