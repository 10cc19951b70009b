"""Programs tell the hash of a whole file when they begin its upload."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """The hash, and that an upload has one of the two."""

    dependencies = [("integrations", "0006_tables_know_their_rows")]

    operations = [
        migrations.AddField(
            "upload",
            "sha256",
            models.CharField(max_length=64, blank=True, default="", db_default=""),
        ),
        migrations.AlterField("upload", "head", models.CharField(max_length=64, blank=True)),
        migrations.AddConstraint(
            "upload",
            models.CheckConstraint(
                condition=Q(head__regex="^[0-9a-f]{64}$") | Q(sha256__regex="^[0-9a-f]{64}$"),
                name="upload_told_by_a_hash",
            ),
        ),
    ]
