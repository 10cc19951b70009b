"""Runs are reviewed and approved before they are posted, where an organisation asks for it."""

import django.db.models.expressions
from django.db import migrations, models
from django.db.models import Q

import foundation.tenancy
import kernel.ids
from foundation.operations import Tenant

LOOKED_AT = """
CREATE FUNCTION royalties_run_is_looked_at() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    needed text;
BEGIN
    SELECT asks INTO needed FROM royalties_postingrule WHERE org_id = NEW.org_id;
    IF needed IN ('review', 'approval') AND NEW.reviewed_at IS NULL THEN
        RAISE EXCEPTION 'this organisation posts reviewed runs alone'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF needed = 'approval' AND NOT EXISTS (
        SELECT FROM accounts_changerequest c
        JOIN accounts_approval a ON a.org_id = c.org_id AND a.request_id = c.id
        WHERE c.org_id = NEW.org_id AND c.id = NEW.approved_by_request
          AND c.kind = 'royalties.run.approve' AND c.target_id = NEW.id
          AND c.state = 'applied' AND a.approver_id <> c.maker_id
    ) THEN
        RAISE EXCEPTION 'this organisation posts runs that a second person approved'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER run_is_looked_at BEFORE INSERT OR UPDATE ON royalties_run
    FOR EACH ROW WHEN (NEW.state = 'posted') EXECUTE FUNCTION royalties_run_is_looked_at();
"""
UNSEEN = """
DROP TRIGGER run_is_looked_at ON royalties_run;
DROP FUNCTION royalties_run_is_looked_at();
"""


class Migration(migrations.Migration):
    dependencies = [("royalties", "0012_ledger_lookups")]

    operations = [
        migrations.AddField("run", "reviewed_at", models.DateTimeField(null=True)),
        migrations.AddField("run", "reviewed_by", models.UUIDField(null=True)),
        migrations.AddField(
            "run", "review_note", models.CharField(blank=True, default="", max_length=1000)
        ),
        migrations.AddField("run", "approved_at", models.DateTimeField(null=True)),
        migrations.AddField("run", "approved_by_request", models.UUIDField(null=True)),
        migrations.AddConstraint(
            "run",
            models.CheckConstraint(
                condition=Q(reviewed_at=None, reviewed_by=None, review_note="")
                | Q(reviewed_at__isnull=False, reviewed_by__isnull=False),
                name="run_reviewed_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            "run",
            models.CheckConstraint(
                condition=Q(approved_at=None, approved_by_request=None)
                | Q(
                    approved_at__isnull=False,
                    approved_by_request__isnull=False,
                    reviewed_at__isnull=False,
                ),
                name="run_approved_once_reviewed",
            ),
        ),
        migrations.CreateModel(
            name="PostingRule",
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
                (
                    "asks",
                    models.CharField(
                        choices=[
                            ("nothing", "Nothing: whoever may post looks at it and posts it"),
                            ("review", "A review, with a note"),
                            ("approval", "A review, and the approval of a second person"),
                        ],
                        max_length=10,
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("set_by", models.UUIDField()),
                ("set_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("org_id",), name="posting_rule_once"),
                    models.CheckConstraint(
                        condition=Q(asks__in=("nothing", "review", "approval")),
                        name="posting_rule_asks",
                    ),
                ]
            },
        ),
        Tenant("postingrule"),
        migrations.RunSQL(LOOKED_AT, UNSEEN),
    ]
