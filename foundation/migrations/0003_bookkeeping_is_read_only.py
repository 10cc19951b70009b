from django.db import migrations

from foundation.database.roles import APP

TABLES = "django_migrations, django_content_type, auth_permission"


class Migration(migrations.Migration):
    """What only migrations write, only migrations may write."""

    dependencies = [
        ("foundation", "0002_subject_keys"),
        ("accounts", "0001_people_and_organisations"),
    ]

    operations = [
        migrations.RunSQL(
            f"REVOKE INSERT, UPDATE, DELETE ON {TABLES} FROM {APP}",
            f"GRANT INSERT, UPDATE, DELETE ON {TABLES} TO {APP}",
        )
    ]
