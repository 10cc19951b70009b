"""Deals by the API: checked within limits; a version follows what was read."""

import json

import pytest

from foundation.tenancy import tenant_atomic
from royalties.engine import bounds
from royalties.models import Deal, DealVersion
from royalties.selectors import example_runs
from tests.access_matrix import EXAMPLES

pytestmark = pytest.mark.django_db


@pytest.fixture
def document():
    return json.loads((EXAMPLES / "d2-standard-hardback.json").read_text())


def stretched(document, periods, lines):
    """Return the document with as many periods and lines in its first example."""
    first = document["examples"][0]
    row = first["periods"][0]["lines"][0]
    told = {"period": "2026-01", "lines": [row] * lines}
    return {**document, "examples": [{**first, "periods": [told] * periods}]}


def test_a_document_is_checked_and_nothing_is_kept(program, org, document):
    told = program.post("deals/check", {"document": document}).json()
    assert (told["signable"], told["problems"]) == (True, [])
    assert all(each["passed"] for each in told["examples"])
    wrong = {**document, "currency": "Dollars"}
    told = program.post("deals/check", {"document": wrong}).json()
    assert (told["signable"], told["examples"]) == (False, [])
    assert told["problems"][0]["path"] == "currency"
    with tenant_atomic(org.id):
        assert not Deal.objects.exists()


@pytest.mark.parametrize(
    ("periods", "lines", "words"),
    [
        (bounds.PERIODS + 1, 1, "at most 200 periods together; these have 201"),
        (2, bounds.ROWS // 2 + 1, "at most 5,000 lines and costs together; these have 5,002"),
        (1, bounds.LONGEST // 20, "at most 500,000 signs"),
    ],
)
@pytest.mark.parametrize("address", ["deals/check", "deals"])
def test_too_much_is_refused_before_it_is_calculated(
    program, org, document, address, periods, lines, words
):
    answer = program.post(address, {"document": stretched(document, periods, lines)})
    assert (answer.status_code, answer.json()["code"]) == (422, "deal_too_large")
    assert answer["Content-Type"] == "application/problem+json"
    assert words in answer.json()["detail"]
    with tenant_atomic(org.id):
        assert not Deal.objects.exists()


@pytest.mark.parametrize("address", ["deals/check", "deals"])
def test_what_takes_too_long_ends_and_says_so(program, org, document, address, monkeypatch):
    monkeypatch.setattr(example_runs, "SECONDS", 0.0)
    answer = program.post(address, {"document": document})
    assert (answer.status_code, answer.json()["code"]) == (422, "examples_too_slow")
    with tenant_atomic(org.id):
        assert not Deal.objects.exists()


def test_a_draft_takes_anothers_place_only_where_that_was_read(program, org, document):
    made = program.post("deals", {"document": document})
    assert made.status_code == 201
    tag = program.get(made["Location"])["ETag"]
    changed = {"document": {**document, "title": "Hardback, second thoughts"}}
    bare = program.post("deals", changed)
    assert (bare.status_code, bare.json()["code"]) == (428, "if_match_needed")
    assert program.post("deals", changed, If_Match=tag).status_code == 201
    late = program.post("deals", {"document": document}, If_Match=tag)
    assert (late.status_code, late.json()["code"]) == (412, "outdated")
    with tenant_atomic(org.id):
        assert DealVersion.objects.get().document["title"] == "Hardback, second thoughts"
