"""manage.py calculate: files in, figures out; bad input is a problem document and exit 1."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples"
BOOK = EXAMPLES / "bk-0042-the-long-field.json"
LINES = """work,format,territory,units,list_price,amount,period
W1,hardback,US,8000,25.00,,2026-H1
W1,hardback,US,3000,20.00,,2026-H1
W1,hardback,CA,1000,20.00,,2026-H1
W1,ebook,US,400,,3000.00,2026-H1
W1,hardback,US,-2500,25.00,,2026-H2
W1,ebook,US,130,,1000.00,2026-H2
"""
OPENING = {"accounts": {"author": {"unrecouped": {"signing": "10000.00"}}}}


def run(*arguments, **options):
    """Return what the command printed."""
    out = StringIO()
    call_command("calculate", *map(str, arguments), stdout=out, **options)
    return out.getvalue()


def refused(*arguments, **options):
    """Return the problem document of a refusal, which ends with exit code 1."""
    err = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("calculate", *map(str, arguments), stderr=err, **options)
    assert ended.value.code == 1
    return json.loads(err.getvalue())


@pytest.fixture
def lines(tmp_path):
    """A sales file of two half-years."""
    file = tmp_path / "lines.csv"
    file.write_text(LINES)
    return file


@pytest.fixture
def opening(tmp_path):
    """Opening balances."""
    file = tmp_path / "opening.json"
    file.write_text(json.dumps(OPENING))
    return file


def test_periods_follow_one_another(lines, opening):
    done = json.loads(run(BOOK, lines, "--opening", opening, "--json"))
    first, second = done["periods"]
    assert first["payees"]["author"]["due"] == "6400.00"
    assert second["payees"]["author"]["earned"] == {"hardback": "-9062.50", "ebook": "250.00"}
    assert second["closing"]["accounts"]["author"]["carried"] == "-5606.25"
    assert first["working"]["author"]["amount"] == first["payees"]["author"]["payable"]
    assert all(example["passed"] for example in done["examples"])


def test_the_same_files_give_the_same_hash_in_any_row_order(lines, opening, tmp_path):
    head, *rows = LINES.splitlines()
    other = tmp_path / "other.csv"
    other.write_text("\n".join([head, *reversed(rows)]))
    hashes = [
        [
            p["results_hash"]
            for p in json.loads(run(BOOK, f, "--opening", opening, "--json"))["periods"]
        ]
        for f in (lines, other)
    ]
    assert hashes[0] == hashes[1]


def test_people_can_read_it(lines, opening):
    text = run(BOOK, lines, "--opening", opening, "--terms")
    for words in ("mean rate 11.875 %", "5/12 of the way", "6400.00", "Closing balances:"):
        assert words in text
    assert "10 %, 12.5 % over 5,000 and 15 % over 10,000" in text


def test_a_failing_worked_example_stops_everything(tmp_path):
    wrong = tmp_path / "wrong.json"
    wrong.write_text(BOOK.read_text().replace("32062.50", "32062.51"))
    problem = refused(wrong)
    assert problem["code"] == "examples_fail"
    assert "author.earned.hardback is 32062.50, expected 32062.51" in problem["detail"]


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("work,work\n1,2\n", "file_unreadable", "stands twice"),
        ("", "file_unreadable", "is empty"),
        ("work,units\nW1,1,9\n", "file_unreadable", "row 2 has 3 cells"),
        ("work,units\nW1,1\n", "period_unclear", "--period"),
        ("work,format,period,list_price\nW1,hardback,2026-H1,1\n", "quantity_missing", "units"),
        (
            "work,format,period,units,list_price\nW1,hardback,2026-H1,1e9,1\n",
            "quantity_missing",
            "1e9",
        ),
        ("work,period\nW1,2026-Q1\n", "period_invalid", "2026-H1"),
        ("work,period,territory\nW1,2026-H1,Germny\n", "file_unreadable", "DE"),
        ("work,period,sold_on\nW1,2026-H1,1/2/2026\n", "quantity_missing", "Row 2: sold_on"),
        (
            "work,format,period,amount,currency\nW1,ebook,2026-H1,1,EUR\n",
            "fx_missing",
            "EUR on 2026-06-30",
        ),
    ],
)
def test_bad_lines_are_named(tmp_path, text, code, words):
    file = tmp_path / "lines.csv"
    file.write_text(text)
    problem = refused(BOOK, file)
    assert problem["code"] == code
    assert words in problem["detail"]


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ('{"schema": 1.5}', "file_unreadable", '"1.5"'),
        ('{"a": 1, "a": 2}', "file_unreadable", "twice"),
        ("[]", "file_unreadable", "one JSON object"),
        ("{", "file_unreadable", "can't be read"),
        ('{"a": NaN}', "file_unreadable", "NaN"),
        ('{"schema": "mediatrack.deal/1"}', "deal_invalid", "missing"),
    ],
)
def test_a_bad_deal_is_refused_with_its_place(tmp_path, text, code, words):
    file = tmp_path / "deal.json"
    file.write_text(text)
    problem = refused(file)
    assert problem["code"] == code
    assert words in problem["detail"]


def test_semantic_problems_name_their_path(tmp_path):
    deal = json.loads(BOOK.read_text())
    deal["income"][0]["rate"]["tiers"]["counter"] = "hardback"
    deal["income"][1]["to"] = "writer"
    file = tmp_path / "deal.json"
    file.write_text(json.dumps(deal))
    problems = {p["path"]: p["message"] for p in refused(file)["problems"]}
    assert "did you mean hardbacks" in problems["income[0].rate.tiers.counter"]
    assert "income[1].to" in problems


@pytest.mark.parametrize(
    ("balances", "path"),
    [
        ({"counter": {}}, "counter"),
        ({"counters": {"hardback": {"value": "1"}}}, "counters.hardback"),
        ({"counters": {"hardbacks": {"value": "many"}}}, "counters.hardbacks.value"),
        (
            {"accounts": {"author": {"unrecouped": {"signing": 10}}}},
            "accounts.author.unrecouped.signing",
        ),
        ({"accounts": []}, "accounts"),
        ({"triggers": {"t": True}}, "triggers.t"),
    ],
)
def test_balances_that_dont_fit_are_refused_with_their_path(lines, tmp_path, balances, path):
    file = tmp_path / "balances.json"
    file.write_text(json.dumps(balances))
    problem = refused(BOOK, lines, "--opening", file)
    assert (problem["code"], problem["path"]) == ("balance_invalid", path)


@pytest.mark.parametrize(
    ("tables", "words"),
    [
        ({"rates": 5}, "Rate tables look like"),
        ({"rates": {"t": [{"per_unit": "x"}]}}, "Table t, row 1: per_unit"),
        ({"rates": {"t": [{"from": "1 May"}]}}, "Table t, row 1: from"),
        ({"fx": {"rates": [{"currency": "EUR", "rate": "0"}]}}, "above zero"),
    ],
)
def test_tables_that_cant_be_read_are_refused_with_their_row(lines, tmp_path, tables, words):
    file = tmp_path / "tables.json"
    file.write_text(json.dumps(tables))
    problem = refused(BOOK, lines, "--tables", file)
    assert problem["code"] == "table_invalid"
    assert words in problem["detail"]


def test_costs_that_cant_be_read_are_refused_with_their_row(lines, tmp_path):
    file = tmp_path / "costs.csv"
    file.write_text("category,amount,date\nmaking,1e5,2026-02-01\n")
    problem = refused(BOOK, lines, "--costs", file)
    assert (problem["code"], problem["row"]) == ("table_invalid", 2)


def test_a_territory_expression_is_checked_where_it_stands(tmp_path):
    deal = json.loads(BOOK.read_text())
    deal["income"][0]["adjustments"][0]["where"]["territory"] = "WORLD - USA1"
    file = tmp_path / "deal.json"
    file.write_text(json.dumps(deal))
    [problem] = refused(file)["problems"]
    assert problem["path"] == "income[0].adjustments[0].where.territory"
    assert "USA1" in problem["message"]


def test_every_row_opens_to_file_rows(lines, opening):
    text = run(BOOK, lines, "--opening", opening, "--lines")
    assert "row 4: 20000 × 11.875 % × 0.5 = 1187.5" in text
    assert "author, hardback, W1 · US: 30875.00" in text
    done = json.loads(run(BOOK, lines, "--opening", opening, "--lines", "--json"))
    rows = [line["row"] for cell in done["periods"][0]["lines"] for line in cell]
    assert sorted(rows) == [2, 3, 4, 5]
