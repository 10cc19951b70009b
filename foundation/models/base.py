"""The base of every tenant table."""

from django.db import models
from django.db.models.expressions import RawSQL

from foundation.tenancy import SETTING, current_org
from kernel.ids import uuid7

ORG_OF_SETTING = f"NULLIF(current_setting('{SETTING}', true), '')::uuid"


class TenantModel(models.Model):
    """A row of one organisation.

    ``id`` may be made by the client. In the database the primary key is ``(org_id, id)``; the
    migration operation ``Tenant`` makes it so and raises the wall. Foreign keys to other tenant
    models say ``db_constraint=False, db_index=False``: ``Tenant`` makes them ``(org_id, x_id)``.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    org_id = models.UUIDField(
        default=current_org, db_default=RawSQL(ORG_OF_SETTING, []), editable=False
    )

    class Meta:
        abstract = True
