"""The operations site only reads, so nothing writes the log that Django's admin keeps of changes."""

from django.db import migrations

from foundation.database.roles import APP


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_generic_grants_stay_empty"),
        ("admin", "0003_logentry_add_action_flag_choices"),
    ]

    operations = [
        migrations.RunSQL(
            f"REVOKE INSERT, UPDATE, DELETE ON django_admin_log FROM {APP}",
            f"GRANT INSERT, UPDATE, DELETE ON django_admin_log TO {APP}",
        )
    ]
