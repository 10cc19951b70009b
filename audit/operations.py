"""The migration operation that lets an event be sealed once, and changed never."""

from collections.abc import Iterator

from django.db import models

from foundation.database import roles
from foundation.operations import OnTable


class SealedOnce(OnTable):
    """Rows are added without ``seq`` and ``hash``, get both once, and never change again.

    The application has the right to update these two columns alone; the trigger also stops whoever
    has more rights.
    """

    def forwards(self, model: type[models.Model]) -> Iterator[str]:
        table = model._meta.db_table
        yield f'REVOKE UPDATE, DELETE ON "{table}" FROM {roles.APP}'
        yield f'GRANT UPDATE (seq, hash) ON "{table}" TO {roles.APP}'
        yield f"""
CREATE FUNCTION "{table}_sealed_once"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE was "{table}";
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.seq IS NULL AND NEW.hash IS NULL THEN RETURN NEW; END IF;
    ELSIF TG_OP = 'UPDATE' AND OLD.seq IS NULL AND NEW.seq IS NOT NULL THEN
        was := OLD;
        was.seq := NEW.seq;
        was.hash := NEW.hash;
        IF was IS NOT DISTINCT FROM NEW THEN RETURN NEW; END IF;
    END IF;
    RAISE EXCEPTION '{table} only grows: what was recorded stays as it is'
        USING ERRCODE = 'restrict_violation';
END $$"""
        yield (
            f'CREATE TRIGGER sealed_once BEFORE INSERT OR UPDATE OR DELETE ON "{table}" '
            f'FOR EACH ROW EXECUTE FUNCTION "{table}_sealed_once"()'
        )

    def backwards(self, model: type[models.Model]) -> Iterator[str]:
        table = model._meta.db_table
        yield f'DROP TRIGGER sealed_once ON "{table}"'
        yield f'DROP FUNCTION "{table}_sealed_once"()'
        yield f'GRANT UPDATE, DELETE ON "{table}" TO {roles.APP}'
