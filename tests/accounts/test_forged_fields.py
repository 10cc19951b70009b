"""Fields that no form offers, posted to every address by who may post, change nothing (A3)."""

import pytest
from django.db import transaction
from django.test import Client

from accounts.models import Membership, User
from audit.models import Event
from foundation.tenancy import tenant_atomic
from tests.accounts import test_access_matrix as matrix
from tests.accounts.test_access_matrix import cookies, token, world  # noqa: F401
from tests.matrix import COLUMNS, ON

pytestmark = pytest.mark.django_db
FORGED = {
    "is_superuser": "on",
    "is_staff": "on",
    "is_active": "",
    "person_id": "00000000-0000-0000-0000-000000000001",
    "actor_id": "00000000-0000-0000-0000-000000000001",
    "by": "00000000-0000-0000-0000-000000000001",
    "signed_at": "2020-01-01T00:00:00Z",
    "posted_at": "2020-01-01T00:00:00Z",
    "decided_at": "2020-01-01T00:00:00Z",
    "payable": "999999.99",
    "role_code": "administrator",
}


def test_forged_fields_give_nobody_anything(world, cookies):  # noqa: F811
    with tenant_atomic(world.other_org.pk):
        theirs = Membership.objects.count(), Event.objects.count()
    wrong, sent = [], 0
    for name, method, *cells in matrix.ROWS:
        answers = dict(zip(COLUMNS, cells, strict=True))
        roles = [role for role in matrix.ROLES if answers[role] == ON]
        if method != "POST" or not roles or name.startswith("api:"):
            continue
        address, data = matrix.address_of(name, world), matrix.sent_to(name, method, world)
        forged = FORGED | {"org": world.other_org.pk, "org_id": world.other_org.pk} | data
        browser = Client(raise_request_exception=False)
        browser.cookies = cookies[roles[0]].copy()
        sent += 1
        with transaction.atomic():
            answer = browser.post(address, forged)
            if matrix.cell_of(answer) != ON:
                wrong.append(f"{name}: {answer.status_code}")
            if User.objects.filter(is_superuser=True).exists():
                wrong.append(f"{name}: made an operator")
            with tenant_atomic(world.other_org.pk):
                if (Membership.objects.count(), Event.objects.count()) != theirs:
                    wrong.append(f"{name}: wrote to another organisation")
            with tenant_atomic(world.org.pk):
                if Event.objects.filter(actor_id=FORGED["actor_id"]).exists():
                    wrong.append(f"{name}: acted as somebody else")
            transaction.set_rollback(True)
    assert not wrong, "\n" + "\n".join(wrong)
    assert sent > 20
