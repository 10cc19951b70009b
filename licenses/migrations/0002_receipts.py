import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

import foundation.tenancy
import kernel.ids
from foundation.operations import AppendOnly, Tenant

FITS = """
CREATE FUNCTION licenses_receipts_fit() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE TRIGGER receipts_fit BEFORE INSERT ON licenses_receipt
    FOR EACH ROW EXECUTE FUNCTION licenses_receipts_fit();
"""
ANYHOW = """
DROP TRIGGER receipts_fit ON licenses_receipt;
DROP FUNCTION licenses_receipts_fit();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("licenses", "0001_licenses"),
    ]

    operations = [
        migrations.CreateModel(
            name="Receipt",
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
                ("amount", models.DecimalField(decimal_places=4, max_digits=20)),
                ("on", models.DateField()),
                ("reference", models.CharField(blank=True, default="", max_length=120)),
                ("recorded_at", models.DateTimeField()),
                (
                    "instalment",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="receipts",
                        to="licenses.instalment",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0)), name="receipt_above_zero"
                    )
                ],
            },
        ),
        Tenant("receipt"),
        AppendOnly("receipt"),
        migrations.RunSQL(FITS, ANYHOW),
    ]
