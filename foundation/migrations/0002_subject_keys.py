"""The keys of data subjects."""

import django.db.models.expressions
from django.db import migrations, models

import foundation.tenancy
import kernel.ids
from foundation.operations import Tenant


class Migration(migrations.Migration):
    dependencies = [("foundation", "0001_jobs_files_and_answers")]

    operations = [
        migrations.CreateModel(
            name="SubjectKey",
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
                ("subject_id", models.UUIDField()),
                ("key_id", models.CharField(blank=True, default="", max_length=100)),
                ("wrapped_key", models.BinaryField(null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("destroyed_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("destroyed_at", None)),
                        fields=["org_id", "key_id"],
                        name="keys_to_rewrap",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("org_id", "subject_id"), name="one_key_per_subject"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("destroyed_at", None), ("wrapped_key__isnull", False)),
                            models.Q(("destroyed_at__isnull", False), ("wrapped_key", None)),
                            _connector="OR",
                        ),
                        name="a_destroyed_key_is_gone",
                    ),
                ],
            },
        ),
        Tenant("SubjectKey"),
    ]
