"""Grants on single rows stand beside their models; guardian's generic tables stay empty."""

from django.db import migrations

from foundation.database.roles import APP

TABLES = "guardian_userobjectpermission, guardian_groupobjectpermission"


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_api_clients"),
        ("guardian", "0003_remove_groupobjectpermission_guardian_gr_content_ae6aec_idx_and_more"),
    ]

    operations = [
        migrations.RunSQL(
            f"REVOKE INSERT, UPDATE, DELETE ON {TABLES} FROM {APP}",
            f"GRANT INSERT, UPDATE, DELETE ON {TABLES} TO {APP}",
        )
    ]
