from django.db import migrations

import territories.fields
from rights.operations import QuickCheck
from territories.geography.rights import ROOT_SPAN
from territories.geography.spans import SpanSet

CHECK = """
ALTER TABLE rights_claim ADD CONSTRAINT claim_holds_claimed_rights
    CHECK (rights <@ claimed_rights)
"""
UNCHECK = "ALTER TABLE rights_claim DROP CONSTRAINT claim_holds_claimed_rights"


class Migration(migrations.Migration):
    dependencies = [("rights", "0001_claims_and_shares")]

    operations = [
        migrations.AddField(
            model_name="claim",
            name="claimed_rights",
            field=territories.fields.SpanSetField(default=SpanSet((ROOT_SPAN,))),
            preserve_default=False,
        ),
        migrations.RunSQL(CHECK, UNCHECK),
        QuickCheck("claim"),
    ]
