"""Why a waterfall paid an amount: from the step down to each receipt's line and each cost's row."""

import copy
import csv
import io
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.test import Client

from accounts import permissions
from foundation import jobs
from foundation.tenancy import tenant_atomic
from royalties.models import Statement
from royalties.services import runs
from tests import factories
from tests.royalties import world
from tests.royalties.test_statement_pages import links, text
from tests.royalties.world import BY, NOW

pytestmark = pytest.mark.django_db

FILM = copy.deepcopy(world.DEAL)
del FILM["splits"], FILM["accounts"]
FILM |= {
    "income": [
        {"id": "sales", "base": "amount", "rate": {"percent": "100"}, "to": {"pot": "gross"}}
    ],
    "waterfall": [
        {"id": "fee", "from": "gross", "fee": {"percent": "10", "of": "gross", "to": "ben"},
         "as": "net"},
        {"id": "prints", "from": "net", "costs": {"category": ["prints"], "to": "ben"},
         "as": "profit"},
        {"id": "shares", "from": "profit",
         "split": {"parts": [{"to": "ana", "weight": "3"}, {"to": "ben", "weight": "1"}]}},
    ],
    "examples": [
        {"name": "a hundred", "periods": [
            {"period": "2026-Q1", "lines": [{"work": "W-1", "amount": "100.00"}],
             "expect": {"ana": {"due": "67.50"}}}]}
    ],
}  # fmt: skip


@pytest.fixture
def issued(org, tmp_path):
    """Ana's statement of a film."""
    return posted_film(org, tmp_path)


def posted_film(org, folder):
    """Post a film: 150.01 came in, 10 % fee, 30.00 of prints, three quarters of the rest are Ana's;
    return her statement."""
    costs = folder / "prints.csv"
    costs.write_text(
        "category,amount,date,note\nprints,20.00,2026-02-01,Lab\nprints,10.00,2026-03-01,\n"
    )
    with tenant_atomic(org.id):
        world.catalogue()
        world.signed(FILM)
        world.sales(folder)
    call_command(
        "import_costs", str(costs), org=org.slug, deal="ART-1", json=True, stdout=io.StringIO()
    )
    with tenant_atomic(org.id):
        run, job = runs.begin(period="2026-Q1", by=BY, at=NOW)
    assert jobs.work(org.id, job) == "done"
    with tenant_atomic(org.id):
        runs.post(run_id=run.pk, by=BY, at=NOW)
        return Statement.objects.get(holder__name="Ana Kestrel")


@pytest.fixture
def analyst(org):
    """A browser of somebody who sees all statements."""
    return factories.sign_in(Client(), factories.person(org, permissions.ANALYST))


def test_a_step_opens_down_to_lines_and_costs(analyst, issued):
    page = analyst.get(f"/statements/{issued.pk}/")
    working = analyst.get(links(page, "/working/")[0])
    shown = text(working)
    # 150.01 − 15.00 − 30.00 = 105.01, of which Ana has three quarters: 78.76.
    for words in (
        "3 of 4 parts of profit (105.01)",
        "In profit",
        "From prints",
        "20.00 USD prints 2026-02-01, Lab, prints.csv row 2",
        "10.00 USD prints 2026-03-01, prints.csv row 3",
        "−30.00 USD Taken by prints",
        "In net",
        "150.01 USD sales",
        "−15.00 USD Taken by fee",
    ):
        assert words in shown, words
    lines = analyst.get(links(working, "/receipts/")[0])
    shown = text(lines)
    assert "sales is paid into a pot: 2 lines earned 150.01 USD before the rounding." in shown
    assert "partner.csv 2 1 100 100 % 1 100 partner.csv 3 1 50.01 100 % 1 50.01" in shown
    exact = analyst.get(links(lines, "as=csv")[0])
    [_, *rows] = csv.reader(io.StringIO(exact.content.decode("utf-8-sig")))
    assert [row[:2] for row in rows] == [["partner.csv", "2"], ["partner.csv", "3"]]


@pytest.mark.parametrize("clause", ["", "fee", "nothing"])
def test_what_is_no_receipt_is_not_found(analyst, issued, clause):
    [part] = issued.content["deals"]
    address = f"/statements/{issued.pk}/receipts/{part['result']}/"
    assert analyst.get(address, {"clause": clause}).status_code == 404
    other = f"/statements/{issued.pk}/receipts/{uuid4()}/"
    assert analyst.get(other, {"clause": "sales"}).status_code == 404


def test_the_payee_sees_it_and_nobody_elses(org, issued):
    assert Client().get(f"/statements/{issued.pk}/working/{uuid4()}/").status_code == 302
    stranger = factories.sign_in(Client(), factories.person(org, permissions.CREATOR))
    [part] = issued.content["deals"]
    address = f"/statements/{issued.pk}/receipts/{part['result']}/?clause=sales"
    assert stranger.get(address).status_code == 404
