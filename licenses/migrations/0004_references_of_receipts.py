from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("licenses", "0003_receipts_so_far"),
    ]

    operations = [
        migrations.RemoveField(model_name="instalment", name="reference"),
    ]
