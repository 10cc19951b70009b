"""When statements are shown to their payees, questions about them, and when files are expected."""

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

import foundation.tenancy
import kernel.ids
from foundation.operations import AppendOnly, Tenant

STAYS = """
CREATE FUNCTION royalties_published_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'where a statement stands is never removed'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.published_at IS NOT NULL THEN
        RAISE EXCEPTION 'a published statement stays published'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.org_id, NEW.id, NEW.statement_id) <> (OLD.org_id, OLD.id, OLD.statement_id) THEN
        RAISE EXCEPTION 'where a statement stands belongs to that statement'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER published_stays BEFORE UPDATE OR DELETE ON royalties_publication
    FOR EACH ROW EXECUTE FUNCTION royalties_published_stays();
"""
MOVES = """
DROP TRIGGER published_stays ON royalties_publication;
DROP FUNCTION royalties_published_stays();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("royalties", "0006_match_keys_by_work"),
    ]

    operations = [
        migrations.AddField(
            model_name="salesfile",
            name="sources",
            field=models.JSONField(default=list),
        ),
        migrations.CreateModel(
            name="PublishDay",
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
                ("period", models.CharField(max_length=10)),
                ("first_day", models.DateField()),
                ("end_day", models.DateField()),
                ("publish_on", models.DateField()),
                ("pay_on", models.DateField(null=True)),
                ("by_rule", models.BooleanField(default=False)),
                ("announced_at", models.DateTimeField(null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("set_by", models.UUIDField()),
                ("set_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["org_id", "-end_day"], name="publish_day_by_day")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("org_id", "first_day", "end_day"), name="publish_day_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("publish_on__gte", models.F("end_day"))),
                        name="publish_day_after_its_period",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("pay_on", None),
                            ("pay_on__gte", models.F("publish_on")),
                            _connector="OR",
                        ),
                        name="paid_once_published",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PublishRule",
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
                ("publish_after", models.PositiveSmallIntegerField()),
                ("pay_after", models.PositiveSmallIntegerField(null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("set_by", models.UUIDField()),
                ("set_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("org_id",), name="publish_rule_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Question",
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
                ("result", models.UUIDField(null=True)),
                ("row", models.JSONField(default=dict)),
                ("author", models.UUIDField()),
                ("text", models.CharField(max_length=2000)),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Open"), ("answered", "Answered"), ("closed", "Closed")],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("waits_since", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "statement",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="questions",
                        to="royalties.statement",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Reply",
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
                ("author", models.UUIDField()),
                ("from_office", models.BooleanField()),
                ("text", models.CharField(max_length=4000)),
                ("at", models.DateTimeField()),
                (
                    "question",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replies",
                        to="royalties.question",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SourceRule",
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
                ("profile", models.CharField(max_length=64)),
                ("due_after", models.PositiveSmallIntegerField()),
                ("set_by", models.UUIDField()),
                ("set_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("org_id", "profile"), name="source_rule_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Publication",
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
                ("published_at", models.DateTimeField(null=True)),
                ("published_by", models.UUIDField(null=True)),
                ("held_at", models.DateTimeField(null=True)),
                ("held_by", models.UUIDField(null=True)),
                ("reason", models.CharField(blank=True, default="", max_length=500)),
                (
                    "statement",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="publication",
                        to="royalties.statement",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("published_at", None)),
                        fields=["org_id", "statement"],
                        name="publication_waits",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("org_id", "statement"), name="publication_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("published_at", None), ("held_at", None), _connector="OR"
                        ),
                        name="published_is_not_held",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("published_at", None), ("published_by", None)),
                            models.Q(
                                ("published_at__isnull", False), ("published_by__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="published_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("held_at", None), ("held_by", None), ("reason", "")),
                            models.Q(
                                ("held_at__isnull", False),
                                ("held_by__isnull", False),
                                models.Q(("reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="held_with_a_reason",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="question",
            index=models.Index(fields=["org_id", "-asked_at"], name="question_newest"),
        ),
        migrations.AddIndex(
            model_name="question",
            index=models.Index(
                condition=models.Q(("state", "open")),
                fields=["org_id", "waits_since"],
                name="question_waits",
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at__isnull", False), ("state", "closed")),
                    models.Q(models.Q(("state", "closed"), _negated=True), ("closed_at", None)),
                    _connector="OR",
                ),
                name="question_closed_at",
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "open"), ("waits_since__isnull", False)),
                    models.Q(models.Q(("state", "open"), _negated=True), ("waits_since", None)),
                    _connector="OR",
                ),
                name="question_waits_while_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True), name="question_says_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="reply",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True), name="reply_says_something"
            ),
        ),
        *(
            Tenant(name)
            for name in (
                "publication",
                "publishrule",
                "publishday",
                "sourcerule",
                "question",
                "reply",
            )
        ),
        AppendOnly("reply"),
        migrations.RunSQL(STAYS, MOVES),
    ]
