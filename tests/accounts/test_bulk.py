"""Deeds on rows that are chosen: seen before, counted again, done to those alone."""

import re

import pytest
from django.test import Client

from accounts import permissions
from audit.models import Event
from foundation import jobs
from foundation.models import Job
from foundation.pages import tables
from foundation.tenancy import tenant_atomic
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(org):
    """An analyst."""
    return factories.person(org, permissions.ANALYST)


@pytest.fixture
def client(ana):
    """Her browser."""
    return factories.sign_in(Client(), ana)


def asked(org, person, number):
    """Let somebody ask for jobs; return their keys."""
    with tenant_atomic(org.pk):
        return [str(jobs.enqueue("tests.bulk", {}, actor=person).pk) for _ in range(number)]


def states(org):
    """Return how many jobs are in each state."""
    with tenant_atomic(org.pk):
        found = list(Job.objects.values_list("state", flat=True))
    return {state: found.count(state) for state in found}


def hidden(answer):
    """Return the hidden fields of the page's last form."""
    form = answer.content.decode().rpartition('<form method="post"')[2]
    found = {}
    for name, value in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form):
        found.setdefault(name, []).append(value)
    return found


def test_rows_are_looked_at_and_then_cancelled(org, ana, client):
    keys = asked(org, ana, 3)
    page = client.get("/jobs/").content.decode()
    assert page.count('name="row"') == 3
    assert 'formaction="/jobs/cancel/"' in page
    seen = client.post("/jobs/cancel/", {"list": "/jobs/", "row": keys[:2]})
    assert b"Nothing is done yet" in seen.content
    assert b"<strong>" in seen.content
    assert states(org) == {"queued": 3}
    done = client.post("/jobs/cancel/", hidden(seen), follow=True)
    assert b"Cancelled: 2." in done.content
    assert states(org) == {"queued": 1, "cancelled": 2}
    with tenant_atomic(org.pk):
        assert Event.objects.filter(code="accounts.job.cancelled").count() == 2


def test_all_that_match_is_a_choice_of_its_own_and_counted_again(org, ana, client):
    asked(org, ana, 60)
    page = client.get("/jobs/?state=queued").content.decode()
    assert "all 60 jobs that match" in page
    said = {"list": "/jobs/", "query": "state=queued", "everything": "1", "expected": "60"}
    seen = client.post("/jobs/cancel/", said)
    asked(org, ana, 1)
    refused = client.post("/jobs/cancel/", hidden(seen))
    assert refused.status_code == 409
    assert b"60 rows were expected to match, and now 61 do" in refused.content
    assert states(org) == {"queued": 61}
    said["expected"] = "61"
    assert client.post("/jobs/cancel/", {**said, "sure": "1"}).status_code == 302
    assert states(org) == {"cancelled": 61}


def test_beyond_ten_thousand_the_preview_names_the_number(org, ana, client, monkeypatch):
    monkeypatch.setattr(tables, "COUNTED_TO", 2)
    monkeypatch.setattr("foundation.pages.selection.COUNTED_TO", 2)
    asked(org, ana, 60)
    assert 'value="2+"' in client.get("/jobs/").content.decode()
    said = {"list": "/jobs/", "everything": "1", "expected": "2+"}
    assert hidden(client.post("/jobs/cancel/", said))["expected"] == ["60"]


def test_more_than_five_hundred_are_not_done_while_the_person_waits(org, ana, client):
    asked(org, ana, 501)
    said = {"list": "/jobs/", "everything": "1", "expected": "501", "sure": "1"}
    answer = client.post("/jobs/cancel/", said)
    assert answer.status_code == 422
    assert b"Narrow the list to at most 500" in answer.content
    assert states(org) == {"queued": 501}


def test_nobody_cancels_what_they_do_not_see(org, ana, client):
    others = asked(org, factories.person(org, permissions.LEGAL), 1)
    answer = client.post("/jobs/cancel/", {"list": "/jobs/", "row": others, "sure": "1"})
    assert answer.status_code == 409
    assert states(org) == {"queued": 1}
