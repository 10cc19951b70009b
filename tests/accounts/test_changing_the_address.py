"""The address one signs in with changes once the new one has shown its code."""

import re

import pytest
from django.core import mail
from django.test import Client

from accounts import permissions
from audit.models import Event
from foundation.tenancy import tenant_atomic
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_address_changes_by_a_code_and_the_old_one_is_told(org):
    ana = factories.person(org, permissions.LEGAL, email="ana@harbour.example")
    browser = factories.sign_in(Client(), ana)
    answer = browser.post(
        "/accounts/email/", {"action_add": "1", "email": "Ana.New@Harbour.example"}
    )
    assert answer["Location"] == "/accounts/confirm-email/"
    ana.refresh_from_db()
    assert ana.email == "ana@harbour.example"
    assert browser.get("/accounts/email/").status_code == 200
    assert browser.get("/accounts/confirm-email/").status_code == 200
    sent = next(message for message in mail.outbox if "new@" in message.to[0].lower())
    code = re.search(r"^([A-Z0-9-]{6,})$", sent.body, re.M).group(1)
    browser.post("/accounts/confirm-email/", {"code": code})
    ana.refresh_from_db()
    assert ana.email == "ana.new@harbour.example"
    assert ["ana@harbour.example"] in [message.to for message in mail.outbox]
    with tenant_atomic(org.id):
        assert Event.objects.filter(code="accounts.address.changed").exists()
