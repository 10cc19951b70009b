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
        ("royalties", "0004_costs_name_their_file"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="StatementGrant",
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
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AlterModelOptions(
            name="statement",
            options={"permissions": [("royalties.statement.see", "See this statement")]},
        ),
        migrations.AddField(
            model_name="dealgrant",
            name="team",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.team",
            ),
        ),
        migrations.AlterField(
            model_name="dealgrant",
            name="user",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="dealgrant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("team__isnull", False), ("user", None)),
                    models.Q(("team", None), ("user__isnull", False)),
                    _connector="OR",
                ),
                name="dealgrant_person_or_team",
            ),
        ),
        migrations.AddConstraint(
            model_name="dealgrant",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    ("org_id", "="),
                    ("team", "="),
                    ("content_object", "="),
                    ("permission", "="),
                    (foundation.models.spans.TimeSpan("starts", "ends"), "&&"),
                ],
                name="dealgrant_team_once_at_a_time",
            ),
        ),
        migrations.AddField(
            model_name="statementgrant",
            name="content_object",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="grants",
                to="royalties.statement",
            ),
        ),
        migrations.AddField(
            model_name="statementgrant",
            name="permission",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="auth.permission",
            ),
        ),
        migrations.AddField(
            model_name="statementgrant",
            name="team",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.team",
            ),
        ),
        migrations.AddField(
            model_name="statementgrant",
            name="user",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="statementgrant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ends", None), ("ends__gt", models.F("starts")), _connector="OR"
                ),
                name="statementgrant_ends_later",
            ),
        ),
        migrations.AddConstraint(
            model_name="statementgrant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("team__isnull", False), ("user", None)),
                    models.Q(("team", None), ("user__isnull", False)),
                    _connector="OR",
                ),
                name="statementgrant_person_or_team",
            ),
        ),
        migrations.AddConstraint(
            model_name="statementgrant",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    ("org_id", "="),
                    ("user", "="),
                    ("content_object", "="),
                    ("permission", "="),
                    (foundation.models.spans.TimeSpan("starts", "ends"), "&&"),
                ],
                name="statementgrant_once_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="statementgrant",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    ("org_id", "="),
                    ("team", "="),
                    ("content_object", "="),
                    ("permission", "="),
                    (foundation.models.spans.TimeSpan("starts", "ends"), "&&"),
                ],
                name="statementgrant_team_once_at_a_time",
            ),
        ),
        Tenant("StatementGrant"),
        migrations.RunSQL(
            [
                'ALTER TABLE "royalties_dealgrant" ADD CONSTRAINT "royalties_dealgrant_team_id_fk" '
                'FOREIGN KEY (org_id, "team_id") REFERENCES "accounts_team" (org_id, id) '
                "DEFERRABLE INITIALLY DEFERRED",
                'CREATE INDEX "royalties_dealgrant_team_id_ix" '
                'ON "royalties_dealgrant" (org_id, "team_id")',
            ],
            [
                'DROP INDEX "royalties_dealgrant_team_id_ix"',
                'ALTER TABLE "royalties_dealgrant" DROP CONSTRAINT "royalties_dealgrant_team_id_fk"',
            ],
        ),
    ]
