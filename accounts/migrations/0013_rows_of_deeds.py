"""Rows chosen for deeds that jobs do, and what became of each."""

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

import foundation.operations
import foundation.tenancy
import kernel.ids


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0012_clients_know_their_last_use"),
        ("foundation", "0005_answers_keep_their_headers"),
    ]

    operations = [
        migrations.CreateModel(
            name="ChosenRow",
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
                ("position", models.PositiveIntegerField()),
                ("subject", models.UUIDField()),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "Not done"), ("done", "Done"), ("refused", "Refused")],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("why", models.CharField(blank=True, default="", max_length=500)),
                (
                    "job",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="foundation.job",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("org_id", "job", "position"), name="chosen_row_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "refused"), models.Q(("why", ""), _negated=True)),
                            models.Q(("state__in", ("waiting", "done")), ("why", "")),
                            _connector="OR",
                        ),
                        name="refused_row_says_why",
                    ),
                ],
            },
        ),
        foundation.operations.Tenant("ChosenRow"),
    ]
