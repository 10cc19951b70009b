"""What a table brought, for the lists that show it."""

from uuid import UUID

from django.db.models import Q
from django.db.models.expressions import RawSQL

from foundation.pages.batches import Brought
from integrations.models import TableImport

_ROWS = "SELECT unnest(keys) FROM integrations_tableimport WHERE id = %s"


def by_table(pk: UUID) -> Brought | None:
    """Return what the table of this id made or changed, None where none was taken."""
    row = TableImport.objects.filter(pk=pk, state=TableImport.State.TAKEN).only("file_name").first()
    return Brought(row.file_name, Q(pk__in=RawSQL(_ROWS, [pk]))) if row else None
