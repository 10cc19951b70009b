"""Fill the public tables: places, groups, right types and rates."""

from django.db import migrations

from territories.services import reference


def fill(apps, schema_editor):
    """Add what the product's files hold."""

    def model(name):
        return apps.get_model("territories", name)

    reference.sync_places(model("Territory"))
    reference.sync_right_types(model("RightType"))
    reference.sync_rates(model("TerritoryRate"))
    reference.sync_public_groups(
        model("TerritoryGroup"), model("GroupMember"), at=reference.ALWAYS_KNOWN
    )


class Migration(migrations.Migration):
    dependencies = [("territories", "0001_places_rights_and_rates")]

    # The way back leaves the rows: filling adds only what is missing.
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
