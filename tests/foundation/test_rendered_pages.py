"""The product's own pages, asked for through every middleware, show one organisation's rows."""

from datetime import date

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.urls import path

from accounts import permissions
from accounts.models import User
from accounts.operations import OperationsSite, ReferenceTable
from config import urls
from foundation import jobs
from foundation.models import Job
from foundation.tenancy import current_org, tenant_atomic
from holders.models import Holder
from royalties.engine.statement import SUMS
from royalties.models import Run, Statement
from tests import factories
from tests.royalties.test_statement_pages import posted

pytestmark = pytest.mark.django_db


class Jobs(ReferenceTable):
    """A tenant's table on the operations site, which asks for rows while it is rendered."""

    list_display = ("kind", "seen")

    @admin.display
    def seen(self, job):
        """Return what can be seen now."""
        kinds = ",".join(Job.objects.order_by("kind").values_list("kind", flat=True))
        return f"[{kinds} {current_org()} {connection.in_atomic_block}]"


site = OperationsSite()
site.register(Job, Jobs)
urlpatterns = [path("admin/", site.urls), *urls.urlpatterns]


def statement(name):
    """Return an issued statement of a holder of that name; every figure is zero."""
    at = factories.LONG_AGO
    days = {"period": "2026-Q1", "first_day": date(2026, 1, 1), "end_day": date(2026, 4, 1)}
    holder = Holder.objects.create(kind="person", name=name, created_at=at)
    run = Run.objects.create(state="posted", posted_at=at, begun_at=at, begun_by=holder.pk, **days)
    return Statement.objects.create(
        holder=holder,
        run=run,
        number="2026-Q1-00001",
        currency="EUR",
        earned=0,
        payable=0,
        content={"sums": dict.fromkeys(SUMS, "0.00"), "deals": []},
        sha256="0" * 64,
        issued_at=at,
        **days,
    )


@pytest.fixture
def both(org, other_org, settings):
    """For each of two organisations its operator's browser, a job and a statement."""
    settings.ROOT_URLCONF = __name__
    sides = []
    for each in (org, other_org):
        user = factories.person(each, permissions.ADMINISTRATOR)
        User.objects.filter(pk=user.pk).update(is_superuser=True)
        with tenant_atomic(each.id):
            jobs.enqueue(f"of.{each.slug}", {}, actor=user)
            made = statement(f"Holder of {each.slug}")
        sides.append((factories.sign_in(Client(), user), each, made))
    return sides


def test_an_operations_list_is_rendered_inside_the_organisation(both):
    for browser, org, _ in both:
        shown = browser.get("/admin/foundation/job/").content.decode()
        assert f"[of.{org.slug} {org.id} True]" in shown
        assert shown.count("of.") == 2  # the row and what it saw


def test_the_sign_in_page_knows_no_organisation(both):
    shown = Client().get("/accounts/login/").content.decode()
    assert "<form" in shown
    assert not [org for _, org, _ in both if org.name in shown]


def test_the_second_factors_pages_name_the_open_organisation_alone(both):
    for (_, org, _), (_, other, _) in (both, both[::-1]):
        user = factories.person(org, permissions.ANALYST, second_factor=False)
        browser = Client()
        browser.force_login(user)
        for address in ("/accounts/second-factor/", "/accounts/2fa/"):
            shown = browser.get(address, follow=True).content.decode()
            assert org.name in shown
            assert 'href="/statements/"' in shown  # the menu of a role: the organisation's row
            assert other.name not in shown


def test_the_list_and_a_statements_file_hold_the_organisations_rows_alone(both):
    for (browser, org, made), (_, other, others) in (both, both[::-1]):
        for address in (f"/statements/{made.pk}/files/json/", "/statements/"):
            answer = browser.get(address)
            assert answer.status_code == 200
            content = b"".join(answer) if answer.streaming else answer.content
            assert f"Holder of {org.slug}".encode() in content
            assert f"Holder of {other.slug}".encode() not in content
        assert browser.get(f"/statements/{others.pk}/files/json/").status_code == 404


def test_a_statements_table_has_the_rows_that_its_earnings_came_from(org, other_org, tmp_path):
    made = posted(org, tmp_path)["Ana Kestrel"]
    address = f"/statements/{made.pk}/files/csv/"
    ours, theirs = (
        factories.sign_in(Client(), factories.person(each, permissions.ANALYST))
        for each in (org, other_org)
    )
    assert b"Blue Hour" in ours.get(address).content
    assert theirs.get(address).status_code == 404
