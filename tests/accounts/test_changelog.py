"""What happened to one object, told in three questions; an erased subject keeps its secrets."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import permissions
from accounts.selectors import changelog
from accounts.services import teams
from audit.services import events
from foundation import jobs, keys
from foundation.tenancy import tenant_atomic
from kernel.ids import uuid7
from tests import access_matrix, factories
from tests.matrix import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(org):
    """An analyst."""
    return factories.person(org, permissions.ANALYST, name="Ana Kestrel")


def changed(ana, subject, number):
    """Record that an object was changed."""
    events.record(
        "accounts.view.changed",
        subject=subject,
        actor=ana,
        at=factories.LONG_AGO + timedelta(days=number),
        reason="A better name",
        before={"label": f"Name {number}", "shared": "private"},
        after={"label": f"Name {number + 1}", "shared": "private"},
    )


def test_who_when_why_and_what_changed(ana, in_org):
    subject = ("accounts.savedview", uuid7())
    changed(ana, subject, 1)
    changed(ana, ("accounts.savedview", uuid7()), 5)
    [entry] = changelog.of(subject)
    assert (entry.what, entry.who, entry.reason) == ("View changed", "Ana Kestrel", "A better name")
    assert [(each.field, each.before, each.after) for each in entry.changes] == [
        ("label", "Name 1", "Name 2")
    ]


def test_it_costs_three_questions_however_long_it_is(ana, in_org):
    subject = ("accounts.savedview", uuid7())
    for number in range(7):
        changed(ana, subject, number)
    with CaptureQueriesContext(connection) as made:
        entries = changelog.of(subject)
    assert [entry.changes[0].after for entry in entries][0] == "Name 7"
    assert len(entries) == 7
    assert len(made) == 3


def test_of_an_erased_subject_only_the_open_part_is_told(ana, in_org):
    subject = ("accounts.savedview", uuid7())
    changed(ana, subject, 1)
    keys.destroy(subject[1], at=factories.LONG_AGO)
    [entry] = changelog.of(subject)
    assert (entry.what, entry.reason, entry.changes) == ("View changed", "", ())


def test_rows_that_belong_together_are_one_changelog_with_names_of_people(ana, in_org):
    first, second = ("accounts.team", uuid7()), ("accounts.membership", uuid7())
    events.record(
        "accounts.team.joined",
        subject=first,
        actor=ana,
        at=factories.LONG_AGO,
        after={"user": ana.pk},
    )
    changed(ana, second, 3)
    changed(ana, ("accounts.team", uuid7()), 4)
    newest, oldest = changelog.of(first, second)
    assert (newest.what, oldest.what) == ("View changed", "Team joined")
    assert [(each.field, each.after) for each in oldest.changes] == [("user", "Ana Kestrel")]


def test_a_page_ends_with_its_objects_changelog_for_who_may_read_it(org, ana):
    boss = factories.person(org, permissions.ADMINISTRATOR, name="Bo Lantern")
    with tenant_atomic(org.pk):
        team = teams.make(name="Harbour crew", by=boss, at=factories.LONG_AGO)
    pages = {f"/people/teams/{team.pk}/": "Team made"}
    browser = factories.sign_in(Client(), boss)
    for address, words in pages.items():
        page = browser.get(address).content.decode()
        assert "What happened to it" in page
        assert words in page
        assert "Bo Lantern" in page


def test_pages_of_conflicts_places_and_jobs_end_with_what_happened(org, other_org):
    rights = factories.person(org, permissions.RIGHTS)
    admin = factories.person(org, permissions.ADMINISTRATOR)
    browser = factories.sign_in(Client(), rights)
    with tenant_atomic(org.pk):
        people = {"rights_manager": rights, "administrator": admin}
        world = World(org=org, other_org=other_org, people=people)
        conflict = access_matrix.ARGUMENTS["conflict"](world)["pk"]
        job = jobs.enqueue("tests.changelog", {}, actor=rights)
    group = {"group-code": "ours", "group-name": "Ours", "group-expression": "DE + AT"}
    browser.post("/territories/own/", {"deed": "group", **group})
    browser.post(f"/jobs/{job.pk}/cancel/")
    for address in (f"/conflicts/{conflict}/", "/territories/own/", f"/jobs/{job.pk}/"):
        assert "What happened" in browser.get(address).content.decode(), address
