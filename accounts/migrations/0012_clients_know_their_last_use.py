"""When a program used the API last."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0011_clients_have_networks"),
    ]

    operations = [
        migrations.AddField(
            model_name="apiclient",
            name="last_used_at",
            field=models.DateTimeField(null=True),
        ),
    ]
