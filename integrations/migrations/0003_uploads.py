"""Files that come in pieces."""

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

import foundation.operations
import foundation.tenancy
import kernel.ids


def _keys():
    """Return the two columns that every table of an organisation begins with."""
    return [
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
    ]


class Migration(migrations.Migration):
    """Uploads under way and their sealed pieces."""

    dependencies = [
        ("foundation", "0004_jobs_have_a_log"),
        ("integrations", "0002_explained"),
    ]

    operations = [
        migrations.CreateModel(
            name="Upload",
            fields=[
                *_keys(),
                ("name", models.CharField(max_length=255)),
                ("size", models.BigIntegerField()),
                ("head", models.CharField(max_length=64)),
                ("taken", models.BigIntegerField(default=0)),
                ("begun_by", models.UUIDField()),
                ("begun_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["org_id", "updated_at"], name="upload_oldest")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("taken__gte", 0), ("taken__lte", models.F("size"))),
                        name="upload_within_its_size",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="UploadPiece",
            fields=[
                *_keys(),
                ("offset", models.BigIntegerField()),
                (
                    "file",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="foundation.storedfile",
                    ),
                ),
                (
                    "upload",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pieces",
                        to="integrations.upload",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("org_id", "upload", "offset"), name="upload_piece_once"
                    )
                ],
            },
        ),
        foundation.operations.Tenant("upload"),
        foundation.operations.Tenant("uploadpiece"),
    ]
