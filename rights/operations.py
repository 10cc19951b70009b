"""The walls behind the registry that Django has no words for."""

from collections.abc import Iterator

from django.db import models

from foundation.database import roles
from foundation.operations import OnTable

FIRST_DAY, LAST_DAY = "0001-01-01", "9999-12-31"  # Python's calendar; open ends reach these
WORLD = "int8multirange(int8range(0, 1::bigint << 62))"
ANY_RIGHT = "int8multirange(int8range(0, 1::bigint << 60))"

_CHECKS = {
    "claim_covers_something": 'NOT (isempty(rights) OR isempty(span) OR isempty("window"))',
    "claim_on_this_earth": f"rights <@ {ANY_RIGHT} AND claimed_span <@ {WORLD}",
    "claim_holds_what_it_claims": 'span <@ claimed_span AND "window" <@ claimed_window',
    "claim_in_the_calendar": f"coalesce(lower(claimed_window) > '{FIRST_DAY}', true) AND "
    f"coalesce(upper(claimed_window) < '{LAST_DAY}', true)",
}

# Live pieces can't overlap (exclusion constraint). So they fill every right they touch, everywhere
# and always, exactly when each does so alone (most works), or when their volumes add up to it: a
# place has 2**62 integers, so volumes are numeric. The deferred trigger runs at the deed's end,
# with the wall set to the row's organisation, whatever is set by then.
_SOUND = f"""
CREATE OR REPLACE FUNCTION "{{table}}_sound"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    former text := current_setting('app.org', true);
    summed bigint;
    filled boolean;
BEGIN
    PERFORM set_config('app.org', NEW.org_id::text, true);
    IF TG_OP = 'INSERT' THEN
        SELECT sum(parts) INTO summed FROM rights_share
        WHERE org_id = NEW.org_id AND claim_id = NEW.id;
        IF summed IS DISTINCT FROM NEW.parts_total THEN
            RAISE EXCEPTION 'the shares of claim % sum to % of % parts',
                NEW.id, coalesce(summed, 0), NEW.parts_total
                USING ERRCODE = 'check_violation', CONSTRAINT = 'shares_sum_to_the_whole';
        END IF;
    END IF;
    SELECT bool_and(span = {WORLD} AND "window" = daterange(NULL, NULL)) INTO filled
    FROM "{{table}}"
    WHERE org_id = NEW.org_id AND work_id = NEW.work_id AND superseded_at IS NULL{{held}};
    IF NOT filled THEN
        SELECT sum(
            (SELECT sum(upper(one) - lower(one)) FROM unnest(live.rights) one)
            * (SELECT sum(upper(one) - lower(one)) FROM unnest(live.span) one)
            * (coalesce(upper(live."window"), DATE '{LAST_DAY}')
                - coalesce(lower(live."window"), DATE '{FIRST_DAY}'))
        ) = (SELECT sum(upper(one) - lower(one)) FROM unnest(range_agg(live.rights)) one)
            * (1::bigint << 62) * (DATE '{LAST_DAY}' - DATE '{FIRST_DAY}')
        INTO filled FROM "{{table}}" live
        WHERE org_id = NEW.org_id AND work_id = NEW.work_id AND superseded_at IS NULL{{held}};
    END IF;
    IF filled IS NOT TRUE THEN
        RAISE EXCEPTION 'the claims to work % leave some right with nobody', NEW.work_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'claims_fill_the_whole';
    END IF;{{waiting}}
    PERFORM set_config('app.org', coalesce(former, ''), true);
    RETURN NULL;
END $$
"""

# What waits for the end of a conflict holds nothing, and stands in a conflict that is open.
_HELD = " AND NOT waiting"
_WAITING = """
    IF EXISTS (
        SELECT FROM "{table}" w
        WHERE w.org_id = NEW.org_id AND w.work_id = NEW.work_id AND w.superseded_at IS NULL
            AND w.waiting AND NOT EXISTS (
                SELECT FROM rights_conflict c
                WHERE c.org_id = w.org_id AND c.work_id = w.work_id AND c.superseded_at IS NULL
                    AND c.state = 'open' AND c.contending = w.origin
                    AND c.rights @> w.rights AND c.span @> w.span AND c."window" @> w."window")
    ) THEN
        RAISE EXCEPTION 'a claim to work % waits without a conflict', NEW.work_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'what_waits_is_in_conflict';
    END IF;"""

_ADDED = """
CREATE FUNCTION "{table}_sum"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    former text := current_setting('app.org', true);
    summed bigint;
    total bigint;
BEGIN
    PERFORM set_config('app.org', NEW.org_id::text, true);
    SELECT parts_total INTO total FROM rights_claim
    WHERE org_id = NEW.org_id AND id = NEW.claim_id;
    SELECT sum(parts) INTO summed FROM "{table}"
    WHERE org_id = NEW.org_id AND claim_id = NEW.claim_id;
    IF summed IS DISTINCT FROM total THEN
        RAISE EXCEPTION 'the shares of claim % sum to % of % parts', NEW.claim_id, summed, total
            USING ERRCODE = 'check_violation', CONSTRAINT = 'shares_sum_to_the_whole';
    END IF;
    PERFORM set_config('app.org', coalesce(former, ''), true);
    RETURN NULL;
END $$
"""

_SUPERSEDED_ONCE = """
CREATE FUNCTION "{table}_superseded_once"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE was "{table}";
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.superseded_at IS NULL AND NEW.superseded_at IS NOT NULL THEN
        was := OLD;
        was.superseded_at := NEW.superseded_at;
        IF was IS NOT DISTINCT FROM NEW THEN RETURN NEW; END IF;
    END IF;
    RAISE EXCEPTION '{table} only grows: record a correction instead'
        USING ERRCODE = 'restrict_violation';
END $$
"""


def _deferred(name: str, table: str, function: str, events: str) -> str:
    return (
        f'CREATE CONSTRAINT TRIGGER {name} AFTER {events} ON "{table}" '
        f'DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION "{function}"()'
    )


class SoundClaims(OnTable):
    """Claims are superseded once and never changed; of a work they fill the whole, exactly once."""

    def forwards(self, model: type[models.Model]) -> Iterator[str]:
        table = model._meta.db_table
        for name, check in _CHECKS.items():
            yield f'ALTER TABLE "{table}" ADD CONSTRAINT {name} CHECK ({check})'
        yield f'REVOKE UPDATE, DELETE ON "{table}" FROM {roles.APP}'
        yield f'GRANT UPDATE (superseded_at) ON "{table}" TO {roles.APP}'
        yield _SUPERSEDED_ONCE.format(table=table)
        yield (
            f'CREATE TRIGGER superseded_once BEFORE UPDATE OR DELETE ON "{table}" '
            f'FOR EACH ROW EXECUTE FUNCTION "{table}_superseded_once"()'
        )
        yield _SOUND.format(table=table, held="", waiting="")
        yield _deferred("claims_fill_the_whole", table, f"{table}_sound", "INSERT OR UPDATE")

    def backwards(self, model: type[models.Model]) -> Iterator[str]:
        table = model._meta.db_table
        for name in ("claims_fill_the_whole", "superseded_once"):
            yield f'DROP TRIGGER {name} ON "{table}"'
        for name in ("sound", "superseded_once"):
            yield f'DROP FUNCTION "{table}_{name}"()'
        yield f'GRANT UPDATE, DELETE ON "{table}" TO {roles.APP}'
        for name in _CHECKS:
            yield f'ALTER TABLE "{table}" DROP CONSTRAINT {name}'


class QuickCheck(OnTable):
    """Replace the check of a whole by one that is quick for works that nobody has claimed yet."""

    def forwards(self, model: type[models.Model]) -> Iterator[str]:
        yield _SOUND.format(table=model._meta.db_table, held="", waiting="")
        yield "DROP FUNCTION IF EXISTS rights_size(int8multirange), rights_days(daterange)"

    def backwards(self, model: type[models.Model]) -> Iterator[str]:
        return iter(())


class ContestedClaims(OnTable):
    """Let rows wait for the end of a conflict: the whole is filled by those that hold."""

    def forwards(self, model: type[models.Model]) -> Iterator[str]:
        table = model._meta.db_table
        yield _SOUND.format(table=table, held=_HELD, waiting=_WAITING.format(table=table))

    def backwards(self, model: type[models.Model]) -> Iterator[str]:
        yield _SOUND.format(table=model._meta.db_table, held="", waiting="")


class Versioned(OnTable):
    """Rows are added and superseded once, never changed: a right, and a trigger for who has it."""

    def forwards(self, model: type[models.Model]) -> Iterator[str]:
        table = model._meta.db_table
        yield f'REVOKE UPDATE, DELETE ON "{table}" FROM {roles.APP}'
        yield f'GRANT UPDATE (superseded_at) ON "{table}" TO {roles.APP}'
        yield _SUPERSEDED_ONCE.format(table=table)
        yield (
            f'CREATE TRIGGER superseded_once BEFORE UPDATE OR DELETE ON "{table}" '
            f'FOR EACH ROW EXECUTE FUNCTION "{table}_superseded_once"()'
        )

    def backwards(self, model: type[models.Model]) -> Iterator[str]:
        table = model._meta.db_table
        yield f'DROP TRIGGER superseded_once ON "{table}"'
        yield f'DROP FUNCTION "{table}_superseded_once"()'
        yield f'GRANT UPDATE, DELETE ON "{table}" TO {roles.APP}'


class SoundShares(OnTable):
    """Whoever adds a share later finds that the sum was already whole.

    Shares are append-only and each has parts, so no two writers can add up to more unseen.
    """

    def forwards(self, model: type[models.Model]) -> Iterator[str]:
        table = model._meta.db_table
        yield _ADDED.format(table=table)
        yield _deferred("shares_sum_to_the_whole", table, f"{table}_sum", "INSERT")

    def backwards(self, model: type[models.Model]) -> Iterator[str]:
        table = model._meta.db_table
        yield f'DROP TRIGGER shares_sum_to_the_whole ON "{table}"'
        yield f'DROP FUNCTION "{table}_sum"()'
