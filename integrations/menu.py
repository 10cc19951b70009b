"""The pages of this app in the menu, and what waits on them."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Count, Min

from accounts import needs
from foundation.pages import navigation
from integrations import permissions
from integrations.models import Import

if TYPE_CHECKING:
    from accounts.models import User


def fill() -> None:
    """Add them, at start."""
    navigation.add(navigation.Item("imports", "Imports", permissions.IMPORT_SEE, order=25))
    navigation.add(navigation.Item("tables", "Tables in", permissions.TABLE_IMPORT, order=26))
    needs.add(
        needs.Queue(
            "Imports to finish", permissions.IMPORT_RUN, "imports", _open, "?state=open", 15
        )
    )


def _open(person: "User", at: datetime) -> needs.Waiting:
    found = Import.objects.under_way().aggregate(n=Count("pk"), since=Min("begun_at"))
    return needs.Waiting(found["n"], found["since"])
