"""Saved views of lists, and which of them a list opens with."""

import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

import foundation.operations
import foundation.tenancy
import kernel.ids


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0008_a_team_has_a_role_once"),
    ]

    operations = [
        migrations.CreateModel(
            name="SavedView",
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
                ("list", models.CharField(max_length=200)),
                ("caption", models.CharField(max_length=100)),
                ("name", models.CharField(max_length=60)),
                ("label", models.CharField(max_length=60)),
                ("query", models.CharField(max_length=2000)),
                (
                    "shared",
                    models.CharField(
                        choices=[
                            ("private", "Only me"),
                            ("team", "A team of mine"),
                            ("organisation", "Everybody here"),
                        ],
                        default="private",
                        max_length=12,
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("changed_at", models.DateTimeField()),
                (
                    "owner",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
            ],
        ),
        migrations.CreateModel(
            name="StartView",
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
                ("list", models.CharField(max_length=200)),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "view",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="starts",
                        to="accounts.savedview",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=models.UniqueConstraint(
                fields=("org_id", "list", "name"), name="saved_view_name"
            ),
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("shared", "team"), ("team__isnull", False)),
                    models.Q(("shared__in", ("private", "organisation")), ("team", None)),
                    _connector="OR",
                ),
                name="saved_view_of_a_team",
            ),
        ),
        migrations.AddConstraint(
            model_name="startview",
            constraint=models.UniqueConstraint(
                fields=("org_id", "person", "list"), name="one_start_view"
            ),
        ),
        foundation.operations.Tenant("SavedView"),
        foundation.operations.Tenant("StartView"),
    ]
