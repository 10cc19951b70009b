"""The walls behind rights out that Django has no words for."""

from collections.abc import Iterator

from django.db import models

from foundation.operations import OnTable
from rights.operations import Versioned

# The exclusion constraint keeps exclusive grants apart. An exclusive and another one can only be
# told apart by looking, so whoever adds either takes the work's lock and looks at the deed's end,
# when the wall may be set to nothing any more. Rows of one licence may lie over each other.
_APART = """
CREATE FUNCTION "{table}_apart"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    former text := current_setting('app.org', true);
    other uuid;
BEGIN
    PERFORM set_config('app.org', NEW.org_id::text, true);
    PERFORM 1 FROM catalog_work WHERE org_id = NEW.org_id AND id = NEW.work_id FOR NO KEY UPDATE;
    PERFORM 1 FROM "{table}"
    WHERE org_id = NEW.org_id AND id = NEW.id AND superseded_at IS NULL;
    IF FOUND THEN
        SELECT standing.license INTO other FROM "{table}" standing
        WHERE standing.org_id = NEW.org_id AND standing.work_id = NEW.work_id
            AND standing.right_id = NEW.right_id AND standing.superseded_at IS NULL
            AND NOT standing.known_breach AND standing.license <> NEW.license
            AND (standing.exclusive OR NEW.exclusive) AND standing.span && NEW.span
            AND standing."window" && NEW."window" AND standing.tongues && NEW.tongues
        LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'grant % meets an exclusive one of licence %', NEW.id, other
                USING ERRCODE = 'exclusion_violation', CONSTRAINT = 'exclusive_means_alone';
        END IF;
    END IF;
    PERFORM set_config('app.org', coalesce(former, ''), true);
    RETURN NULL;
END $$
"""


class SupersededOnce(Versioned):
    """Rows cover something, are superseded once and otherwise never changed."""

    def forwards(self, model: type[models.Model]) -> Iterator[str]:
        table = model._meta.db_table
        yield (
            f'ALTER TABLE "{table}" ADD CONSTRAINT "{table}_covers_something" '
            'CHECK (NOT (isempty(span) OR isempty("window")))'
        )
        yield from super().forwards(model)

    def backwards(self, model: type[models.Model]) -> Iterator[str]:
        yield from super().backwards(model)
        table = model._meta.db_table
        yield f'ALTER TABLE "{table}" DROP CONSTRAINT "{table}_covers_something"'


class ExclusiveAlone(OnTable):
    """An exclusive grant meets none of another licence, whoever writes first."""

    def forwards(self, model: type[models.Model]) -> Iterator[str]:
        table = model._meta.db_table
        yield _APART.format(table=table)
        yield (
            f'CREATE CONSTRAINT TRIGGER exclusive_means_alone AFTER INSERT ON "{table}" '
            f"DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NOT NEW.known_breach) "
            f'EXECUTE FUNCTION "{table}_apart"()'
        )

    def backwards(self, model: type[models.Model]) -> Iterator[str]:
        table = model._meta.db_table
        yield f'DROP TRIGGER exclusive_means_alone ON "{table}"'
        yield f'DROP FUNCTION "{table}_apart"()'
