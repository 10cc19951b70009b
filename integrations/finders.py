"""What this app finds: imports by id, by their file's hash and its name; webhooks by address."""

from typing import TYPE_CHECKING

from django.db.models import Q

from accounts import finders
from accounts.finders import Finder, Hit, address
from accounts.policies import can, scope
from integrations import permissions
from integrations.models import Import, TableImport, WebhookEndpoint
from integrations.targets import TARGETS
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


def _tables(person: "User", text: str) -> list[Hit]:
    key = key_of(text)
    named = Q(pk=key) if key else Q(file_name__icontains=text) | Q(sha256=text.lower())
    allowed = [name for name, target in TARGETS.items() if can(person, target.permission)]
    rows = TableImport.objects.filter(named, target__in=allowed).order_by("-begun_at", "pk")[:8]
    return [
        Hit(
            row.file_name,
            address("table", pk=row.pk),
            f"{row.target} · {row.get_state_display()}",
            exact=row.pk == key or row.sha256 == text.lower(),
        )
        for row in rows
    ]


def _webhooks(person: "User", text: str) -> list[Hit]:
    key = key_of(text)
    about = Q(pk=key) if key else Q(url__icontains=text)
    rows = scope(person, permissions.WEBHOOK_MANAGE, WebhookEndpoint.objects.filter(about))
    return [
        Hit(row.url, address("webhook", pk=row.pk), ", ".join(row.events), exact=row.pk == key)
        for row in rows.order_by("url", "pk")[:8]
    ]


finders.add(Finder("Imports", _imports, permissions.IMPORT_SEE, order=40))
finders.add(Finder("Table imports", _tables, permissions.TABLE_IMPORT, order=41))
finders.add(Finder("Webhooks", _webhooks, permissions.WEBHOOK_MANAGE, order=60))
