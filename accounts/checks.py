"""No view without a door: the start fails for an address whose view declares nothing."""

from collections.abc import Callable, Iterator
from typing import Any

from django.core.checks import Error, Tags, register
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.doors import Door

# Views of lower apps and other packages, by URL name, each with what guards it instead.
GUARDED_ELSEWHERE = {
    "healthz": "public: says only that the process serves",
    "readyz": "public: says only that database and cache work",
    "workerz": "public: says only that a worker works",
    "beatz": "public: says only that the clock works",
    "csp_reports": "public: browsers report without credentials; nothing is kept but a log line",
}


def addresses(
    resolver: URLResolver | None = None, namespace: str = ""
) -> Iterator[tuple[str, URLPattern]]:
    """Return every address of the product with its full name (``app:name``)."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from addresses(pattern, inner)
        else:
            yield f"{namespace}{pattern.name or ''}", pattern


def door_of(view: Callable[..., Any]) -> Door | None:
    """Return what a view declares, or None."""
    for holder in (view, getattr(view, "cls", None), getattr(view, "view_class", None)):
        door = getattr(holder, "door", None)
        if isinstance(door, Door):
            return door
    return None


@register(Tags.urls)
def every_view_has_a_door(app_configs: Any = None, **kwargs: Any) -> list[Error]:
    """Return an error for each address whose view says not who may come."""
    found = []
    for name, pattern in addresses():
        if name in GUARDED_ELSEWHERE:
            continue
        door = door_of(pattern.callback)
        faults = door.faults() if door else ["declare a door (accounts.views.base.Page)"]
        if not name.rpartition(":")[2]:
            faults = [*faults, "give the address a name"]
        found += [
            Error(f"{name or pattern.pattern}: {fault}.", id="accounts.E001") for fault in faults
        ]
    return found
