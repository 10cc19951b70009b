"""Before an amendment is approved: what it makes of every posted period and of the next."""

import copy
from datetime import date
from decimal import Decimal

import pytest

from accounts import permissions
from accounts.changes import Line
from foundation import jobs
from foundation.models import Job
from foundation.tenancy import tenant_atomic
from royalties.models import DealVersion, RunResult
from royalties.selectors import effects, whatif
from royalties.services import deals, explanations
from royalties.services import effects as deeds
from tests.royalties import world
from tests.royalties.world import BY, NOW

pytestmark = pytest.mark.django_db
QUARTERS = ("2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4")


def changed(percent):
    """Return the deal with another rate, and an example that fits it."""
    document = copy.deepcopy(world.DEAL)
    document["income"][0]["rate"]["percent"] = percent
    expected = Decimal(percent) * Decimal("0.4")
    document["examples"][0]["periods"][0]["expect"]["ben"]["due"] = f"{expected:.2f}"
    return document


@pytest.fixture
def posted(org, tmp_path):
    """Return a function that posts the first quarters of the year, each with its sales."""

    def post(quarters):
        with tenant_atomic(org.id):
            world.catalogue()
            world.signed(world.DEAL)
        for number, period in enumerate(quarters):
            with tenant_atomic(org.id):
                rows = [
                    {**line, "amount": line["amount"] * (number + 1)} for line in world.LINES[:2]
                ]
                world.sales(tmp_path, rows, period=period, name=f"{period}.csv")
            world.posted(org, period)

    return post


def amended(percent):
    """Enter an amendment, ask for its signature; return the request."""
    entered = deals.enter(document=changed(percent), by=BY, at=NOW, starts=date(2026, 7, 1))
    analyst = world.person("analyst", permissions.ANALYST)
    return deals.ask_for_signature(
        deal=entered.version.deal, reason="A better rate", by=analyst, at=NOW
    )


def told(request):
    """Return the sections that an approver reads, by title."""
    found = explanations.of_signature(request.target_id, request.payload)
    return {section.title: section.lines for section in found}


def test_each_payee_sees_every_posted_period_and_their_sum(org, posted):
    posted(QUARTERS[:2])
    with tenant_atomic(org.id):
        request = amended("30")
        job = Job.objects.get(kind=deeds.KIND)
        assert told(request)["Money effect"] == (
            Line("The effect on posted periods is being calculated. Look again soon."),
        )
    assert jobs.work(org.id, job.pk) == "done"
    with tenant_atomic(org.id):
        lines = [
            line.text.replace("\xa0", " ")
            for line in told(request)["Money effect on posted periods"]
        ]
    # Ana: 60 % of 20 % of 150.01 is 18.00, of which 10.00 are recouped; of 300.02, 36.00.
    # With 30 %: 90.01 are shared, 54.01 and 36.00.
    assert lines == [
        "2026-Q1, Ana Kestrel: 8.00 USD becomes 17.00 USD (+9.00 USD)",
        "2026-Q1, Ben Ode: 12.00 USD becomes 18.00 USD (+6.00 USD)",
        "2026-Q2, Ana Kestrel: 36.00 USD becomes 54.01 USD (+18.01 USD)",
        "2026-Q2, Ben Ode: 24.00 USD becomes 36.00 USD (+12.00 USD)",
        "All periods, Ana Kestrel: 44.00 USD becomes 71.01 USD (+27.01 USD)",
        "All periods, Ben Ode: 36.00 USD becomes 54.00 USD (+18.00 USD)",
    ]


def test_balances_are_carried_from_period_to_period_by_the_draft_itself(org, posted):
    posted(QUARTERS[:2])
    with tenant_atomic(org.id):
        request = amended("5")  # Ana recoups only half of her advance in the first quarter
        draft = DealVersion.objects.get(signed_at=None, deal=request.target_id)
        found = effects.effect(draft, whatif.former(draft), at=NOW)
    assert [entry["due"]["ana"] for entry in found["past"]] == [
        {"old": "8.00", "new": "0.00"},
        {"old": "36.00", "new": "3.50"},
    ]


def test_the_next_period_stands_at_the_sales_of_a_year_before(org, posted):
    posted(QUARTERS)
    with tenant_atomic(org.id):
        request = amended("30")
        draft = DealVersion.objects.get(signed_at=None, deal=request.target_id)
        found = effects.effect(draft, whatif.former(draft), at=NOW)
        assert found["next"] == {
            "period": "2027-Q1",
            "due": {
                "ana": {"old": "18.00", "new": "27.00"},
                "ben": {"old": "12.00", "new": "18.00"},
            },
        }
        assert not RunResult.objects.filter(period="2027-Q1").exists()


def test_the_same_terms_change_nothing_and_say_so(org, posted):
    posted(QUARTERS[:1])
    with tenant_atomic(org.id):
        request = amended("20")
        job = Job.objects.get(kind=deeds.KIND)
    assert jobs.work(org.id, job.pk) == "done"
    with tenant_atomic(org.id):
        lines = told(request)["Money effect on posted periods"]
        assert lines == (Line("Nobody is due another amount."),)


def test_a_new_deal_has_no_effect_to_calculate(org):
    with tenant_atomic(org.id):
        world.catalogue()
        world.signed(world.DEAL)
        assert not Job.objects.filter(kind=deeds.KIND).exists()
