"""A payment that was recorded by mistake is taken back, and stays to be seen."""

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

import foundation.tenancy
import kernel.ids
from foundation.operations import AppendOnly, Tenant

STANDING = """
CREATE OR REPLACE FUNCTION licenses_receipts_fit() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    whole numeric;
    came numeric;
BEGIN
    SELECT amount INTO whole FROM licenses_instalment
        WHERE org_id = NEW.org_id AND id = NEW.instalment_id FOR UPDATE;
    SELECT coalesce(sum(amount), 0) INTO came FROM licenses_receipt r
        WHERE org_id = NEW.org_id AND instalment_id = NEW.instalment_id
          AND NOT EXISTS (
              SELECT FROM licenses_reversal b WHERE b.org_id = r.org_id AND b.receipt_id = r.id
          );
    IF came + NEW.amount > whole THEN
        RAISE EXCEPTION 'more would come in than the instalment is for'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
"""
ALL = """
CREATE OR REPLACE FUNCTION licenses_receipts_fit() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    whole numeric;
    came numeric;
BEGIN
    SELECT amount INTO whole FROM licenses_instalment
        WHERE org_id = NEW.org_id AND id = NEW.instalment_id FOR UPDATE;
    SELECT coalesce(sum(amount), 0) INTO came FROM licenses_receipt
        WHERE org_id = NEW.org_id AND instalment_id = NEW.instalment_id;
    IF came + NEW.amount > whole THEN
        RAISE EXCEPTION 'more would come in than the instalment is for'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("licenses", "0004_references_of_receipts")]

    operations = [
        migrations.CreateModel(
            name="Reversal",
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
                ("reason", models.CharField(max_length=500)),
                ("reversed_at", models.DateTimeField()),
                ("reversed_by", models.UUIDField()),
                (
                    "receipt",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reversals",
                        to="licenses.receipt",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("org_id", "receipt"), name="reversed_once"),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="reversed_with_a_reason",
                    ),
                ],
            },
        ),
        Tenant("reversal"),
        AppendOnly("reversal"),
        migrations.RunSQL(STANDING, ALL),
    ]
