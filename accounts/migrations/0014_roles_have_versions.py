"""Two people who change the same role meet."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0013_rows_of_deeds")]

    operations = [
        migrations.AddField("customrole", "version", models.PositiveIntegerField(default=1)),
    ]
