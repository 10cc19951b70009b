"""manage.py verify_audit: check every organisation's chain against its signed checkpoints."""

import json
import sys
from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import DatabaseError
from django.utils import timezone
from django.utils.module_loading import import_string

from audit.engine.verify_audit import finding
from audit.selectors import chain
from audit.services.checkpoints import second_place
from foundation.enters import Enters
from foundation.keys.signing import signing_keys
from foundation.tenancy import tenant_atomic
from kernel.errors import DomainError


class Command(BaseCommand):
    """Exits with 0 when all is intact, 1 on tampering, 2 when it can't be checked."""

    enters = Enters.EACH
    help = "Check the audit trail against its signed checkpoints."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take --org and --json."""
        parser.add_argument("--org", metavar="SLUG", help="one organisation (default: all)")
        parser.add_argument("--json", action="store_true", help="answer as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check and report."""
        try:
            report = _report(options["org"])
        except DomainError as error:
            self.stderr.write(json.dumps(error.problem(), default=str))
            sys.exit(2)
        except (DatabaseError, OSError, ValueError) as reason:
            self.stderr.write(f"The trail can't be checked: {reason}")
            sys.exit(2)
        if options["json"]:
            self.stdout.write(json.dumps(report, indent=2))
        else:
            self._print(report)
        if not report["ok"]:
            sys.exit(1)

    def _print(self, report: dict[str, Any]) -> None:
        for org in report["organisations"]:
            state = "intact" if org["ok"] else "TAMPERED WITH"
            self.stdout.write(
                f"{org['org']}: {state}, {org['events']} events, "
                f"{org['checkpoint']} under a checkpoint, {org['unsealed']} not sealed yet"
            )
            for line in (*org["findings"], *org["warnings"]):
                self.stdout.write(f"  {line['code']}: {line['detail']}")


def _report(slug: str | None) -> dict[str, Any]:
    place, keys, now = second_place(), signing_keys().public(), timezone.now()
    found: list[UUID] = import_string(settings.TENANTS)()
    wanted = [import_string(settings.TENANT_BY_SLUG)(slug).id] if slug else found
    reports = []
    for org_id in wanted:
        with tenant_atomic(org_id):
            reports.append(chain.check(org_id, place, keys, now))
    gone = set() if slug else place.organisations() - set(found)
    reports += [_gone(org_id, place.count(org_id)) for org_id in sorted(gone)]
    return {
        "ok": all(report["ok"] for report in reports),
        "checked_at": now.isoformat(),
        "organisations": reports,
    }


def _gone(org_id: UUID, checkpoints: int) -> dict[str, Any]:
    """Return the report on an organisation that the second place alone remembers."""
    detail = "This organisation has checkpoints in the second place and is gone here."
    return {
        "ok": False,
        "org": str(org_id),
        "events": 0,
        "head": "",
        "checkpoint": 0,
        "findings": [finding("gone", None, detail)],
        "checkpoints": checkpoints,
        "unsealed": 0,
        "warnings": [],
    }
