"""A creator's own page: what is paid or why nothing is, and of nobody else."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import permissions
from foundation.tenancy import tenant_atomic
from holders.services import portal
from tests import factories
from tests.royalties.test_statement_pages import posted, text
from tests.royalties.world import BY, NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def issued(org, tmp_path):
    """The statements of Ana Kestrel (18.00 earned, 10.00 recouped) and Ben Ode (12.00)."""
    return posted(org, tmp_path)


def creator_of(org, *issued):
    """Return the browser of somebody whose holders these statements are of."""
    person = factories.person(org, permissions.CREATOR, second_factor=False)
    with tenant_atomic(org.id):
        for statement in issued:
            portal.give(holder_id=statement.holder_id, user_id=person.pk, actor=BY, at=NOW)
    return factories.sign_in(Client(), person, verified=False)


def test_a_creator_reads_what_is_paid_and_how_it_came(org, issued):
    ana = issued["Ana Kestrel"]
    shown = text(creator_of(org, ana).get("/portal/"))
    assert "You will be paid 8.00 USD" in shown
    assert "From the opening balance to what is payable" in shown
    assert "Ana Kestrel" in shown
    assert "Ben Ode" not in shown


def test_of_several_holders_one_is_chosen_and_no_stranger(org, issued):
    ana, ben = issued["Ana Kestrel"], issued["Ben Ode"]
    client = creator_of(org, ana, ben)
    shown = text(client.get(f"/portal/?holder={ben.holder_id}&currency={ben.currency}"))
    assert "You will be paid 12.00 USD" in shown
    alone = creator_of(org, ana)
    shown = text(alone.get(f"/portal/?holder={ben.holder_id}&currency={ben.currency}"))
    assert "Ben Ode" not in shown
    assert "You will be paid 8.00 USD" in shown


def test_who_has_no_holder_is_told_whom_to_ask(org, issued):
    shown = text(creator_of(org).get("/portal/"))
    assert "Ask them to add you" in shown


def test_the_page_asks_the_database_the_same_for_one_and_two_holders(org, issued):
    found = []
    for statements in ([issued["Ana Kestrel"]], list(issued.values())):
        client = creator_of(org, *statements)
        client.get("/portal/")
        with CaptureQueriesContext(connection) as made:
            client.get("/portal/")
        found.append(len(made))
    assert found[0] == found[1] <= 30


def test_home_says_to_a_creator_what_is_paid(org, issued):
    ana, ben = issued["Ana Kestrel"], issued["Ben Ode"]
    shown = text(creator_of(org, ana).get("/"))
    assert "Nothing waits for you" in shown
    assert "My royalties You will be paid 8.00 USD for 2026-Q1; the pay day isn" in shown
    shown = text(creator_of(org, ana, ben).get("/"))
    assert "Ana Kestrel: You will be paid 8.00 USD" in shown
    assert "Ben Ode: You will be paid 12.00 USD" in shown
    assert "Whoever pays you can add you" in text(creator_of(org).get("/"))
