"""Locks on rows, always taken in the same order, so that two deeds never wait for each other."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import models

from kernel.errors import DomainError


class RowGone(DomainError):
    """A row that was to change does not exist (any more)."""

    code = "row_gone"
    status = 404


def lock_for_change(*wanted: models.Model | tuple[type[models.Model], Iterable[UUID]]) -> list[Any]:
    """Lock rows until the transaction ends; return them freshly read.

    Each argument is a row, or a model and ids. Locks are taken by table name, then by id; take all
    that a deed needs in one call. The answer follows that same order. Raises RowGone.
    """
    ids: dict[type[models.Model], set[Any]] = {}
    for item in wanted:
        if isinstance(item, tuple):
            ids.setdefault(item[0], set()).update(item[1])
        else:
            ids.setdefault(type(item), set()).add(item.pk)
    locked: list[Any] = []
    for model in sorted(ids, key=lambda model: model._meta.db_table):
        rows = model._base_manager.filter(pk__in=ids[model]).order_by("pk")
        found = list(rows.select_for_update(of=("self",), no_key=True))
        if len(found) != len(ids[model]):
            raise RowGone(
                f"A {model._meta.verbose_name} that was to change is gone. Load the page again."
            )
        locked += found
    return locked
