"""What PostgreSQL's own catalogue says of every table (T1): a bare table fails here."""

import psycopg
import pytest

from foundation.database import roles, searches

pytestmark = pytest.mark.django_db

# Tables without an organisation, each with its reason; everything else is a tenant's or reference.
GLOBAL = {
    "accounts_organisation": "the tenants themselves",
    "accounts_user": "people belong to organisations by memberships",
    "accounts_user_groups": "Django's own groups, unused",
    "accounts_user_user_permissions": "Django's own permissions, unused",
    "auth_group": "Django's own",
    "auth_group_permissions": "Django's own",
    "django_session": "sign-ins are people's",
    "account_emailaddress": "addresses are people's",
    "account_emailconfirmation": "allauth's own, unused: codes are sent",
    "allauth_idp_oidc_client": "found by its own id before an organisation is known",
    "allauth_idp_oidc_token": "found by its hash before an organisation is known",
    "mfa_authenticator": "second factors are people's",
    "usersessions_usersession": "sign-ins are people's",
    "foundation_keptmail": "mail of the demo is people's",
}


def rows(link: psycopg.Connection, query: str, *values: object) -> list[tuple]:
    """Return all rows of a catalogue query."""
    return link.execute(query, values).fetchall()


@pytest.fixture
def tenant_tables(superuser):
    """The names of all tables with org_id."""
    found = rows(
        superuser,
        "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid "
        "WHERE a.attname = 'org_id' AND c.relkind IN ('r', 'p') "
        "AND c.relnamespace = 'public'::regnamespace AND NOT c.relispartition",
    )
    return {name for (name,) in found}


def test_every_table_is_a_tenants_or_reference_or_listed(superuser, tenant_tables):
    found = rows(
        superuser,
        "SELECT relname, has_table_privilege(%s, oid, 'INSERT, UPDATE, DELETE') FROM pg_class "
        "WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace "
        "AND NOT relispartition",
        roles.APP,
    )
    bare = {name for name, writable in found if writable} - tenant_tables - set(GLOBAL)
    assert bare == set()


def test_every_tenant_table_is_behind_a_forced_wall(superuser, tenant_tables):
    walls = rows(
        superuser,
        "SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity, "
        "count(p.polname) FILTER (WHERE p.polqual IS NOT NULL AND p.polwithcheck IS NOT NULL) "
        "FROM pg_class c LEFT JOIN pg_policy p ON p.polrelid = c.oid AND p.polname = 'tenant' "
        "WHERE c.relname = ANY(%s) GROUP BY 1, 2",
        list(tenant_tables),
    )
    assert {name for name, forced, policies in walls if not forced or policies != 1} == set()


def test_every_key_of_a_tenant_table_leads_with_the_organisation(superuser, tenant_tables):
    keys = rows(
        superuser,
        "SELECT conrelid::regclass::text, conname FROM pg_constraint k "
        "WHERE conrelid::regclass::text = ANY(%s) AND contype IN ('p', 'u', 'x') "
        "AND (SELECT attname FROM pg_attribute a WHERE a.attrelid = k.conrelid "
        "AND a.attnum = k.conkey[1]) <> 'org_id'",
        list(tenant_tables),
    )
    assert keys == []


def test_keys_between_tenant_tables_carry_the_organisation(superuser, tenant_tables):
    keys = rows(
        superuser,
        "SELECT conrelid::regclass::text, conname FROM pg_constraint k WHERE contype = 'f' "
        "AND conrelid::regclass::text = ANY(%(t)s) AND confrelid::regclass::text = ANY(%(t)s) "
        "AND NOT (SELECT bool_or(attname = 'org_id') FROM pg_attribute a "
        "WHERE a.attrelid = k.conrelid AND a.attnum = ANY(k.conkey))".replace("%(t)s", "%s"),
        list(tenant_tables),
        list(tenant_tables),
    )
    assert keys == []


def test_every_index_of_a_tenant_table_leads_with_the_organisation(superuser, tenant_tables):
    indexes = rows(
        superuser,
        "SELECT indexrelid::regclass::text FROM pg_index i "
        "JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0] "
        "WHERE indrelid::regclass::text = ANY(%s) AND a.attname <> 'org_id'",
        list(tenant_tables),
    )
    assert indexes == []


def test_roles_that_sign_in_stand_below_the_walls(superuser):
    found = dict(
        rows(
            superuser,
            "SELECT rolname, rolsuper OR rolcreaterole OR (rolbypassrls AND rolname <> %s) "
            "FROM pg_roles WHERE rolname = ANY(%s)",
            roles.BACKUP,
            [roles.OWNER, roles.SEARCHER, *roles.LOGINS],
        )
    )
    assert len(found) == 5
    assert not any(found.values())
    owned = rows(
        superuser,
        "SELECT relname FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner "
        "WHERE relnamespace = 'public'::regnamespace AND r.rolname <> %s",
        roles.OWNER,
    )
    assert owned == []


def test_the_application_may_not_truncate_or_change_the_schema(superuser, application_dsn):
    may = rows(
        superuser,
        "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') "
        "AND relnamespace = 'public'::regnamespace AND has_table_privilege(%s, oid, 'TRUNCATE')",
        roles.APP,
    )
    assert may == []
    with (
        psycopg.connect(application_dsn) as link,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        link.execute("CREATE TABLE stray (id int)")


def test_no_function_runs_above_the_walls_unlisted(superuser):
    found = rows(
        superuser,
        "SELECT proname, pg_get_userbyid(proowner) FROM pg_proc p LEFT JOIN pg_depend d "
        "ON d.objid = p.oid AND d.deptype = 'e' "
        "WHERE prosecdef AND pronamespace = 'public'::regnamespace AND d.objid IS NULL",
    )
    listed = {(search.name, roles.SEARCHER) for search in searches.SEARCHES}
    listed |= {(name, roles.SEARCHER) for name in searches.ACROSS}
    assert set(found) == listed | {(name, roles.OWNER) for name in searches.OWNERS_FUNCTIONS}


def test_parts_of_big_tables_are_reached_through_the_parent_alone(superuser):
    parts = rows(
        superuser,
        "SELECT relname, relnamespace::regnamespace::text FROM pg_class WHERE relispartition "
        "AND relkind IN ('r', 'p') AND has_schema_privilege(%s, relnamespace, 'USAGE')",
        roles.APP,
    )
    assert parts == []


def test_no_view_looks_over_the_wall(superuser):
    found = rows(
        superuser,
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND "
        "(relkind = 'm' OR relkind = 'v' AND NOT coalesce(reloptions, '{}') "
        "&& ARRAY['security_invoker=true', 'security_invoker=on'])",
    )
    assert found == []
