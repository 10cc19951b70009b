"""What a job's page shows of its way: a few lines, newest last."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("foundation", "0003_bookkeeping_is_read_only")]

    operations = [
        migrations.AddField(
            model_name="job",
            name="log",
            field=models.JSONField(default=list),
        ),
    ]
