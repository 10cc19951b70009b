"""What an account or an entry holds is looked for by page: transfers by both sides and by entry."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Three indexes."""

    dependencies = [("royalties", "0011_sources_of_files")]

    operations = [
        migrations.AddIndex(
            "transfer", models.Index(fields=["org_id", "debit", "-id"], name="transfer_debit")
        ),
        migrations.AddIndex(
            "transfer", models.Index(fields=["org_id", "credit", "-id"], name="transfer_credit")
        ),
        migrations.AddIndex(
            "transfer", models.Index(fields=["org_id", "entry"], name="transfer_entry")
        ),
    ]
