"""How often one caller may ask: counted by the minute, in the cache that all processes share."""

import time
from uuid import UUID

from django.conf import settings
from django.core.cache import cache

from foundation.tenancy import current_org
from kernel.errors import DomainError

READS = frozenset({"GET", "HEAD", "OPTIONS"})
MINUTE = 60


class TooManyRequests(DomainError):
    """The caller has asked as often as it may in this minute."""

    code = "too_many_requests"
    status = 429


def spend(*, caller: UUID | str, method: str | None) -> None:
    """Count one request of a client, a person or an address. Raises TooManyRequests."""
    kind = "read" if method in READS else "write"
    most: int = settings.API_LIMITS[kind]
    now = int(time.time())
    key = f"api:{current_org()}:{caller}:{kind}:{now // MINUTE}"
    cache.add(key, 0, 2 * MINUTE)
    try:
        asked = cache.incr(key)
    except ValueError:  # the cache was emptied in between
        return
    if asked > most:
        wait = MINUTE - now % MINUTE
        raise TooManyRequests(
            f"At most {most} requests of this kind are taken a minute. Go on in {wait} s.",
            retry_after=wait,
        )
