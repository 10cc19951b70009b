from django.db import migrations, models

# The first index of a share's holder, which the wider one takes the place of.
FORMER = '"rights_share_holder_id_ix"'


class Migration(migrations.Migration):
    dependencies = [("rights", "0004_contested_claims")]

    operations = [
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(
                condition=models.Q(
                    ("source", "default"),
                    ("superseded_at", None),
                    ("waiting", False),
                    models.Q(
                        ("rights", models.F("claimed_rights")),
                        ("span", models.F("claimed_span")),
                        ("window", models.F("claimed_window")),
                        _negated=True,
                    ),
                ),
                fields=["org_id", "id"],
                name="claim_gap",
            ),
        ),
        migrations.AddIndex(
            model_name="share",
            index=models.Index(fields=["org_id", "holder", "id"], name="share_by_holder"),
        ),
        migrations.RunSQL(
            f"DROP INDEX {FORMER}",
            f'CREATE INDEX {FORMER} ON "rights_share" (org_id, "holder_id")',
        ),
    ]
