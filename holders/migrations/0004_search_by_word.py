from django.db import migrations

from foundation.database.searches import SearchFunction

# A later word of the name begins so. Common words stand in thousands of names: the first few
# hundred that the index gives are enough to choose from.
WORD = r"""
SELECT id FROM (
    SELECT id, name_key FROM holders_holder
    WHERE org_id = {org}
        AND name_key LIKE '% ' || regexp_replace(wanted, '([\\%_])', '\\\1', 'g') || '%'
        AND (active OR NOT only_active) AND (kinds = '{}' OR kind = ANY(kinds))
    LIMIT 300
) AS named
ORDER BY length(name_key), name_key, id
LIMIT most
"""


class Migration(migrations.Migration):
    dependencies = [("holders", "0003_societies")]

    operations = [
        SearchFunction(
            "holder",
            "holders_by_word",
            "wanted text, kinds text[], only_active boolean, most integer",
            "TABLE (id uuid) ROWS 20",
            WORD,
        ),
    ]
