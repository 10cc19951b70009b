"""What a role may open is found: by its menu, its home page, or a few steps from there."""

import html
from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client
from django.urls import Resolver404, resolve

from accounts import permissions
from accounts.checks import addresses, door_of
from tests import crawl, factories
from tests.access_matrix import ARGUMENTS, ROWS
from tests.matrix import COLUMNS

pytestmark = pytest.mark.django_db
PEOPLE = sorted(permissions.ROLES.keys() - {permissions.CLIENT})
STEPS = 3  # the menu's page, a tab of it, and what that offers
# What leads nowhere by itself, and what leads there.
ASKED_FOR = {
    "csp_reports": "browsers report here",
    "view_new": "a list offers it once something is asked of it",
    "table_standing": "a file, chosen on the page of tables",
    "own_questions": "one's royalties show it once something was asked",
    "exceptions_again": 'where the list\'s button "Look again" leads',
    "suggestions": "a field asks it while one types",
}


def own_pages(role):
    """Return the pages that a role may open without naming a thing: lists, forms, settings."""
    doors = {name: door_of(pattern.callback) for name, pattern in addresses()}
    place = 2 + COLUMNS.index(role)
    return {
        row[0]
        for row in ROWS
        if row[1] == "GET"
        and row[place] == 200
        and row[0] not in ARGUMENTS
        and not row[0].startswith(("api:", "admin:"))
        and row[0] not in ASKED_FOR
        and (door := doors[row[0]])
        and (door.signed_in or door.permission)
    }


def reached(client):
    """Return the pages that somebody finds from home in a few steps, without typing an address."""
    seen, waiting, names = {"/"}, ["/"], set()
    for step in range(STEPS + 1):
        found = []
        for address in waiting:
            match = name_of(address)
            if match is None or match.kwargs:
                continue
            names.add(match.view_name)
            if step < STEPS:
                answer = client.get(address)
                found += [urljoin(address, html.unescape(to)) for to in
                          crawl.LINK.findall(crawl.text(answer))]  # fmt: skip
        new = {urlsplit(to).path for to in found} - seen
        seen |= new
        waiting = sorted(to for to in new if not to.startswith(crawl.NEVER))
    return names


def name_of(address):
    """Return what an address leads to, if to anything."""
    try:
        return resolve(address)
    except Resolver404:
        return None


@pytest.mark.parametrize("role", PEOPLE)
def test_each_page_of_a_role_is_found_from_its_menu_or_home(org, role):
    client = factories.sign_in(Client(), factories.person(org, role))
    assert sorted(own_pages(role) - reached(client)) == []


@pytest.mark.parametrize("role", PEOPLE)
def test_jobs_stand_in_one_menu_of_everybody(org, role):
    client = factories.sign_in(Client(), factories.person(org, role))
    home = client.get("/").content.decode()
    main = home.partition('<nav id="menu"')[2].partition("</nav>")[0]
    before, _, inside = home.partition("<main")
    frame = before + inside.partition("</main>")[2]  # the page itself may lead there, too
    assert frame.count('href="/jobs/"') == 1
    looks_after = permissions.JOBS_SEE in permissions.of_role(role)
    assert ('href="/jobs/"' in main) is looks_after
    assert ('href="/outbox/"' in main) is (permissions.OUTBOX_SEE in permissions.of_role(role))
