"""Every page of the demo within its budget: weight when cold, requests, hosts, queries."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import factories
from tests.pages import renderings, weights

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
]
LIST, PORTAL = 120_000, 90_000
REQUESTS = 8
QUERIES = 30  # session, person, roles, bell and the page's own; the bench shows each page's number


def test_every_page_is_light_and_asks_little(look, settings, tmp_path, harbour):
    settings.KEY_DIR, settings.FILE_DIR = tmp_path / "keys", tmp_path / "files"
    wrong, clients, seen = [], {}, []
    for one in renderings.walked(renderings.demo()):
        if one.person.pk not in clients:
            clients[one.person.pk] = factories.sign_in(Client(), one.person)
        client = clients[one.person.pk]
        cache.clear()
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(one.address)
        weight = weights.of(answer.content)
        seen.append(one)
        limit = PORTAL if one.name == "portal" else LIST
        if weight.bytes > limit or weight.requests > REQUESTS or weight.elsewhere:
            wrong.append(f"{one}: {weight}")
        if len(asked) > QUERIES:
            wrong.append(f"{one}: {len(asked)} queries")
    assert not wrong, "\n" + "\n".join(wrong)
    assert len(seen) > 80, "the walk has lost its way"


def test_the_count_agrees_with_a_browsers(page_as):
    eyes = page_as("financial_analyst")
    asked = []
    eyes.page.on("request", lambda request: asked.append(request.url))
    eyes.open("/statements/")
    eyes.page.wait_for_load_state("networkidle")
    own = [url for url in asked if url.startswith(eyes.base)]
    assert own == asked
    content = eyes.page.context.request.get(f"{eyes.base}/statements/").body()
    assert len(set(own)) <= weights.of(content).requests <= REQUESTS
