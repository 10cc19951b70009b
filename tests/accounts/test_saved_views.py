"""Saved views: chips above a list, shared or not, opened by name or by themselves."""

import json
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import permissions
from accounts.models import SavedView, StartView, Team, TeamMember
from foundation.tenancy import tenant_atomic
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(org):
    """An analyst."""
    return factories.person(org, permissions.ANALYST, name="Ana Kestrel")


@pytest.fixture
def boss(org):
    """An administrator."""
    return factories.person(org, permissions.ADMINISTRATOR, name="Bo Boss")


def browser(person):
    """Sign somebody in."""
    return factories.sign_in(Client(), person)


def saved(org, person, query="state=failed&cols=state%2Cdone", **said):
    """Save a view of the jobs by the page; return it."""
    said = {"list": "/jobs/", "query": query, "label": "Went wrong", "shared": "private", **said}
    answer = browser(person).post("/views/new/", said)
    assert answer.status_code == 302, answer.content.decode()
    with tenant_atomic(org.pk):
        return SavedView.objects.latest("changed_at")


def test_a_view_is_saved_from_its_list_and_opens_by_name(org, ana):
    client = browser(ana)
    page = client.get("/jobs/?state=failed&cols=state,done").content.decode()
    assert "/views/new/?list=%2Fjobs%2F&amp;query=" in page
    view = saved(org, ana)
    assert (view.name, view.caption) == ("went-wrong", "Jobs")
    shown = client.get("/jobs/?view=went-wrong").content.decode()
    assert "State: Failed" in shown
    assert 'href="/jobs/?view=went-wrong"' in shown
    assert len(re.findall(r'class="chip" [^>]*href="/jobs/\?view=went-wrong"', shown)) == 1
    assert 'aria-current="true">Went wrong' in shown
    assert "Save this view" not in shown
    narrower = client.get("/jobs/?view=went-wrong&state=done").content.decode()
    assert "State: Done" in narrower  # what the address says goes first


def test_a_list_opens_with_the_view_chosen_and_all_is_one_click_away(org, ana):
    saved(org, ana, start="on")
    client = browser(ana)
    assert "State: Failed" in client.get("/jobs/").content.decode()
    everything = client.get("/jobs/?view=").content.decode()
    assert "State: Failed" not in everything
    assert 'href="/jobs/?view="' in client.get("/jobs/?state=failed").content.decode()
    second = saved(org, ana, query="state=done", label="Done", start="on")
    assert "State: Done" in client.get("/jobs/").content.decode()
    with tenant_atomic(org.pk):
        assert [start.view_id for start in StartView.objects.all()] == [second.pk]
    answer = client.post("/exports/", {"list": "/jobs/", "everything": "1", "expected": "0"})
    assert answer.status_code == 422  # the whole list was meant, and it is empty


def test_who_sees_a_view_is_who_it_is_shared_with(org, ana, boss):
    with tenant_atomic(org.pk):
        team = Team.objects.create(name="Closing")
        TeamMember.objects.create(team=team, user=ana)
    private = saved(org, ana)
    assert b"Went wrong" not in browser(boss).get("/jobs/").content
    assert browser(boss).get(f"/views/{private.pk}/").status_code == 404
    saved(org, ana, label="Of the team", shared="team", team=str(team.pk))
    assert b"Of the team" not in browser(boss).get("/jobs/").content
    with tenant_atomic(org.pk):
        TeamMember.objects.create(team=team, user=boss)
    assert b"Of the team" in browser(boss).get("/jobs/").content
    saved(org, ana, label="For all", shared="organisation")
    assert b"For all" in browser(boss).get("/jobs/").content
    assert b"For all" in browser(boss).get("/views/").content


def test_a_creator_keeps_views_to_themselves(org):
    creator = factories.person(org, permissions.CREATOR)
    assert b'name="shared"' not in browser(creator).get("/views/new/?list=/jobs/").content
    view = saved(org, creator, shared="organisation")
    assert view.shared == "private"


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"label": ""}, 422),
        ({"shared": "team", "team": ""}, 422),
        ({"list": "/nowhere/"}, 404),
        ({"list": "//elsewhere.example/"}, 404),
        ({"list": "/events/"}, 404),
    ],
)
def test_what_cannot_be_saved_is_said(org, ana, said, status):
    said = {"list": "/jobs/", "query": "", "label": "X", "shared": "private", **said}
    with tenant_atomic(org.pk):
        TeamMember.objects.create(team=Team.objects.create(name="T"), user=ana)
    assert browser(ana).post("/views/new/", said).status_code == status
    with tenant_atomic(org.pk):
        assert not SavedView.objects.exists()


def test_names_of_one_list_differ(org, ana, boss):
    assert [saved(org, each).name for each in (ana, boss, ana)] == [
        "went-wrong",
        "went-wrong-2",
        "went-wrong-3",
    ]


def test_views_cost_no_query_more(org, ana):
    client, costs = browser(ana), []
    client.get("/jobs/")
    for _ in range(2):
        with CaptureQueriesContext(connection) as made:
            client.get("/jobs/?view=went-wrong")
        costs.append(len(made))
        saved(org, ana)
    assert costs[0] == costs[1]


def test_two_edits_meet_with_nothing_lost(org, ana):
    view, client = saved(org, ana), browser(ana)
    address = f"/views/{view.pk}/"
    first = {"label": "Failed", "shared": "private", "version": "1"}
    assert client.post(address, first).status_code == 302
    base = json.dumps({"label": "Went wrong", "shared": "private", "start": ""})
    late = {"label": "Broken", "shared": "organisation", "version": "1", "base": base}
    answer = client.post(address, late)
    assert answer.status_code == 409
    page = " ".join(answer.content.decode().split())
    assert "<td>Went wrong</td><td>Failed</td><td>Broken</td>" in page
    assert "Both changed it" in page
    assert "<td>Only me</td><td>Only me</td><td>Everybody here</td>" in page
    assert 'value="Broken"' in page
    assert 'name="version" value="2"' in page
    with tenant_atomic(org.pk):
        assert SavedView.objects.get().label == "Failed"
    assert client.post(address, {**late, "version": "2"}).status_code == 302
    with tenant_atomic(org.pk):
        assert SavedView.objects.get().label == "Broken"


def test_a_view_is_deleted_by_its_owner_alone(org, ana, boss):
    view = saved(org, ana, shared="organisation")
    assert browser(boss).post(f"/views/{view.pk}/start/", {"start": "1"}).status_code == 302
    assert "State: Failed" in browser(boss).get("/jobs/").content.decode()
    assert browser(boss).post(f"/views/{view.pk}/delete/").status_code == 422
    assert browser(ana).post(f"/views/{view.pk}/delete/").status_code == 302
    assert "State: Failed" not in browser(boss).get("/jobs/").content.decode()
    with tenant_atomic(org.pk):
        assert not StartView.objects.exists()


def test_a_view_made_private_opens_nobody_elses_list(org, ana, boss):
    view = saved(org, ana, shared="organisation")
    browser(boss).post(f"/views/{view.pk}/start/", {"start": "1"})
    said = {"label": "Mine", "shared": "private", "version": "1"}
    assert browser(ana).post(f"/views/{view.pk}/", said).status_code == 302
    assert "State: Failed" not in browser(boss).get("/jobs/").content.decode()
