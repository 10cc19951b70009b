"""A program that calls the API, as one does: with a token, and a key for every deed."""

from uuid import uuid4

import pytest
from django.core.cache import cache
from django.test import Client

from accounts import permissions
from accounts.services import clients
from foundation.tenancy import tenant_atomic
from tests import factories


class Program:
    """A client of one organisation with its token."""

    def __init__(self, org, codes=None):
        every = [each.code for each in permissions.every() if not each.high]
        with tenant_atomic(org.id):
            self.made = clients.make(
                name="Program", codes=codes or every, by=factories.TESTS, at=factories.LONG_AGO
            )
        told = Client().post(
            "/api/v1/oauth/token",
            {
                "grant_type": "client_credentials",
                "client_id": self.made.client_id,
                "client_secret": self.made.secret,
            },
        )
        self.token = told.json()["access_token"]

    def ask(self, method, address, data=None, **headers):
        """Send one request; ``headers`` in snake case; None leaves one out."""
        given = {"Authorization": f"Bearer {self.token}"}
        if method == "POST":
            given["Idempotency-Key"] = str(uuid4())
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        given = {name: value for name, value in given.items() if value is not None}
        call = getattr(Client(), method.lower())
        address = address if address.startswith("/api/") else f"/api/v1/{address}"
        if method == "GET":
            return call(address, headers=given)
        return call(address, data, content_type="application/json", headers=given)

    def get(self, address, **headers):
        """Read."""
        return self.ask("GET", address, **headers)

    def post(self, address, data=None, **headers):
        """Do a deed."""
        return self.ask("POST", address, data, **headers)

    def patch(self, address, data, **headers):
        """Change something."""
        return self.ask("PATCH", address, data, **headers)


@pytest.fixture(autouse=True)
def _nobody_asked_before():
    cache.clear()


@pytest.fixture
def program(org):
    """A program that may do whatever a program may."""
    return Program(org)
