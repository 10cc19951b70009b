"""What was recorded as paid becomes a receipt of the whole instalment, in every organisation."""

from django.db import migrations

OPEN = """
ALTER TABLE licenses_instalment NO FORCE ROW LEVEL SECURITY;
ALTER TABLE licenses_receipt NO FORCE ROW LEVEL SECURITY;
"""
WALLED = """
ALTER TABLE licenses_instalment FORCE ROW LEVEL SECURITY;
ALTER TABLE licenses_receipt FORCE ROW LEVEL SECURITY;
"""
SO_FAR = """
INSERT INTO licenses_receipt (id, org_id, instalment_id, amount, "on", reference, recorded_at)
    SELECT gen_random_uuid(), org_id, id, amount, paid_on, reference, now()
    FROM licenses_instalment WHERE paid_on IS NOT NULL AND amount > 0;
SET CONSTRAINTS ALL IMMEDIATE;
"""
BACK = """
UPDATE licenses_instalment i SET reference = r.reference
    FROM (SELECT DISTINCT ON (org_id, instalment_id) org_id, instalment_id, reference
          FROM licenses_receipt ORDER BY org_id, instalment_id, "on" DESC) r
    WHERE i.org_id = r.org_id AND i.id = r.instalment_id AND i.paid_on IS NOT NULL;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("licenses", "0002_receipts"),
    ]

    operations = [
        migrations.RunSQL(OPEN + SO_FAR + WALLED, OPEN + BACK + WALLED),
    ]
