"""Files that came in before say which sources they brought, too: read from their blocks."""

from django.db import migrations

from kernel.ids import uuid7
from royalties.linestore import blocks, sources

TABLES = ("royalties_salesfile", "royalties_salesblock", "royalties_filesource")


def fill(apps, schema_editor):
    """Write the sources of every file, the walls lowered inside this transaction alone."""
    with schema_editor.connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        cursor.execute("SELECT org_id, id FROM royalties_salesfile ORDER BY org_id, id")
        for org, file in cursor.fetchall():
            _file(cursor, org, file)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def _file(cursor, org, file):
    where = "FROM royalties_salesblock WHERE org_id = %s AND file_id = %s"
    cursor.execute(f"SELECT number {where} ORDER BY number", [org, file])
    found = {}
    for (number,) in cursor.fetchall():
        cursor.execute(f"SELECT data {where} AND number = %s", [org, file, number])
        for each in sources.named(blocks.unpacked(cursor.fetchone()[0], ["source"])):
            name, lines = found.get(each.key, (each.name, 0))
            found[each.key] = (name, lines + each.lines)
    for key, (name, lines) in found.items():
        cursor.execute(
            "INSERT INTO royalties_filesource (id, org_id, file_id, key, name, lines) "
            "VALUES (%s, %s, %s, %s, %s, %s)",
            [uuid7(), org, file, key, name, lines],
        )


class Migration(migrations.Migration):
    dependencies = [("royalties", "0010_sources")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
