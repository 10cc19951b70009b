"""Webhooks by a program: made, its secret read, changed, deleted with all it was told."""

import pytest

from accounts import permissions
from audit.models import Event
from foundation.tenancy import tenant_atomic
from integrations.models import Attempt, WebhookEndpoint
from kernel.ids import uuid7
from tests import factories
from tests.api.conftest import Program

pytestmark = pytest.mark.django_db
NEW = {"url": "https://erp.example/in", "events": ["run.posted"]}


def test_a_webhook_is_made_changed_and_deleted(program, org):
    made = program.post("webhooks", NEW)
    address = made["Location"]
    first = program.get(f"{address}/secret").json()["secret"]
    changed = program.patch(address, {"active": False}, If_Match=made["ETag"])
    assert (changed.status_code, changed.json()["active"]) == (200, False)
    rotated = program.post(f"{address}/rotate", If_Match=changed["ETag"])
    assert rotated.status_code == 200
    assert program.get(f"{address}/secret").json()["secret"] != first
    with tenant_atomic(org.id):
        Attempt.objects.create(
            endpoint=WebhookEndpoint.objects.get(),
            told_of=uuid7(),
            kind="run.posted",
            content={},
            next_at=factories.LONG_AGO,
            made_at=factories.LONG_AGO,
        )
    gone = program.ask("DELETE", address)
    assert (gone.status_code, gone.content) == (204, b"")
    assert program.get(address).status_code == 404
    assert program.ask("DELETE", address).status_code == 404
    with tenant_atomic(org.id):
        assert not WebhookEndpoint.objects.exists()
        assert not Attempt.objects.exists()
        told = Event.objects.filter(code__startswith="integrations.webhook.").order_by("pk")
        deeds = [code.rpartition(".")[2] for code in told.values_list("code", flat=True)]
    assert deeds == ["made", "secret_read", "changed", "rotated", "secret_read", "deleted"]


def test_a_program_without_the_scope_deletes_nothing(program, org):
    address = program.post("webhooks", NEW)["Location"]
    reader = Program(org, [permissions.PEOPLE_SEE])
    assert reader.ask("DELETE", address).status_code == 403
    assert program.get(address).status_code == 200
