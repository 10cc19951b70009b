"""Whether a payee has opened a statement, and since when."""

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

import foundation.tenancy
import kernel.ids
from foundation.operations import AppendOnly, Tenant


class Migration(migrations.Migration):
    dependencies = [("royalties", "0013_run_stages")]

    operations = [
        migrations.CreateModel(
            name="Opening",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "org_id",
                    models.UUIDField(
                        db_default=django.db.models.expressions.RawSQL(
                            "NULLIF(current_setting('app.org', true), '')::uuid", []
                        ),
                        default=foundation.tenancy.current_org,
                        editable=False,
                    ),
                ),
                ("opened_at", models.DateTimeField()),
                ("opened_by", models.UUIDField()),
                (
                    "statement",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="royalties.statement",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("org_id", "statement"), name="statement_opened_once"
                    )
                ],
            },
        ),
        Tenant("opening"),
        AppendOnly("opening"),
    ]
