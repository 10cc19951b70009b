"""Migration operations that raise the walls which Django has no words for."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any

from django.apps.registry import Apps
from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from foundation.database import roles
from foundation.models.base import ORG_OF_SETTING

RULE = f"org_id = {ORG_OF_SETTING}"


class OnTable(Operation, ABC):
    """SQL on the table of one model, forwards and back."""

    reversible = True
    reduces_to_sql = True

    def __init__(self, name: str) -> None:
        self.name = name

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return type(self).__name__, [self.name], {}

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Django's own state has no word for it."""

    def describe(self) -> str:
        return f"{type(self).__name__} on {self.name}"

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        self._each(self.forwards(_model(to_state.apps, app_label, self.name)), schema_editor)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        self._each(self.backwards(_model(from_state.apps, app_label, self.name)), schema_editor)

    def _each(self, statements: Iterator[str], editor: BaseDatabaseSchemaEditor) -> None:
        for statement in statements:
            editor.execute(statement, params=None)

    @abstractmethod
    def forwards(self, model: type[models.Model]) -> Iterator[str]:
        """Return the statements that make it so."""

    @abstractmethod
    def backwards(self, model: type[models.Model]) -> Iterator[str]:
        """Return the statements that undo it."""


class Tenant(OnTable):
    """Make a table an organisation's own: forced row-level security and keys that hold the wall.

    The primary key becomes ``(org_id, id)``, every foreign key to a tenant table becomes
    ``(org_id, x_id)``, and every foreign key gets an index that leads with the organisation.
    """

    def forwards(self, model: type[models.Model]) -> Iterator[str]:
        table = model._meta.db_table
        yield f'ALTER TABLE "{table}" DROP CONSTRAINT "{table}_pkey"'
        yield f'ALTER TABLE "{table}" ADD CONSTRAINT "{table}_pkey" PRIMARY KEY (org_id, id)'
        yield f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY'
        yield f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY'
        yield f'CREATE POLICY tenant ON "{table}" USING ({RULE}) WITH CHECK ({RULE})'
        yield (
            f'ALTER TABLE "{table}" ADD CONSTRAINT "{table}_org" FOREIGN KEY (org_id) '
            "REFERENCES accounts_organisation (id) DEFERRABLE INITIALLY DEFERRED"
        )
        for field in _foreign_keys(model):
            column = field.column
            if _is_tenant(field.related_model):
                other = field.related_model._meta.db_table
                yield (
                    f'ALTER TABLE "{table}" ADD CONSTRAINT "{_short(table, column, "fk")}" '
                    f'FOREIGN KEY (org_id, "{column}") REFERENCES "{other}" (org_id, id) '
                    "DEFERRABLE INITIALLY DEFERRED"
                )
            yield f'CREATE INDEX "{_short(table, column, "ix")}" ON "{table}" (org_id, "{column}")'

    def backwards(self, model: type[models.Model]) -> Iterator[str]:
        table = model._meta.db_table
        for field in _foreign_keys(model):
            yield f'DROP INDEX "{_short(table, field.column, "ix")}"'
            if _is_tenant(field.related_model):
                name = _short(table, field.column, "fk")
                yield f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"'
        yield f'ALTER TABLE "{table}" DROP CONSTRAINT "{table}_org"'
        yield f'DROP POLICY tenant ON "{table}"'
        yield f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY'
        yield f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY'
        yield f'ALTER TABLE "{table}" DROP CONSTRAINT "{table}_pkey"'
        yield f'ALTER TABLE "{table}" ADD CONSTRAINT "{table}_pkey" PRIMARY KEY (id)'


class Reference(OnTable):
    """Make a table the same for all organisations: the application reads it and can't write."""

    def forwards(self, model: type[models.Model]) -> Iterator[str]:
        yield f'REVOKE INSERT, UPDATE, DELETE ON "{model._meta.db_table}" FROM {roles.APP}'

    def backwards(self, model: type[models.Model]) -> Iterator[str]:
        yield f'GRANT INSERT, UPDATE, DELETE ON "{model._meta.db_table}" TO {roles.APP}'


class AppendOnly(OnTable):
    """Rows are added and never changed: no right to, and a trigger for whoever has it."""

    def forwards(self, model: type[models.Model]) -> Iterator[str]:
        table = model._meta.db_table
        yield f'REVOKE UPDATE, DELETE ON "{table}" FROM {roles.APP}'
        yield (
            f'CREATE FUNCTION "{table}_append_only"() RETURNS trigger LANGUAGE plpgsql AS $$ '
            f"BEGIN RAISE EXCEPTION '{table} only grows: post a correction instead' "
            "USING ERRCODE = 'restrict_violation'; END $$"
        )
        yield (
            f'CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON "{table}" '
            f'FOR EACH ROW EXECUTE FUNCTION "{table}_append_only"()'
        )

    def backwards(self, model: type[models.Model]) -> Iterator[str]:
        table = model._meta.db_table
        yield f'DROP TRIGGER append_only ON "{table}"'
        yield f'DROP FUNCTION "{table}_append_only"()'
        yield f'GRANT UPDATE, DELETE ON "{table}" TO {roles.APP}'


def _model(apps: Apps, app_label: str, name: str) -> type[models.Model]:
    return apps.get_model(app_label, name)


def _foreign_keys(model: type[models.Model]) -> Iterator[Any]:
    return (field for field in model._meta.local_fields if isinstance(field, models.ForeignKey))


def _is_tenant(model: type[models.Model]) -> bool:
    return any(field.column == "org_id" for field in model._meta.local_fields)


def _short(table: str, column: str, kind: str) -> str:
    """Return a constraint's name within PostgreSQL's 63 characters."""
    return f"{table[: 58 - min(len(column), 30)]}_{column[:30]}_{kind}"
