"""Tables of works and holders."""

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

import foundation.operations
import foundation.tenancy
import kernel.ids


def _file(null: bool = False) -> models.ForeignKey:
    """Return the column of a sealed file."""
    return models.ForeignKey(
        db_constraint=False,
        db_index=False,
        null=null,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to="foundation.storedfile",
    )


class Migration(migrations.Migration):
    """One table for what comes in tables."""

    dependencies = [
        ("foundation", "0004_jobs_have_a_log"),
        ("integrations", "0003_uploads"),
    ]

    operations = [
        migrations.CreateModel(
            name="TableImport",
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
                ("target", models.CharField(max_length=20)),
                ("file_name", models.CharField(max_length=255)),
                ("sha256", models.CharField(max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("mapped", "to be checked"),
                            ("checked", "to be taken"),
                            ("taken", "taken"),
                            ("reversed", "taken back"),
                        ],
                        max_length=10,
                    ),
                ),
                ("choices", models.JSONField(default=dict)),
                ("detection", models.JSONField(default=dict)),
                ("mapping", models.JSONField(default=dict)),
                ("figures", models.JSONField(default=dict)),
                ("findings", models.JSONField(default=dict)),
                ("job_id", models.UUIDField(null=True)),
                ("begun_at", models.DateTimeField()),
                ("begun_by", models.UUIDField()),
                ("taken_at", models.DateTimeField(null=True)),
                ("reversed_at", models.DateTimeField(null=True)),
                ("file", _file()),
                ("plan_file", _file(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["org_id", "-begun_at"], name="table_import_latest")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["mapped", "checked", "taken", "reversed"])
                        ),
                        name="table_import_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "taken"), _negated=True),
                            ("taken_at__isnull", False),
                            _connector="OR",
                        ),
                        name="table_import_taken_at_some_time",
                    ),
                ],
            },
        ),
        foundation.operations.Tenant("tableimport"),
    ]
