"""A creator's own page: what is paid or why nothing is, and of nobody else."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import permissions
from audit.models import Event
from foundation.tenancy import tenant_atomic
from holders.services import portal
from royalties.models import Opening
from tests import factories
from tests.royalties.test_statement_pages import posted, text
from tests.royalties.world import BY, DEAL, NOW

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


def test_what_is_below_the_smallest_payment_is_said_to_be_kept(org, tmp_path):
    payees = {"ana": {"name": "Ana Kestrel", "minimum_payout": "50.00"}, "ben": {"name": "Ben Ode"}}
    issued = posted(org, tmp_path, deal={**DEAL, "payees": payees})
    client = creator_of(org, issued["Ana Kestrel"])
    said = (
        "Nothing is paid for 2026-Q1 yet: 8.00 USD is kept for you until it reaches 50.00 USD, "
        "the smallest payment of your deal."
    )
    assert said in text(client.get("/portal/"))
    assert said in text(client.get("/"))


def test_the_office_sees_that_a_payee_opened_a_statement_and_its_own_look_is_none(org, issued):
    ana, ben = issued["Ana Kestrel"], issued["Ben Ode"]
    office = factories.sign_in(Client(), factories.person(org, permissions.ANALYST))
    page = f"/statements/{ana.pk}/"
    assert "hasn't opened it yet" in text(office.get(page))
    assert "hasn't opened it yet" in text(office.get(page))
    client = creator_of(org, ana)
    client.get("/portal/")
    client.get(page)
    assert "Its payee first opened it" in text(office.get(page))
    opened, waiting = (text(office.get(f"/statements/?opened={one}")) for one in ("yes", "no"))
    assert (ana.number in opened, ben.number in opened) == (True, False)
    assert (ana.number in waiting, ben.number in waiting) == (False, True)
    with tenant_atomic(org.id):
        assert Event.objects.filter(code="royalties.statement.opened").count() == 1
        with pytest.raises(DatabaseError), transaction.atomic():
            Opening.objects.all().delete()


def test_a_file_that_is_loaded_is_an_opening_too(org, issued):
    ben = issued["Ben Ode"]
    assert creator_of(org, ben).get(f"/statements/{ben.pk}/files/csv/").status_code == 200
    with tenant_atomic(org.id):
        assert Opening.objects.get().statement_id == ben.pk
