"""What deals and sales say about one work."""

import pytest

from royalties.selectors import covering


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
