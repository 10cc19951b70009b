"""Why a file's own total differs from what is accepted."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """A column that is empty where nothing needed explaining."""

    dependencies = [("integrations", "0001_imports")]

    operations = [
        migrations.AddField(
            model_name="import",
            name="explained",
            field=models.CharField(blank=True, default="", max_length=1000),
        )
    ]
