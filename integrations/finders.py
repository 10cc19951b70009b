"""What this app finds: imports by id, by their file's hash and by its name."""

from typing import TYPE_CHECKING

from django.db.models import Q

from accounts import finders
from accounts.finders import Finder, Hit, address
from integrations import permissions
from integrations.models import Import
from kernel.ids import key_of

if TYPE_CHECKING:
    from accounts.models import User


def _imports(person: "User", text: str) -> list[Hit]:
    key = key_of(text)
    named = Q(pk=key) if key else Q(file_name__icontains=text) | Q(sha256=text.lower())
    rows = Import.objects.filter(named).order_by("-pk")[:8]
    return [
        Hit(
            row.file_name,
            address("import", pk=row.pk),
            " · ".join(filter(None, (row.period, str(row.get_state_display())))),
            exact=row.pk == key or row.sha256 == text.lower(),
        )
        for row in rows
    ]


finders.add(Finder("Imports", _imports, permissions.IMPORT_SEE, order=40))
