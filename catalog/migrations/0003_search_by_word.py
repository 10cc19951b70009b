from django.db import migrations

from foundation.database.searches import SearchFunction

# A later word of the title begins so; of common words the first few hundred are enough.
WORD = r"""
SELECT id FROM (
    SELECT id, title_key FROM catalog_work
    WHERE org_id = {org}
        AND title_key LIKE '% ' || regexp_replace(wanted, '([\\%_])', '\\\1', 'g') || '%'
        AND (kinds = '{}' OR kind = ANY(kinds))
    LIMIT 300
) AS named
ORDER BY length(title_key), title_key, id
LIMIT most
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0002_search_by_title")]

    operations = [
        SearchFunction(
            "work",
            "works_by_word",
            "wanted text, kinds text[], most integer",
            "TABLE (id uuid) ROWS 20",
            WORD,
        ),
    ]
