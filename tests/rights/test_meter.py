# ruff: noqa: F811
"""What shares come to while they are typed."""

import pytest

from rights import meter
from tests.rights.test_editing_pages import browser, register, terms, words  # noqa: F401


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ([], "0 % has holders; 100 % is left, and is unclaimed."),
        (["1/3", "", "1/3"], "66.6667 % has holders; 33.3333 % is left, and is unclaimed."),
        (["1/3", "1/3", "1/3"], "100 %: the whole has holders."),
        (["50", "50,01"], "100.01 %: over the whole by 0.01 %. Lower a share."),
        (["50", "x"], "50 % has holders; 50 % is left, and is unclaimed. Share 2 can't be read."),
        (["x", "y", "1"], "1 % has holders; 99 % is left, and is unclaimed. Shares 1 and 2 can't "
         "be read."),
    ],
)  # fmt: skip
def test_the_sum_is_exact_and_says_what_is_left(typed, said):
    assert meter.of(typed).says == said


def test_the_bar_is_never_over_full():
    assert meter.of(["100", "100"]).filled == meter.SCALE
    assert meter.of(["1/3", "2/3"]).filled == meter.SCALE


@pytest.mark.django_db
def test_the_form_says_the_sum_with_and_without_scripts(org, browser):
    work = register(org, browser)
    opened = words(browser.get(f"/works/{work.pk}/claims/new/"))
    assert "100 % is left, and is unclaimed." in opened
    seen = words(browser.post(f"/works/{work.pk}/claims/new/", terms(share_3="", holder_3="")))
    assert "66.6667 % has holders" in seen
    part = browser.post("/works/shares/", terms(share_3="50"), headers={"HX-Request": "true"})
    assert "116.6667 %: over the whole by 16.6667 %" in words(part)
    assert "<html" not in part.content.decode()
