"""Is the process up, and can it work? No data, no sign-in."""

from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, JsonResponse


def alive(request: HttpRequest) -> JsonResponse:
    """Answer 200 while the process serves requests."""
    return JsonResponse({"status": "ok"})


def ready(request: HttpRequest) -> JsonResponse:
    """Answer 200 when database and cache work, else 503 with what doesn't."""
    failing = [name for name, works in (("database", _database), ("cache", _cache)) if not works()]
    status = 503 if failing else 200
    return JsonResponse(
        {"status": "ok" if not failing else "failing", "failing": failing}, status=status
    )


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return bool(cursor.fetchone())
    except Exception:  # noqa: BLE001 - whatever is wrong, the answer is no
        return False


def _cache() -> bool:
    try:
        cache.set("ready", 1, 5)
        return cache.get("ready") == 1
    except Exception:  # noqa: BLE001 - whatever is wrong, the answer is no
        return False
