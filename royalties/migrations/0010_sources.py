"""Which sources a file brought, and when each is expected: by source, not by import profile."""

import django.contrib.postgres.constraints
import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

import foundation.models.spans
import foundation.tenancy
import kernel.ids
from foundation.operations import AppendOnly, Tenant


class Migration(migrations.Migration):
    dependencies = [("royalties", "0009_questions")]

    operations = [
        migrations.RemoveField("salesfile", "sources"),
        migrations.CreateModel(
            name="FileSource",
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
                ("key", models.CharField(max_length=300)),
                ("name", models.TextField()),
                ("lines", models.BigIntegerField()),
                (
                    "file",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sources",
                        to="royalties.salesfile",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["org_id", "key"], name="file_source_by_key")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("org_id", "file", "key"), name="file_source_once"
                    )
                ],
            },
        ),
        Tenant("filesource"),
        AppendOnly("filesource"),
        migrations.RemoveConstraint("sourcerule", "source_rule_once"),
        migrations.RemoveField("sourcerule", "profile"),
        *(
            migrations.AddField("sourcerule", name, field, preserve_default=False)
            for name, field in (
                ("source", models.CharField(default="", max_length=200)),
                ("key", models.CharField(default="", max_length=300)),
                (
                    "every",
                    models.CharField(
                        choices=[
                            ("month", "Every month"),
                            ("quarter", "Every quarter"),
                            ("half", "Every half-year"),
                            ("year", "Every year"),
                        ],
                        default="month",
                        max_length=8,
                    ),
                ),
                ("first_day", models.DateField(default="2026-01-01")),
            )
        ),
        migrations.AddField("sourcerule", "end_day", models.DateField(null=True)),
        migrations.AddField("sourcerule", "version", models.PositiveIntegerField(default=1)),
        migrations.AddIndex(
            "sourcerule",
            models.Index(fields=["org_id", "source"], name="source_rule_by_name"),
        ),
        migrations.AddConstraint(
            "sourcerule",
            models.CheckConstraint(
                condition=models.Q(
                    ("end_day", None), ("end_day__gt", models.F("first_day")), _connector="OR"
                ),
                name="source_rule_has_days",
            ),
        ),
        migrations.AddConstraint(
            "sourcerule",
            models.CheckConstraint(
                condition=models.Q(("key", ""), _negated=True), name="source_rule_names_one"
            ),
        ),
        migrations.AddConstraint(
            "sourcerule",
            django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    ("org_id", "="),
                    ("key", "="),
                    (foundation.models.spans.DaySpan("first_day", "end_day"), "&&"),
                ],
                name="source_rule_one_at_a_time",
            ),
        ),
    ]
