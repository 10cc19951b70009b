"""Fill the public rules on explicit content."""

from django.db import migrations

from territories.services import reference


def fill(apps, schema_editor):
    """Add what the product's file holds."""
    reference.sync_explicit_rules(apps.get_model("territories", "ExplicitRule"))


class Migration(migrations.Migration):
    dependencies = [("territories", "0003_explicit_rules")]

    # The way back leaves the rows: filling adds only what is missing.
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
