"""Reserves: what is kept back of sales, when it comes back, and documents that are refused."""

import copy

import pytest

from royalties.engine import rendering, schema
from royalties.engine.calculate import calculate
from royalties.engine.errors import BalanceInvalid, DealInvalid
from royalties.engine.lines import Lines
from royalties.engine.reading import read_deal
from royalties.engine.statement import together, told
from territories.geography.resolver import matcher
from tests.engine.test_working import walked
from tests.engine.world import example_deals

DEAL = {
    "schema": "mediatrack.deal/1",
    "deal": "RES-9",
    "title": "A record",
    "direction": "out",
    "currency": "EUR",
    "accounting": {"period": "half"},
    "payees": {"ana": {}, "ben": {}},
    "splits": {"both": {"weights": {"ana": "2", "ben": "1"}}},
    "income": [
        {"id": "cds", "group": "artists", "where": {"format": ["cd"]}, "base": "amount",
         "rate": {"percent": "50"}, "to": {"split": "both"}},
        {"id": "rest", "group": "artists", "base": "amount", "rate": {"percent": "50"},
         "to": "ana"},
        {"id": "share", "group": "house", "base": "amount", "rate": {"percent": "1"},
         "to": {"pot": "house"}},
    ],
    "groups": ["artists", "house"],
    "waterfall": [
        {"id": "all", "from": "house", "split": {"parts": [{"to": "ben", "weight": "1"}]}}],
    "accounts": {
        "ana": {"reserves": [{"id": "returns", "percent": "25", "clauses": ["cds"],
                              "release": ["50", "50"]}]}
    },
}  # fmt: skip
CD = {"work": "W1", "format": "cd", "units": 10, "amount": "100.00"}
BACK = {"work": "W1", "format": "cd", "units": -9, "amount": "-90.00"}


def with_account(payee="ana", **terms):
    """Return the deal with other terms in an account."""
    document = copy.deepcopy(DEAL)
    document["accounts"].setdefault(payee, {}).update(terms)
    return document


def done(document, period="2026-H1", lines=(CD,), opening=None):
    """Return a period's calculation."""
    return calculate(
        read_deal(document),
        period=period,
        lines=Lines.from_rows(list(lines)),
        opening=opening,
        matcher=matcher,
    )


def ana(calculation):
    """Return Ana's reserves, due and what is carried."""
    result = calculation.result
    mine = result["payees"]["ana"]
    carried = result["closing"]["accounts"]["ana"]["carried"]
    return mine["reserves"]["returns"], mine["due"], carried


def test_returns_are_never_set_off_against_what_is_withheld():
    # Ana's two thirds of 50.00: 33.33, a quarter of it 8.33; her part of the returns is -30.00.
    first = done(DEAL, lines=[CD, BACK])
    assert first.result["payees"]["ana"]["earned"]["cds"] == "3.33"
    assert ana(first) == ({"withheld": "8.33", "released": "0.00"}, "0.00", "-5.00")
    kept = first.result["closing"]["accounts"]["ana"]["reserves"]
    assert kept == {"returns": {"2026-H1": {"cds": ["4.16", "4.17"]}}}
    second = done(DEAL, "2026-H2", (), first.result["closing"])
    assert ana(second) == ({"withheld": "0.00", "released": "4.16"}, "0.00", "-0.84")
    third = done(DEAL, "2027-H1", (), second.result["closing"])
    assert ana(third) == ({"withheld": "0.00", "released": "4.17"}, "3.33", "0.00")


def test_a_reserve_that_an_amendment_drops_goes_on_releasing():
    opening = done(DEAL).result["closing"]
    dropped = with_account(reserves=[])
    second = done(dropped, "2026-H2", (CD,), opening)
    assert second.result["payees"]["ana"]["reserves"] == {
        "returns": {"withheld": "0.00", "released": "4.16"}
    }
    third = done(dropped, "2027-H1", (), second.result["closing"])
    assert third.result["closing"]["accounts"]["ana"]["reserves"] == {}
    fourth = done(dropped, "2027-H2", (), third.result["closing"])
    assert "reserves" not in fourth.result["payees"]["ana"]


def test_a_release_belongs_to_the_window_that_withheld_it():
    yearly = {"id": "least", "every": "year", "amount": "30.00"}
    document = with_account(guarantees=[yearly])
    first = done(document, "2026-H1")
    second = done(document, "2026-H2", (), first.result["closing"])
    # 25.00 and 4.16 are less than 30.00: the year's last close pays 30.00 in all.
    assert [x.result["payees"]["ana"]["due"] for x in (first, second)] == ["25.00", "5.00"]
    third = done(document, "2027-H1", (), second.result["closing"])
    # The last 4.17 bring 2026 to 33.33, of which 30.00 were paid; 2027 has earned nothing.
    assert third.result["payees"]["ana"]["due"] == "3.33"
    assert third.result["closing"]["accounts"]["ana"]["guarantees"]["least"] == {
        "2026-01-01": {"earned": "33.33", "paid": "33.33"},
        "2027-01-01": {"earned": "0.00", "paid": "0.00"},
    }


def test_what_the_cap_cut_is_not_reserved():
    capped = with_account(cap={"amount": "10.00", "over": "life"})
    calculation = done(capped)
    assert ana(calculation) == ({"withheld": "2.50", "released": "0.00"}, "7.50", "0.00")


def test_the_working_and_the_statement_say_it_and_add_up():
    opening = done(DEAL).result["closing"]
    calculation = done(DEAL, "2026-H2", (CD,), opening)
    nodes = {each["code"]: each for each in walked(calculation.working["ana"])}
    assert nodes["reserve_withheld"]["amount"] == "-8.33"
    assert nodes["reserve_withheld"]["note"].endswith("released by period: 4.16, 4.17")
    assert nodes["reserve_released"]["amount"] == "4.16"
    assert nodes["reserve_released"]["note"] == "withheld from cds in 2026-H1"
    closing = calculation.result["closing"]
    part = told(calculation.result, opening, closing, "ana")
    sums = part["sums"]
    assert (sums["reserve_withheld"], sums["reserve_released"]) == ("8.33", "4.16")
    assert (sums["reserve_kept"], sums["guarantee"], sums["due"]) == ("12.50", "0.00", "29.16")
    other = told(calculation.result, opening, closing, "ben")
    assert "reserve_kept" not in other["sums"]
    both = together([part | {"deal": "A"}, other | {"deal": "B"}], "EUR")
    assert both["reserve_kept"] == "12.50"
    assert "reserve_kept" not in together([other | {"deal": "B"}], "EUR")


def test_terms_are_read_back_in_plain_language():
    document = example_deals()["reserves-by-format-and-liquidation"]
    said = [line for section in rendering.describe(document) for line in section.sentences]
    [records, digital] = [line for line in said if "kept back" in line]
    assert records.startswith("30 % of what artist earns by the sales of")
    assert "0 %, 33.334 % and 66.666 %; all of it in the period of 2026-09-30" in records
    assert digital.endswith("released in the period after: 100 %.")


@pytest.mark.parametrize(
    ("change", "path", "words"),
    [
        ({"release": ["50", "40"]}, "accounts.ana.reserves[0].release", "add to 90 %"),
        ({"percent": "120"}, "accounts.ana.reserves[0].percent", "no percent"),
        ({"clauses": ["share"]}, "accounts.ana.reserves[0].clauses[0]", "no clause"),
        ({"liquidated_on": "2026-02-30"}, "accounts.ana.reserves[0].liquidated_on", ""),
    ],
)
def test_what_is_wrong_is_said_with_its_place(change, path, words):
    terms = DEAL["accounts"]["ana"]["reserves"][0]
    with pytest.raises(DealInvalid) as refused:
        read_deal(with_account(reserves=[terms | change]))
    problems = refused.value.extra["problems"]
    assert any(p["path"] == path and words in p["message"] for p in problems), problems


def test_steps_and_twins_are_no_reserves():
    step = {"id": "a", "percent": "5", "clauses": ["all"], "release": ["100"]}
    with pytest.raises(DealInvalid, match="no sales of its own"):
        read_deal(with_account("ben", reserves=[step]))
    twin = DEAL["accounts"]["ana"]["reserves"][0]
    with pytest.raises(DealInvalid, match="one identifier"):
        read_deal(with_account(reserves=[twin, twin]))
    [unknown] = schema.problems(with_account(reserves=[twin | {"when": "before"}]))
    assert unknown["path"] == "accounts.ana.reserves[0].when"


@pytest.mark.parametrize(
    ("kept", "path"),
    [
        ({"returns": {"2026-Q1": {"cds": ["1.00"]}}}, "2026-Q1"),
        ({"returns": {"2026-H1": {"cds": "1.00"}}}, "2026-H1.cds"),
        ({"returns": {"2026-H1": {"cds": ["one"]}}}, "2026-H1.cds[0]"),
    ],
)
def test_balances_of_another_shape_are_refused(kept, path):
    with pytest.raises(BalanceInvalid) as refused:
        done(DEAL, "2026-H2", (), {"accounts": {"ana": {"reserves": kept}}})
    assert refused.value.extra["path"] == f"accounts.ana.reserves.returns.{path}"
