"""Files of works, with the work that each is of."""

from typing import Any

from django.db.models import QuerySet

from catalog.models import Asset

KINDS = tuple(Asset.Kind.values)


def with_works() -> QuerySet[Any]:
    """Return all files, each with its ``work`` and its stored ``file``."""
    return Asset.objects.select_related("work", "file")
