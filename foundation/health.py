"""Is the process up, and can it work? No data, no sign-in."""

from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe


@require_safe
def alive(request: HttpRequest) -> JsonResponse:
    """Answer 200 while the process serves requests."""
    return JsonResponse({"status": "ok"})


@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Answer 200 when database and cache work, else 503 with what doesn't."""
    failing = [name for name, works in (("database", _database), ("cache", _cache)) if not works()]
    status = 503 if failing else 200
    return JsonResponse(
        {"status": "ok" if not failing else "failing", "failing": failing}, status=status
    )


@require_safe
def worker(request: HttpRequest) -> JsonResponse:
    """Answer 200 when a worker showed itself within the last minute."""
    return _seen("worker")


@require_safe
def beat(request: HttpRequest) -> JsonResponse:
    """Answer 200 when the clock of the jobs showed itself within the last minute."""
    return _seen("beat")


def pulse(process: str) -> None:
    """Keep for a minute that ``process`` is alive."""
    cache.set(f"pulse:{process}", 1, 60)


def _seen(process: str) -> JsonResponse:
    alive_now = cache.get(f"pulse:{process}") == 1
    return JsonResponse({"seen": alive_now}, status=200 if alive_now else 503)


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return bool(cursor.fetchone())
    except Exception:
        return False


def _cache() -> bool:
    try:
        cache.set("ready", 1, 5)
        return cache.get("ready") == 1
    except Exception:
        return False
