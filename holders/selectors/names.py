"""Who is it? Holders by what people and documents call them, and back."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from holders.models import Holder

# One array instead of a parameter for each: lists ask for fifty or a hundred.
_LABELS = "SELECT id, name, code FROM holders_holder WHERE id = ANY(%s::uuid[])"


@dataclass(frozen=True, slots=True)
class Label:
    """How a holder is called; ``code`` may be empty."""

    id: UUID
    name: str
    code: str

    @property
    def reference(self) -> str:
        """The code, or the id where there is none: what commands and files call it."""
        return self.code or str(self.id)


def of_reference(text: str) -> UUID | None:
    """Return the holder with this id or own code, None where there is none."""
    try:
        rows = Holder.objects.filter(pk=UUID(text))
    except ValueError:
        rows = Holder.objects.coded(text)
    found: UUID | None = rows.values_list("pk", flat=True).first()
    return found


def labels(holders: Iterable[UUID]) -> dict[UUID, Label]:
    """Return the labels of holders by id, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(_LABELS, [list(set(holders))])
        return {pk: Label(pk, name, code) for pk, name, code in cursor.fetchall()}
