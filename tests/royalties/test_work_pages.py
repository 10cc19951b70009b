"""What deals and sales say about one work."""

from decimal import Decimal

import pytest
from django.test import Client

from accounts import permissions
from foundation.tenancy import tenant_atomic
from royalties.selectors import covering, revenue
from tests import factories
from tests.royalties import world
from tests.royalties.test_statement_pages import text


@pytest.mark.parametrize(
    ("covers", "about"),
    [
        ({}, True),
        ({"work": ["A", "B"]}, True),
        ({"work": "A"}, True),
        ({"work": ["B"]}, False),
        ({"work": {"from": "A", "to": "C"}, "territory": "DE"}, True),
        ({"not": {"work": ["A"]}}, False),
        ({"not": [{"work": ["B"]}, {"work": ["A"]}]}, False),
        ({"not": {"work": ["A"], "territory": "US"}}, True),
    ],
)
def test_a_deal_is_about_the_works_that_it_covers(covers, about):
    assert covering.fits(covers, "A") == about


@pytest.mark.django_db
def test_a_work_shows_its_deals_and_what_was_sold_of_it(org, tmp_path):
    with tenant_atomic(org.id):
        hour, tide = world.catalogue()
        world.signed(world.DEAL)
        world.sales(tmp_path)
        more = [{"isrc": "QZ1110000001", "title": "Blue Hour", "artist": "Kestrel", "amount": 1}]
        world.sales(tmp_path, more, name="more.csv")
        sold = revenue.of_work(hour.pk)
        assert [(one.period, one.lines, one.amount) for one in sold] == [
            ("2026-Q1", 2, Decimal("100.01"))
        ]
        assert revenue.totals(sold) == [("USD", Decimal("100.01"), Decimal(0))]
        assert [one.amount for one in revenue.of_work(tide.pk)] == [Decimal("50.01")]
    browser = factories.sign_in(Client(), factories.person(org, permissions.ANALYST))
    shown = text(browser.get(f"/works/{hour.pk}/revenue/"))
    assert "100.01 USD" in shown.replace("\N{NO-BREAK SPACE}", " ")
    assert "1 deal in force" in shown
    deals = text(browser.get(f"/works/{hour.pk}/deals/"))
    assert "ART-1 Kestrel, recordings" in deals
    assert "All sales of it" in deals
