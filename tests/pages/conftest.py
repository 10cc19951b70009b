"""Real pages in Debian's Chromium: one browser for all tests, its complaints kept.

Every window is opened by ``look``, which fails its test on any breach of the content security
policy, any script's error, anything not loaded and anything said on the console.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client

from accounts.models import Organisation
from tests import factories

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "tests" / "vendor" / "axe-core-4.14.1" / "axe.min.js"
CHROMIUM = Path("/usr/bin/chromium")
ARGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-extensions"]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
# What Chromium says of an answer with an error's status: the tests ask for such answers.
EXPECTED = "Failed to load resource: the server responded with a status of"

# Told by the page itself, so that a breach counts even where the console stays silent.
BREACH = """document.addEventListener("securitypolicyviolation", (event) =>
    window.toldOfBreach(`${event.effectiveDirective} ${event.blockedURI} ${event.sample}`));"""

# Playwright keeps an event loop in this thread, beside which Django refuses to ask the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """The one browser of the session."""
    if not CHROMIUM.exists():
        pytest.skip("needs chromium: apt-get install chromium (make test does it where it may)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGS)
        yield started
        started.close()


class Eyes:
    """A page of the browser, with all that went wrong on it."""

    def __init__(self, page, base):
        self.page, self.base, self.complaints = page, base, []
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        page.on("requestfailed", self._failed)
        page.on("response", self._response)
        page.context.expose_binding("toldOfBreach", self._breach)
        page.context.add_init_script(BREACH)

    def _breach(self, source, what):
        self.complaints.append(f"policy: {source['page'].url}: {what}")

    def _console(self, message):
        if message.type in ("error", "warning") and not message.text.startswith(EXPECTED):
            self.complaints.append(f"console: {message.text}")

    def _failed(self, request):
        if request.failure != "net::ERR_ABORTED":
            self.complaints.append(f"not loaded: {request.url} {request.failure}")

    def _response(self, response):
        if response.status >= 400 and response.request.resource_type not in ("document", "xhr"):
            self.complaints.append(f"{response.status}: {response.url}")

    def open(self, path):
        """Open an address of the product; return the answer's status."""
        return self.page.goto(f"{self.base}{path}").status

    def violations(self):
        """Return what axe finds wrong with the page as it is, one line a finding."""
        self.page.evaluate(AXE.read_text())
        asked = json.dumps({"runOnly": {"type": "tag", "values": RULES}})
        found = self.page.evaluate(f"axe.run(document, {asked})")
        return [
            f"{rule['id']}: {node['target']} {node['failureSummary']}"
            for rule in found["violations"]
            for node in rule["nodes"]
        ]

    def overflows(self):
        """Return by how many pixels the page is wider than its window."""
        return self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )

    def focused(self):
        """Return the name of what holds the focus: its id, else its text; works without scripts."""
        here = self.page.query_selector(":focus")
        if here is None:
            return ""
        return here.get_attribute("id") or " ".join(here.text_content().split())

    def tab_to(self, name, *, limit=60):
        """Press Tab until the focus is on the element of that id or text."""
        for _ in range(limit):
            self.page.keyboard.press("Tab")
            if self.focused() == name:
                return
        raise AssertionError(f"{name!r} can't be reached with Tab; the focus is {self.focused()!r}")

    def shoot(self, name):
        """Keep a picture where MEDIATRACK_PICTURES says, if it says."""
        if directory := os.environ.get("MEDIATRACK_PICTURES"):
            self.page.screenshot(path=f"{directory}/{name}.png", full_page=True)


@pytest.fixture
def look(browser, live_server):
    """Return a function that opens a window: ``look(dark=, width=, scripts=, cookies=)``."""
    contexts, opened = [], []

    def window(*, dark=False, width=1280, scripts=True, cookies=None):
        context = browser.new_context(
            viewport={"width": width, "height": 800},
            color_scheme="dark" if dark else "light",
            java_script_enabled=scripts,
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        for name, value in (cookies or {}).items():
            context.add_cookies([{"name": name, "value": value, "url": live_server.url}])
        opened.append(Eyes(context.new_page(), live_server.url))
        return opened[-1]

    yield window
    complaints = [complaint for eyes in opened for complaint in eyes.complaints]
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def harbour(transactional_db, settings):
    """An organisation; people sign in quickly, without anybody's earlier tries."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.MFA_TOTP_TOLERANCE = 1  # typing takes a moment, in which a code's time may end
    cache.clear()
    return Organisation.objects.create(slug="harbour", name="Harbour Pictures")


@pytest.fixture
def page_as(look, harbour):
    """Return a function that opens a window for somebody of a role, signed in and confirmed."""

    def opened(role, **how):
        person = factories.person(harbour, role, name="Ada Example")
        client = factories.sign_in(Client(), person)
        name = settings.SESSION_COOKIE_NAME
        return look(cookies={name: client.cookies[name].value}, **how)

    return opened
