"""Every deal in docs/examples: sound, and its worked examples come out, to the last unit."""

import pytest

from royalties.engine import schema
from royalties.engine.examples import run_examples
from royalties.engine.reading import read_deal
from territories.geography.resolver import matcher
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


@pytest.mark.parametrize("name", DEALS)
def test_the_engine_finds_the_same(name):
    for example in run_examples(read_deal(DEALS[name]), matcher=matcher):
        assert example.differences == (), example.name
