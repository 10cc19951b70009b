"""Searches above the walls: each one shows its caller the rows of its own organisation alone."""

from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import sql

from foundation.database import roles
from foundation.database.searches import SEARCHES, Search, SearchFunction
from foundation.models import Job
from tests.foundation.rows import Table, act_as_application, drop_checks, tried

pytestmark = pytest.mark.django_db

BODY = "SELECT id FROM foundation_job WHERE org_id = {org} AND kind = wanted"
OURS = Search("jobs_of_kind", "foundation_job", "SELECT * FROM jobs_of_kind('k')", {"kind": "k"})


def make(link: psycopg.Connection, body: str) -> Search:
    """Make a search over jobs as a migration makes one."""
    with link.transaction():
        link.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(roles.OWNER)))
        operation = SearchFunction("Job", OURS.name, "wanted text", "SETOF uuid", body)
        for statement in operation.forwards(Job):
            link.execute(statement)
        link.execute("RESET ROLE")
    return OURS


def found(link: psycopg.Connection, search: Search, org: UUID | None) -> set[UUID]:
    """Return the ids that a search answers to an organisation, or to nobody."""
    with tried(link):
        act_as_application(link, org)
        return {row[0] for row in link.execute(search.call)}


def assert_isolated(link: psycopg.Connection, search: Search) -> None:
    """Assert that each of two organisations finds exactly its own row, and nobody finds any."""
    drop_checks(link, [search.table])
    table, orgs, made = Table(link, search.table), [uuid4(), uuid4()], []
    link.execute("SET LOCAL session_replication_role = 'replica'")
    for org in orgs:
        row = table.insert(org, ending="RETURNING id", id=str(uuid4()), **search.sample)
        made.append({link.execute(row).fetchone()[0]})
    assert [found(link, search, org) for org in (*orgs, None)] == [*made, set()], search.name


def test_each_search_answers_with_the_callers_rows_alone(superuser):
    for search in SEARCHES:
        with tried(superuser):
            assert_isolated(superuser, search)
    with tried(superuser):
        assert_isolated(superuser, make(superuser, BODY))


def test_a_leaking_search_fails_the_proof(superuser):
    leaking = BODY.replace("= {org}", "IS DISTINCT FROM {org} OR org_id = {org}")
    with tried(superuser):
        search = make(superuser, leaking)
        with pytest.raises(AssertionError):
            assert_isolated(superuser, search)


def test_a_search_that_does_not_name_the_organisation_is_not_made(superuser):
    with tried(superuser), pytest.raises(ValueError, match="must filter org_id"):
        make(superuser, "SELECT id FROM foundation_job WHERE kind = wanted")


def test_searches_belong_to_a_role_that_signs_in_nowhere(superuser):
    with tried(superuser):
        search = make(superuser, BODY)
        owner, path, anyone = superuser.execute(
            "SELECT pg_get_userbyid(proowner), proconfig[1], "
            "has_function_privilege(%s, oid, 'EXECUTE') FROM pg_proc WHERE proname = %s",
            [roles.BACKUP, search.name],
        ).fetchone()
        assert (owner, anyone) == (roles.SEARCHER, False)
        assert path.startswith("search_path=pg_catalog")
