"""The keys of one work, for its revenue."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One index, of decided keys alone."""

    dependencies = [("royalties", "0005_row_grants")]

    operations = [
        migrations.AddIndex(
            model_name="matchkey",
            index=models.Index(
                condition=models.Q(("work__isnull", False)),
                fields=["org_id", "work"],
                name="match_key_work",
            ),
        ),
    ]
