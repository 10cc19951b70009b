"""The trail: events, facts, deliveries and checkpoints."""

import django.contrib.postgres.fields
import django.db.models.expressions
from django.db import migrations, models

import foundation.tenancy
import kernel.ids
from audit.operations import SealedOnce
from foundation.database.partitions import Partitioned
from foundation.operations import AppendOnly, Tenant


class Migration(migrations.Migration):
    initial = True

    dependencies = [("foundation", "0002_subject_keys")]

    operations = [
        migrations.CreateModel(
            name="Checkpoint",
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
                ("number", models.PositiveIntegerField()),
                ("size", models.BigIntegerField()),
                ("head", models.BinaryField()),
                ("at", models.DateTimeField()),
                ("signature", models.BinaryField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("org_id", "number"), name="checkpoints_are_numbered"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
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
                ("event_id", models.UUIDField()),
                ("fact_id", models.UUIDField(null=True)),
                ("code", models.CharField(max_length=100)),
                ("task", models.CharField(max_length=200)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("next_at", models.DateTimeField()),
                ("delivered_at", models.DateTimeField(null=True)),
                ("failed_at", models.DateTimeField(null=True)),
                ("error", models.CharField(blank=True, default="", max_length=200)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("delivered_at", None), ("failed_at", None)),
                        fields=["org_id", "next_at", "id"],
                        name="delivery_open",
                    ),
                    models.Index(fields=["org_id", "event_id"], name="delivery_of_event"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Event",
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
                ("code", models.CharField(max_length=100)),
                ("at", models.DateTimeField()),
                ("actor_id", models.UUIDField()),
                ("actor_kind", models.CharField(max_length=20)),
                ("actor_name", models.CharField(blank=True, default="", max_length=100)),
                ("subject_kind", models.CharField(max_length=100)),
                ("subject_id", models.UUIDField()),
                ("refused", models.BooleanField(default=False)),
                ("request_id", models.CharField(blank=True, default="", max_length=64)),
                ("auth_level", models.CharField(blank=True, default="", max_length=20)),
                (
                    "sealed_for",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), default=list, size=None
                    ),
                ),
                (
                    "sealed",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BinaryField(), default=list, size=None
                    ),
                ),
                ("facts_hash", models.CharField(max_length=64)),
                ("seq", models.BigIntegerField(null=True)),
                ("hash", models.BinaryField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("seq__isnull", True)),
                        fields=["org_id", "id"],
                        name="event_unsealed",
                    ),
                    models.Index(
                        condition=models.Q(("seq__isnull", False)),
                        fields=["org_id", "-seq"],
                        name="event_chain",
                    ),
                    models.Index(fields=["org_id", "subject_id", "-id"], name="event_of_subject"),
                    models.Index(fields=["org_id", "actor_id", "-id"], name="event_of_actor"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("hash", None), ("seq", None)),
                            models.Q(
                                ("hash__isnull", False), ("seq__gt", 0), ("seq__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="event_sealed_wholly",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Fact",
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
                ("deed_id", models.UUIDField()),
                ("number", models.PositiveSmallIntegerField()),
                ("code", models.CharField(max_length=100)),
                ("data", models.JSONField(default=dict)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["org_id", "deed_id", "number"], name="fact_of_deed")
                ],
            },
        ),
        Partitioned("Event"),
        Partitioned("Fact"),
        Partitioned("Delivery"),
        Tenant("Event"),
        Tenant("Fact"),
        Tenant("Delivery"),
        Tenant("Checkpoint"),
        SealedOnce("Event"),
        AppendOnly("Fact"),
        AppendOnly("Checkpoint"),
    ]
