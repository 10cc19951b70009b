"""The searches that run above the walls, all listed here.

Row-level security keeps trigram, full-text and range indexes out of reach. A search that needs one
is a small SQL function, owned by a role that sees every row and signs in nowhere, which filters by
the organisation of the caller itself. ``tests/foundation/test_searches.py`` proves each one.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db import models

from foundation.database import roles
from foundation.models.base import ORG_OF_SETTING
from foundation.operations import OnTable

CALLERS_ORG = ORG_OF_SETTING


@dataclass(frozen=True, slots=True)
class Search:
    """One function: its name, the table whose ids it returns, and a call that finds ``sample``."""

    name: str
    table: str
    call: str
    sample: dict[str, object] = field(default_factory=dict)


SEARCHES: tuple[Search, ...] = (
    Search(
        "holders_like",
        "holders_holder",
        "SELECT * FROM holders_like('kestrel', '{}', true, 20)",
        {"name_key": "kestrel records", "active": True},
    ),
    Search(
        "holders_by_word",
        "holders_holder",
        "SELECT * FROM holders_by_word('rec', '{}', true, 20)",
        {"name_key": "kestrel records", "active": True},
    ),
    Search(
        "works_by_word",
        "catalog_work",
        "SELECT * FROM works_by_word('hou', '{}', 20)",
        {"title_key": "blue hours"},
    ),
    Search(
        "works_titled_like",
        "catalog_work",
        "SELECT * FROM works_titled_like('blue hour', '{}', 20)",
        {"title_key": "blue hours"},
    ),
    Search(
        "artists_like",
        "catalog_artist",
        "SELECT * FROM artists_like('marlow quartet', 20)",
        {"name_key": "marlow quartett"},
    ),
)

# Run with the owner's rights for another reason than searching; each takes no data from its caller.
OWNERS_FUNCTIONS = {"make_partitions": "makes the big tables' parts of the coming months"}


# Asked before an organisation is open: what they tell across the walls, each with its reason. They
# belong to the searchers' role too, and return ids or yes and no, never a row.
ACROSS = {
    "accounts_belongs": "whether a person has a role in an organisation now",
    "accounts_organisations_of": "in which organisations a person has a role now",
}


def _opened(table: str) -> Iterator[str]:
    yield f'GRANT SELECT ON "{table}" TO {roles.SEARCHER}'
    yield f'DROP POLICY IF EXISTS searcher ON "{table}"'
    yield f'CREATE POLICY searcher ON "{table}" FOR SELECT TO {roles.SEARCHER} USING (true)'


class Searchable(OnTable):
    """Let the searches read the table of the model ``name`` too, beside their own."""

    def forwards(self, model: type[models.Model]) -> Iterator[str]:
        yield from _opened(model._meta.db_table)

    def backwards(self, model: type[models.Model]) -> Iterator[str]:
        yield f'DROP POLICY IF EXISTS searcher ON "{model._meta.db_table}"'
        yield f'REVOKE SELECT ON "{model._meta.db_table}" FROM {roles.SEARCHER}'


class SearchFunction(OnTable):
    """Make (or replace) one search over the table of the model ``name``.

    ``body`` is one SELECT in SQL; it must filter ``org_id`` by the caller's organisation, written
    ``{org}``. Add the function to ``SEARCHES`` above.
    """

    def __init__(self, name: str, function: str, arguments: str, returns: str, body: str) -> None:
        super().__init__(name)
        self.function, self.arguments, self.returns = function, arguments, returns
        self.body = body

    def deconstruct(self) -> tuple[str, list[object], dict[str, object]]:
        parts: list[object] = [self.name, self.function, self.arguments, self.returns, self.body]
        return type(self).__name__, parts, {}

    def forwards(self, model: type[models.Model]) -> Iterator[str]:
        table, signature = model._meta.db_table, f"{self.function}({self.arguments})"
        # A function may set a threshold of pg_trgm only where the session has loaded the library.
        yield "SELECT similarity('', '')"
        if "{org}" not in self.body and self.function not in ACROSS:
            raise ValueError(f"{self.function} must filter org_id by {{org}}.")
        yield from _opened(table)
        yield (
            f"CREATE OR REPLACE FUNCTION {signature} RETURNS {self.returns} LANGUAGE sql STABLE "
            "SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $body$ "
            f"{self.body.replace('{org}', CALLERS_ORG)} $body$"
        )
        yield f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC"
        yield f"GRANT EXECUTE ON FUNCTION {signature} TO {roles.APP}"
        yield f"GRANT CREATE ON SCHEMA public TO {roles.SEARCHER}"
        yield f"ALTER FUNCTION {signature} OWNER TO {roles.SEARCHER}"
        yield f"REVOKE CREATE ON SCHEMA public FROM {roles.SEARCHER}"

    def backwards(self, model: type[models.Model]) -> Iterator[str]:
        yield f"DROP FUNCTION IF EXISTS {self.function}({self.arguments})"
