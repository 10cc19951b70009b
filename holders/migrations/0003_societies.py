from django.db import migrations

from holders.services import reference


def fill(apps, schema_editor):
    """Add what the product's file holds."""
    reference.sync_societies(apps.get_model("holders", "Society"))
    reference.sync_mappings(apps.get_model("holders", "SocietyMapping"))


class Migration(migrations.Migration):
    dependencies = [("holders", "0002_search_by_name"), ("territories", "0002_public_places")]

    # The way back leaves the rows: filling adds only what is missing.
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
