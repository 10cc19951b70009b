"""Big tables in monthly parts: the operation that splits a new table, and the months ahead.

The parts lie in a schema of their own, which the application can't enter: it reaches them through
the parent's wall alone. Making a part takes the owner's rights, so one function, which takes
nothing but a number of months, does it on the application's behalf.
"""

from collections.abc import Iterator

from django.db import connection, models

from foundation.database import roles
from foundation.operations import OnTable

SCHEMA = "parts"
MONTHS_AHEAD = 3

_FUNCTION = f"""
CREATE OR REPLACE FUNCTION make_partitions(months integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $body$
DECLARE
    big record; month timestamptz; part text; lower_end text; upper_end text; made integer := 0;
BEGIN
    IF months NOT BETWEEN 0 AND 36 THEN
        RAISE EXCEPTION 'between 0 and 36 months, please' USING ERRCODE = '22023';
    END IF;
    FOR big IN
        SELECT c.relname AS name, format_type(a.atttypid, NULL) AS kind
        FROM pg_partitioned_table p JOIN pg_class c ON c.oid = p.partrelid
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = p.partattrs[0]
        WHERE c.relnamespace = 'public'::regnamespace ORDER BY 1
    LOOP
        FOR ahead IN -1 .. months LOOP
            month := date_trunc('month', now(), 'UTC') + make_interval(months => ahead);
            part := left(big.name, 50) || '_' || to_char(month AT TIME ZONE 'UTC', 'YYYY_MM');
            CONTINUE WHEN to_regclass('{SCHEMA}.' || quote_ident(part)) IS NOT NULL;
            lower_end := CASE big.kind WHEN 'uuid' THEN uuid7_floor(month) ELSE month::text END;
            upper_end := CASE big.kind WHEN 'uuid' THEN uuid7_floor(month + interval '1 month')
                ELSE (month + interval '1 month')::text END;
            BEGIN
                EXECUTE format(
                    'CREATE TABLE {SCHEMA}.%I PARTITION OF public.%I FOR VALUES FROM (%L) TO (%L)',
                    part, big.name, lower_end, upper_end);
                made := made + 1;
            EXCEPTION WHEN check_violation THEN
                RAISE WARNING 'rows of % lie in the default part of % already', month, big.name;
            END;
        END LOOP;
    END LOOP;
    RETURN made;
END $body$
"""
_FLOOR = """
CREATE OR REPLACE FUNCTION uuid7_floor(moment timestamptz) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $body$
    SELECT substr(hex, 1, 8) || '-' || substr(hex, 9, 4) || '-0000-0000-000000000000'
    FROM lpad(to_hex((extract(epoch FROM moment) * 1000)::bigint), 12, '0') AS hex
$body$
"""


def install() -> Iterator[str]:
    """Return the statements that make the schema and the function (the first migration)."""
    yield f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"
    yield f"GRANT USAGE ON SCHEMA {SCHEMA} TO {roles.BACKUP}"
    yield (f"ALTER DEFAULT PRIVILEGES IN SCHEMA {SCHEMA} GRANT SELECT ON TABLES TO {roles.BACKUP}")
    yield _FLOOR
    yield _FUNCTION
    yield "REVOKE ALL ON FUNCTION make_partitions(integer) FROM PUBLIC"
    yield f"GRANT EXECUTE ON FUNCTION make_partitions(integer) TO {roles.APP}"


def remove() -> Iterator[str]:
    """Return the statements that undo ``install``."""
    yield "DROP FUNCTION make_partitions(integer)"
    yield "DROP FUNCTION uuid7_floor(timestamptz)"
    yield f"DROP SCHEMA {SCHEMA}"


def make_ahead(months: int = MONTHS_AHEAD) -> int:
    """Make the missing parts from last month to ``months`` ahead; return how many were made."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT make_partitions(%s)", [months])
        return int(cursor.fetchone()[0])


class Partitioned(OnTable):
    """Split a new, empty table by month; put it right after its CreateModel, before ``Tenant``.

    ``by`` is ``id`` (a UUIDv7 holds its time, so the key stays ``(org_id, id)`` and foreign keys
    to the table work) or a timestamp, which then has to be part of every unique key.
    """

    def __init__(self, name: str, by: str = "id") -> None:
        super().__init__(name)
        self.by = by

    def deconstruct(self) -> tuple[str, list[object], dict[str, object]]:
        return type(self).__name__, [self.name], {"by": self.by}

    def forwards(self, model: type[models.Model]) -> Iterator[str]:
        table = model._meta.db_table
        field = model._meta.get_field(self.by)
        column = field.column  # type: ignore[union-attr]
        whole = f"{table[:56]}_whole"
        yield f'ALTER TABLE "{table}" RENAME TO "{whole}"'
        yield f'ALTER TABLE "{whole}" DROP CONSTRAINT "{table}_pkey"'
        yield (
            f'CREATE TABLE "{table}" (LIKE "{whole}" INCLUDING DEFAULTS INCLUDING CONSTRAINTS '
            f'INCLUDING GENERATED INCLUDING STORAGE) PARTITION BY RANGE ("{column}")'
        )
        yield _copy_unique_keys(table, whole)
        yield f'DROP TABLE "{whole}"'
        key = "id" if self.by == "id" else f'id, "{column}"'
        yield f'ALTER TABLE "{table}" ADD CONSTRAINT "{table}_pkey" PRIMARY KEY ({key})'
        yield (
            f'CREATE TABLE {SCHEMA}."{table[:50]}_default" PARTITION OF public."{table}" DEFAULT'
        )
        yield f"SELECT make_partitions({MONTHS_AHEAD})"

    def backwards(self, model: type[models.Model]) -> Iterator[str]:
        """Nothing: dropping the table, which comes next on the way back, drops its parts."""
        return iter(())


def _copy_unique_keys(table: str, whole: str) -> str:
    """Return a statement that gives the split table the unique keys of the whole one."""
    return f"""
DO $body$ DECLARE k record; BEGIN
    FOR k IN SELECT conname, pg_get_constraintdef(oid) AS def FROM pg_constraint
        WHERE conrelid = 'public."{whole}"'::regclass AND contype = 'u'
    LOOP
        EXECUTE format('ALTER TABLE public."{whole}" DROP CONSTRAINT %I', k.conname);
        EXECUTE format('ALTER TABLE public."{table}" ADD CONSTRAINT %I %s', k.conname, k.def);
    END LOOP;
END $body$"""
