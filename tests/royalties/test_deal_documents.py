"""A deal document: refused with the path and what was expected; read back in plain words."""

import copy

import pytest

from royalties.engine import rendering, schema

DEAL = {
    "schema": "mediatrack.deal/1",
    "deal": "REC-7",
    "title": "Harbour Lights, artist royalty",
    "direction": "out",
    "currency": "GBP",
    "accounting": {"period": "quarter", "year_starts": "04-01", "due": {"days_after": 45}},
    "payees": {"kim": {"name": "Kim Stone", "minimum_payout": "50.00"}, "lee": {}},
    "counters": {"sold": {"measure": "units", "where": {"format": ["lp", "cd"]}, "over": "life"}},
    "income": [
        {
            "id": "records",
            "where": {"format": ["lp", "cd"], "not": {"channel": ["club"]}},
            "base": "list_price",
            "deductions": [{"percent": "25", "of": "base"}],
            "rate": {
                "tiers": {
                    "counter": "sold",
                    "kind": "marginal",
                    "steps": [{"over": "0", "percent": "10"}, {"over": "25000", "percent": "12"}],
                }
            },
            "to": {"split": "band"},
        }
    ],
    "splits": {"band": {"percent": {"kim": "60", "lee": "rest"}}},
    "accounts": {"kim": {"advances": [{"id": "first", "amount": "500.00", "on": "2026-04-01"}]}},
}


def changed(path, value):
    """Return the deal with the value at ``path`` replaced (or removed, for None)."""
    deal = copy.deepcopy(DEAL)
    place = deal
    for part in path[:-1]:
        place = place[part]
    if value is None:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return deal


def test_a_sound_deal_has_no_problems():
    assert schema.problems(DEAL) == []


@pytest.mark.parametrize(
    ("path", "value", "where", "expected"),
    [
        (["currency"], None, "$", "'currency'"),
        (["direction"], "sideways", "direction", 'one of "out", "in"'),
        (["income", 0, "base"], 7, "income[0].base", '"amount" or "units" or "list_price"'),
        (["income", 0, "to"], {"spilt": "band"}, "income[0].to", '{"split": …}'),
        (["accounting", "due", "days_after"], "45", "accounting.due.days_after", "a whole number"),
        (["splits", "band", "percent", "kim"], 60, "splits.band.percent.kim", 'text, such as "12'),
        (
            ["accounts", "kim", "advances", 0, "on"],
            "1 April",
            "accounts.kim.advances[0].on",
            "date",
        ),
        (["incme"], [], "incme", "income"),
    ],
)
def test_a_problem_names_its_path_and_what_was_expected(path, value, where, expected):
    problems = schema.problems(changed(path, value))
    assert [p["path"] for p in problems] == [where]
    assert expected in problems[0]["expected"]


def test_a_misspelt_word_gets_a_suggestion():
    [problem] = schema.problems(changed(["accounts", "kim", "advanecs"], []))
    assert "did you mean 'advances'" in problem["message"]


def test_a_number_as_a_number_is_refused_so_that_it_stays_exact():
    steps = ["income", 0, "rate", "tiers", "steps", 0, "percent"]
    [problem] = schema.problems(changed(steps, 10.5))
    assert problem["path"] == "income[0].rate.tiers.steps[0].percent"
    assert problem["message"] == "found 10.5"


def test_every_problem_is_told_at_once():
    deal = changed(["currency"], "pounds")
    del deal["title"]
    deal["payees"] = {}
    assert len(schema.problems(deal)) == 3


def test_the_plain_language_says_every_term():
    text = "\n".join(s for part in rendering.describe(DEAL) for s in part.sentences)
    for words in (
        "We pay in GBP, quarterly to Kim Stone and lee.",
        "The contract year begins on 04-01",
        "45 days after",
        "at least 50.00 GBP",
        "“sold” counts the units of format lp or cd, for life.",
        "10 % and 12 % over 25,000 by “sold” (each slice at its own rate) of list price × units",
        "less 25 %",
        "but not channel club",
        "Kim Stone 60 % and lee the rest",
        "an advance “first” of 500.00 GBP on 2026-04-01, recouped from all earnings",
    ):
        assert words in text
