"""An organisation is founded and its people invited: from nothing to somebody signed in."""

import re

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client

from accounts import permissions
from accounts.models import Organisation, User
from accounts.selectors import access
from accounts.services import organisations, people
from accounts.services.memberships import RoleRefused
from audit.models import Event, Fact
from foundation.tenancy import tenant_atomic
from kernel.errors import DomainError
from tests import factories


@pytest.mark.django_db(transaction=True)
def test_from_nothing_to_the_first_administrator_at_the_door():
    call_command("add_organisation", "quarry", name="Quarry Films", currency="EUR")
    call_command("add_person", "Mira@Quarry.example", org="quarry", role="administrator")
    (invitation,) = mail.outbox
    assert invitation.to == ["mira@quarry.example"]
    assert "Quarry Films" in invitation.body
    assert "Administrator" in invitation.body
    browser = Client()
    browser.post("/accounts/login/code/", {"email": "mira@quarry.example"})
    code = re.search(r"^([A-Z0-9-]{6,})$", mail.outbox[1].body, re.M).group(1)
    browser.post("/accounts/login/code/confirm/", {"code": code})
    assert browser.get("/")["Location"].startswith("/accounts/second-factor/")
    assert browser.get("/accounts/2fa/totp/activate/").status_code == 200
    org = Organisation.objects.get(slug="quarry")
    with tenant_atomic(org.id):
        recorded = set(Event.objects.values_list("code", flat=True))
        recorded |= set(Fact.objects.values_list("code", flat=True))
    assert recorded >= {
        "accounts.organisation.founded",
        "accounts.person.enrolled",
        "accounts.role.given",
        "accounts.person.signed_in",
    }


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [{"slug": "harbour"}, {"slug": "No Slug"}, {"currency": "XXQ"}, {"zone": "Nowhere/City"}],
)
def test_what_is_no_organisation_is_refused(org, wrong):
    values = {"slug": "quarry", "name": "Quarry", "currency": "EUR", "zone": "UTC", **wrong}
    with pytest.raises(DomainError):
        organisations.found(**values, by=factories.TESTS, at=factories.LONG_AGO)
    assert Organisation.objects.count() == 1


@pytest.mark.django_db
def test_somebody_known_gets_the_role_and_no_second_account(org, in_org):
    known = factories.person(org, permissions.LEGAL, email="ana@harbour.example")
    invited = people.invite(
        email="ANA@harbour.example",
        name="Ana",
        role=permissions.OPS,
        by=factories.TESTS,
        at=factories.LONG_AGO,
    )
    assert invited == known
    assert access.roles_of(known.pk) == {permissions.LEGAL, permissions.OPS}


@pytest.mark.django_db
def test_an_unknown_role_makes_nobody(org, in_org):
    with pytest.raises(RoleRefused):
        people.invite(
            email="new@harbour.example",
            name="",
            role="emperor",
            by=factories.TESTS,
            at=factories.LONG_AGO,
        )
    assert not User.objects.exists()


@pytest.mark.django_db
def test_an_address_has_one_account(org, in_org):
    known = factories.person(org, permissions.LEGAL, email="ana@harbour.example")
    with pytest.raises(people.PersonRefused, match="account already"):
        people.enrol(
            email=known.email.upper(),
            name="",
            password=None,
            by=factories.TESTS,
            at=factories.LONG_AGO,
        )
