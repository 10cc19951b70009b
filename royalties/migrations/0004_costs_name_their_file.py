"""Costs keep the file and row that they came in with."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("royalties", "0003_deal_grants")]

    operations = [
        migrations.AddField(
            model_name="cost",
            name="file_name",
            field=models.CharField(blank=True, default="", max_length=255),
        ),
        migrations.AddField(
            model_name="cost",
            name="file_row",
            field=models.PositiveIntegerField(null=True),
        ),
    ]
