"""Tables know what they made or changed, so that lists can show it."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    """One column."""

    dependencies = [("integrations", "0005_webhooks")]

    operations = [
        migrations.AddField(
            model_name="tableimport",
            name="keys",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.UUIDField(), default=list, size=None
            ),
        ),
    ]
