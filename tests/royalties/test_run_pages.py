"""Runs as pages: calculate, look, post; what stands out; what is refused."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import permissions
from foundation import jobs
from foundation.tenancy import tenant_atomic
from royalties.models import Run, Statement
from tests import factories
from tests.royalties import world
from tests.royalties.test_statement_pages import links, text

pytestmark = pytest.mark.django_db
EURO = [{**world.LINES[0], "currency": "EUR"}]


@pytest.fixture
def sold(org, tmp_path):
    """Works, a signed deal and a quarter's sales; return the folder for more."""
    with tenant_atomic(org.id):
        world.catalogue()
        world.signed(world.DEAL)
        world.sales(tmp_path)
    return tmp_path


@pytest.fixture
def analyst(org):
    """A browser of an analyst who has confirmed with the second factor just now."""
    return factories.sign_in(Client(), factories.person(org, permissions.ANALYST))


def calculated(client, org, period):
    """Calculate a period in the browser; return the run's address."""
    answer = client.post("/runs/start/", {"period": period})
    assert answer.status_code == 302, text(answer)
    assert jobs.work(org.id, answer["Location"].strip("/").split("/")[-1]) == "done"
    [address] = links(client.get(answer["Location"]), "/runs/0")
    return address


def posted(client, org, period):
    """Calculate and post a period in the browser; return its run's address."""
    address = calculated(client, org, period)
    with tenant_atomic(org.id):
        asked = {"results_hash": Run.objects.get(pk=address.split("/")[2]).results_hash}
    assert client.post(f"{address}post/", asked)["Location"] == address
    return address


def test_a_period_is_calculated_looked_at_and_posted(analyst, org, sold):
    shown = text(analyst.get("/runs/"))
    assert "Next: 2026-Q1" in shown
    assert "Sales that wait for a decision: 1, 25.00 USD at stake" in shown
    address = calculated(analyst, org, "2026-Q1")
    page = analyst.get(address)
    shown = text(page)
    for words in ("Earned 0.00 USD 30.00 USD 30.00 USD", "Ana Kestrel 0.00 USD 8.00 USD"):
        assert words in shown
    with tenant_atomic(org.id):
        assert not Statement.objects.exists()
    payee = analyst.get(links(page, "/payees/")[0])
    assert "Provisional figures for 2026-Q1" in text(payee)
    lines = analyst.get(links(analyst.get(links(payee, "work=W-1")[0]), "/lines/")[0])
    assert "partner.csv 2 1 100 20 %" in text(lines)
    assert "Payable" in text(analyst.get(links(payee, "/working/")[0]))
    asked = text(analyst.get(f"{address}post/"))
    assert "20.00 USD becomes payable" in asked
    assert "1 result becomes entries" in asked
    address = posted(analyst, org, "2026-Q1")
    with tenant_atomic(org.id):
        assert Statement.objects.count() == 2
    page = analyst.get(address)
    assert "Post…" not in text(page)
    assert links(page, "/statements/0")
    assert "Next: 2026-Q2" in text(analyst.get("/runs/"))


def test_what_falls_to_nothing_stands_out(analyst, org, sold):
    posted(analyst, org, "2026-Q1")
    shown = text(analyst.get(calculated(analyst, org, "2026-Q2")))
    assert "Against 2026-Q1" in shown
    assert "Ben Ode 12.00 USD 0.00 USD −12.00 USD nothing, after a payment" in shown


def test_a_deal_that_refuses_is_told_in_words_and_nothing_is_posted(analyst, org, sold):
    with tenant_atomic(org.id):
        world.sales(sold, EURO, name="euro.csv")
    address = calculated(analyst, org, "2026-Q1")
    shown = text(analyst.get(address))
    assert "It can't be posted: 1 deal refuses" in shown
    assert "ART-1, 2026-Q1:" in shown
    assert "only a calculated one can be posted" in text(analyst.get(f"{address}post/"))
    with tenant_atomic(org.id):
        hash_ = Run.objects.get(state="failed").results_hash
    assert analyst.post(f"{address}post/", {"results_hash": hash_}).status_code == 409
    with tenant_atomic(org.id):
        assert not Statement.objects.exists()


def test_what_changed_since_is_not_posted(analyst, org, sold):
    address = calculated(analyst, org, "2026-Q1")
    with tenant_atomic(org.id):
        hash_ = Run.objects.get(state="calculated").results_hash
        world.sales(sold, world.LINES[:1], name="more.csv")
    assert "Something has changed since" in text(analyst.get(address))
    answer = analyst.post(f"{address}post/", {"results_hash": hash_})
    assert answer.status_code == 409
    assert "Calculate it anew" in text(answer)
    assert analyst.post(f"{address}post/", {"results_hash": "0" * 64}).status_code == 409
    with tenant_atomic(org.id):
        assert not Statement.objects.exists()


def test_posting_asks_for_the_second_factor_again(org, analyst, sold):
    address = calculated(analyst, org, "2026-Q1")
    stale = factories.sign_in(Client(), factories.person(org, permissions.ANALYST), fresh=False)
    assert "/accounts/confirm/" in stale.post(f"{address}post/", {})["Location"]
    with tenant_atomic(org.id):
        assert not Statement.objects.exists()


@pytest.mark.parametrize(
    ("period", "words"), [("2026-Q9", "is not a period"), ("2026-Q2", "Sales")]
)
def test_a_period_that_cant_be_run_is_told(analyst, org, sold, period, words):
    answer = analyst.post("/runs/start/", {"period": period})
    assert answer.status_code == 422
    assert words in text(answer)
    with tenant_atomic(org.id):
        assert not Run.objects.exists()


def test_the_board_costs_the_same_however_many_runs_there_are(analyst, org, sold):
    counts = []
    for period in ("2026-Q1", "2026-Q2"):
        posted(analyst, org, period)
        analyst.get("/runs/")
        with CaptureQueriesContext(connection) as made:
            analyst.get("/runs/")
        counts.append(len(made))
    assert counts[0] == counts[1] <= 30
