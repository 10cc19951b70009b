"""Grants on single rows, to people and teams."""

import django.contrib.postgres.constraints
import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

import foundation.models.spans
import foundation.tenancy
import kernel.ids
from foundation.operations import Tenant


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0009_saved_views"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("holders", "0004_search_by_word"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="holder",
            options={"permissions": [("holders.holder.view", "See this holder")]},
        ),
        migrations.CreateModel(
            name="HolderGrant",
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
                ("starts", models.DateTimeField()),
                ("ends", models.DateTimeField(null=True)),
                ("reason", models.CharField(max_length=500)),
                ("granted_by", models.UUIDField()),
                (
                    "content_object",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="grants",
                        to="holders.holder",
                    ),
                ),
                (
                    "permission",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="auth.permission",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.team",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends", None), ("ends__gt", models.F("starts")), _connector="OR"
                        ),
                        name="holdergrant_ends_later",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("team__isnull", False), ("user", None)),
                            models.Q(("team", None), ("user__isnull", False)),
                            _connector="OR",
                        ),
                        name="holdergrant_person_or_team",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            ("org_id", "="),
                            ("user", "="),
                            ("content_object", "="),
                            ("permission", "="),
                            (foundation.models.spans.TimeSpan("starts", "ends"), "&&"),
                        ],
                        name="holdergrant_once_at_a_time",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            ("org_id", "="),
                            ("team", "="),
                            ("content_object", "="),
                            ("permission", "="),
                            (foundation.models.spans.TimeSpan("starts", "ends"), "&&"),
                        ],
                        name="holdergrant_team_once_at_a_time",
                    ),
                ],
            },
        ),
        Tenant("HolderGrant"),
    ]
