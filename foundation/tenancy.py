"""The wall between organisations: PostgreSQL shows only the rows of the one that is set.

``tenant_atomic`` is the only way to set it. Outside, tenant tables are empty.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections, transaction

from kernel.errors import DomainError

SETTING = "app.org"
_current: ContextVar[UUID | None] = ContextVar("organisation", default=None)
_afterwards: ContextVar[list[Callable[[], object]] | None] = ContextVar("afterwards", default=None)


class OtherTenant(DomainError):
    """Work for one organisation tried to open another one inside it."""

    code = "other_tenant"


def current_org() -> UUID | None:
    """Return the organisation whose rows are visible now, or None."""
    return _current.get()


@contextmanager
def tenant_atomic(org_id: UUID, *, using: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """Open a transaction in which exactly the rows of ``org_id`` exist.

    Inside another ``tenant_atomic`` of the same organisation it is a savepoint; of another one it
    raises OtherTenant. The setting ends with the transaction, and an inner savepoint restores what
    was set before.
    """
    outer = _current.get()
    if outer is not None and outer != org_id:
        raise OtherTenant(
            "This work belongs to one organisation and asked for another's rows. Finish it first."
        )
    if outer is not None:
        with _walled(org_id, using):
            yield
        return
    waiting: list[Callable[[], object]] = []
    token = _afterwards.set(waiting)
    try:
        with _walled(org_id, using):
            yield
    finally:
        _afterwards.reset(token)
        for deed in waiting:
            _inside(org_id, deed)


@contextmanager
def _walled(org_id: UUID, using: str) -> Iterator[None]:
    """Set the organisation for one transaction or savepoint; hooks on commit run outside it."""
    inside = connections[using].in_atomic_block
    with transaction.atomic(using=using):
        former = _setting(using) if inside else str(org_id)  # a new transaction leaves no trace
        _set(str(org_id), using)
        token = _current.set(org_id)
        try:
            yield
        finally:
            _current.reset(token)
        if former != str(org_id) and not connections[using].needs_rollback:
            _set(former, using)


def on_commit(deed: Callable[[], object]) -> None:
    """Run ``deed`` when the transaction has committed, in a new one of the same organisation."""
    org_id = _current.get()
    transaction.on_commit(deed if org_id is None else lambda: _inside(org_id, deed))


def afterwards(deed: Callable[[], object]) -> None:
    """Run ``deed`` when the outermost ``tenant_atomic`` is over, committed or rolled back.

    It runs in a transaction of its own for the same organisation: what must be kept of a refusal
    survives the rollback. Outside any organisation it runs at once.
    """
    waiting = _afterwards.get()
    if waiting is None:
        deed()
    else:
        waiting.append(deed)


def _inside(org_id: UUID, deed: Callable[[], object]) -> None:
    with tenant_atomic(org_id):
        deed()


def _setting(using: str) -> str:
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting(%s, true), '')", [SETTING])
        return str(cursor.fetchone()[0])


def _set(value: str, using: str) -> None:
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true)", [SETTING, value])
