"""Every deal in docs/examples: sound, and its worked examples come out, to the last unit."""

import pytest

from royalties.engine import schema
from tests.engine.world import compared, example_deals, run_by_oracle

DEALS = example_deals()


@pytest.mark.parametrize("name", DEALS)
def test_the_document_is_sound(name):
    assert schema.problems(DEALS[name]) == []


@pytest.mark.parametrize("name", DEALS)
def test_the_oracle_finds_what_the_source_published(name):
    deal = DEALS[name]
    for example in deal["examples"]:
        for period, result in run_by_oracle(deal, example):
            assert compared(period["expect"], result) == [], example["name"]
