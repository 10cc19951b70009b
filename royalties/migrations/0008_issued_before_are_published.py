"""Statements that were issued before publishing was a step were seen by their payees: published."""

from django.db import migrations

from audit.actors import SYSTEM

# The owner is behind the walls, too; they are lowered for it inside this transaction alone.
FILL = f"""
ALTER TABLE royalties_statement NO FORCE ROW LEVEL SECURITY;
ALTER TABLE royalties_publication NO FORCE ROW LEVEL SECURITY;
INSERT INTO royalties_publication (id, org_id, statement_id, published_at, published_by, reason)
SELECT gen_random_uuid(), s.org_id, s.id, s.issued_at, '{SYSTEM.actor_id}', ''
  FROM royalties_statement s
 WHERE NOT EXISTS (
    SELECT FROM royalties_publication p WHERE p.org_id = s.org_id AND p.statement_id = s.id
 );
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE royalties_publication FORCE ROW LEVEL SECURITY;
ALTER TABLE royalties_statement FORCE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("royalties", "0007_publishing")]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
