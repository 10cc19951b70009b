"""Every distinct rendering in one browser: axe, narrow and wide, light and dark, spaced, refused.

Pages aren't named here: tests/pages/renderings.py finds them by the access matrix and by walking
through the demo. Each is seen wide and narrow, its panels open; light and dark change places from
page to page, so that each page, theme and width meets each other. axe looks at the first rows of
each table, and of a rendering made of the very same parts as an earlier one only once.
"""

from collections import Counter

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Error

from tests import factories
from tests.pages import renderings
from tests.pages.conftest import AXE, RULES

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FRAGMENTS = {"suggestions"}  # options that a field's page takes in: seen there
EACH = 16  # of what the access matrix declares, so many-th are looked at in the daily suite

# What axe can't decide by itself, decided by a person: at most twenty lines.
TRIAGED: dict[str, str] = {
    "color-contrast: bgOverlap": "text in a sticky head or a picture: the head is opaque, of the"
    " kit's own pair of colours, which axe measures on every other page",
    "color-contrast: imgNode": "figures beside an inline picture: they stand on the page's ground",
    "color-contrast: elmPartiallyObscured": "scrolled under the sticky, opaque first column",
    "color-contrast: emptyValue": "fields without a value have no text to measure",
    "color-contrast: shortTextContent": "a single sign (a dash, an arrow) that says nothing alone",
    "th-has-data-cells: th-has-data-cells": "a head without rows below it: an empty table says so",
}

RUN = """async (rules) => {
    const found = await axe.run(document, {
        runOnly: {type: "tag", values: rules},
        resultTypes: ["violations", "incomplete"],
    });
    const short = (kind) => found[kind].flatMap((rule) => rule.nodes.map((node) => [
        rule.id,
        [...node.any, ...node.all, ...node.none].map((check) =>
            (check.data && check.data.messageKey) || check.id)[0] || "",
        String(node.target), node.html.slice(0, 120),
        ((node.any[0] || {}).message || "").slice(0, 240),
    ]));
    return {violations: short("violations"), incomplete: short("incomplete")};
}"""
# Rows and options of one list are alike: a few of each stand for all.
SHORTEN = """() => {
    for (const body of document.querySelectorAll("tbody, select"))
        [...body.querySelectorAll(":scope > tr, :scope > option:not(:checked)")].slice(6)
            .forEach((each) => each.remove());
}"""
# What a page is made of: each kind of element in each kind, with what its state and role are.
PARTS = """() => {
    const kind = (each) => [each.localName, each.className.baseVal ?? each.className,
        each.getAttribute("role"), each.getAttribute("aria-current"), each.disabled,
        each.type].join(".");
    const found = new Set([...document.querySelectorAll("*")].map((each) =>
        (each.parentElement ? kind(each.parentElement) : "") + ">" + kind(each)));
    return [...found].sort().join("\\n");
}"""
OPEN = """() => document.querySelectorAll("details").forEach((each) => { each.open = true; })"""
# Anything that scrolls sideways by itself must be a table of figures, a picture of one, or code.
SIDEWAYS = """() => [...document.querySelectorAll("body *")].filter((each) => {
    const how = getComputedStyle(each).overflowX;
    return (how === "auto" || how === "scroll") && each.scrollWidth > each.clientWidth + 1
        && each.clientWidth > 0
        && !each.querySelector("table, svg") && !each.matches("textarea, pre, code, select");
}).map((each) => each.outerHTML.slice(0, 120))"""
WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
SPACED = """() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
        word-spacing: 0.16em !important; } p { margin-bottom: 2em !important; }`);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}"""
MOVING = """() => document.getAnimations().filter((each) =>
    (each.effect.getComputedTiming().duration || 0) > 1).length"""
SEND = """([address, token, fields]) => {
    const form = document.createElement("form");
    form.method = "post";
    form.action = address;
    for (const [name, value] of [["csrfmiddlewaretoken", token], ...Object.entries(fields)]) {
        for (const one of [value].flat()) {
            const field = document.createElement("input");
            [field.type, field.name, field.value] = ["hidden", name, one];
            form.append(field);
        }
    }
    document.body.append(form);
    form.submit();
}"""


@pytest.fixture
def every(settings, harbour, other_org, tmp_path):
    """All renderings, the pages' files kept for this test alone."""
    settings.KEY_DIR, settings.FILE_DIR = tmp_path / "keys", tmp_path / "files"
    return renderings.every(harbour, other_org)


class Sessions:
    """One window for each person, reused for all of their pages."""

    def __init__(self, look):
        self.look, self.windows, self.tokens = look, {}, {}

    def of(self, person):
        """Return the person's window."""
        key = person and person.pk
        if key not in self.windows:
            cookies = {}
            if person:
                client = factories.sign_in(Client(), person)
                name = settings.SESSION_COOKIE_NAME
                cookies = {name: client.cookies[name].value}
            self.windows[key] = self.look(cookies=cookies)
        return self.windows[key]

    def show(self, one):
        """Bring a rendering up; return its window and the answer's status."""
        eyes = self.of(one.person)
        if one.sent is None:
            return eyes, _opened(eyes, one.address)
        eyes.open("/settings/" if one.person else "/accounts/login/")
        token = eyes.page.locator("input[name=csrfmiddlewaretoken]").first.input_value()
        with eyes.page.expect_navigation() as there:
            eyes.page.evaluate(SEND, [one.address, token, _fields(one.sent)])
        return eyes, there.value.status


def _opened(eyes, address):
    """Open an address; return None where it is a file to keep, which is no page."""
    try:
        return eyes.open(address)
    except Error as why:
        if "Download is starting" in str(why):
            return None
        raise


def _fields(sent):
    return {
        name: [str(each) for each in value] if isinstance(value, list) else str(value)
        for name, value in sent.items()
        if not hasattr(value, "read")
    }


class Examination:
    """What is wrong with the renderings looked at, and what axe couldn't decide."""

    def __init__(self, look):
        self.sessions, self.axe = Sessions(look), AXE.read_text()
        self.wrong, self.undecided, self.seen = [], Counter(), set()

    def see(self, number, one):
        """Look at one rendering: its answer, whether it fits, and axe's findings."""
        if one.name in FRAGMENTS:
            return
        eyes, status = self.sessions.show(one)
        if status is None:
            return
        if status != one.status:
            self.wrong.append(f"{one}: answered {status}")
            return
        if not eyes.page.evaluate("document.contentType").startswith("text/html"):
            return
        page = eyes.page
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        page.set_viewport_size({"width": 1280, "height": 800})
        self._fits(page, one, "wide")
        if page.evaluate(MOVING):
            self.wrong.append(f"{one}: moves where motion is to be reduced")
        page.set_viewport_size({"width": 320, "height": 640})
        page.evaluate(OPEN)
        self._fits(page, one, "narrow with every panel open")
        self.wrong += [f"{one}: scrolls sideways: {each}" for each in page.evaluate(SIDEWAYS)]
        page.evaluate(SPACED)
        self._fits(page, one, "narrow and spaced")
        page.evaluate("() => { document.adoptedStyleSheets = []; }")
        parts = page.evaluate(PARTS)
        if parts not in self.seen:
            self.seen.add(parts)
            self._examine(page, one, dark=bool(number % 2))

    def _examine(self, page, one, *, dark):
        page.evaluate(SHORTEN)
        page.evaluate(self.axe)
        for width, theme in ((320, dark), (1280, not dark)):
            page.emulate_media(color_scheme="dark" if theme else "light", reduced_motion="reduce")
            page.set_viewport_size({"width": width, "height": 800})
            found = page.evaluate(RUN, RULES)
            self.undecided.update(f"{rule}: {why}" for rule, why, *_ in found["incomplete"])
            self.wrong.extend(f"{one}: {' '.join(each)}" for each in found["violations"])

    def _fits(self, page, one, how):
        if (over := page.evaluate(WIDER)) > 0:
            self.wrong.append(f"{one}: {over} pixels too wide, {how}")

    def passed(self, every):
        """Fail with everything that is wrong."""
        assert not self.wrong, f"of {len(every)} renderings:\n" + "\n".join(self.wrong)
        assert set(self.undecided) <= set(TRIAGED), set(self.undecided) - set(TRIAGED)


@pytest.mark.assurance
def test_a_slice_of_what_the_matrix_declares_is_clean_and_fits(
    look, settings, harbour, other_org, tmp_path
):
    settings.KEY_DIR, settings.FILE_DIR = tmp_path / "keys", tmp_path / "files"
    around = renderings.world(harbour, other_org)
    some = list(renderings.declared(around))[::EACH]
    examined = Examination(look)
    for number, one in enumerate(some):
        examined.see(number, one)
    examined.passed(some)
    assert len(some) > 8


@pytest.mark.assurance
def test_every_rendering_is_clean_fits_and_stays_still(look, every):
    examined = Examination(look)
    for number, one in enumerate(every):
        examined.see(number, one)
    examined.passed(every)
    assert len(every) > 200, "the walk has lost its way"
    assert len(TRIAGED) <= 20
